/* windows.c -- the store of windows that each have groups of their own.
 *
 * This type serves tumbling windows and the output of sp-window --expand. It also serves slices if rows are written
 * before a window is complete. Each event then changes a row of each window that contains its slice, so adding the
 * event to the slice alone would save nothing. Slices with --overflow other come here too, because the limit of keys is
 * for each window. An event of a slice is added to each window that contains the slice.
 *
 * Invariant: the list has every window that has had an event and is not forgotten. The windows that have fired and wait
 * for late events come first, because windows fire, and are forgotten, in the order of the list. */
#include "sp-agg/store/table.h"
#include "sp-agg/store/window_list.h"

struct windows {
	const struct store_env *env;
	struct window_list list; /* each item is a struct groups, owned */
	int64_t watermark;       /* the watermark at the last call of windows_advance() */
	/* The groups that take the next event if it has the same bounds; NULL: they must be looked up. */
	struct groups *last_groups;
};

/* Returns true for every kind, so this type is the last in the table of types. */
static bool windows_fits(enum bounds_kind kind, const struct config *c)
{
	(void)kind;
	(void)c;
	return true;
}

/* Only rows that can be written again need a header. In the common case there is no header, and groups are smaller. */
static size_t windows_header_bytes(const struct store_env *env)
{
	return env->rows->repeats ? sizeof(struct group_header) : 0;
}

static void *windows_open(const struct store_env *env, struct err *e)
{
	struct windows *w = calloc(1, sizeof *w);
	if (!w) {
		err_oom(e, "the windows");
		return NULL;
	}
	w->env = env;
	w->watermark = env->watermark;
	window_list_init(&w->list, env->budget);
	return w;
}

/* Returns the groups of the window B. Makes empty groups if B has none. Returns NULL with E set if it fails. */
static struct groups *windows_get(struct windows *w, struct bounds b, struct err *e)
{
	/* The pointer is valid until the next call of window_list_get(). */
	struct window_entry *entry = window_list_get(&w->list, b, e);
	if (!entry)
		return NULL;
	if (!entry->item) {
		struct groups *g = groups_new(w->env->folds, w->env->budget, &b, 1, e);
		if (!g)
			return NULL;
		/* If the first event of a window is late, the window counts as fired, and its rows are written at
		 * once. */
		g->fired = windowing_fired(b, w->env->watermark);
		entry->item = g;
	}
	return entry->item;
}

/* Adds EV to G. Writes the row at once if the rows of G were written before, or with --emit update. Returns 0, or -1
 * with E set. */
static int windows_add(struct windows *w, struct groups *g, const struct event *ev, struct err *e)
{
	char *record = groups_take(g, &ev->fold, NULL, e);
	if (!record)
		return -1;
	if (!w->env->folds->header_bytes)
		return 0;
	if (g->fired || w->env->config->emit == EMIT_UPDATE)
		return rows_write_group(w->env->rows, g, false, record, e);
	group_header(record)->changed = 1;
	g->changed = true;
	return 0;
}

/* Adds EV, which has the bounds of a slice, to each window that contains the slice and is not forgotten. Returns 0, or
 * -1 with E set. */
static int windows_take_slice(struct windows *w, const struct event *ev, struct err *e)
{
	const struct windowing *windowing = w->env->windowing;
	struct bounds b;
	bool taken = false;
	for (bool more = windowing_first(windowing, ev->bounds, &b); more;
		more = windowing_next(windowing, ev->bounds, &b)) {
		if (store_forgotten(w->env, b))
			continue;
		struct groups *g = windows_get(w, b, e);
		if (!g || windows_add(w, g, ev, e) < 0)
			return -1;
		taken = true;
	}
	return taken ? 0 : store_out_of_order(w->env, ev, e);
}

/* Most events have the same bounds as the event before. For them, last_groups points to the groups already. */
static int windows_take(void *store, const struct event *ev, struct err *e)
{
	struct windows *w = store;
	if (w->last_groups)
		return windows_add(w, w->last_groups, ev, e);
	if (w->env->kind == BOUNDS_SLICE)
		return windows_take_slice(w, ev, e);
	if (store_forgotten(w->env, ev->bounds))
		return store_out_of_order(w->env, ev, e);
	w->last_groups = windows_get(w, ev->bounds, e);
	return w->last_groups ? windows_add(w, w->last_groups, ev, e) : -1;
}

/* Makes the next event look up its groups. */
static void windows_bounds_changed(void *store)
{
	struct windows *w = store;
	w->last_groups = NULL;
}

/* Returns true if no event can change the window B any more. */
static bool is_over(const struct store_env *env, struct bounds b)
{
	return env->ended || store_forgotten(env, b);
}

