/* decode_line.h -- what the decoders share: lines taken with care, events put together, rejects.
 *
 * A decoder of text reserves room for the worst case of a record once (parts_room()) and then fills it
 * through a plain pointer; the put_...() functions return where the next byte goes. */
#ifndef CAPTURE_FORMAT_DECODE_LINE_H
#define CAPTURE_FORMAT_DECODE_LINE_H
#include "sp-capture/format/format.h"

/* Makes OUT a rejected record: KIND is static, the reason printf style. Returns NEXT_REJECTED. */
int parts_reject(struct record *out, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What kinds of bytes a text has. */
enum { BYTES_CONTROL = 1, BYTES_SLASH = 2, BYTES_QUOTE = 4, BYTES_HIGH = 8 };
unsigned parts_bytes(struct span text);
/* Is TEXT, of such BYTES, UTF-8 without NUL? NEXT_EVENT, or OUT rejected with the place of the fault. */
int parts_check_text(struct span text, unsigned bytes, struct record *out) MUST_USE;

/* The next line into OUT->raw (without its line end), with number and offset, and its kinds of bytes into *BYTES:
 * NEXT_EVENT when it is UTF-8 without NUL and not too long, NEXT_REJECTED when not. Blank lines are
 * passed over unless BLANK. Else as format.next(). */
int parts_line(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e) MUST_USE;

/* format.position and format.seek of the formats that make at most one record of a line and remember nothing. */
void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out);
int decode_line_seek(struct decoder *d, const struct position *p, struct err *e) MUST_USE;

/* For decoders of unread bytes. Reads until the line in front is whole: 1, and *LINE is it with its newline
 * (without, at the end of the input), or SPAN_NONE when it has more than in->max bytes; 0 when nothing is
 * unread at the end of the input; else as reader_fill(). Does not depend on how the input is cut into
 * reads, so that what is made of it does not, either. */
int parts_whole_line(struct reader *in, struct span *line, struct err *e) MUST_USE;

/* ---- putting an event together ---- */

enum { QUOTED_MAX = 6 }; /* what a byte of text may take in a JSON string: \u001f */

/* Empties B and makes room for FIXED bytes and TEXT bytes in strings. NULL: E is set (out of memory). */
char *parts_room(struct buf *b, size_t fixed, size_t text, struct err *e) MUST_USE;
/* The event that ends at END of B's room goes out, unless it is longer than MAX. */
int parts_event(struct record *out, struct buf *b, const char *end, size_t max);

static inline char *put(char *to, struct span s)
{
	memcpy(to, s.p, s.n);
	return to + s.n;
}
#define PUT(to, literal) put((to), SPAN(literal))
/* S, valid UTF-8, as a JSON string. */
char *put_string(char *to, struct span s);
/* The same if nothing in S needs an escape. */
static inline char *put_plain(char *to, struct span s)
{
	*to++ = '"';
	to = put(to, s);
	*to++ = '"';
	return to;
}
/* A number if S matches JSON's number grammar, digit for digit; else a string (PLAIN: nothing in S needs
 * an escape). */
char *put_value(char *to, struct span s, bool plain);

/* True if S (a name in plain text) may not be the name of a field: names in "$sp" are the stream's own. */
static inline bool parts_reserved(struct span s)
{
	return span_starts(s, SPAN("$sp"));
}

/* Appends what S stands for when backslashes escape in it: \n \t \r \b \f \v \a \xhh \uhhhh, quote, slash,
 * backslash; any other backslash is itself. The bytes may be none of UTF-8. -1: out of memory. */
int parts_unescape(struct span s, struct buf *out) MUST_USE;
/* The same as a JSON string at TO (room for QUOTED_MAX bytes a byte), U+FFFD for what is not UTF-8, by way
 * of A and B. NULL: out of memory. */
char *put_unescaped(char *to, struct span s, struct buf *a, struct buf *b) MUST_USE;

/* A name that stands twice among the COUNT NAMES (they are sorted here): it, or SPAN_NONE. */
struct span parts_twice(struct span *names, size_t count);

/* ---- small readings ---- */

/* COUNT decimal digits at P; -1 if one of them is none. */
static inline int parts_digits(const char *p, int count)
{
	int v = 0;
	for (int i = 0; i < count; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}
/* "Jan" to "Dec" at P (three bytes): 1 to 12; 0 if it is none. */
int parts_month(const char *p);
/* hh:mm:ss at P (eight bytes) in seconds, a leap second as the one after; -1 if it is none. */
int parts_clock(const char *p);
/* Value of a hexadecimal digit, -1 if C is none. */
int parts_hex(char c);
/* Is DAY a day of MONTH in YEAR? */
bool parts_is_date(int64_t year, int month, int day);
#endif
