/* vec.h -- arrays that grow by doubling.
 *
 * An array is an ordinary typed pointer. Its owner keeps the count and the capacity beside it and frees it with free().
 * To append an element:
 *
 *	struct row *p = vec_room(rows, &cap, count + 1, sizeof *rows);
 *	if (!p)
 *		return err_oom(e, "rows");
 *	rows = p;
 *	rows[count++] = row; */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/err.h"
#include <stddef.h>

/* Makes room for NEED elements of SIZE bytes (SIZE > 0) in ARRAY, which has room for *CAP elements. Before the first
 * call ARRAY is NULL and *CAP is 0. Returns the array, which moves if it has to grow, and raises *CAP. New elements are
 * not initialised. Returns NULL, with ARRAY and *CAP unchanged, if memory is exhausted or NEED * SIZE does not fit
 * size_t. */
void *vec_room(void *array, size_t *cap, size_t need, size_t size) MUST_USE;
#endif
