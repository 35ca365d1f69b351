/* sessions.h -- the sessions of each key, and their timers.
 *
 * A key's record in the table holds the first of its sessions, states and all, so that an event finds both with one
 * look-up; more sessions of a key, which are rare, have blocks of their own in the pool, linked by start time.
 *
 * Each key has one timer that counts, session_key.due, for the first thing to be done with its sessions. A timer may
 * expire too early, because a session has grown: then it is set again. Where it would expire too late, an earlier one is
 * set and replaces it; the old one stays in the wheel and is ignored when it expires. So no timer ever needs to be
 * removed. */
#ifndef AGG_STORE_SESSIONS_H
#define AGG_STORE_SESSIONS_H
#include "sp-agg/store/store.h"
#include "state/wheel.h"

/* The header of a record; the states follow. Both may be moved by memcpy(). */
struct session {
	int64_t start, end;
	uint64_t first;    /* arrival number of its first event */
	pool_ref next;     /* the key's next session, by start; 0: none */
	uint32_t revision; /* rows written with these bounds */
	bool fired;        /* the watermark has passed its end */
	bool changed;      /* since its last row */
};

#define NO_TIMER INT64_MIN

/* The record of a key. */
struct session_key {
	uint64_t hash;
	int64_t due; /* of the timer that counts, or NO_TIMER */
	struct session first;
};

/* A session whose row is due, with its key. */
struct due_session {
	struct session *session;
	struct session_key *key;
};

struct sessions {
	const struct store_env *env;
	struct pool pool;
	struct table keys;       /* record: struct session_key and the states */
	struct wheel timers;     /* owner: struct session_key */
	struct due_session *due; /* owned; those that are written together */
	size_t due_cap;
	size_t record_bytes; /* of a session with its states */
	size_t counted;      /* bytes of the pool that are in the budget */
};

static inline struct bounds session_bounds(const struct session *x)
{
	return (struct bounds){ x->start, x->end };
}

static inline struct session *session_next(const struct sessions *s, const struct session *x)
{
	return x->next ? pool_at(&s->pool, x->next) : NULL;
}

/* The watermark at which X is to be written or, if it has been, forgotten. */
static inline int64_t session_due_ms(const struct sessions *s, const struct session *x)
{
	return x->end - 1 + (x->fired ? s->env->windowing->lateness : 0);
}

/* Removes the first session of K; the next one takes its place. False: there is no next one, and K is to be removed. */
bool session_drop_first(struct sessions *s, struct session_key *k);
/* Writes X's row, with the next revision. */
int session_write(struct sessions *s, struct session *x, struct span key, bool final, struct err *e) MUST_USE;

/* ---- session_timers.c ---- */

/* Makes sure that K has a timer that expires in time for its session X. */
int session_timers_arm(struct sessions *s, struct session_key *k, const struct session *x, struct err *e) MUST_USE;
/* Tells the processor to fetch the keys of timers that expire soon; CONTEXT is the struct sessions. */
wheel_soon session_timers_prefetch;
/* Writes the sessions that the watermark has passed; drops those it has passed by the lateness. */
int session_timers_advance(struct sessions *s, struct err *e) MUST_USE;
/* Writes all sessions that changed since their last row. */
int session_timers_emit_changed(struct sessions *s, struct err *e) MUST_USE;
#endif
