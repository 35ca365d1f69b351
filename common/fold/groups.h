/* groups.h -- the groups of one window, slice or stream: a table from key bytes to a record of states.
 *
 * Many such tables share one budget (--max-keys, --max-state). A record is a struct group_header, if the plan's layout
 * has room for one, and the states of the functions (fold/plan.h). */
#ifndef FOLD_GROUPS_H
#define FOLD_GROUPS_H
#include "fold/plan.h"
#include "state/table.h"
#include "window/windowing.h"

/* The key of the group that takes the events of all keys over the limit. No JSON value is written as these bytes. */
#define GROUP_KEY_OTHER SPAN("\n")

/* Starts a record where rows can be written again, or groups are merged. */
struct group_header {
	uint64_t first;    /* arrival number of the group's first event: rows are written in this order */
	uint64_t events;   /* since the group's last row (--count) */
	uint32_t revision; /* rows written so far */
	uint32_t changed;  /* 1: an event came since the last row (--emit DURATION) */
};

/* Limits on all groups of a program, and what they use. */
struct group_budget {
	uint64_t max_keys;  /* in one struct groups; 0: no limit */
	uint64_t max_bytes; /* in all together; 0: no limit */
	bool overflow;      /* keys over max_keys share the group GROUP_KEY_OTHER; false: they are an error */
	uint64_t bytes;     /* in use */
};

struct groups {
	const struct fold_plan *plan; /* borrowed; has its layout */
	struct group_budget *budget;  /* borrowed */
	struct bounds bounds;         /* of the window or slice */
	bool windowed;                /* false: groups of a whole stream, or merged ones: bounds have no meaning */
	bool fired;                   /* the rows were written once */
	bool changed;                 /* some group has changed since its last row */
	bool merged;                  /* made of other tables: the table's order is not the order of arrival */
	struct pool pool;
	struct table table;
	size_t counted; /* bytes of the pool that are in budget->bytes */
};

static inline struct group_header *group_header(void *record)
{
	return record;
}

/* Makes an empty table for the window BOUNDS; NULL: for no window. Returns owned. NULL: EX_OSERR. */
struct groups *groups_new(const struct fold_plan *plan, struct group_budget *budget, const struct bounds *bounds,
	struct err *e) MUST_USE;
/* G may be NULL. */
void groups_free(struct groups *g);

/* Adds EV to its group, which is made if there is none. Returns the group's record. KEY may be NULL; else *KEY is set
 * to the group's key: EV's own, or GROUP_KEY_OTHER. NULL: EX_OSERR, or a limit was passed (EX_DATAERR). */
char *groups_take(struct groups *g, const struct fold_event *ev, struct span *key, struct err *e) MUST_USE;
/* Merges FROM's group KEY, if it has one, into INTO's; HASH is table_hash(KEY). -1 as groups_take(). */
int groups_merge_key(struct groups *into, const struct groups *from, struct span key, uint64_t hash,
	struct err *e) MUST_USE;
/* Merges all of FROM's groups into INTO's. */
int groups_merge(struct groups *into, const struct groups *from, struct err *e) MUST_USE;
/* Removes the group KEY, whose record is RECORD. */
void groups_remove(struct groups *g, struct span key, uint64_t hash, char *record);

/* Counts what a pool has grown or shrunk by since *COUNTED, and sets *COUNTED to BYTES. -1: EX_DATAERR, over
 * max_bytes. For tables of states that are not a struct groups. */
int group_budget_account(struct group_budget *b, size_t bytes, size_t *counted, struct err *e) MUST_USE;
/* Called when a new key would be one over max_keys: sets *KEY and *HASH to those of GROUP_KEY_OTHER. -1: EX_DATAERR if
 * the budget has no overflow. */
int group_budget_overflow(const struct group_budget *b, struct span *key, uint64_t *hash, struct err *e) MUST_USE;
#endif
