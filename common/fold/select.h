/* select.h -- quickselect: the element of one rank in an array, without sorting the array.
 *
 * Hoare, "Algorithm 65: find" (1961): split the elements around a pivot and go on with the part that has the rank.
 * Pivots are medians of three. If they go wrong too often, which needs an input made for it, heapsort takes over
 * (Musser, "Introspective sorting and selection algorithms", 1997), so the worst case is n log n, not quadratic. The
 * functions are always inlined, so that the width of the elements and their order are constants of each use. */
#ifndef FOLD_SELECT_H
#define FOLD_SELECT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SELECT_INLINE static inline __attribute__((always_inline))
enum { SELECT_WIDTH_MAX = 16 };
/* Returns a negative number, 0 or a positive one, as *A is before, equal to or after *B. CONTEXT is the caller's. */
typedef int select_order(const void *a, const void *b, const void *context);

/* Swaps two elements of WIDTH <= SELECT_WIDTH_MAX bytes. */
SELECT_INLINE void select_swap(char *a, char *b, size_t width)
{
	char t[SELECT_WIDTH_MAX];
	memcpy(t, a, width);
	memcpy(a, b, width);
	memcpy(b, t, width);
}

/* Sorts N elements: the first half of the rounds makes a heap, each later one moves its top to the end. */
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

/* Moves the median of the second, the middle and the last of N >= 3 elements to the front. */
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

/* Splits N >= 3 elements around a pivot and returns its index: no element before it is greater, none after it is
 * less. */
SELECT_INLINE uint64_t select_split(char *at, uint64_t n, size_t width, select_order *order, const void *context)
{
	uint64_t i = 0, k = n;
	select_pivot(at, n, width, order, context);
	/* both scans stop at elements equal to the pivot, so that many equal ones are divided evenly */
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

/* Moves the N elements of WIDTH bytes at AT so that the one of RANK (from 0) is where sorting would put it, no element
 * before it is greater, and none after it is less. N may be 0. */
SELECT_INLINE void select_rank(char *at, uint64_t n, size_t width, uint64_t rank, select_order *order,
	const void *context)
{
	/* twice the splits that halving would take, and some */
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
