/* decode_line.c -- what the decoders share. */
#include "sp-capture/format/decode_line.h"
#include "text/number.h"
#include "text/utf8.h"
#include <inttypes.h>
#include <stdarg.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { SLACK = 16 }; /* copying may write so many bytes behind what it has to */

int parts_reject(struct record *out, const char *kind, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(out->why, sizeof out->why, format, ap);
	va_end(ap);
	out->kind = kind;
	return NEXT_REJECTED;
}

static unsigned bytes_of(unsigned char c)
{
	return c < 0x20 ? BYTES_CONTROL : c == '\\' ? BYTES_SLASH : c == '"' ? BYTES_QUOTE : c & 0x80 ? BYTES_HIGH : 0;
}

unsigned parts_bytes(struct span text)
{
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

int parts_check_text(struct span text, unsigned bytes, struct record *out)
{
	const char *nul = bytes & BYTES_CONTROL ? memchr(text.p, '\0', text.n) : NULL;
	if (nul)
		return parts_reject(out, "NUL", "NUL at byte %zu", (size_t)(nul - text.p) + 1);
	size_t good = bytes & BYTES_HIGH ? utf8_valid(text) : text.n;
	if (good < text.n)
		return parts_reject(out, "not UTF-8", "not UTF-8 at byte %zu (0x%02x)", good + 1,
			(unsigned)(unsigned char)text.p[good]);
	return NEXT_EVENT;
}

int parts_line(struct reader *in, bool blank, struct record *out, unsigned *bytes, struct err *e)
{
	struct line line;
	int r;
	do {
		r = reader_next(in, &line, e);
		if (r != 1)
			return r;
	} while (!blank && !line.too_long && line_is_blank(line.text));
	if (line.text.n > 0 && line.text.p[line.text.n - 1] == '\r')
		line.text.n--;
	out->raw = line.text;
	out->number = line.number;
	out->offset = line.offset;
	if (line.too_long)
		return parts_reject(out, "line too long", "longer than %zu bytes (see --max-event)", in->max);
	*bytes = parts_bytes(line.text);
	return parts_check_text(line.text, *bytes, out);
}

int parts_whole_line(struct reader *in, struct span *line, struct err *e)
{
	for (;;) {
		const char *newline = memchr(in->p + in->scanned, '\n', in->to - in->scanned);
		in->scanned = newline ? (size_t)(newline - in->p) : in->to;
		size_t n = in->scanned - in->from;
		if (newline || n > in->max || in->eof) {
			*line = n > in->max ? SPAN_NONE : (struct span){ in->p + in->from, n + (newline != NULL) };
			return newline || n > 0;
		}
		int r = reader_fill(in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
	}
}

void decode_line_position(const struct decoder *d, const struct reader *in, struct position *out)
{
	(void)d;
	*out = (struct position){ .offset = in->offset, .number = in->number };
}

int decode_line_seek(struct decoder *d, const struct position *p, struct err *e)
{
	(void)d;
	return p->skip == 0 && p->state == 0 ? 0 : err_set(e, EX_DATAERR, "not a position of this format");
}

char *parts_room(struct buf *b, size_t fixed, size_t text, struct err *e)
{
	buf_reset(b);
	char *p = buf_room(b, fixed + QUOTED_MAX * text + SLACK);
	if (!p)
		err_set(e, EX_OSERR, "out of memory for an event made of %zu bytes", text);
	return p;
}

int parts_event(struct record *out, struct buf *b, const char *end, size_t max)
{
	b->n = (size_t)(end - b->p);
	out->event = buf_span(b);
	out->checked = true;
	if (b->n > max)
		return parts_reject(out, "event too long",
			"makes an event of %zu bytes, the limit is %zu (see --max-event)", b->n, max);
	return NEXT_EVENT;
}

static bool must_escape(unsigned char c)
{
	return c == '"' || c == '\\' || c < 0x20;
}

#define EACH_BYTE UINT64_C(0x0101010101010101)

/* Does one of the eight bytes of V need an escape? ("Bit Twiddling Hacks": zero bytes, bytes less than n) */
static bool any_escape(uint64_t v)
{
	uint64_t quote = v ^ EACH_BYTE * '"', slash = v ^ EACH_BYTE * '\\';
	uint64_t low = (v - EACH_BYTE * 0x20) & ~v;
	return ((low | ((quote - EACH_BYTE) & ~quote) | ((slash - EACH_BYTE) & ~slash)) & EACH_BYTE * 0x80) != 0;
}

/* Copies the bytes at P that need no escape, up to N, and tells how many. Up to 16 bytes more may be
 * written behind them (SLACK). */
static size_t copy_plain(char *to, const char *p, size_t n)
{
	size_t i = 0;
	uint64_t v;
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), low = _mm_set1_epi8(0x1f);
	for (; n - i >= 16; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i bad = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(x, low), x),
			_mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, slash)));
		unsigned mask = (unsigned)_mm_movemask_epi8(bad);
		_mm_storeu_si128((__m128i *)(void *)(to + i), x);
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
	for (; n - i >= 8; i += 8) {
		memcpy(&v, p + i, 8);
		if (any_escape(v))
			break;
		memcpy(to + i, &v, 8);
	}
	if (n >= 8 && n - i < 8) { /* the last eight, some of them for the second time */
		memcpy(&v, p + n - 8, 8);
		if (!any_escape(v)) {
			memcpy(to + n - 8, &v, 8);
			return n;
		}
	} else if (n >= 4 && n < 8) { /* the first four and the last four */
		uint32_t first, last;
		memcpy(&first, p, 4);
		memcpy(&last, p + n - 4, 4);
		if (!any_escape((uint64_t)last << 32 | first)) {
			memcpy(to, &first, 4);
			memcpy(to + n - 4, &last, 4);
			return n;
		}
	}
	for (; i < n && !must_escape((unsigned char)p[i]); i++)
		to[i] = p[i];
	return i;
}

