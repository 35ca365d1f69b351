/* store.h -- the store of a stream: it keeps the groups of events until their windows fire.
 *
 * A window is complete when the watermark reaches its last millisecond. It fires then: its rows are written. The window
 * is forgotten when the watermark has also passed the lateness: its groups are freed, and it accepts no more events.
 * Before a window is forgotten, a late event may still change one of its rows, which is then written again.
 *
 * A stream has one store. The first event of the stream decides the type of the store (table.h). A store gets events
 * and the watermark, and writes rows. It does not read the input itself. Functions that take E return -1 or NULL with E
 * set if the run must end. */
#ifndef AGG_STORE_STORE_H
#define AGG_STORE_STORE_H
#include "fold/groups.h"
#include "sp-agg/config.h"
#include "sp-agg/event.h"
#include "sp-agg/late.h"
#include "sp-agg/rows.h"
#include "state/save.h"

/* What a store uses; all pointers are borrowed. */
struct store_env {
	const struct config *config; /* emit and count say when rows are written */
	const struct fold_plan *folds;
	struct group_budget *budget;
	struct rows *rows;
	struct late *late;                 /* takes the late events of sessions */
	const struct windowing *windowing; /* NULL: the stream has no windowing line */
	enum bounds_kind kind;             /* kind of bounds in the stream */
	int64_t watermark;                 /* INT64_MIN before the first watermark */
	bool ended;                        /* the input has ended, so every row is final */
};

/* How much a store holds. */
struct store_size {
	uint64_t keys;    /* groups; a key that has a group in three windows counts three times */
	uint64_t parts;   /* windows, slices or sessions that are not forgotten; 0: the stream has no windows */
	const char *part; /* "window", "slice" or "session"; a static string */
};

/* A type of store. The parameter STORE of its functions is the pointer that open() returned. */
struct store_type {
	const char *name;
	/* True: sp-window writes no watermark lines for the stream, so the watermark is computed from the start of the
	 * bounds of each event. */
	bool watermark_by_events;
	/* Returns true if this type can serve a stream whose events have bounds of KIND. */
	bool (*fits)(enum bounds_kind kind, const struct config *c);
	/* Returns the size of the header that is before the states in each record; 0: no header. */
	size_t (*header_bytes)(const struct store_env *env);
	/* Makes an empty store, which the caller owns. Returns NULL with E set if it fails. */
	void *(*open)(const struct store_env *env, struct err *e);
	/* Adds EV, which has passed all checks, to its groups. */
	int (*take)(void *store, const struct event *ev, struct err *e);
	/* Called if the next event has other bounds than the last one. NULL: the type does not need the call. */
	void (*bounds_changed)(void *store);
	/* Called when the watermark has moved. Fires the windows that the watermark has passed, and frees the groups of
	 * the windows that are now forgotten. */
	int (*advance)(void *store, struct err *e);
	/* Writes the rows that changed since the last call (--emit DURATION). NULL: the type writes no row before its
	 * window fires. */
	int (*emit_changed)(void *store, struct err *e);
	/* Called at the end of the input. Writes all rows that have not been written. */
	int (*finish)(void *store, struct err *e);
	/* Returns the table of groups that the next event will probably need, so that parts of the table can be fetched
	 * into the cache. Returns NULL if the table is not known. */
	const struct table *(*next_table)(const void *store);
	/* Returns how much the store holds, for messages and the status. */
	struct store_size (*size)(const void *store);
	/* Returns the greatest end of a window that is not forgotten, or INT64_MIN if there is none. NULL: the type has
	 * no windows. */
	int64_t (*last_end)(const void *store);
	/* Writes the state into a checkpoint. Caches, timers and merged slices are not written: load() makes them
	 * anew. */
	void (*save)(const void *store, struct save *s);
	/* Reads what save() of the same type wrote into the store, which must be empty. MAP is as in
	 * fold_states_load(). Returns 0; L may have failed then. */
	int (*load)(void *store, const struct fold_map *map, struct load *l, struct err *e);
	void (*free)(void *store);
};

struct store {
	const struct store_type *type; /* NULL before the first event */
	void *self;                    /* what type->open() returned; owned */
	struct store_env env;
};

/* Opens a store of TYPE for events with bounds of KIND, and gives the records of PLAN their layout. The caller has set
 * s->env, except for its kind. Returns 0, or -1 with E set. */
int store_open(struct store *s, const struct store_type *type, struct fold_plan *plan, enum bounds_kind kind,
	struct err *e) MUST_USE;
void store_release(struct store *s);
/* Moves the watermark to MS. Does nothing if the watermark is at MS or later. S need not be open. Returns 0, or -1 with
 * E set. */
int store_advance(struct store *s, int64_t ms, struct err *e) MUST_USE;
int store_emit_changed(struct store *s, struct err *e) MUST_USE;
int store_finish(struct store *s, struct err *e) MUST_USE;
/* Writes all rows that have not been written, and empties the store, but the stream may go on. The watermark moves to
 * where all windows of these rows are forgotten, so later events of these windows are late. */
int store_close(struct store *s, struct err *e) MUST_USE;
/* Returns the size of the store; zeros if S is not open. */
struct store_size store_size(const struct store *s);
/* Appends what is open to OUT, in words: "1,204 keys in 3 windows". Appends nothing if the store is empty. */
void store_describe(const struct store *s, struct buf *out);

/* Returns true if the window B is forgotten and accepts no more events. Always false without a windowing line. */
static inline bool store_forgotten(const struct store_env *env, struct bounds b)
{
	return env->windowing && windowing_forgotten(env->windowing, b, env->watermark);
}

/* Sets E to the message for EV, an event that came after all its windows were forgotten. Always returns -1. */
int store_out_of_order(const struct store_env *env, const struct event *ev, struct err *e);
#endif
