/* sessions.h -- sessions and their timers.
 *
 * Each session has a timer for when the watermark fires it, then for when it is forgotten. A timer that is too
 * early, since its session has grown, is set again when it comes; one that would be too late gets an earlier one
 * beside it. A session that was merged into another lives on, dead, until its timers have come. */
#ifndef AGG_SESSIONS_H
#define AGG_SESSIONS_H
#include "agg.h"

/* A record: behind it the states, then the key. */
struct session {
	int64_t start, end;
	uint64_t first;        /* arrival of its first event */
	int64_t due;           /* of its timer that counts; INT64_MAX: none */
	pool_ref next, self;   /* the key's next one, by start */
	uint32_t revision;     /* rows written with these bounds */
	uint32_t timers;       /* that point here */
	uint32_t key_n;
	bool fired, dead, changed;
};

struct timer {
	int64_t due;
	pool_ref session;
};

struct sessions {
	struct pool pool;
	struct table keys;     /* record: pool_ref of the first session, by start */
	struct timer *timers;  /* owned; a heap */
	size_t timer_count, timer_cap;
	struct session **due;  /* owned; those that fire together */
	size_t due_cap;
	size_t counted;
};

static inline struct session *session_at(const struct sessions *s, pool_ref ref)
{
	return pool_at(&s->pool, ref);
}

/* The watermark at which something is to be done with X. */
int64_t session_due(const struct agg *a, const struct session *x);
/* A timer for the session, at DUE. */
int session_timer_add(struct sessions *s, int64_t due, pool_ref ref, struct err *e) MUST_USE;
/* There will be a timer for the session in time. */
int session_timer_set(struct agg *a, pool_ref ref, struct err *e) MUST_USE;
/* Takes the first timer; there is one. */
struct timer session_timer_take(struct sessions *s);
#endif
