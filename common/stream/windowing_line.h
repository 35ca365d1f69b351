/* windowing_line.h -- the control line that describes the windows of a stream (sp-stream(5)).
 *
 *	{"$sp":"windowing","v":1,"kind":"tumbling","size":"60000",...}
 *
 * sp-window writes the line before the first event. sp-agg needs the line to know the kind and the size of the windows.
 * Numbers except "v" are written as strings, because programs that read JSON numbers as doubles would round them. */
#ifndef STREAM_WINDOWING_LINE_H
#define STREAM_WINDOWING_LINE_H
#include "base/buf.h"
#include "window/windowing.h"

/* Appends the line for W, with a newline, to OUT. Returns 0, or -1 if memory is exhausted. */
int windowing_line_write(const struct windowing *w, struct buf *out) MUST_USE;

/* Reads LINE into *W and calls windowing_init(). Returns 0; the caller must then call windowing_release(). Returns -1
 * with E set (EX_DATAERR) if LINE is damaged or of another version, or if windowing_init() fails; then there is nothing
 * to release. */
int windowing_line_read(struct windowing *w, struct span line, struct err *e) MUST_USE;
#endif
