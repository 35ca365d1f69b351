/* decode_line.h -- reading a line for a decoder: complete, within the limit, valid UTF-8; or rejecting it.
 *
 * All formats in which a record is a line read through here, so that line ends, blank lines, over-long lines and bad
 * bytes are treated alike in all of them. */
#ifndef CAPTURE_FORMAT_DECODE_LINE_H
#define CAPTURE_FORMAT_DECODE_LINE_H
#include "sp-capture/format/format.h"

/* The kinds of bytes in a text that decide how it can be written as JSON, as bits. */
enum { BYTES_CONTROL = 1, BYTES_SLASH = 2, BYTES_QUOTE = 4, BYTES_HIGH = 8 };
/* Returns which of them TEXT has: bytes below 0x20, backslashes, quotes, bytes from 0x80 on. */
unsigned decode_line_bytes(struct span text);
/* Checks that TEXT, whose kinds of bytes are BYTES, is UTF-8 without NUL. Returns NEXT_EVENT; or NEXT_REJECTED with OUT
 * rejected and the place of the fault as its reason. */
int decode_line_check_text(struct span text, unsigned bytes, struct record *out) MUST_USE;

/* Reads the next line into OUT->raw (without its line end, "\n" or "\r\n"), with number and offset, and sets *BYTES to
 * its kinds of bytes. Skips lines of only white space unless BLANK. Returns NEXT_EVENT; NEXT_REJECTED for a line that
 * is longer than IN->max, not UTF-8, or has a NUL; else as format.next(). */
int decode_line_next(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e) MUST_USE;

/* For decoders that work on unread bytes: reads until the next line is complete. Returns NEXT_EVENT with *LINE set to
 * it and its newline (without one at the end of the input), or to SPAN_NONE if it is longer than IN->max; NEXT_END if
 * nothing is unread at the end of the input; else as reader_fill(). The line stays unread. The result does not depend
 * on how the input is cut into reads. */
int decode_line_whole(struct reader *in, struct span *line, struct err *e) MUST_USE;

/* The functions position and seek of all formats whose records are single lines and whose decoders keep no state. */
void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out);
int decode_line_seek(struct decoder *d, const struct position *p, struct err *e) MUST_USE;
#endif
