/* select.h -- the element of one rank, without sorting all: quickselect (Hoare, 1961), and heapsort when
 * the pivots go wrong too often (Musser's introspection, 1997), so that no input takes quadratic time.
 * Inlined, so that width and order are constants of each use. */
#ifndef FOLD_SELECT_H
#define FOLD_SELECT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SELECT_INLINE static inline __attribute__((always_inline))
enum { SELECT_WIDTH_MAX = 16 };
typedef int select_order(const void *a, const void *b, const void *context);

SELECT_INLINE void select_swap(char *a, char *b, size_t width)
{
	char t[SELECT_WIDTH_MAX];
	memcpy(t, a, width);
	memcpy(a, b, width);
	memcpy(b, t, width);
}

SELECT_INLINE void select_heapsort(char *at, uint64_t n, size_t width, select_order *order, const void *context)
{
	for (uint64_t start = n / 2, end = n; end > 1;) {
		if (start > 0)
			start--;
		else
			select_swap(at, at + --end * width, width);
		for (uint64_t i = start, child; (child = 2 * i + 1) < end; i = child) {
			if (child + 1 < end && order(at + child * width, at + (child + 1) * width, context) < 0)
				child++;
			if (order(at + i * width, at + child * width, context) >= 0)
				break;
			select_swap(at + i * width, at + child * width, width);
		}
	}
}

/* Brings the median of first, middle and last to the front of N >= 3 elements. */
SELECT_INLINE void select_pivot(char *at, uint64_t n, size_t width, select_order *order, const void *context)
{
	char *a = at + width, *b = at + n / 2 * width, *c = at + (n - 1) * width;
	if (order(a, b, context) > 0)
		select_swap(a, b, width);
	if (order(b, c, context) > 0)
		select_swap(b, c, width);
	if (order(a, b, context) > 0)
		select_swap(a, b, width);
	select_swap(at, b, width);
}

/* Splits N >= 3 elements around a pivot; returns its place: none before it is greater, none behind it less. */
SELECT_INLINE uint64_t select_split(char *at, uint64_t n, size_t width, select_order *order, const void *context)
{
	uint64_t i = 0, k = n;
	select_pivot(at, n, width, order, context);
	/* both stop at equal elements, so that many of them are split in the middle */
	for (;;) {
		do
			i++;
		while (i < n && order(at + i * width, at, context) < 0);
		do
			k--;
		while (order(at, at + k * width, context) < 0);
		if (i >= k)
			break;
		select_swap(at + i * width, at + k * width, width);
	}
	select_swap(at, at + k * width, width);
	return k;
}

/* Moves the N elements of WIDTH bytes at AT so that the one of RANK (from 0) is in its place, none before it is
 * greater and none behind it less. N = 0: nothing. */
SELECT_INLINE void select_rank(char *at, uint64_t n, size_t width, uint64_t rank, select_order *order,
	const void *context)
{
	int budget = 2 * (64 - __builtin_clzll(n | 1)) + 8;
	while (n > 16) {
		if (budget-- == 0)
			break;
		uint64_t k = select_split(at, n, width, order, context);
		if (k == rank)
			return;
		if (k > rank) {
			n = k;
		} else {
			at += (k + 1) * width;
			rank -= k + 1;
			n -= k + 1;
		}
	}
	select_heapsort(at, n, width, order, context);
}
#endif
