/* slices.c -- the store of hopping and cumulating windows, which are made of slices.
 *
 * A slice is a part of the time line that no start or end of a window divides. An event is added only to its slice. So
 * adding an event costs the same, however many windows contain it. When a window fires, its slices are merged
 * (slice_tree.c) and its rows are written.
 *
 * An event is late for a window that has fired. If the window is not forgotten, the groups of the event's key are
 * merged again for the window, and the row is written with the next revision. The rows that a window has written are
 * not kept. Only the number of rows is kept, for each key whose row was written again (struct revisions).
 *
 * Invariant: every window up to last_window, in the order in which windows fire, has fired if it had an event. */
#include "sp-agg/store/slice_tree.h"
#include "sp-agg/store/table.h"
#include "sp-agg/store/window_list.h"

/* A window that has fired and may fire again. */
struct fired {
	/* Events that came before the window fired have arrival numbers below this number. */
	uint64_t seq;
	struct revisions *revisions; /* owned; NULL until a row is written again */
};

/* For one window: how many times the row of a key was written. Holds only keys whose row was written again. */
struct revisions {
	struct pool pool;
	struct table table; /* each record is a uint64_t: how many times the row of its key was written */
	size_t counted;     /* bytes of the pool that the budget has counted */
};

struct slices {
	const struct store_env *env;
	struct slice_tree tree;
	/* The groups that take the next event if it has the same bounds; NULL: they must be looked up. */
	struct groups *last_groups;
	uint64_t next_seq;         /* one more than the arrival number of the last event */
	struct bounds last_window; /* the last window that fired; valid if any_fired */
	bool any_fired;
	int64_t watermark;        /* the watermark at the last call of slices_advance() */
	int64_t search_from;      /* slices that start before this time have no window left to fire */
	struct window_list fired; /* each item is a struct fired, owned */
};

/* ---- windows that fired and are not forgotten ---- */

/* Frees F, which may be NULL, and takes its bytes out of the budget. */
static void fired_free(const struct slices *s, struct fired *f)
{
	if (!f)
		return;
	group_budget_subtract(s->env->budget, sizeof *f);
	if (f->revisions) {
		s->env->budget->bytes -= f->revisions->counted;
		group_budget_subtract(s->env->budget, sizeof *f->revisions);
		pool_release(&f->revisions->pool);
		free(f->revisions);
	}
	free(f);
}

/* Returns the entry of the window B. If there is none, makes an entry that says that B fired after SEQ events. Returns
 * NULL with E set if it fails. */
static struct fired *fired_get(struct slices *s, struct bounds b, uint64_t seq, struct err *e)
{
	struct window_entry *entry = window_list_get(&s->fired, b, e);
	if (!entry)
		return NULL;
	if (entry->item)
		return entry->item;
	struct fired *f = calloc(1, sizeof *f);
	if (!f) {
		err_oom(e, "the list of windows");
		return NULL;
	}
	group_budget_add(s->env->budget, sizeof *f);
	f->seq = seq;
	entry->item = f;
	return f;
}

/* Returns an empty struct revisions, or NULL with E set. The first chunk of its pool is in the same allocation, after
 * the struct, and has room for one key. */
static struct revisions *revisions_new(struct group_budget *budget, struct err *e)
{
	size_t first = table_first_bytes(sizeof(uint64_t), 1);
	struct revisions *r = malloc(sizeof *r + first);
	if (!r) {
		err_oom(e, "the revisions of a window");
		return NULL;
	}
	*r = (struct revisions){ .counted = 0 };
	pool_init_in(&r->pool, r + 1, first);
	if (table_init(&r->table, &r->pool, sizeof(uint64_t), e) == 0) {
		group_budget_add(budget, sizeof *r);
		return r;
	}
	free(r);
	return NULL;
}

/* Returns the number of times that the row of KEY was written for the window F, and counts one more. FIRST is the
 * arrival number of the group's first event: if that event came before the window fired, the row was written then.
 * Returns -1 with E set if it fails. */
