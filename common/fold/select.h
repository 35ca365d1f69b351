/* select.h -- quickselect: finds the element of one rank in an array, without sorting all of it.
 *
 * Hoare, "Algorithm 65: find" (1961): split the elements around a pivot, and continue with the part that contains the
 * rank. Pivots are medians of three. An attacker can choose values that give bad pivots again and again. Then heapsort
 * takes over (Musser, "Introspective sorting and selection algorithms", 1997), so the worst case is n log n and not
 * quadratic. The functions are always inlined, so that the width of the elements and their order are constants in each
 * use. */
#ifndef FOLD_SELECT_H
#define FOLD_SELECT_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define SELECT_INLINE static inline __attribute__((always_inline))
enum { SELECT_WIDTH_MAX = 16 };
/* Returns a negative number, 0 or a positive number if *A is before, equal to or after *B. CONTEXT is what was
 * passed to select_rank(). */
typedef int select_order(const void *a, const void *b, const void *context);

/* Swaps two elements of WIDTH <= SELECT_WIDTH_MAX bytes. */
SELECT_INLINE void select_swap(char *a, char *b, size_t width)
{
	char t[SELECT_WIDTH_MAX];
	memcpy(t, a, width);
	memcpy(a, b, width);
	memcpy(b, t, width);
}

/* Sorts the N elements at ARRAY by heapsort. The first rounds make a heap. Each later round moves the top of the heap
 * to the end. */
SELECT_INLINE void select_heapsort(char *array, uint64_t n, size_t width, select_order *order, const void *context)
{
	for (uint64_t start = n / 2, end = n; end > 1;) {
		if (start > 0)
			start--;
		else
			select_swap(array, array + --end * width, width);
		for (uint64_t i = start, child; (child = 2 * i + 1) < end; i = child) {
			if (child + 1 < end && order(array + child * width, array + (child + 1) * width, context) < 0)
				child++;
			if (order(array + i * width, array + child * width, context) >= 0)
				break;
			select_swap(array + i * width, array + child * width, width);
		}
	}
}

/* Moves the median of the second, the middle and the last of N >= 3 elements to the front. */
SELECT_INLINE void select_pivot(char *array, uint64_t n, size_t width, select_order *order, const void *context)
{
	char *a = array + width, *b = array + n / 2 * width, *c = array + (n - 1) * width;
	if (order(a, b, context) > 0)
		select_swap(a, b, width);
	if (order(b, c, context) > 0)
		select_swap(b, c, width);
	if (order(a, b, context) > 0)
		select_swap(a, b, width);
	select_swap(array, b, width);
}

/* Splits N >= 3 elements around a pivot and returns the index of the pivot. No element before the pivot is greater, and
 * none after it is less. */
SELECT_INLINE uint64_t select_split(char *array, uint64_t n, size_t width, select_order *order, const void *context)
{
	uint64_t i = 0, k = n;
	select_pivot(array, n, width, order, context);
	/* Both scans stop at elements equal to the pivot, so that many equal elements are divided evenly. */
	for (;;) {
		do
			i++;
		while (i < n && order(array + i * width, array, context) < 0);
		do
			k--;
		while (order(array, array + k * width, context) < 0);
		if (i >= k)
			break;
		select_swap(array + i * width, array + k * width, width);
	}
	select_swap(array, array + k * width, width);
	return k;
}

/* Reorders the N elements of WIDTH bytes at ARRAY. The element of rank RANK (from 0) gets the place where sorting would
 * put it; no element before it is greater, and none after it is less. N may be 0. */
SELECT_INLINE void select_rank(char *array, uint64_t n, size_t width, uint64_t rank, select_order *order,
	const void *context)
{
	/* If every split halved the elements, log2(N) splits would be enough. The budget is twice as many and a few
	 * more. Heapsort sorts what is left after these splits. */
	int budget = 2 * (64 - __builtin_clzll(n | 1)) + 8;
	while (n > 16) {
		if (budget-- == 0)
			break;
		uint64_t k = select_split(array, n, width, order, context);
		if (k == rank)
			return;
		if (k > rank) {
			n = k;
		} else {
			array += (k + 1) * width;
			rank -= k + 1;
			n -= k + 1;
		}
	}
	select_heapsort(array, n, width, order, context);
}
#endif
