/* random.h -- the random numbers of the unit tests.
 *
 * Each run of a test program uses the same sequence, so a failure can be repeated. SP_TEST_SEED=N in the environment
 * selects another sequence; a failing program prints its seed. The generator is splitmix64 (Steele, Lea and Flood,
 * "Fast Splittable Pseudorandom Number Generators", 2014). It is not for use by the programs themselves.
 */
#ifndef UNIT_RANDOM_H
#define UNIT_RANDOM_H
#include "check.h"
#include <stdlib.h>

static uint64_t random_seed, random_state;

/* Starts the sequence of SP_TEST_SEED, by default 1. The first random_next() calls it. */
static inline void random_start(void)
{
	const char *seed = getenv("SP_TEST_SEED");
	random_seed = random_state = seed ? strtoull(seed, NULL, 10) : 1;
	check_seed = &random_seed;
}

/* Starts sequence N, whatever SP_TEST_SEED is: for the same numbers twice, and for tests of probable results, which
 * would fail for one seed in some hundred. */
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
