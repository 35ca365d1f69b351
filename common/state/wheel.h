/* wheel.h -- timers in order of time: a hierarchical timing wheel.
 *
 * Varghese and Lauck, "Hashed and hierarchical timing wheels" (SOSP 1987). Adding a timer takes constant time, and so
 * does taking one on average, whatever the number of timers. Timers cannot be removed. Instead, when a timer is due,
 * the caller checks whether it is still wanted. A time may be any int64_t; sp-agg uses milliseconds. All
 * timers are in the pool that is passed to wheel_init(). */
#ifndef STATE_WHEEL_H
#define STATE_WHEEL_H
#include "state/pool.h"

struct wheel_timer {
	int64_t due;
	void *owner; /* borrowed; only the caller uses it */
};

enum { WHEEL_BITS = 8, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 64 / WHEEL_BITS, WHEEL_RUN = 15 };

/* A run: up to WHEEL_RUN timers of one slot, in 256 bytes. Each slot has a list of runs. */
struct wheel_run {
	pool_ref next; /* 0: the last run */
	uint64_t n;
	struct wheel_timer t[WHEEL_RUN];
};

/* Called with N timers that are due within the next 256 units of time, so that the caller can fetch what they need into
 * the cache. A timer is passed when it moves from level 1 of the wheel to level 0. So a timer is passed at most once,
 * and not at all if it never is on level 1. */
typedef void wheel_soon(void *context, const struct wheel_timer *t, size_t n);

/* `now` and `next` are times with the sign bit inverted: compared as unsigned numbers, they have the order of the
 * times. */
struct wheel {
	struct pool *pool; /* borrowed */
	wheel_soon *soon;  /* may be NULL */
	void *context;     /* the first argument of `soon`; borrowed */
	uint64_t now;      /* all timers are due at this time or later */
	uint64_t next;     /* no slot with timers begins before this time */
	/* One bit for each slot, level by level. It is 1 if the slot has timers. */
	uint64_t used[WHEEL_LEVELS * WHEEL_SLOTS / 64];
	pool_ref slot[WHEEL_LEVELS][WHEEL_SLOTS]; /* first run of each slot; 0: empty */
};

/* Makes W empty. POOL is borrowed and must outlive W; releasing POOL frees everything in W. SOON may be NULL; CONTEXT
 * is passed to it. */
void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context);
/* Adds a timer for the time DUE. DUE must be after every time that wheel_next() has returned, and after every LIMIT for
 * which it has returned 0. Returns 0, or -1 if memory is exhausted. */
int wheel_add(struct wheel *w, int64_t due, void *owner) MUST_USE;
/* Takes the timers of the earliest time out of W, if that time is LIMIT or earlier. Then sets *DUE to the time and
 * *RUNS to the list of all its timers, and returns 1. The caller owns the runs and must free each one by wheel_free().
 * Returns 0 if no timer is due by LIMIT. Returns -1 if memory is exhausted; some timers may then be lost. */
int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs) MUST_USE;
/* Frees the first run of *RUNS. *RUNS becomes the next run, or 0. */
void wheel_free(struct wheel *w, pool_ref *runs);
#endif
