/* decode_line.h -- reads a line for a decoder, and rejects a line that is too long or not valid UTF-8.
 *
 * The decoders of nearly all formats whose records are lines use decode_line_next(), so they treat line ends, blank
 * lines, too long lines and bad bytes in the same way. ndjson.c reads lines itself, which is faster. */
#ifndef CAPTURE_FORMAT_DECODE_LINE_H
#define CAPTURE_FORMAT_DECODE_LINE_H
#include "sp-capture/format/format.h"

/* The kinds of bytes, one bit for each kind: bytes below 0x20, backslashes, quotes, and bytes from 0x80 on. The first
 * three kinds need escapes in JSON. The last kind must be checked for UTF-8. */
enum { BYTES_CONTROL = 1, BYTES_SLASH = 2, BYTES_QUOTE = 4, BYTES_HIGH = 8 };
/* Returns the kinds of the bytes in TEXT, as a set of these bits. */
unsigned decode_line_bytes(struct span text);
/* Checks that TEXT is UTF-8 without NUL. BYTES are the kinds of bytes in TEXT. Returns NEXT_EVENT, or NEXT_REJECTED
 * with OUT rejected. The reason names the place of the fault. */
int decode_line_check_text(struct span text, unsigned bytes, struct record *out) MUST_USE;

/* Reads the next line. Sets OUT->raw to the line without its line end ("\n" or "\r\n"), sets number and offset of OUT,
 * and sets *BYTES to the kinds of bytes in the line. Skips lines of white space, unless BLANK is true. Returns
 * - NEXT_EVENT: the line is good;
 * - NEXT_REJECTED with OUT rejected: the line is longer than IN->max, is not UTF-8, or has a NUL;
 * - NEXT_END, NEXT_LATER or NEXT_ERROR, as next() of struct format. */
int decode_line_next(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e) MUST_USE;

/* Reads until the next line is complete, but leaves the line unread, for decoders that work on the unread bytes.
 * Returns
 * - NEXT_EVENT: *LINE is the line with its newline, which the last line of the input may lack. *LINE is SPAN_NONE if
 *   the line is longer than IN->max. The result does not depend on the size of reads;
 * - NEXT_END: the input has ended and nothing is unread;
 * - NEXT_LATER: the input has nothing now, and the line is not complete;
 * - NEXT_ERROR with E set. */
int decode_line_whole(struct reader *in, struct span *line, struct err *e) MUST_USE;

/* These functions are position() and seek() of struct format for decoders that read one line for each record and keep
 * no state. */
void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out);
int decode_line_seek(struct decoder *d, const struct position *p, struct err *e) MUST_USE;
#endif
