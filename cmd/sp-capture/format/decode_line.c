/* decode_line.c -- reads a line for a decoder.
 *
 * One pass over the line finds the kinds of bytes in it. A line of ASCII, as most lines are, needs no check for UTF-8.
 * A line without quotes, backslashes and control characters can be written as JSON without a search for bytes to
 * escape. */
#include "sp-capture/format/decode_line.h"
#include "text/utf8.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Returns the kind of the byte C as one bit, or 0 if C is of no kind. */
static unsigned bytes_of(unsigned char c)
{
	return c < 0x20 ? BYTES_CONTROL : c == '\\' ? BYTES_SLASH : c == '"' ? BYTES_QUOTE : c & 0x80 ? BYTES_HIGH : 0;
}

unsigned decode_line_bytes(struct span text)
{
	/* The loop reads 16 bytes at a time and never stops early. Most lines are short, so the tests for an early
	 * stop would cost more than they save. */
	unsigned found = 0;
	size_t i = 0;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), low = _mm_set1_epi8(0x1f);
	__m128i high = _mm_setzero_si128(), control = high, slashes = high, quotes = high;
	for (; text.n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(text.p + i));
		high = _mm_or_si128(high, v);
		control = _mm_or_si128(control, _mm_cmpeq_epi8(_mm_min_epu8(v, low), v));
		slashes = _mm_or_si128(slashes, _mm_cmpeq_epi8(v, slash));
		quotes = _mm_or_si128(quotes, _mm_cmpeq_epi8(v, quote));
	}
	found = (_mm_movemask_epi8(high) ? BYTES_HIGH : 0u) | (_mm_movemask_epi8(control) ? BYTES_CONTROL : 0u) |
		(_mm_movemask_epi8(slashes) ? BYTES_SLASH : 0u) | (_mm_movemask_epi8(quotes) ? BYTES_QUOTE : 0u);
#endif
	for (; i < text.n; i++)
		found |= bytes_of((unsigned char)text.p[i]);
	return found;
}

/* Returns true if TEXT begins like ASCII text in UTF-16 with the low byte first. In UTF-16 a newline has two bytes, and
 * the second is NUL. Lines are cut between the two bytes, so TEXT may begin with this NUL. */
static bool like_utf16(struct span text)
{
	size_t start = text.n > 0 && text.p[0] == '\0';
	return text.n >= start + 4 && text.p[start] && !text.p[start + 1] && text.p[start + 2] && !text.p[start + 3];
}

int decode_line_check_text(struct span text, unsigned bytes, struct record *out)
{
	/* Most lines are ASCII without control characters. Such a line has no NUL and is valid UTF-8, so it needs no
	 * search. */
	const char *nul = bytes & BYTES_CONTROL ? memchr(text.p, '\0', text.n) : NULL;
	if (nul)
		return record_reject(out, "NUL", "NUL at byte %zu%s", (size_t)(nul - text.p) + 1,
			like_utf16(text) ? ": if this is UTF-16, convert it first: iconv -f UTF-16LE -t UTF-8" : "");
	size_t good = bytes & BYTES_HIGH ? utf8_valid(text) : text.n;
	if (good < text.n)
		return record_reject(out, "not UTF-8", "not UTF-8 at byte %zu (0x%02x)", good + 1,
			(unsigned)(unsigned char)text.p[good]);
	return NEXT_EVENT;
}

int decode_line_next(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e)
{
	struct line line;
	int r;
	do {
		r = reader_next(in, &line, e);
		if (r != NEXT_EVENT)
			return r;
	} while (!blank && !line.too_long && line_is_blank(line.text));
	/* Files from Windows have the line end "\r\n". */
	if (line.text.n > 0 && line.text.p[line.text.n - 1] == '\r')
		line.text.n--;
	/* Set raw, number and offset before the checks, because a rejected record needs them as well. */
	out->raw = line.text;
	out->number = line.number;
	out->offset = line.offset;
	/* Reject a line that is too long before all other checks, because the reader has kept only its beginning. */
	if (line.too_long)
		return record_reject(out, "line too long", "longer than %zu bytes (see --max-event)", in->max);
	*bytes = decode_line_bytes(line.text);
	return decode_line_check_text(line.text, *bytes, out);
}

int decode_line_whole(struct reader *in, struct span *line, struct err *e)
{
	/* The unread bytes before in->scanned contain no newline and are not searched again. */
	for (;;) {
		const char *newline = memchr(in->p + in->scanned, '\n', in->to - in->scanned);
		in->scanned = newline ? (size_t)(newline - in->p) : in->to;
		size_t n = in->scanned - in->from;
		if (newline || n > in->max || in->eof) {
			*line = n > in->max ? SPAN_NONE : (struct span){ in->p + in->from, n + (newline != NULL) };
			/* If the rest of the line may still come, the line stays unread. */
			return newline || (n > 0 && !(in->stopped && n <= in->max));
		}
		int r = reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
	}
}

/* Sets *OUT to the offset of the reader. The reader consumes only complete lines, so this is the end of the last
 * record, or of blank lines after the record. */
void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out)
{
	(void)d;
	*out = (struct position){ .offset = in->offset, .number = in->number };
}

/* Accepts P if its members skip and state are 0. Nothing has to be restored, because the caller has already moved the
 * reader to P. Returns 0, or -1 with EX_DATAERR. */
int decode_line_seek(struct decoder *d, const struct position *p, struct err *e)
{
	(void)d;
	return p->skip == 0 && p->state == 0 ? 0 : err_set(e, EX_DATAERR, "the position is not one of this format");
}
