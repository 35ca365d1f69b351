/* groups.h -- the groups of one window, slice or stream: a table from key bytes to a record of states.
 *
 * Many such tables share one budget (--max-keys, --max-state). A record has the states of all functions (fold/plan.h).
 * A struct group_header is before them if the plan has room for a header. */
#ifndef FOLD_GROUPS_H
#define FOLD_GROUPS_H
#include "fold/plan.h"
#include "state/table.h"
#include "window/windowing.h"

/* The key of the group for the events of all keys over --max-keys. No JSON value has these bytes. */
#define GROUP_KEY_OTHER SPAN("\n")

/* The header of a record. A plan has room for it if rows can be written more than once or groups are merged. */
struct group_header {
	uint64_t first;    /* arrival number of the group's first event: rows are written in this order */
	uint64_t events;   /* number of events since the last row of the group (--count) */
	uint32_t revision; /* rows written so far */
	uint32_t changed;  /* 1: an event was added since the last row (--emit DURATION) */
};

/* The limits for all groups of a program, and how many bytes they use. */
struct group_budget {
	uint64_t max_keys;  /* in each struct groups; 0: no limit */
	uint64_t max_bytes; /* in all groups of the program; 0: no limit */
	bool overflow;  /* true: keys over max_keys share the group GROUP_KEY_OTHER; false: such a key is an error */
	uint64_t bytes; /* in use */
};

struct groups {
	const struct fold_plan *plan; /* borrowed; fold_plan_layout() was called */
	struct group_budget *budget;  /* borrowed */
	struct bounds bounds;         /* of the window or slice */
	bool windowed;                /* true: bounds are set; false: for groups of a whole stream, or merged groups */
	bool fired;                   /* the rows were written at least once */
	bool changed;                 /* a group has changed since its last row */
	bool merged; /* groups of other tables were merged into it, so its order is not the order of arrival */
	struct pool pool;
	struct table table;
	size_t counted; /* bytes of the pool that are in budget->bytes */
};

static inline struct group_header *group_header(void *record)
{
	return record;
}

/* Makes an empty table for the window or slice BOUNDS, or for no window if BOUNDS is NULL. The caller owns the table.
 * Returns NULL with E set (EX_OSERR) if memory is exhausted. */
struct groups *groups_new(const struct fold_plan *plan, struct group_budget *budget, const struct bounds *bounds,
	struct err *e) MUST_USE;
/* Frees G, which may be NULL, and takes its bytes out of the budget. */
void groups_free(struct groups *g);

/* Adds EV to its group, after making the group if there is none. Returns the record of the group. Sets *KEY to the key
 * of the group, which is the key of EV or GROUP_KEY_OTHER, unless KEY is NULL. Returns NULL with E set if memory is
 * exhausted (EX_OSERR) or a limit was passed (EX_DATAERR). */
char *groups_take(struct groups *g, const struct fold_event *ev, struct span *key, struct err *e) MUST_USE;
/* Merges the group KEY of FROM, if there is one, into that of INTO. HASH must be table_hash(KEY). Returns 0, or -1 with
 * E set if memory is exhausted (EX_OSERR) or a limit was passed (EX_DATAERR). */
int groups_merge_key(struct groups *into, const struct groups *from, struct span key, uint64_t hash,
	struct err *e) MUST_USE;
/* Merges all groups of FROM into those of INTO. Returns 0, or -1 with E set like groups_merge_key(). */
int groups_merge(struct groups *into, const struct groups *from, struct err *e) MUST_USE;
/* Removes the group KEY, whose record is RECORD. HASH must be table_hash(KEY). */
void groups_remove(struct groups *g, struct span key, uint64_t hash, char *record);

/* Updates the budget with BYTES, the present size of a pool, and *COUNTED, its size when it was last counted. Sets
 * *COUNTED to BYTES. Returns 0, or -1 with E set (EX_DATAERR) if the budget is over max_bytes. Other tables of states,
 * such as sessions, call this for their pools. */
int group_budget_account(struct group_budget *b, size_t bytes, size_t *counted, struct err *e) MUST_USE;
/* The caller must call this before it adds a key that exceeds max_keys. Sets *KEY and *HASH to those of
 * GROUP_KEY_OTHER. Returns 0, or -1 with E set (EX_DATAERR) if the budget does not allow that group. */
int group_budget_overflow(const struct group_budget *b, struct span *key, uint64_t *hash, struct err *e) MUST_USE;
#endif
