/* random.h -- the random numbers of the unit tests.
 *
 * Each run of a test program uses the same sequence, so a failure can be repeated. SP_TEST_SEED=N in the environment
 * selects another sequence, and a program that fails prints its seed. The generator is splitmix64 (Steele, Lea and
 * Flood, "Fast Splittable Pseudorandom Number Generators", 2014). These numbers are for tests only. */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H
#include "check.h"
#include <stdlib.h>

static uint64_t random_seed, random_state;

/* Starts the sequence that SP_TEST_SEED selects, by default number 1. The first call of random_next() calls this. */
static inline void random_start(void)
{
	const char *seed = getenv("SP_TEST_SEED");
	random_seed = random_state = seed ? strtoull(seed, NULL, 10) : 1;
	check_seed = &random_seed;
}

/* Starts the sequence with seed N, even if SP_TEST_SEED selects another one. It serves tests that need the same numbers
 * twice, and tests of probable results, which would fail for one seed in some hundred. */
static inline void random_restart(uint64_t n)
{
	if (!check_seed)
		random_start();
	random_state = n;
}

/* Returns 64 random bits. */
static inline uint64_t random_next(void)
{
	if (!check_seed)
		random_start();
	uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Returns an integer of 0 to N - 1. N is at least 1. */
static inline unsigned random_below(unsigned n)
{
	return (unsigned)(random_next() % n);
}

/* Returns an integer of LOW to HIGH, both included. */
static inline int64_t random_between(int64_t low, int64_t high)
{
	return low + (int64_t)(random_next() % ((uint64_t)high - (uint64_t)low + 1));
}

/* Returns a number from 0 up to, but not including, 1. */
static inline double random_unit(void)
{
	return (double)(random_next() >> 11) * 0x1p-53;
}
#endif