static char *put_escape(char *to, unsigned char c)
{
	static const char letters[] = "\bb\ff\nn\rr\tt\"\"\\\\", hex[] = "0123456789abcdef";
	*to++ = '\\';
	for (const char *l = letters; *l; l += 2) {
		if ((unsigned char)*l == c) {
			*to++ = l[1];
			return to;
		}
	}
	to = PUT(to, "u00");
	*to++ = hex[c >> 4];
	*to++ = hex[c & 15];
	return to;
}

char *put_string(char *to, struct span s)
{
	const char *p = s.p, *end = s.p + s.n;
	*to++ = '"';
	for (;;) {
		size_t run = copy_plain(to, p, (size_t)(end - p));
		to += run;
		p += run;
		if (p == end)
			break;
		to = put_escape(to, (unsigned char)*p++);
	}
	*to++ = '"';
	return to;
}

/* A number without more ado: up to 18 digits, no zero in front of others. */
static bool is_integer(struct span s)
{
	if (s.n > 18 || (s.p[0] == '0' && s.n > 1))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

char *put_value(char *to, struct span s, bool plain)
{
	bool maybe = s.n > 0 && ((s.p[0] >= '0' && s.p[0] <= '9') || s.p[0] == '-');
	return maybe && (is_integer(s) || num_valid(s)) ? put(to, s) : plain ? put_plain(to, s) : put_string(to, s);
}

static int hex4(struct span s, size_t at)
{
	int v = 0;
	for (size_t i = at; i < at + 4; i++) {
		int digit = i < s.n ? parts_hex(s.p[i]) : -1;
		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

static char *put_utf8(char *to, unsigned c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 63));
		}
		*to++ = (char)(0x80 | (c >> 6 & 63));
	}
	*to++ = (char)(0x80 | (c & 63));
	return to;
}