/* Frees the groups of the windows that have fired and are forgotten, and removes these windows from the list. */
static void windows_forget(struct windows *w)
{
	const struct window_entry *first;
	while ((first = window_list_at(&w->list, (struct window_place){ 0 })) &&
		((struct groups *)first->item)->fired && is_over(w->env, first->bounds)) {
		groups_free(first->item);
		window_list_drop_first(&w->list);
	}
}

/* Fires the windows that the watermark has passed. Windows that the watermark had passed at the last call have fired
 * already, so the search begins after them. A window that is forgotten as soon as it fires is the first of the list,
 * because all windows before it are forgotten as well. Returns 0, or -1 with E set. */
static int windows_advance(void *store, struct err *e)
{
	struct windows *w = store;
	const struct store_env *env = w->env;
	const struct window_entry *entry;
	windows_forget(w);
	struct window_place place = window_list_from(&w->list,
		w->watermark < INT64_MAX - 1 ? w->watermark + 2 : INT64_MAX);
	while ((entry = window_list_at(&w->list, place)) &&
		(env->ended || windowing_fired(entry->bounds, env->watermark))) {
		struct groups *g = entry->item;
		bool over = is_over(env, entry->bounds);
		if (rows_write_all(env->rows, g, over, e) < 0)
			return -1;
		g->fired = true;
		if (over) {
			groups_free(g);
			window_list_drop_first(&w->list);
		} else {
			window_list_next(&w->list, &place);
		}
	}
	w->watermark = env->watermark;
	/* The groups that last_groups points to may have been freed. */
	w->last_groups = NULL;
	return 0;
}

/* Writes the rows that have changed, for --emit DURATION, in the order in which the windows end. */
static int windows_emit_changed(void *store, struct err *e)
{
	struct windows *w = store;
	const struct window_entry *entry;
	for (struct window_place place = { 0 }; (entry = window_list_at(&w->list, place));
		window_list_next(&w->list, &place))
		if (rows_write_changed(w->env->rows, entry->item, e) < 0)
			return -1;
	return 0;
}

/* Returns NULL if last_groups is NULL: after the bounds have changed, after windows_advance(), and always for slices,
 * because an event of a slice goes to several windows. */
static const struct table *windows_next_table(const void *store)
{
	const struct windows *w = store;
	return w->last_groups ? &w->last_groups->table : NULL;
}

static struct store_size windows_size(const void *store)
{
	const struct windows *w = store;
	struct store_size size = { .part = "window" };
	const struct window_entry *entry;
	for (struct window_place place = { 0 }; (entry = window_list_at(&w->list, place));
		window_list_next(&w->list, &place)) {
		size.parts++;
		size.keys += ((const struct groups *)entry->item)->table.count;
	}
	return size;
}

/* The list is in the order of the ends. */
static int64_t windows_last_end(const void *store)
{
	const struct windows *w = store;
	const struct window_entry *entry;
	int64_t end = INT64_MIN;
	for (struct window_place place = { 0 }; (entry = window_list_at(&w->list, place));
		window_list_next(&w->list, &place))
		end = entry->bounds.end;
	return end;
}

static void windows_save(const void *store, struct save *s)
{
	const struct windows *w = store;
	const struct window_entry *entry;
	save_u64(s, windows_size(w).parts);
	for (struct window_place place = { 0 }; (entry = window_list_at(&w->list, place));
		window_list_next(&w->list, &place))
		groups_save(entry->item, s);
}

static int windows_load(void *store, const struct fold_map *map, struct load *l, struct err *e)
{
	struct windows *w = store;
	for (size_t n = load_count(l, 1); n > 0; n--) {
		struct groups *g = groups_load(w->env->folds, w->env->budget, map, l, e);
		struct window_entry *entry = g ? window_list_get(&w->list, g->bounds, e) : NULL;
		/* windows_advance() relies on this: the windows that have fired are the first of the list. */
		bool wrong = entry && (entry->item || g->fired != windowing_fired(g->bounds, w->env->watermark));
		if (!entry || wrong) {
			groups_free(g);
			return wrong ? err_set(e, EX_DATAERR, "a window of the snapshot is damaged") : -1;
		}
		entry->item = g;
	}
	return 0;
}

static void windows_free(void *store)
{
	struct windows *w = store;
	const struct window_entry *entry;
	for (struct window_place place = { 0 }; (entry = window_list_at(&w->list, place));
		window_list_next(&w->list, &place))
		groups_free(entry->item);
	window_list_release(&w->list);
	free(w);
}

const struct store_type windows_store = {
	.name = "windows",
	.fits = windows_fits,
	.header_bytes = windows_header_bytes,
	.open = windows_open,
	.take = windows_take,
	.bounds_changed = windows_bounds_changed,
	.advance = windows_advance,
	.emit_changed = windows_emit_changed,
	.finish = windows_advance,
	.next_table = windows_next_table,
	.size = windows_size,
	.last_end = windows_last_end,
	.save = windows_save,
	.load = windows_load,
	.free = windows_free,
};
