/* capture.c -- turns sources into a stream of timestamped events.
 *
 * A source (source/) is opened and decompressed, and a decoder (format/) cuts it into records. event_out.c makes an
 * event of each record and writes the time at its front. A record that cannot become an event is rejected and reported.
 * run.c reads the sources one after the other or in turns; run_merged.c merges them by event time. Every event that is
 * written is valid JSON. */
#include "sp-capture/capture.h"
#include "base/diag.h"
#include "sp-capture/checkpoint/checkpoint.h"
#include "sp-capture/command_line.h"
#include "sp-capture/run.h"
#include "stream/stop.h"
#include <errno.h>
#include <malloc.h>

enum { LARGE_BYTES = 128 << 10 }; /* malloc() maps each block of at least this size separately */

/* Runs with the options O. Returns the exit status, or -1 with E set. If the reader of standard output is gone, the
 * process ends as SIGPIPE would have ended it. */
static int run(const struct options *o, struct checkpoint *c, struct err *e)
{
	struct run r;
	int status = run_init(&r, o, c ? checkpoint_hooks(c) : NULL, e);
	if (status == 0 && c)
		status = checkpoint_start(c, &r, e);
	if (status == 0)
		status = run_all(&r, e);
	bool reader_gone = r.out.failed == EPIPE;
	run_release(&r);
	if (reader_gone)
		stop_die_of_pipe();
	return status;
}

/* Opens the folder of checkpoints of O, and runs. Returns what run() returns. */
static int run_with_checkpoints(struct options *o, struct err *e)
{
	struct checkpoint *c = checkpoint_new(&o->checkpoint, e);
	int status = c ? run(o, c, e) : -1;
	checkpoint_free(c);
	return status;
}

int capture_main(int argc, char *argv[], const struct source_type *const *types)
{
	diag_init("sp-capture");
	/* Large blocks are mapped separately, so that free() returns them to the system. Hundreds of sources allocate
	 * and free such blocks, which would leave holes in the heap. */
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
	struct err e = ERR_INIT;
	struct options o;
	int status = 0;
	enum program_outcome outcome = command_line_parse(&o, types, argc, argv, &status, &e);
	if (outcome == PROGRAM_RUN) {
		stop_init(o.checkpoint.dir ? STOP_AT_SIGTERM : STOP_AT_SIGINT);
		status = o.checkpoint.dir ? run_with_checkpoints(&o, &e) : run(&o, NULL, &e);
	}
	command_line_release(&o);
	if (outcome == PROGRAM_FAILED || status < 0)
		status = diag_err(&e);
	checkpoint_settings_report(CHECKPOINT_SOURCE_ID, status);
	return status;
}
