/* groups.h -- the groups of one window, of a slice (a part of a window) or of a whole stream: a table from key bytes to
 * a record of states.
 *
 * Many such tables share one budget (--max-keys, --max-state). A record has the states of all functions of one group.
 * If rows can be written more than once or groups are merged, a struct group_header comes before the states. */
#ifndef FOLD_GROUPS_H
#define FOLD_GROUPS_H
#include "fold/plan.h"
#include "state/table.h"
#include "window/windowing.h"

/* The key of the group for the events of all keys over --max-keys. No JSON value has these bytes. */
#define GROUP_KEY_OTHER SPAN("\n")

/* What a record keeps about its group besides the states. */
struct group_header {
	uint64_t first;    /* arrival number of the group's first event: rows are written in this order */
	uint64_t events;   /* number of events since the last row of the group (--count) */
	uint32_t revision; /* rows written so far */
	uint32_t changed;  /* 1: an event was added since the last row (--emit DURATION) */
};

/* The limits for all groups of a program, and how many bytes they use. */
struct group_budget {
	uint64_t max_keys;  /* the most keys in one struct groups; 0: no limit */
	uint64_t max_bytes; /* the most bytes of state in the program; 0: no limit */
	/* True if keys over max_keys share the group GROUP_KEY_OTHER, false if such a key is an error. */
	bool overflow;
	uint64_t bytes; /* bytes in use, including what malloc() adds to each block */
};

struct groups {
	const struct fold_plan *plan; /* borrowed; fold_plan_layout() was called */
	struct group_budget *budget;  /* borrowed */
	struct bounds bounds;         /* bounds of the window or slice */
	/* True if BOUNDS is set. False for the groups of a whole stream and for merged groups. */
	bool windowed;
	bool fired;   /* the rows were written at least once */
	bool changed; /* a group has changed since its last row */
	/* Groups of other tables were merged into this table, so its groups are not in the order of arrival. */
	bool merged;
	struct pool pool;
	struct table table;
	size_t counted; /* bytes of the pool that are in budget->bytes */
};

static inline struct group_header *group_header(void *record)
{
	return record;
}

/* Makes an empty table for the window or slice BOUNDS, or for no window if BOUNDS is NULL. KEYS is the number of groups
 * to make room for at once; pass 1 if no number is known. The caller owns the table. Returns NULL with E set (EX_OSERR)
 * if memory is exhausted. */
struct groups *groups_new(const struct fold_plan *plan, struct group_budget *budget, const struct bounds *bounds,
	size_t keys, struct err *e) MUST_USE;
/* Frees G, which may be NULL, and takes its bytes out of the budget. */
void groups_free(struct groups *g);

/* Adds EV to its group, after making the group if there is none. Returns the record of the group. Sets *KEY to the key
 * of the group, which is the key of EV or GROUP_KEY_OTHER, unless KEY is NULL. Returns NULL with E set if memory is
 * exhausted (EX_OSERR) or a limit is exceeded (EX_DATAERR). */
char *groups_take(struct groups *g, const struct fold_event *ev, struct span *key, struct err *e) MUST_USE;
/* Merges the group KEY of FROM, if there is one, into the group KEY of INTO. HASH must be table_hash(KEY). Returns 0,
 * or -1 with E set if memory is exhausted (EX_OSERR) or a limit is exceeded (EX_DATAERR). */
int groups_merge_key(struct groups *into, const struct groups *from, struct span key, uint64_t hash,
	struct err *e) MUST_USE;
/* Merges all groups of FROM into those of INTO. Returns 0, or -1 with E set if memory is exhausted (EX_OSERR) or a
 * limit is exceeded (EX_DATAERR). */
int groups_merge(struct groups *into, const struct groups *from, struct err *e) MUST_USE;
/* Writes G: its bounds and flags, then its groups in the order of the table. */
void groups_save(const struct groups *g, struct save *s);
/* Makes the groups that were saved; the caller owns them. MAP is as in fold_states_load(). Their bytes are added to the
 * budget, but its limits are only checked by the next call that takes an event. Returns NULL with E set if memory is
 * exhausted (EX_OSERR) or the bytes are damaged (EX_DATAERR); L has failed then in the latter case. */
struct groups *groups_load(const struct fold_plan *plan, struct group_budget *budget, const struct fold_map *map,
	struct load *l, struct err *e) MUST_USE;
/* Removes the group KEY, whose record is RECORD. HASH must be table_hash(KEY). */
void groups_remove(struct groups *g, struct span key, uint64_t hash, char *record);

/* Adds to the bytes in use what a pool has grown by: BYTES is its present size, *COUNTED its size when it was last
 * counted. Sets *COUNTED to BYTES. Returns 0, or -1 with E set (EX_DATAERR) if more than max_bytes are in use. Other
 * tables of states, such as the sessions of sp-agg, call this for their pools. */
int group_budget_account(struct group_budget *b, size_t bytes, size_t *counted, struct err *e) MUST_USE;
/* group_budget_add() adds a block of BYTES bytes, and what malloc() adds to a block, to the bytes in use.
 * group_budget_subtract() takes them out again. Neither checks max_bytes: the next group_budget_account() does. */
void group_budget_add(struct group_budget *b, size_t bytes);
void group_budget_subtract(struct group_budget *b, size_t bytes);
/* To be called for a key over max_keys. If the budget allows overflow, sets *KEY and *HASH to those of the shared group
 * GROUP_KEY_OTHER and returns 0. Otherwise returns -1 with E set (EX_DATAERR). */
int group_budget_overflow(const struct group_budget *b, struct span *key, uint64_t *hash, struct err *e) MUST_USE;
#endif
