/* sessions.h -- sessions by key, and their timers.
 *
 * A key's record in the table holds the first of its sessions, states and all, so that an event finds them in one
 * place; more of them, which are rare, are in blocks of their own. A key has one timer that counts, KEYED.due, for the
 * first of what is to be done with its sessions. One that is too early, since a session has grown, is set again when
 * it comes; where one would be too late, an earlier one is set beside it, and the other counts no more. A timer says
 * no more than where to look: one that does not count, or whose key has gone, does no harm. */
#ifndef AGG_STORE_SESSIONS_H
#define AGG_STORE_SESSIONS_H
#include "sp-agg/agg.h"
#include "state/wheel.h"

/* Behind it the states. Both can be moved. */
struct session {
	int64_t start, end;
	uint64_t first;    /* arrival of its first event */
	pool_ref next;     /* the key's next one, by start */
	uint32_t revision; /* rows written with these bounds */
	bool fired, changed;
};

#define NO_TIMER INT64_MIN

/* The record of a key. */
struct keyed {
	uint64_t hash;
	int64_t due; /* of the timer that counts, or NO_TIMER */
	struct session first;
};

struct firing {
	struct session *session;
	struct keyed *key;
};

struct sessions {
	struct pool pool;
	struct table keys;     /* record: struct keyed */
	struct wheel timers;   /* owner: struct keyed */
	struct firing *firing; /* owned; those that are written together */
	size_t firing_cap;
	size_t counted;
};

static inline struct bounds session_bounds(const struct session *x)
{
	return (struct bounds){ x->start, x->end };
}

static inline struct session *session_next(const struct sessions *s, const struct session *x)
{
	return x->next ? pool_at(&s->pool, x->next) : NULL;
}

/* The watermark at which something is to be done with X: to be written, or forgotten. */
static inline int64_t session_due(const struct agg *a, const struct session *x)
{
	return x->end - 1 + (x->fired ? a->w.lateness : 0);
}

/* The first session of K goes, the next takes its place; false: there was none. */
bool session_drop_first(struct agg *a, struct keyed *k);
/* Writes X's row. */
int session_emit(struct agg *a, struct session *x, struct span key, bool final, struct err *e) MUST_USE;

/* There will be a timer for session X of K in time. */
int session_timer(struct agg *a, struct keyed *k, const struct session *x, struct err *e) MUST_USE;
/* Fetches what belongs to timers of CONTEXT, the sessions, that are about to come. */
wheel_soon sessions_fetch;
#endif
