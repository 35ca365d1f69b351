/* floor.h -- division that rounds down. Dates before 1970 need it: their times are negative, and the operator / of C
 * rounds toward zero. */
#ifndef BASE_FLOOR_H
#define BASE_FLOOR_H
#include <stdint.h>

/* Returns the greatest integer q with q * B <= A. B > 0. */
static inline int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Returns A - B * floor_div(A, B), which is 0 or more and less than B. B > 0. */
static inline int64_t floor_mod(int64_t a, int64_t b)
{
	int64_t m = a % b;
	return m < 0 ? m + b : m;
}
#endif
