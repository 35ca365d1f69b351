/* slices.c -- the store of hopping and cumulating windows, which are made of slices.
 *
 * A slice is a part of the time line that no start or end of a window divides. An event is added only to its slice. So
 * adding an event costs the same, however many windows contain it. When a window fires, its slices are merged
 * (slice_tree.c) and its rows are written.
 *
 * An event is late for a window that has fired. If the window is not forgotten, the groups of the event's key are
 * merged again for the window, and the row is written with the next revision (fired_windows.h).
 *
 * Invariant: every window up to last_window, in the order in which windows fire, has fired if it had an event. */
#include "sp-agg/store/fired_windows.h"
#include "sp-agg/store/slice_tree.h"
#include "sp-agg/store/table.h"

struct slices {
	const struct store_env *env;
	struct slice_tree tree;
	/* The groups that take the next event if it has the same bounds; NULL: they must be looked up. */
	struct groups *last_groups;
	uint64_t next_seq;         /* one more than the arrival number of the last event */
	struct bounds last_window; /* the last window that fired; valid if any_fired */
	bool any_fired;
	int64_t watermark;          /* the watermark at the last call of slices_advance() */
	int64_t search_from;        /* slices that start before this time have no window left to fire */
	struct fired_windows fired; /* the windows that have fired and are not forgotten */
};

/* ---- taking events ---- */

/* Writes the row of KEY, with its next revision, for the window B, which has fired already. Returns 0, or -1 with E
 * set. */
static int slices_fire_again(struct slices *s, struct bounds b, struct span key, struct err *e)
{
	struct fired_window *f = fired_windows_get(&s->fired, b, 0, e);
	struct groups *window = f ? slice_tree_window(&s->tree, b, &key, e) : NULL;
	if (!window)
		return -1;
	/* WINDOW has one group, that of KEY. The group exists, because the late event has been added to its slice. */
	char *record = table_at(&window->table, 0, NULL);
	int64_t revision = fired_windows_revision(&s->fired, f, key, group_header(record)->first, e);
	int r = -1;
	if (revision >= 0) {
		group_header(record)->revision = (uint32_t)revision;
		r = rows_write_group(s->env->rows, window, false, record, e);
	}
	groups_free(window);
	return r;
}

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
	s->watermark = env->watermark;
	s->search_from = INT64_MIN;
	fired_windows_init(&s->fired, env->budget);
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
	if (r == 0 && !over && !fired_windows_get(&s->fired, b, s->next_seq, e))
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
	struct bounds first;
	while ((g = slice_tree_lower_bound(&s->tree, INT64_MIN)) &&
		(env->ended ? g->bounds.start < s->search_from :
			      store_forgotten(env, windowing_last(env->windowing, g->bounds))))
		slice_tree_remove_first(&s->tree);
	while (!env->ended && fired_windows_first(&s->fired, &first) && store_forgotten(env, first))
		fired_windows_drop_first(&s->fired);
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

/* ---- checkpoints ---- */

static struct store_size slices_size(const void *store)
{
	const struct slices *s = store;
	struct store_size size = { .part = "slice" };
	const struct groups *g;
	for (int64_t from = INT64_MIN; (g = slice_tree_lower_bound(&s->tree, from)); from = g->bounds.start + 1) {
		size.parts++;
		size.keys += g->table.count;
	}
	return size;
}

static int64_t slices_last_end(const void *store)
{
	const struct slices *s = store;
	const struct groups *g;
	int64_t end = INT64_MIN;
	for (int64_t from = INT64_MIN; (g = slice_tree_lower_bound(&s->tree, from)); from = g->bounds.start + 1)
		end = windowing_last(s->env->windowing, g->bounds).end;
	return end;
}

/* The merged groups of the inner nodes of the tree are not saved. slice_tree_window() makes them again. */
static void slices_save(const void *store, struct save *out)
{
	const struct slices *s = store;
	const struct groups *g;
	save_u64(out, s->next_seq);
	save_bool(out, s->any_fired);
	save_i64(out, s->last_window.start);
	save_i64(out, s->last_window.end);
	save_i64(out, s->watermark);
	save_i64(out, s->search_from);
	save_u64(out, slices_size(s).parts);
	for (int64_t from = INT64_MIN; (g = slice_tree_lower_bound(&s->tree, from)); from = g->bounds.start + 1)
		groups_save(g, out);
	fired_windows_save(&s->fired, out);
}

static int slices_load(void *store, const struct fold_map *map, struct load *l, struct err *e)
{
	struct slices *s = store;
	s->next_seq = load_u64(l);
	s->any_fired = load_bool(l);
	s->last_window.start = load_i64(l);
	s->last_window.end = load_i64(l);
	s->watermark = load_i64(l);
	s->search_from = load_i64(l);
	for (size_t n = load_count(l, 1); n > 0; n--) {
		struct groups *g = groups_load(s->env->folds, s->env->budget, map, l, e);
		if (!g || slice_tree_put(&s->tree, g, e) < 0)
			return -1;
	}
	return fired_windows_load(&s->fired, l, e);
}

static void slices_free(void *store)
{
	struct slices *s = store;
	slice_tree_release(&s->tree);
	fired_windows_release(&s->fired);
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
	.size = slices_size,
	.last_end = slices_last_end,
	.save = slices_save,
	.load = slices_load,
	.free = slices_free,
};
