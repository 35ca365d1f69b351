/* store.h -- where events are kept until their windows fire.
 *
 * A stream has one store, of a type that its first event decides (table.h). The store takes events, follows the
 * watermark, and writes the rows of windows that are complete. It sees the plan, the rows and the time, never the
 * input. All calls return -1 with E when the run must end. */
#ifndef AGG_STORE_STORE_H
#define AGG_STORE_STORE_H
#include "fold/groups.h"
#include "sp-agg/config.h"
#include "sp-agg/event.h"
#include "sp-agg/late.h"
#include "sp-agg/rows.h"

/* What a store works with. All borrowed. */
struct store_env {
	const struct config *config; /* when rows are written: emit, count */
	const struct fold_plan *folds;
	struct group_budget *budget;
	struct rows *rows;
	struct late *late;                 /* takes the late events of sessions */
	const struct windowing *windowing; /* NULL: the stream has no windowing line */
	enum bounds_kind kind;             /* of the stream's events */
	int64_t watermark;                 /* INT64_MIN before the first */
	bool ended;                        /* the input is over: every row is final */
};

/* One kind of store. The void pointer is what open() returned. A checkpoint will add two members, save and load. */
struct store_type {
	const char *name;
	/* The watermark follows the start of each event: sp-window writes no watermark lines for the stream. */
	bool watermark_by_events;
	/* Returns true if this store is for streams whose events have bounds of KIND. */
	bool (*fits)(enum bounds_kind kind, const struct config *c);
	/* The bytes of a record before the states; see fold_plan_layout(). */
	size_t (*header_bytes)(const struct store_env *env);
	/* Makes an empty store. Returns owned; NULL: E. */
	void *(*open)(const struct store_env *env, struct err *e);
	/* Adds an event that has passed all checks. */
	int (*take)(void *store, const struct event *ev, struct err *e);
	/* The next event has other bounds than the last one. NULL: of no interest. */
	void (*bounds_changed)(void *store);
	/* The watermark has moved: writes the windows it passed and forgets those it passed by the lateness. */
	int (*advance)(void *store, struct err *e);
	/* Writes the rows that changed since the last call (--emit DURATION). NULL: rows are never written early. */
	int (*emit_changed)(void *store, struct err *e);
	/* The input is over: writes all that has not been written. */
	int (*finish)(void *store, struct err *e);
	/* The table that the next event most probably belongs to, to be fetched into the processor's cache; NULL: not
	 * known. */
	const struct table *(*next_table)(const void *store);
	void (*free)(void *store);
};

struct store {
	const struct store_type *type; /* NULL before the first event */
	void *self;                    /* owned; what type->open() returned */
	struct store_env env;
};

/* Opens the store for a stream of events with bounds of KIND, and gives PLAN's records their layout. S->env was set,
 * but for kind. */
int store_open(struct store *s, const struct store_type *type, struct fold_plan *plan, enum bounds_kind kind,
	struct err *e) MUST_USE;
void store_release(struct store *s);
/* Moves the watermark to MS; nothing happens if it is there already. S need not be open. */
int store_advance(struct store *s, int64_t ms, struct err *e) MUST_USE;
int store_emit_changed(struct store *s, struct err *e) MUST_USE;
int store_finish(struct store *s, struct err *e) MUST_USE;

/* For stores: returns true if no event for the window B is taken any more. */
static inline bool store_forgotten(const struct store_env *env, struct bounds b)
{
	return env->windowing && windowing_forgotten(env->windowing, b, env->watermark);
}

/* For stores: sets E for an event all of whose windows were closed before it came. Always -1. */
int store_out_of_order(const struct store_env *env, const struct event *ev, struct err *e);
#endif
