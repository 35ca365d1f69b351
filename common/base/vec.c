/* vec.c -- arrays that grow by doubling, so that appending N elements copies fewer than 2N. */
#include "base/vec.h"
#include <stdint.h>
#include <stdlib.h>

enum { VEC_FIRST = 8 }; /* elements allocated at first */

void *vec_room(void *array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap && array)
		return array;
	size_t n = *cap < VEC_FIRST ? VEC_FIRST : *cap;
	/* If doubling N would overflow, N becomes NEED. The test below or realloc(3) then refuses so large a size. */
	while (n < need)
		n = n > SIZE_MAX / 2 ? need : n * 2;
	if (n > SIZE_MAX / size)
		return NULL;
	void *p = realloc(array, n * size);
	if (p)
		*cap = n;
	return p;
}
