/* json_kernel_avx2.h -- the kernel of json_kernel_plain.h, 64 bytes at a time.
 *
 * Finding the end of one value, then of the next, is a chain of waiting: load, compare, mask, count. So 64
 * bytes are classified at once, and while positions stay in that window the next stop is a shift and a count
 * of zeros in a register. A window never reaches out of the text: the last one begins 64 bytes before its
 * end, and a shorter text is copied. */
#include "text/json_runs.h"
#include <immintrin.h>

enum { WINDOW = 64 };

/* One bit a byte of a window, for either thing that a set of marks is about. */
struct marks {
	uint64_t first, second;
};

struct window {
	const char *base, *end; /* the text */
	const char *at;         /* the window begins here */
	struct marks marks;
};

static inline __m256i is(__m256i v, char c)
{
	return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
}

/* At ", \, and below 0x20; compared as signed, bytes from 0x80 are below 0x20 too. */
static inline __m256i string_marks(__m256i v)
{
	__m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(0x20), v);
	return _mm256_or_si256(low, _mm256_or_si256(is(v, '"'), is(v, '\\')));
}

/* At what is no digit. */
static inline __m256i number_marks(__m256i v)
{
	__m256i d = _mm256_sub_epi8(v, _mm256_set1_epi8('0'));
	return _mm256_cmpeq_epi8(_mm256_max_epu8(d, _mm256_set1_epi8(10)), d);
}

static inline __m256i quote_marks(__m256i v)
{
	return _mm256_or_si256(is(v, '"'), is(v, '\\'));
}

/* As json_ends_scalar(). */
static inline __m256i scalar_marks(__m256i v)
{
	__m256i low = _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(0x20)), v);
	__m256i close = is(_mm256_or_si256(v, _mm256_set1_epi8(0x20)), '}'); /* ] and } */
	return _mm256_or_si256(low, _mm256_or_si256(is(v, ','), close));
}

/* At quotes and brackets. */
static inline __m256i nested_marks(__m256i v)
{
	__m256i w = _mm256_or_si256(v, _mm256_set1_epi8(0x20)); /* [ is {, ] is } */
	return _mm256_or_si256(is(v, '"'), _mm256_or_si256(is(w, '{'), is(w, '}')));
}

static inline __m256i load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Does the text at P begin with RUN? The bytes of a run are followed by others that belong to it, too. */
static HOT bool run_at(const struct json_run *run, const char *p, const char *end)
{
	if (end - p < 32 || run->len > 32)
		return json_run_at(run, p, end);
	uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(p), load(run->bytes)));
	return _bzhi_u32(~same, run->len) == 0 && run->len > 0;
}

static inline uint64_t two_halves(__m256i low, __m256i high)
{
	return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

/* The marks of the 64 bytes at P. */
static inline struct marks marks_of(const char *p, enum mark_set set)
{
	__m256i low = load(p), high = load(p + 32);
	if (set == MARKS_CHECK)
		return (struct marks){ two_halves(string_marks(low), string_marks(high)),
			two_halves(number_marks(low), number_marks(high)) };
	uint64_t quotes = two_halves(quote_marks(low), quote_marks(high));
	if (set == MARKS_PICK)
		return (struct marks){ quotes, two_halves(scalar_marks(low), scalar_marks(high)) };
	return (struct marks){ quotes, two_halves(nested_marks(low), nested_marks(high)) };
}

/* The marks of a text shorter than a window; there are marks behind its end, too. */
static RARE struct marks marks_of_short(const char *p, size_t n, enum mark_set set)
{
	char copy[WINDOW] = { 0 };
	memcpy(copy, p, n);
	uint64_t beyond = ~UINT64_C(0) << n;
	struct marks m = marks_of(copy, set);
	return (struct marks){ m.first | beyond, m.second | beyond };
}

/* Moves the window to P, or as near as the text's end allows. */
static HOT void window_move(struct window *w, const char *p, enum mark_set set)
{
	if (w->end - w->base < WINDOW) {
		w->at = w->base;
		w->marks = marks_of_short(w->base, (size_t)(w->end - w->base), set);
	} else {
		w->at = w->end - p < WINDOW ? w->end - WINDOW : p;
		w->marks = marks_of(w->at, set);
	}
}

static inline struct window window_over(const char *base, const char *end, enum mark_set set)
{
	struct window w = { .base = base, .end = end };
	window_move(&w, base, set);
	return w;
}

/* The first byte from P on that has the mark, or the text's end. */
static HOT const char *window_next(struct window *w, const char *p, bool second, enum mark_set set)
{
	for (;;) {
		if (p - w->at >= WINDOW) {
			if (p == w->end)
				return p;
			window_move(w, p, set);
		}
		uint64_t m = (second ? w->marks.second : w->marks.first) >> (p - w->at);
		if (m)
			return p + __builtin_ctzll(m);
		p = w->at + WINDOW;
	}
}

static inline const char *string_stop(struct window *w, const char *p)
{
	return window_next(w, p, false, MARKS_CHECK);
}

static inline const char *quote_stop(struct window *w, const char *p, enum mark_set set)
{
	return window_next(w, p, false, set);
}

static inline const char *scalar_stop(struct window *w, const char *p)
{
	return window_next(w, p, true, MARKS_PICK);
}

static inline const char *nested_stop(struct window *w, const char *p)
{
	return window_next(w, p, true, MARKS_NESTED);
}

/* Behind the number at P if it is a valid one without exponent that ends inside of a window; NULL: look
 * closer. */
static HOT const char *number_stop(struct window *w, const char *p)
{
	p += *p == '-';
	uint64_t stops = p - w->at < WINDOW ? w->marks.second >> (p - w->at) : 0;
	if ((stops & (stops - 1)) == 0) { /* the point and what ends the number may lie further on */
		if (p == w->end)
			return NULL;
		window_move(w, p, MARKS_CHECK);
		stops = w->marks.second >> (p - w->at);
		if (stops == 0)
			return NULL;
	}
	int n = __builtin_ctzll(stops);
	if (p + n == w->end || n == 0 || (*p == '0' && n > 1))
		return NULL;
	if (p[n] == '.') {
		int point = n;
		stops &= stops - 1;
		if (stops == 0)
			return NULL;
		n = __builtin_ctzll(stops);
		if (n == point + 1 || p + n == w->end)
			return NULL;
	}
	return (p[n] | 0x20) == 'e' ? NULL : p + n;
}