/* The escape \uhhhh at S[I], or a pair of them: its bytes at TO, *I behind it; NULL if it is none. */
static char *unicode_escape(struct span s, size_t *i, char *to)
{
	int c = hex4(s, *i + 2);
	if (c < 0)
		return NULL;
	*i += 6;
	unsigned v = (unsigned)c;
	if (v >= 0xd800 && v < 0xe000) {
		int low = *i + 1 < s.n && s.p[*i] == '\\' && s.p[*i + 1] == 'u' ? hex4(s, *i + 2) : -1;
		bool pair = v < 0xdc00 && low >= 0xdc00 && low < 0xe000;
		v = pair ? 0x10000 + ((v - 0xd800) << 10 | ((unsigned)low - 0xdc00)) : 0xfffd;
		*i += pair ? 6 : 0;
	}
	return put_utf8(to, v);
}

/* The escape at S[*I], as unicode_escape(). */
static char *escape(struct span s, size_t *i, char *to)
{
	static const char letters[] = "n\nt\tr\rb\bf\fv\va\a\"\"\\\\//";
	char c = *i + 1 < s.n ? s.p[*i + 1] : '\0';
	if (c == 'u')
		return unicode_escape(s, i, to);
	if (c == 'x') {
		int high = *i + 3 < s.n ? parts_hex(s.p[*i + 2]) : -1, low = high < 0 ? -1 : parts_hex(s.p[*i + 3]);
		if (low < 0)
			return NULL;
		*to++ = (char)(high << 4 | low);
		*i += 4;
		return to;
	}
	for (const char *l = letters; *l; l += 2) {
		if (*l == c) {
			*to++ = l[1];
			*i += 2;
			return to;
		}
	}
	return NULL;
}

int parts_unescape(struct span s, struct buf *out)
{
	char *start = buf_room(out, s.n + 1), *to = start;
	if (!to)
		return -1;
	for (size_t i = 0; i < s.n;) {
		char *after = s.p[i] == '\\' ? escape(s, &i, to) : NULL;
		if (after)
			to = after;
		else
			*to++ = s.p[i++];
	}
	out->n += (size_t)(to - start);
	return 0;
}

char *put_unescaped(char *to, struct span s, struct buf *a, struct buf *b)
{
	if (s.n == 0 || !memchr(s.p, '\\', s.n))
		return put_string(to, s);
	buf_reset(a);
	buf_reset(b);
	if (parts_unescape(s, a) < 0 || json_quote(buf_span(a), b) < 0)
		return NULL;
	return put(to, buf_span(b));
}

static int compare_names(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->n ? memcmp(x->p, y->p, x->n) : 0;
}

struct span parts_twice(struct span *names, size_t count)
{
	enum { FEW = 24 }; /* for so many comparing all pairs is faster than sorting */
	if (count <= FEW) {
		for (size_t i = 1; i < count; i++)
			for (size_t j = 0; j < i; j++)
				if (span_eq(names[i], names[j]))
					return names[i];
		return SPAN_NONE;
	}
	qsort(names, count, sizeof *names, compare_names);
	for (size_t i = 1; i < count; i++)
		if (span_eq(names[i], names[i - 1]))
			return names[i];
	return SPAN_NONE;
}

int parts_month(const char *p)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (memcmp(names + (size_t)i * 3, p, 3) == 0)
			return i + 1;
	return 0;
}

int parts_clock(const char *p)
{
	int h = parts_digits(p, 2), m = parts_digits(p + 3, 2), s = parts_digits(p + 6, 2);
	if (p[2] != ':' || p[5] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
		return -1;
	return h * 3600 + m * 60 + s;
}

int parts_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parts_is_date(int64_t year, int month, int day)
{
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	int64_t y;
	int m, d;
	time_civil_from_days(time_days_from_civil(year, month, day), &y, &m, &d);
	return y == year && m == month && d == day;
}
