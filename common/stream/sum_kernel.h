/* sum_kernel.h -- the two builds of XXH3 that sum.c chooses between. For sum.c and sum_avx2.c only. */
#ifndef STREAM_SUM_KERNEL_H
#define STREAM_SUM_KERNEL_H
#include <stddef.h>
#include <stdint.h>
#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define SUM_AVX2
#endif

/* STATE is a struct XXH3_state_s of xxhash.h. Both builds use the same layout of it and give the same hash. */
struct sum_kernel {
	void (*reset)(void *state);
	void (*update)(void *state, const void *p, size_t n);
	uint64_t (*digest)(const void *state);
};

#ifdef SUM_AVX2
extern const struct sum_kernel sum_kernel_avx2;
#endif

/* Defines the functions of a kernel in a file that has included xxhash.h with XXH_INLINE_ALL. */
#define SUM_KERNEL_FUNCTIONS                                     \
	static void reset(void *state)                           \
	{                                                        \
		(void)XXH3_64bits_reset(state);                  \
	}                                                        \
	static void update(void *state, const void *p, size_t n) \
	{                                                        \
		(void)XXH3_64bits_update(state, p, n);           \
	}                                                        \
	static uint64_t digest(const void *state)                \
	{                                                        \
		return XXH3_64bits_digest(state);                \
	}
#endif
