/* vec.h -- arrays that grow by doubling.
 *
 * The array stays an ordinary typed pointer with its count and capacity beside it, owned by the caller and released by
 * free(). To append:
 *
 *	struct row *p = vec_room(rows, &cap, count + 1, sizeof *rows);
 *	if (!p)
 *		return err_oom(e, "rows");
 *	rows = p;
 *	rows[count++] = row;
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/err.h"
#include <stddef.h>

/* Makes room for NEED elements of SIZE bytes (SIZE > 0) in ARRAY, which was allocated for *CAP of them (NULL and 0 at
 * first). Returns the array, moved if it had to grow, with *CAP raised; new elements are not initialised. Returns NULL
 * when memory is exhausted or NEED * SIZE does not fit into size_t: ARRAY and *CAP are as before. */
void *vec_room(void *array, size_t *cap, size_t need, size_t size) MUST_USE;
#endif
