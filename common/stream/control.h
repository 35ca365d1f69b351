/* control.h -- control lines: lines of the stream that are not events, {"$sp":"...",...} (sp-stream(5)).
 *
 * They carry what the programs of a stream tell one another. A program passes on those it does not know, so that
 * later versions can add kinds. */
#ifndef STREAM_CONTROL_H
#define STREAM_CONTROL_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* Returns true if LINE is a control line. Only this exact spelling is one: programs write it so. */
static inline bool control_is(struct span line)
{
	return line.n >= 8 && memcmp(line.p, "{\"$sp\":\"", 8) == 0;
}

enum control_kind {
	CONTROL_OTHER,     /* not known here: to be passed on */
	CONTROL_WINDOWING, /* what the windows are; see windowing_line.h */
	CONTROL_WATERMARK, /* how far event time has come */
	CONTROL_START,     /* the four lines of checkpoints: where the stream goes on from */
	CONTROL_BARRIER,   /* everything before it belongs to one epoch */
	CONTROL_STOP,      /* the source ends for now */
	CONTROL_END,       /* the source ends for good */
};

/* Returns which kind of control line LINE is; CONTROL_OTHER also for an event.
 */
enum control_kind control_kind(struct span line);

/* Appends the string value of the top-level member NAME to OUT, unescaped. Returns -1 if there is none, or memory is
 * exhausted. */
int control_string(struct span line, const char *name, struct buf *out) MUST_USE;

/* Reads the member NAME, a 64-bit integer in a string, into *OUT. Integers of control lines are strings, since JSON
 * readers may take numbers for doubles and change them. Returns -1 if there is none. */
int control_i64(struct span line, const char *name, int64_t *out) MUST_USE;

/* Reads the time of a watermark line into *MS. Returns -1 with E set (EX_DATAERR) if it has none. */
int control_read_watermark(struct span line, int64_t *ms, struct err *e) MUST_USE;

/* Appends a watermark line with its newline. Returns -1 when memory is exhausted. */
int control_write_watermark(int64_t ms, struct buf *out) MUST_USE;
#endif
