/* plan.h -- all aggregate functions of a program, and the record that keeps their states.
 *
 * A record is what a group has in memory:
 *
 *	header | state of fold 0 | state of fold 1 | ...
 *
 * each part 8-aligned, in one block. The header belongs to whoever keeps the records (struct group_header, a session).
 * Longer parts of a state are in the pool that the record lives in. fold_plan_layout() decides the offsets once; from
 * then on the plan is constant. */
#ifndef FOLD_PLAN_H
#define FOLD_PLAN_H
#include "fold/fold.h"

enum { FOLDS_MAX = 64 };

/* What the states of a group take of one event. */
struct fold_event {
	struct span key; /* grouping key, canonical bytes; borrowed */
	uint64_t hash;   /* table_hash(key) */
	int64_t ts;      /* event time, ms; only read by functions that are by_time */
	uint64_t seq;    /* arrival number: 0, 1, 2 ... */
	/* By number of the argument set: */
	struct value *args;  /* FOLD_ARGS values for each set; owned by whoever made the event */
	bool use[FOLDS_MAX]; /* false: the set's "where" is false, so its functions do not see the event */
};

/* A fold with all that adding an event to it needs, side by side for the innermost loop. */
struct bound_fold {
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	const struct fold *fold;
	size_t offset;  /* of the state in a record */
	size_t arg_set; /* number of the set its arguments are in */
};

/* Must not move once it has its layout: bound[] points into folds[]. */
struct fold_plan {
	struct fold folds[FOLDS_MAX];
	size_t fold_count;
	size_t arg_set_of[FOLDS_MAX]; /* by fold; folds with equal arguments share a set */
	/* Set by fold_plan_layout(): */
	struct bound_fold bound[FOLDS_MAX];
	size_t header_bytes; /* of a record, before the states; may be 0 */
	size_t record_bytes;
};

/* Places the states of all folds after a header of HEADER_BYTES (a multiple of 8). */
void fold_plan_layout(struct fold_plan *p, size_t header_bytes);
/* Releases the folds. */
void fold_plan_release(struct fold_plan *p);

/* ---- all states of one record; POOL is the one that the record lives in ---- */

/* Makes the states those of no event. The header is not touched. */
void fold_states_init(const struct fold_plan *p, char *record);
/* Adds EV, which has passed all checks, to the states whose "where" holds. -1: EX_OSERR, out of memory. */
int fold_states_add(const struct fold_plan *p, char *record, struct pool *pool, const struct fold_event *ev,
	struct err *e) MUST_USE;
/* Merges FROM's states into INTO's; FROM is not changed. -1: EX_OSERR, out of memory. */
int fold_states_merge(const struct fold_plan *p, char *into, struct pool *pool, const char *from,
	const struct pool *from_pool, struct err *e) MUST_USE;
/* Returns the blocks of the states to the pool. The record itself belongs to the caller. */
void fold_states_release(const struct fold_plan *p, char *record, struct pool *pool);
#endif
