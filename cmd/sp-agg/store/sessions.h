/* sessions.h -- the sessions of each key, and their timers.
 *
 * The record of a key in the table contains the first of its sessions, with its states. So an event finds the key and
 * the session with one look-up. Few keys have more than one session. Each further session has a block of its own in the
 * pool, and these blocks are the nodes of a tree (session_tree.c).
 *
 * Each key has one valid timer, which expires at session_key.due. No session of the key fires or is forgotten before
 * that time. If the timer expires too early, because a session has grown, a new timer is set. If the timer would expire
 * too late for a new session, an earlier timer is set and becomes the valid timer. The old timer stays in the wheel
 * (state/wheel.h), and is ignored when it expires. So no timer ever needs to be removed. */
#ifndef AGG_STORE_SESSIONS_H
#define AGG_STORE_SESSIONS_H
#include "sp-agg/store/store.h"
#include "state/wheel.h"

/* A session. The states of the functions follow it in memory. A session and its states can be moved by memcpy(). */
struct session {
	int64_t start, end;
	uint64_t first; /* arrival number of the session's first event */
	/* The children in the tree (0: none). All sessions below LEFT start before this session, and all below RIGHT
	 * start after it. */
	pool_ref left, right;
	uint32_t revision; /* number of rows written with these bounds */
	/* Number of events; stays at SESSION_EVENTS_MAX if there are more. When two sessions are merged, tells which is
	 * smaller. */
	uint32_t events : 30;
	uint32_t fired : 1;   /* 1: the watermark has passed the end */
	uint32_t changed : 1; /* 1: the session has changed since its last row */
};

enum { SESSION_EVENTS_MAX = (1 << 30) - 1 };

#define NO_TIMER INT64_MIN

/* The record of a key. */
struct session_key {
	uint64_t hash;
	int64_t due; /* the time of the valid timer, or NO_TIMER */
	struct session first;
};

/* A session whose row must be written, with its key. */
struct due_session {
	struct session *session;
	struct session_key *key;
};

struct sessions {
	const struct store_env *env;
	struct pool pool;
	struct table keys;       /* each record is a struct session_key and the states */
	struct wheel timers;     /* the owner of each timer is a struct session_key */
	struct due_session *due; /* the sessions that are written together; owned */
	size_t due_cap;
	size_t record_bytes; /* size of a session with its states */
	uint64_t further;    /* number of sessions that are not the first of their key */
	size_t counted;      /* bytes of the pool and of `due` that the budget has counted */
};

static inline struct bounds session_bounds(const struct session *x)
{
	return (struct bounds){ x->start, x->end };
}

/* Returns the watermark at which X fires. If X has fired, returns the watermark at which X is forgotten: it is
 * removed. */
static inline int64_t session_due_ms(const struct sessions *s, const struct session *x)
{
	return x->end - 1 + (x->fired ? s->env->windowing->lateness : 0);
}

/* Writes the row of X, whose key is KEY, with the next revision. FINAL says that no later revision will come. Returns
 * 0, or -1 with E set. */
int session_write(struct sessions *s, struct session *x, struct span key, bool final, struct err *e) MUST_USE;

/* ---- session_tree.c: a call takes about log n steps if the key has n sessions ---- */

/* Returns the first session of K that ends at MS or later; NULL if there is none. */
struct session *session_ending_from(const struct sessions *s, struct session_key *k, int64_t ms);
/* Returns the first session of K that has not fired; NULL if there is none. */
struct session *session_not_fired(const struct sessions *s, struct session_key *k);
/* Returns the session of K after X; NULL if X is the last. */
struct session *session_next(const struct sessions *s, struct session_key *k, const struct session *x);
/* Inserts a session that starts at START, and returns it. No session of K may start at START already. The caller must
 * set all members except left and right. The first session of K can move to another address. Returns NULL with E set
 * (EX_OSERR) if memory is exhausted. */
struct session *session_insert(struct sessions *s, struct session_key *k, int64_t start, struct err *e) MUST_USE;
/* Removes X, which must not be the first session of K, and frees its block. Does not release its states. */
void session_remove(struct sessions *s, struct session_key *k, const struct session *x);
/* Releases the states of the first session of K, and removes the session. The next session moves to its place. Returns
 * false if there is no next session. The caller must then remove K. */
bool session_drop_first(struct sessions *s, struct session_key *k);

/* ---- session_save.c ---- */

struct store_size sessions_size(const void *store);
int64_t sessions_last_end(const void *store);
void sessions_save(const void *store, struct save *out);
int sessions_load(void *store, const struct fold_map *map, struct load *l, struct err *e) MUST_USE;

/* ---- session_timers.c ---- */

/* Makes sure that K has a timer that does not expire too late for its session X. Returns 0, or -1 with E set. */
int session_timers_arm(struct sessions *s, struct session_key *k, const struct session *x, struct err *e) MUST_USE;
/* Sets the timer of K for the earliest time at which one of its sessions fires or is forgotten. Returns 0, or -1 with E
 * set. */
int session_timers_rearm(struct sessions *s, struct session_key *k, struct err *e) MUST_USE;
/* Makes the processor fetch the keys of timers that expire soon. CONTEXT is the struct sessions. */
wheel_soon session_timers_prefetch;
/* Writes the rows of the sessions whose end the watermark has newly passed. Removes the sessions that are forgotten:
 * the watermark has passed their end and the lateness. Returns 0, or -1 with E set. */
int session_timers_advance(struct sessions *s, struct err *e) MUST_USE;
/* Writes the rows of all sessions that have changed since their last row. Returns 0, or -1 with E set. */
int session_timers_emit_changed(struct sessions *s, struct err *e) MUST_USE;
#endif
