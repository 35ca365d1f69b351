/* control.h -- control lines: {"$sp":"...",...} (sp-stream(5)). */
#ifndef STREAM_CONTROL_H
#define STREAM_CONTROL_H
#include "base/buf.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

static inline bool control_is(struct span line)
{
	return line.n >= 8 && memcmp(line.p, "{\"$sp\":\"", 8) == 0;
}

enum control_kind {
	CONTROL_OTHER, /* not known: pass it on */
	CONTROL_WINDOWING,
	CONTROL_WATERMARK,
	CONTROL_START,
	CONTROL_BARRIER,
	CONTROL_STOP,
	CONTROL_END,
};
/* Which control line LINE is; CONTROL_OTHER if none that is known. */
enum control_kind control_kind(struct span line);

/* The string value of top-level NAME, unescaped into OUT; -1 if there is none or it is no string. */
int control_string(struct span line, const char *name, struct buf *out) MUST_USE;
/* The same as a 64-bit integer (control lines write those as strings). */
int control_i64(struct span line, const char *name, int64_t *out) MUST_USE;
/* Reads a watermark line. -1: E says what is wrong with it (EX_DATAERR). */
int control_read_watermark(struct span line, int64_t *ms, struct err *e) MUST_USE;
/* Appends a watermark line with its newline. */
int control_write_watermark(int64_t ms, struct buf *out) MUST_USE;
#endif
