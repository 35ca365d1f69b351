/* decode_line.h -- reads a line for a decoder, and rejects a line that is too long or not valid UTF-8.
 *
 * The decoders of nearly all formats whose records are lines use decode_line_next(), so they treat line ends, blank
 * lines, too long lines and bad bytes in the same way. ndjson.c reads lines itself, which is faster. */
#ifndef CAPTURE_FORMAT_DECODE_LINE_H
#define CAPTURE_FORMAT_DECODE_LINE_H
#include "sp-capture/format/format.h"

/* The kinds of bytes that decide how a text can be written as JSON, as bits: bytes below 0x20, backslashes, quotes, and
 * bytes from 0x80 on. */
enum { BYTES_CONTROL = 1, BYTES_SLASH = 2, BYTES_QUOTE = 4, BYTES_HIGH = 8 };
/* Returns the kinds of bytes that TEXT contains. */
unsigned decode_line_bytes(struct span text);
/* Checks that TEXT, whose kinds of bytes are BYTES, is UTF-8 without NUL. Returns NEXT_EVENT; or NEXT_REJECTED with OUT
 * rejected and the place of the fault in the reason. */
int decode_line_check_text(struct span text, unsigned bytes, struct record *out) MUST_USE;

/* Sets OUT->raw to the next line without its line end ("\n" or "\r\n"), sets number and offset of OUT, and sets *BYTES
 * to the line's kinds of bytes. Unless BLANK is true, skips lines of white space. Returns NEXT_EVENT; NEXT_REJECTED
 * with OUT rejected if the line is longer than IN->max, is not UTF-8, or has a NUL; NEXT_END, NEXT_LATER or NEXT_ERROR
 * as next() of struct format. */
int decode_line_next(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e) MUST_USE;

/* Reads until the next line is complete, but does not take the line from IN: for decoders that work on the unread
 * bytes. Returns
 * - NEXT_EVENT: *LINE is the line with its newline; the last line of the input may have none. *LINE is SPAN_NONE if the
 *   line is longer than IN->max. The result does not depend on the size of reads;
 * - NEXT_END: the input has ended and nothing is unread;
 * - NEXT_LATER: the input has nothing now, and the line is not complete;
 * - NEXT_ERROR with E set. */
int decode_line_whole(struct reader *in, struct span *line, struct err *e) MUST_USE;

/* Implement position() and seek() of struct format for decoders that take one line for each record and keep no
 * state. */
void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out);
int decode_line_seek(struct decoder *d, const struct position *p, struct err *e) MUST_USE;
#endif
