/* dispatch.c -- choosing the kernel.
 *
 * The choice is made at run time, so that one binary runs on every x86-64 processor and is fast on those with AVX2
 * (made since 2013). SP_PLAIN is for tests, which compare both kernels, and for debugging. */
#include "json/kernel/dispatch.h"

/* Returns true if SP_PLAIN in the environment asks for the plain kernel. */
static bool plain_wanted(void)
{
	const char *s = getenv("SP_PLAIN");
	return s && *s && strcmp(s, "0") != 0;
}

const struct json_kernel *json_kernel(void)
{
	static const struct json_kernel *chosen;
	if (!chosen) {
		chosen = &json_kernel_plain;
#ifdef JSON_AVX2
		__builtin_cpu_init();
		if (!plain_wanted() && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
			__builtin_cpu_supports("bmi2"))
			chosen = &json_kernel_avx2;
#else
		(void)plain_wanted;
#endif
	}
	return chosen;
}
