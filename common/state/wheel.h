/* wheel.h -- timers in order of time: a hierarchical timing wheel.
 *
 * Varghese and Lauck, "Hashed and hierarchical timing wheels" (SOSP 1987). Adding a timer takes constant time, whatever
 * the number of timers; taking the next one takes constant time amortised. Timers cannot be removed: the owner knows
 * which of its timers still count and ignores the others, so that an owner is not touched before its time. Times are
 * any int64_t; only their order matters (here milliseconds). Everything is in the pool. wheel.c explains the levels. */
#ifndef STATE_WHEEL_H
#define STATE_WHEEL_H
#include "state/pool.h"

struct wheel_timer {
	int64_t due;
	void *owner; /* borrowed; only the caller uses it */
};

enum { WHEEL_BITS = 8, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 64 / WHEEL_BITS, WHEEL_RUN = 15 };

/* Some of the timers of one slot; 256 bytes. A slot is a list of runs. */
struct wheel_run {
	pool_ref next; /* 0: the last run */
	uint64_t n;
	struct wheel_timer t[WHEEL_RUN];
};

/* Called with N timers that are due within the next 256 units of time, so that the caller can fetch what they need into
 * the cache. Each timer is passed at most once; one that is added for so near a time is not passed at all. */
typedef void wheel_soon(void *context, const struct wheel_timer *t, size_t n);

/* The two times are unsigned, in the order of the int64_t they were made from. */
struct wheel {
	struct pool *pool;                              /* borrowed */
	wheel_soon *soon;                               /* may be NULL */
	void *context;                                  /* for soon; borrowed */
	uint64_t now;                                   /* all timers are due at this time or later */
	uint64_t next;                                  /* no slot with timers begins before this time */
	uint64_t used[WHEEL_LEVELS * WHEEL_SLOTS / 64]; /* a bit for each slot, level by level: it has timers */
	pool_ref slot[WHEEL_LEVELS][WHEEL_SLOTS];       /* its first run; 0: empty */
};

/* Makes W empty. POOL is borrowed and must outlive W; releasing it frees everything that is in W. SOON may be NULL. */
void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context);
/* Adds a timer for the time DUE, which must be after every time that wheel_next() has returned and after every limit up
 * to which it has returned 0. Returns 0; -1 if memory is exhausted. */
int wheel_add(struct wheel *w, int64_t due, void *owner) MUST_USE;
/* Takes the earliest timers, if they are due at LIMIT or before. Returns 1: *RUNS are all timers of the time *DUE; the
 * caller owns the runs and gives each back by wheel_free(). Returns 0 if there are none; -1 if memory is exhausted:
 * some timers may be lost. */
int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs) MUST_USE;
/* Gives the first run of *RUNS back; *RUNS becomes the next one, or 0. */
void wheel_free(struct wheel *w, pool_ref *runs);
#endif
