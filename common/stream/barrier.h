/* barrier.h -- the control lines of checkpoints: start, barrier, stop and end (sp-stream(5), sp-checkpoint(7)).
 *
 *	{"$sp":"start","v":1,"job":"web.9f2c77ab","run":"9f2c...","dir":"/x/web","from":{"epoch":"41","run":"77ab..."},
 *	 "path":["sp-capture"]}						(one line)
 *	{"$sp":"barrier","run":"9f2c...","epoch":"42","bytes":"1659","sum":"1c291ca3..."}
 *	{"$sp":"stop",...}	as barrier: the source ends for now, and windows stay open
 *	{"$sp":"end",...}	as barrier: the source ends for good, and windows close
 *
 * The source writes them. Each later program acts on them, and passes them on with the sums of its own output. An epoch
 * is the part of the stream that ends with the barrier, stop or end line that has its number. Epochs count from 1.
 * Epoch 0 with the run "" means the beginning, where no state exists. The end line of sp-window without checkpoints has
 * no run (control.h). */
#ifndef STREAM_BARRIER_H
#define STREAM_BARRIER_H
#include "stream/control.h"

enum {
	RUN_TEXT = 33,  /* bytes of a run: 32 hexadecimal digits and a NUL; the empty text is the run of epoch 0 */
	JOB_TEXT = 256, /* most bytes of the name of a job with its NUL */
};

/* An epoch of a run. Two runs can have different epochs with the same number, because a run that was killed is
 * continued by a run that divides the stream at other places. */
struct epoch {
	uint64_t number;
	char run[RUN_TEXT];
};

static inline bool epoch_eq(const struct epoch *a, const struct epoch *b)
{
	return a->number == b->number && strcmp(a->run, b->run) == 0;
}

struct start_line {
	char job[JOB_TEXT]; /* name and 8 hexadecimal digits: "web.9f2c77ab" */
	char run[RUN_TEXT];
	struct epoch from; /* the epoch that the stream continues after */
	struct buf dir;    /* absolute path of the folder of checkpoints */
	struct buf path;   /* the ids of the programs that the stream has passed, with commas: "sp-capture,sp-window" */
};

void start_line_init(struct start_line *s);
void start_line_release(struct start_line *s);
/* Reads LINE into S, which start_line_init() has initialised. Returns 0, or -1 with E set (EX_DATAERR) if LINE is not a
 * complete start line of a version that this program knows. */
int start_line_read(struct start_line *s, struct span line, struct err *e) MUST_USE;
/* Appends S as a line with a newline to OUT. Returns 0, or -1 if memory is exhausted. */
int start_line_write(const struct start_line *s, struct buf *out) MUST_USE;

struct barrier_line {
	enum control_kind kind; /* CONTROL_BARRIER, CONTROL_STOP or CONTROL_END */
	struct epoch epoch;
	/* The sum of all bytes since the last start or barrier line (stream/sum.h). */
	uint64_t bytes, sum;
};

/* Reads LINE, a control line of KIND. Returns 0, or -1 with E set (EX_DATAERR). */
int barrier_line_read(struct barrier_line *b, enum control_kind kind, struct span line, struct err *e) MUST_USE;
/* Appends B as a line with a newline to OUT. Returns 0, or -1 if memory is exhausted. */
int barrier_line_write(const struct barrier_line *b, struct buf *out) MUST_USE;
#endif
