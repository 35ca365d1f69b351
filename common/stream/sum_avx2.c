/* sum_avx2.c -- XXH3 with AVX2, which is about twice as fast as with SSE2.
 *
 * The whole file is compiled for AVX2, so no function in it may run before sum.c has checked that the processor has it.
 * xxhash.h is included here as static functions, so that the linker cannot mix them with those of sum.c. */
#include "stream/sum_kernel.h"
#ifdef SUM_AVX2
#include <immintrin.h>
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif
#define XXH_INLINE_ALL
#define XXH_VECTOR 2 /* XXH_AVX2, a name that xxhash.h defines too late */
#include <xxhash.h>

SUM_KERNEL_FUNCTIONS
#ifdef __clang__
#pragma clang attribute pop
#endif

const struct sum_kernel sum_kernel_avx2 = { reset, update, digest };
#else
typedef int sum_avx2_not_here; /* ISO C forbids an empty file */
#endif
