/* json_places_avx2.h -- finding the members of an event at their known places. Included by json_avx2.c. */
#include "text/json_pick_parts.h"
#include <immintrin.h>

/* A walk over the quotes of an event, 64 bytes at a time. */
struct quote_walk {
	const char *at, *end; /* the block begins here; of the event, whose last brace stands in front of END */
	uint64_t quotes;      /* of the block, from number NEXT on */
	uint64_t others;      /* what makes the event not flat */
	unsigned next;
};

static inline __m256i unflat_marks(__m256i v)
{
	__m256i w = _mm256_or_si256(v, _mm256_set1_epi8(0x20)); /* [ is {, ] is } */
	return _mm256_or_si256(is(v, '\\'), _mm256_or_si256(is(w, '{'), is(w, '}')));
}

/* The marks of two halves of an event of fewer than 64 bytes, of which the second ends where the event does; it begins
 * SHIFT bytes behind the first. */
static inline void overlapping(struct quote_walk *w, uint32_t quotes[2], uint32_t others[2], unsigned shift)
{
	w->quotes = quotes[0] | (uint64_t)quotes[1] << shift;
	w->others = others[0] | (uint64_t)others[1] << shift;
}

static inline uint32_t mask_of(__m256i v)
{
	return (uint32_t)_mm256_movemask_epi8(v);
}

/* Reads the whole event, of 16 to 63 bytes. */
static inline void short_block(struct quote_walk *w)
{
	size_t n = (size_t)(w->end - w->at);
	if (n >= 32) {
		__m256i low = load(w->at), high = load(w->end - 32);
		overlapping(w, (uint32_t[]){ mask_of(is(low, '"')), mask_of(is(high, '"')) },
			(uint32_t[]){ mask_of(unflat_marks(low)), mask_of(unflat_marks(high)) }, (unsigned)n - 32);
	} else {
		const __m128i *low = (const __m128i *)(const void *)w->at, *high = (const __m128i *)(const void *)(w->end - 16);
		__m256i both = _mm256_set_m128i(_mm_loadu_si128(high), _mm_loadu_si128(low));
		uint32_t quotes = mask_of(is(both, '"')), others = mask_of(unflat_marks(both));
		overlapping(w, (uint32_t[]){ quotes & 0xffff, quotes >> 16 }, (uint32_t[]){ others & 0xffff, others >> 16 },
			(unsigned)n - 16);
	}
	w->others &= ~(UINT64_C(1) << (n - 1)); /* the last brace */
}

/* Reads the block at w->at; the event has 64 bytes at least. */
static inline void quote_block(struct quote_walk *w)
{
	size_t left = (size_t)(w->end - w->at), behind = left < 64 ? 64 - left : 0;
	__m256i low = load(w->at - behind), high = load(w->at - behind + 32);
	w->quotes = two_halves(is(low, '"'), is(high, '"')) >> behind;
	w->others = two_halves(unflat_marks(low), unflat_marks(high)) >> behind;
	if (left <= 64)
		w->others &= ~(UINT64_C(1) << (left - 1)); /* the last brace */
}

/* Where quote number N stands, not in front of the last one asked for; NULL if there is none, or something in front
 * of its block is not flat. */
static HOT const char *quote_at(struct quote_walk *w, unsigned n)
{
	unsigned skip = n - w->next, here;
	while ((here = (unsigned)__builtin_popcountll(w->quotes)) <= skip) {
		if (w->others || w->end - w->at <= 64)
			return NULL;
		skip -= here;
		w->next += here;
		w->at += 64;
		quote_block(w);
	}
	w->next = n;
	w->quotes = _pdep_u64(~UINT64_C(0) << skip, w->quotes);
	return w->at + __builtin_ctzll(w->quotes);
}

static inline bool same_text(const struct place *k, const char *p, const char *end)
{
	if (end - p < PLACE_BYTES)
		return end - p > k->len && bytes_eq(p, k->text, k->len);
	uint32_t same = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(load(p), load(k->text)));
	return _bzhi_u32(~same, k->len) == 0;
}

/* The value at P, behind the name whose quote has number N; SPAN_NONE if it is not flat, or spaced. */
static HOT struct span place_value(struct quote_walk *w, const char *p, unsigned n)
{
	if (*p == '"') {
		const char *q = quote_at(w, n + 3);
		return q && (q[1] == ',' || q[1] == '}') ? (struct span){ p, (size_t)(q - p) + 1 } : SPAN_NONE;
	}
	const char *q = quote_at(w, n + 2); /* of the next name */
	const char *stop = q ? q - 1 : w->end - 1;
	if (q ? *stop != ',' : w->others || w->end - w->at > 64)
		return SPAN_NONE;
	if (stop <= p || (unsigned char)*p <= ' ' || (unsigned char)stop[-1] <= ' ')
		return SPAN_NONE;
	return (struct span){ p, (size_t)(stop - p) };
}

/* Sets k->found if all roots stand where they did and nothing up to there is nested, escaped or spaced. */
static HOT bool pick_places(struct json_pick *k, const char *base, const char *end)
{
	const struct places *known = &k->places;
	struct quote_walk w = { .at = base, .end = end };
	const char *last = base;
	if (end - base < 16)
		return false;
	if (end - base < 64)
		short_block(&w);
	else
		quote_block(&w);
	w.others &= ~UINT64_C(1); /* the first brace */
	for (unsigned i = 0; i < known->count; i++) {
		const struct place *at = &known->place[i];
		const char *p = quote_at(&w, at->quote);
		if (!p || !same_text(at, p - 1, end))
			return false;
		struct span v = place_value(&w, p - 1 + at->len, at->quote);
		if (!v.p)
			return false;
		k->found[at->root] = v;
		last = v.p + v.n;
	}
	/* A number may end in front of the block in which the next quote stands. */
	return last <= w.at || _bzhi_u64(w.others, (unsigned)(last - w.at)) == 0;
}
