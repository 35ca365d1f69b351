/* windowing_line.h -- the control line that describes the windows of a stream (sp-stream(5)).
 *
 *	{"$sp":"windowing","v":1,"kind":"tumbling","size":"60000",...}
 *
 * sp-window writes it before the first event; sp-agg reads from it how the bounds of events are to be understood.
 * Numbers are strings, so that programs which read JSON numbers as floating point pass them on unchanged. */
#ifndef STREAM_WINDOWING_LINE_H
#define STREAM_WINDOWING_LINE_H
#include "base/buf.h"
#include "window/windowing.h"

/* Appends the line with its newline to OUT. Returns -1 when memory is exhausted. */
int windowing_line_write(const struct windowing *w, struct buf *out) MUST_USE;

/* Reads LINE into *W, which is then as after windowing_init(); the caller releases it. Returns -1 with E set
 * (EX_DATAERR) if the line is damaged, of another version, or of windows that windowing_init() refuses; *W holds
 * nothing to release then. */
int windowing_line_read(struct windowing *w, struct span line, struct err *e) MUST_USE;
#endif
