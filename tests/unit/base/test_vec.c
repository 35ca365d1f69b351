/* test_vec.c -- arrays that grow: contents survive, capacities double, an overflow is refused. */
#include "base/vec.h"
#include "check.h"
#include <stdint.h>
#include <stdlib.h>

int main(void)
{
	int *v = NULL;
	size_t cap = 0;
	for (int i = 0; i < 1000; i++) {
		int *p = vec_room(v, &cap, (size_t)i + 1, sizeof *v);
		CHECK(p != NULL && cap > (size_t)i);
		v = p;
		v[i] = i;
	}
	for (int i = 0; i < 1000; i++)
		CHECK(v[i] == i);
	CHECK(cap == 1024);
	CHECK(vec_room(v, &cap, 10, sizeof *v) == v && cap == 1024);
	CHECK(vec_room(v, &cap, SIZE_MAX / 2, sizeof *v) == NULL && cap == 1024);
	free(v);
	return check_end();
}