static int64_t next_revision(const struct slices *s, struct fired *f, struct span key, uint64_t first, struct err *e)
{
	struct group_budget *budget = s->env->budget;
	bool added;
	if (!f->revisions && !(f->revisions = revisions_new(budget, e)))
		return -1;
	struct revisions *r = f->revisions;
	uint64_t *n = table_add(&r->table, key, table_hash(key), &added);
	if (!n)
		return err_oom(e, "the revisions of a window");
	if (added)
		*n = first < f->seq;
	int64_t revision = (int64_t)(*n)++;
	return group_budget_account(budget, r->pool.bytes, &r->counted, e) < 0 ? -1 : revision;
}

/* Writes the row of KEY, with its next revision, for the window B, which has fired already. Returns 0, or -1 with E
 * set. */
static int slices_fire_again(struct slices *s, struct bounds b, struct span key, struct err *e)
{
	struct fired *f = fired_get(s, b, 0, e);
	struct groups *window = f ? slice_tree_window(&s->tree, b, &key, e) : NULL;
	if (!window)
		return -1;
	/* WINDOW has one group, that of KEY. The group exists, because the late event has been added to its slice. */
	char *record = table_at(&window->table, 0, NULL);
	int64_t revision = next_revision(s, f, key, group_header(record)->first, e);
	int r = -1;
	if (revision >= 0) {
		group_header(record)->revision = (uint32_t)revision;
		r = rows_write_group(s->env->rows, window, false, record, e);
	}
	groups_free(window);
	return r;
}

/* ---- taking events ---- */

/* Returns true for slices whose rows are written only when a window is complete. Slices cannot be used with --overflow
 * other, which puts all keys over a limit into one group. Which keys are over the limit depends on all events of a
 * window, and a slice has only a part of them. */
static bool slices_fits(enum bounds_kind kind, const struct config *c)
{
	return kind == BOUNDS_SLICE && c->emit == EMIT_CLOSE && !c->overflow_other;
}

static size_t slices_header_bytes(const struct store_env *env)
{
	(void)env;
	return sizeof(struct group_header);
}

static void *slices_open(const struct store_env *env, struct err *e)
{
	struct slices *s = calloc(1, sizeof *s);
	if (!s) {
		err_oom(e, "the slices");
		return NULL;
	}
	s->env = env;
	s->tree = (struct slice_tree){ .folds = env->folds, .budget = env->budget };
	s->watermark = INT64_MIN;
	s->search_from = INT64_MIN;
	window_list_init(&s->fired, env->budget);
	return s;
}

/* Fires again the windows of EV that have fired and are not forgotten. Sets *LATE to true if any window of EV has
 * fired, whether forgotten or not. Returns 0, or -1 with E set. */
static int slices_fire_late(struct slices *s, const struct event *ev, bool *late, struct err *e)
{
	const struct windowing *w = s->env->windowing;
	struct bounds b;
	/* Without a lateness, no window fires again, so only *LATE must be set. The first window of the event fires
	 * before its other windows, so it is enough to check the first. An event can have a million windows. */
	if (w->lateness == 0) {
		*late = windowing_first(w, ev->bounds, &b) && windowing_fired(b, s->env->watermark);
		return 0;
	}
	for (bool more = windowing_first(w, ev->bounds, &b); more && windowing_fired(b, s->env->watermark);
		more = windowing_next(w, ev->bounds, &b)) {
		*late = true;
		if (!store_forgotten(s->env, b) && slices_fire_again(s, b, ev->fold.key, e) < 0)
			return -1;
	}
	return 0;
}

static int slices_take(void *store, const struct event *ev, struct err *e)
{
	struct slices *s = store;
	struct groups *ancestors[SLICE_TREE_DEPTH];
	size_t count;
	bool late = false;
	s->next_seq = ev->fold.seq + 1;
	if (s->last_groups)
		return groups_take(s->last_groups, &ev->fold, NULL, e) ? 0 : -1;
	if (store_forgotten(s->env, windowing_last(s->env->windowing, ev->bounds)))
		return store_out_of_order(s->env, ev, e);
	struct groups *slice = slice_tree_get(&s->tree, ev->bounds, ancestors, &count, e);
	if (!slice || !groups_take(slice, &ev->fold, NULL, e))
		return -1;
	for (size_t i = 0; i < count; i++)
		if (!groups_take(ancestors[i], &ev->fold, NULL, e))
			return -1;
	if (slices_fire_late(s, ev, &late, e) < 0)
		return -1;
	/* If last_groups is set, the next event is added to the slice alone. But merged groups that include the slice
	 * need the event as well. So last_groups is NULL if there are any: COUNT says how many there were before this
	 * event. Writing the rows of a window makes more of them. So last_groups is also NULL after a late event, for
	 * which rows may have been written, and after slices_advance(). */
	s->last_groups = late || count ? NULL : slice;
	return 0;
}

