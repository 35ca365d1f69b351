/* plan.h -- all aggregate functions of a program, and the record that keeps their states.
 *
 * A record is the memory of one group:
 *
 *	header | state of fold 0 | state of fold 1 | ...
 *
 * All parts are 8-aligned and in one block. The header belongs to the code that keeps the records, and may be a struct
 * group_header or a session of sp-agg. A state that needs more memory has blocks in the pool that the record is in.
 * fold_plan_layout() sets the offsets once; the plan does not change after this call.
 *
 * Folds with the same arguments and the same condition share an argument set. So each argument is evaluated only once
 * for an event. */
#ifndef FOLD_PLAN_H
#define FOLD_PLAN_H
#include "fold/map.h"

/* What an event adds to its group: the key finds the group, and the values are added to the states. */
struct fold_event {
	struct span key; /* grouping key in canonical form; borrowed */
	/* The key as it is written in the event, if a number in KEY is written differently there (1.50, not 1.5).
	 * Otherwise SPAN_NONE. */
	struct span spelling;
	uint64_t hash;       /* table_hash(key) */
	int64_t ts;          /* event time in ms; used by functions that are by_time */
	uint64_t seq;        /* arrival number: 0, 1, 2 ... */
	struct value *args;  /* the values of argument set N begin at args[N * FOLD_ARGS]; borrowed */
	bool use[FOLDS_MAX]; /* use[N] is false: the condition of argument set N is false for this event */
};

/* What the innermost loop, fold_states_add(), needs to know about a fold. */
struct bound_fold {
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	const struct fold *fold;
	size_t offset;  /* offset of the state in a record */
	size_t arg_set; /* number of the fold's argument set */
};

/* All folds of a program. Must not be moved after fold_plan_layout(), because bound[] points into folds[]. */
struct fold_plan {
	struct fold folds[FOLDS_MAX];
	size_t fold_count;
	size_t arg_set_of[FOLDS_MAX]; /* number of the argument set of each fold */
	/* Set by fold_plan_layout(): */
	struct bound_fold bound[FOLDS_MAX];
	size_t header_bytes; /* size of a record's header, which is before the states; may be 0 */
	size_t record_bytes;
};

/* Places the states of all folds after a header of HEADER_BYTES (a multiple of 8). */
void fold_plan_layout(struct fold_plan *p, size_t header_bytes);
/* Releases the folds of P. */
void fold_plan_release(struct fold_plan *p);

/* ---- all states of one record; POOL must be the pool that the record is in ---- */

/* Makes all states empty. Does not change the header. */
void fold_states_init(const struct fold_plan *p, char *record);
/* Adds EV to the states of the folds whose condition holds. check() of all folds must have accepted EV. Returns 0, or
 * -1 with E set (EX_OSERR) if memory is exhausted. */
int fold_states_add(const struct fold_plan *p, char *record, struct pool *pool, const struct fold_event *ev,
	struct err *e) MUST_USE;
/* Merges the states of FROM into those of INTO; FROM is not changed. Returns 0, or -1 with E set (EX_OSERR) if memory
 * is exhausted. */
int fold_states_merge(const struct fold_plan *p, char *into, struct pool *pool, const char *from,
	const struct pool *from_pool, struct err *e) MUST_USE;
/* Writes all states, in the order of the folds. */
void fold_states_save(const struct fold_plan *p, const char *record, const struct pool *pool, struct save *s);
/* Makes the states of RECORD, which must be empty, those that were saved. MAP says which columns were saved; NULL:
 * those of P. States of columns that MAP drops are skipped; columns that were not saved stay empty. If the bytes are
 * damaged, makes L fail and returns 0; the states must still be released. Returns -1 with E set (EX_OSERR) if memory is
 * exhausted. */
int fold_states_load(const struct fold_plan *p, const struct fold_map *map, char *record, struct pool *pool,
	struct load *l, struct err *e) MUST_USE;
/* Returns the least number of bytes that the saved states of one record can have, for load_count(). MAP is as above. */
size_t fold_states_least(const struct fold_plan *p, const struct fold_map *map);
/* Frees the blocks of the states. The record itself belongs to the caller. */
void fold_states_release(const struct fold_plan *p, char *record, struct pool *pool);
#endif
