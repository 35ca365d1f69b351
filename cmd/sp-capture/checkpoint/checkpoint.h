/* checkpoint.h -- the checkpoints of a source (sp-checkpoint(7)): where the stream begins, its barriers, and its end.
 *
 * A barrier divides what was written before it from what comes after it. Before the barrier, the snapshot is written:
 * the position of each file after the last record that was written. So a run that continues from the snapshot writes
 * exactly the records that come after the barrier. Only one epoch is in flight at a time: the next barrier waits until
 * COMMITTED shows that the end of the line has committed the last one. */
#ifndef CAPTURE_CHECKPOINT_CHECKPOINT_H
#define CAPTURE_CHECKPOINT_CHECKPOINT_H
#include "checkpoint/settings.h"
#include "sp-capture/run.h"

/* The id of the source in the path of a stream, and the name of its folder. */
#define CHECKPOINT_SOURCE_ID "sp-capture"

/* Opens the folder of S (borrowed), or makes it if sp-run did not start the program, and takes the lock of the source.
 * Returns NULL with E set on failure. */
struct checkpoint *checkpoint_new(const struct checkpoint_settings *s, struct err *e) MUST_USE;
void checkpoint_free(struct checkpoint *c); /* C may be NULL */

/* Finds the files of the last committed snapshot among the sources of R, which must be initialised and not open, and
 * makes each begin at its position. Then writes the start line. Returns 0, or -1 with E set: EX_DATAERR if the snapshot
 * is missing, or belongs to other files or other options. */
int checkpoint_start(struct checkpoint *c, struct run *r, struct err *e) MUST_USE;
/* Returns the hooks of C for a run. They write barriers while the run reads. At its end they write the end line if
 * --end was given and all sources were read to their ends, and otherwise the stop line. Valid as long as C is. */
const struct run_checkpoints *checkpoint_hooks(const struct checkpoint *c);
#endif
