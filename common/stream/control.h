/* control.h -- control lines: lines of the stream that are not events, {"$sp":"...",...} (sp-stream(5)).
 *
 * With control lines a program informs the programs after it, for example of the windows and the watermark. A program
 * passes on control lines that it does not know, so that later versions can add kinds. */
#ifndef STREAM_CONTROL_H
#define STREAM_CONTROL_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* Returns true if LINE is a control line. It must begin with exactly these bytes, without white space. */
static inline bool control_is(struct span line)
{
	return line.n >= 8 && memcmp(line.p, "{\"$sp\":\"", 8) == 0;
}

/* The end line. sp-window writes this line after the end of its input. A stream of windows that does not end with this
 * line was cut off. */
#define CONTROL_END_LINE "{\"$sp\":\"end\",\"v\":1}"

enum control_kind {
	CONTROL_OTHER,     /* an event, or a control line of a kind not listed here, which is passed on unchanged */
	CONTROL_WINDOWING, /* what the windows of the stream are */
	CONTROL_WATERMARK, /* how far event time is complete */
	CONTROL_END,       /* the program that made the windows has read all of its input */
	/* Control lines of checkpoints, which are not implemented yet: */
	CONTROL_START,   /* where the stream continues from */
	CONTROL_BARRIER, /* where a checkpoint divides the stream */
	CONTROL_STOP,    /* the source ends for now */
};

/* Returns the kind of the control line LINE. Returns CONTROL_OTHER if LINE is an event. */
enum control_kind control_kind(struct span line);

/* Appends the value of the top-level member NAME of LINE, a string, to OUT, unescaped. Returns 0, or -1 if there is no
 * such string or memory is exhausted. */
int control_string(struct span line, const char *name, struct buf *out) MUST_USE;

/* Reads the top-level member NAME of LINE, a signed 64-bit integer in a string, into *OUT. Integers are written as
 * strings in control lines because JSON programs may read numbers as doubles and round them. Returns 0, or -1 if there
 * is no string NAME or it does not hold such an integer. */
int control_i64(struct span line, const char *name, int64_t *out) MUST_USE;

/* Reads the time of the watermark line LINE into *MS. Returns 0, or -1 with E set (EX_DATAERR) if LINE has no time. */
int control_read_watermark(struct span line, int64_t *ms, struct err *e) MUST_USE;

/* Appends the watermark line for MS, with a newline, to OUT. Returns 0, or -1 if memory is exhausted. */
int control_write_watermark(int64_t ms, struct buf *out) MUST_USE;
#endif
