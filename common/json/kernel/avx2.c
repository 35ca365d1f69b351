/* avx2.c -- the kernel that uses AVX2, BMI and BMI2.
 *
 * The whole file is compiled for these instructions, so no function in it may run before json_kernel() has checked that
 * the processor has them. All functions are static and are called only through the table at the end. */
#include "json/kernel/dispatch.h"
#ifdef JSON_AVX2
#include "json/paths_internal.h"
#include "json/dup_names.h"
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#else
#pragma GCC target("avx2,bmi,bmi2")
#endif
#include "json/kernel/scan_avx2.inc"
#include "json/kernel/check.inc"
#include "json/kernel/paths.inc"
#include "json/kernel/shape_cache_avx2.inc"

/* Sets k->found to the values of the roots, the wanted members at the top level of EVENT. First looks where the roots
 * were in the last event, because they are usually there again. Returns 0; -1 if EVENT cannot be read. */
static int find_members_cached(struct json_paths *k, struct span event)
{
	const char *end = event.p + event.n;
	if (k->shape.count > 0 && event.n > 0 && *event.p == '{' && end[-1] == '}' && find_by_shape(k, event.p, end)) {
		k->shape.missed -= k->shape.missed > 0;
		return 0;
	}
	int r = find_members(k, event);
	if (r == 0 && k->root_count > 0)
		json_shape_cache_learn(&k->shape, event, k->found, k->root_count);
	return r;
}
#ifdef __clang__
#pragma clang attribute pop
#endif

const struct json_kernel json_kernel_avx2 = { .check = check,
	.check_value = check_value,
	.find_members = find_members_cached,
	.skip = skip };
#else
typedef int json_avx2_not_here; /* ISO C forbids an empty file */
#endif