static void slices_bounds_changed(void *store)
{
	struct slices *s = store;
	s->last_groups = NULL;
}

/* ---- firing ---- */

/* Sets *B to the next window to fire that has a slice. Returns false if there is none. */
static bool slices_next_window(struct slices *s, struct bounds *b)
{
	const struct windowing *w = s->env->windowing;
	const struct groups *g;
	while ((g = slice_tree_lower_bound(&s->tree, s->search_from))) {
		struct bounds slice = g->bounds;
		bool more;
		*b = s->last_window;
		if (s->any_fired && s->last_window.start <= slice.start && slice.end <= s->last_window.end)
			more = windowing_next(w, slice, b);
		else
			more = windowing_first(w, slice, b);
		/* Skips the windows up to last_window, which have fired, and those that the watermark had passed before
		 * their slice had an event. */
		while (more &&
			(windowing_fired(*b, s->watermark) || (s->any_fired && !window_before(s->last_window, *b))))
			more = windowing_next(w, slice, b);
		if (more)
			return true;
		s->search_from = slice.start + 1;
	}
	return false;
}

/* Writes the rows of the window B. If B still accepts late events, adds B to the list of windows that have fired.
 * Returns 0, or -1 with E set. */
static int slices_fire(struct slices *s, struct bounds b, struct err *e)
{
	struct groups *window = slice_tree_window(&s->tree, b, NULL, e);
	bool over = s->env->ended || store_forgotten(s->env, b);
	int r = window ? rows_write_all(s->env->rows, window, over, e) : -1;
	groups_free(window);
	if (r == 0 && !over && !fired_get(s, b, s->next_seq, e))
		r = -1;
	s->last_window = b;
	s->any_fired = true;
	return r;
}

/* Frees the slices that only forgotten windows contain, and removes the forgotten windows from s->fired. After the end
 * of the input, only frees the slices that have no window left to fire. */
static void slices_forget(struct slices *s)
{
	const struct store_env *env = s->env;
	const struct groups *g;
	const struct window_entry *first;
	while ((g = slice_tree_lower_bound(&s->tree, INT64_MIN)) &&
		(env->ended ? g->bounds.start < s->search_from :
			      store_forgotten(env, windowing_last(env->windowing, g->bounds))))
		slice_tree_remove_first(&s->tree);
	while (!env->ended && (first = window_list_at(&s->fired, (struct window_place){ 0 })) &&
		store_forgotten(env, first->bounds)) {
		fired_free(s, first->item);
		window_list_drop_first(&s->fired);
	}
}

/* Fires the windows that the watermark has passed, in the order of their ends. Windows without an event are skipped.
 * Returns 0, or -1 with E set. */
static int slices_advance(void *store, struct err *e)
{
	struct slices *s = store;
	struct bounds b;
	s->last_groups = NULL;
	while (slices_next_window(s, &b) && (s->env->ended || windowing_fired(b, s->env->watermark))) {
		if (slices_fire(s, b, e) < 0)
			return -1;
		if (s->env->ended)
			slices_forget(s);
	}
	s->watermark = s->env->watermark;
	if (!s->env->ended)
		slices_forget(s);
	return 0;
}

static const struct table *slices_next_table(const void *store)
{
	const struct slices *s = store;
	return s->last_groups ? &s->last_groups->table : NULL;
}

static void slices_free(void *store)
{
	struct slices *s = store;
	slice_tree_release(&s->tree);
	const struct window_entry *entry;
	for (struct window_place place = { 0 }; (entry = window_list_at(&s->fired, place));
		window_list_next(&s->fired, &place))
		fired_free(s, entry->item);
	window_list_release(&s->fired);
	free(s);
}

const struct store_type slices_store = {
	.name = "slices",
	.fits = slices_fits,
	.header_bytes = slices_header_bytes,
	.open = slices_open,
	.take = slices_take,
	.bounds_changed = slices_bounds_changed,
	.advance = slices_advance,
	.finish = slices_advance,
	.next_table = slices_next_table,
	.free = slices_free,
};
