/* wheel.h -- timers, in order of time: a hierarchical timing wheel (Varghese and Lauck, 1987).
 *
 * A time is eight digits of eight bits. A timer is on the level of the first digit in which it differs from NOW, in
 * the slot of that digit; when NOW comes to a slot, its timers go to lower levels. So a timer is moved at most
 * once for each digit of how far it is ahead, in whole runs, and no timer's owner is touched. There is no removing:
 * an owner knows which of its timers still count. Everything lives in the pool. */
#ifndef STATE_WHEEL_H
#define STATE_WHEEL_H
#include "state/pool.h"

struct timer {
	int64_t due;
	void *owner;
};

enum { WHEEL_BITS = 8, WHEEL_SLOTS = 1 << WHEEL_BITS, WHEEL_LEVELS = 64 / WHEEL_BITS, WHEEL_RUN = 15 };

/* Timers of one slot; 256 bytes. */
struct wheel_run {
	pool_ref next;
	uint64_t n;
	struct timer t[WHEEL_RUN];
};

/* Told of N timers that come within the next 256 units: time to fetch what belongs to them. */
typedef void wheel_soon(void *context, const struct timer *t, size_t n);

struct wheel {
	struct pool *pool;                              /* borrowed */
	wheel_soon *soon;                               /* NULL: nobody is told */
	void *context;                                  /* borrowed */
	uint64_t now;                                   /* what was taken is not behind */
	uint64_t next;                                  /* no slot with timers begins before */
	uint64_t used[WHEEL_LEVELS * WHEEL_SLOTS / 64]; /* level by level, by slot: is there a timer? */
	pool_ref slot[WHEEL_LEVELS][WHEEL_SLOTS];       /* struct wheel_run */
};

/* Allocates nothing. What is in it goes with the pool. */
void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context);
/* A timer at DUE, behind all limits that wheel_next() has answered 0 to, and behind what it has given. -1: memory. */
int wheel_add(struct wheel *w, int64_t due, void *owner) MUST_USE;
/* 1: *RUNS are the timers of *DUE, the earliest there are, and the caller's, to be given back by wheel_free(). 0: none
 * is due up to LIMIT. -1: out of memory; some timers may be lost. */
int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs) MUST_USE;
/* Gives the first of *RUNS back; *RUNS is the next one then, or 0. */
void wheel_free(struct wheel *w, pool_ref *runs);
#endif
