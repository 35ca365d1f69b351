/* wheel.h -- timers in order of time: a hierarchical timing wheel.
 *
 * Varghese and Lauck, "Hashed and hierarchical timing wheels" (SOSP 1987). Adding a timer takes constant time, and so
 * does taking one on average, whatever the number of timers. Timers cannot be removed. Instead, the caller checks
 * whether a timer still counts when the timer is due, so the owner need not be read earlier. Times are any int64_t;
 * only their order matters (here they are milliseconds). All memory is in the pool. wheel.c explains the levels. */
#ifndef STATE_WHEEL_H
#define STATE_WHEEL_H
#include "state/pool.h"

struct wheel_timer {
	int64_t due;
	void *owner; /* borrowed; only the caller uses it */
};

enum { WHEEL_BITS = 8, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 64 / WHEEL_BITS, WHEEL_RUN = 15 };

/* Some timers of one slot, in 256 bytes. The timers of a slot are a list of runs. */
struct wheel_run {
	pool_ref next; /* 0: the last run */
	uint64_t n;
	struct wheel_timer t[WHEEL_RUN];
};

/* Called with N timers that are due within the next 256 units of time, so that the caller can fetch what they need into
 * the cache. This is only a hint. A timer is passed at most once, when it moves from level 1 to level 0. A timer that
 * never is on level 1 is not passed. */
typedef void wheel_soon(void *context, const struct wheel_timer *t, size_t n);

/* The two times are unsigned: an int64_t with its sign bit inverted, which keeps the order. */
struct wheel {
	struct pool *pool; /* borrowed */
	wheel_soon *soon;  /* may be NULL */
	void *context;     /* for soon; borrowed */
	uint64_t now;      /* all timers are due at this time or later */
	uint64_t next;     /* no slot with timers begins before this time */
	/* One bit for each slot, level by level. It is 1 if the slot has timers. */
	uint64_t used[WHEEL_LEVELS * WHEEL_SLOTS / 64];
	pool_ref slot[WHEEL_LEVELS][WHEEL_SLOTS]; /* first run of each slot; 0: empty */
};

/* Makes W empty. POOL is borrowed and must outlive W; releasing POOL frees everything in W. SOON may be NULL; CONTEXT
 * is passed to it. */
void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context);
/* Adds a timer for the time DUE. DUE must be after every time that wheel_next() has taken, and after every LIMIT for
 * which it has returned 0. Returns 0, or -1 if memory is exhausted. */
int wheel_add(struct wheel *w, int64_t due, void *owner) MUST_USE;
/* Takes the timers of the earliest time, if that is LIMIT or earlier. Returns 1, sets *DUE to the time and *RUNS to all
 * its timers. The caller owns the runs and must free each one by wheel_free(). Returns 0 if no timer is due by LIMIT.
 * Returns -1 if memory is exhausted; some timers may then be lost. */
int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs) MUST_USE;
/* Frees the first run of *RUNS. *RUNS becomes the next run, or 0. */
void wheel_free(struct wheel *w, pool_ref *runs);
#endif
