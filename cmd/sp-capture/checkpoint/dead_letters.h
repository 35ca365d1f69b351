/* dead_letters.h -- the file of --reject under checkpoints: its length is a part of the state of the source.
 *
 * A run that continues after a snapshot cuts the file to the length that it had then, because the records after it are
 * read again. A snapshot does not know a file that was opened after it. So at each start, a file that the snapshot does
 * not know is noted in DIR/sp-capture/aside with its length, before anything is added to it. The note counts for one
 * epoch: that of the snapshot. */
#ifndef CAPTURE_CHECKPOINT_DEAD_LETTERS_H
#define CAPTURE_CHECKPOINT_DEAD_LETTERS_H
#include "checkpoint/place.h"
#include "stream/rejects.h"

struct dead_letters {
	const struct checkpoint_place *place; /* borrowed */
	struct aside *file;                   /* the file of the run; borrowed */
	char *path;                           /* of the file that the run has opened itself; owned; may be NULL */
	bool known;                           /* the snapshot or the note knows the file */
};

/* Locks the file of R. If SUPERVISED is true and R has none, opens rejects.ndjson in the folder of PLACE, so that one
 * bad line does not end a job. Both are borrowed. Returns 0, or -1 with E set. The caller must call
 * dead_letters_release(), even after a failure. */
int dead_letters_open(struct dead_letters *d, const struct checkpoint_place *place, struct rejects *r, bool supervised,
	struct err *e) MUST_USE;
void dead_letters_release(struct dead_letters *d);
/* Reads what aside_save() has written to the snapshot, and cuts the file. Returns 0, or -1 with E set. */
int dead_letters_load(struct dead_letters *d, struct load *l, struct err *e) MUST_USE;
/* Cuts the file if the note of FROM knows it. If neither the snapshot nor the note knows the file, writes the note.
 * Must be called after the snapshot is loaded. Returns 0, or -1 with E set. */
int dead_letters_note(struct dead_letters *d, const struct epoch *from, struct err *e) MUST_USE;
#endif
