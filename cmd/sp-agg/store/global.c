/* global.c -- the store of a stream without windows: one row for each key at the end, or for every N of its events.
 *
 * All groups are in one table, which lives until the end of the run. With --count N, a group's record is removed when
 * the group has had N events and its row is written. The next event of the key makes a new record. So memory holds only
 * keys that have had fewer than N events since their last row. */
#include "sp-agg/store/table.h"

struct global {
	const struct store_env *env;
	struct groups *groups; /* owned */
};

static bool global_fits(enum bounds_kind kind, const struct config *c)
{
	(void)c;
	return kind == BOUNDS_NONE;
}

/* Returns 0 if neither the revisions nor the events of a group must be counted. Without a header a group is smaller,
 * and adding an event is faster. */
static size_t global_header_bytes(const struct store_env *env)
{
	return env->rows->repeats || env->config->count ? sizeof(struct group_header) : 0;
}

static void *global_open(const struct store_env *env, struct err *e)
{
	struct global *g = calloc(1, sizeof *g);
	if (!g) {
		err_oom(e, "the groups");
		return NULL;
	}
	g->env = env;
	g->groups = groups_new(env->folds, env->budget, NULL, 1, e);
	if (!g->groups) {
		free(g);
		return NULL;
	}
	/* --count removes records, and the table uses their places again. So the order of the table is not the order of
	 * arrival, and order_make() must sort the groups. */
	g->groups->merged = env->config->count != 0;
	return g;
}

/* Adds EV to its group. Writes the group's row at each event (--emit update), or when the group has had N events
 * (--count N). Returns 0, or -1 with E set. */
static int global_take(void *store, const struct event *ev, struct err *e)
{
	struct global *g = store;
	const struct config *c = g->env->config;
	struct groups *groups = g->groups;
	struct span key;
	char *record = groups_take(groups, &ev->fold, &key, e);
	if (!record)
		return -1;
	if (!g->env->folds->header_bytes)
		return 0;
	struct group_header *h = group_header(record);
	h->events++;
	h->changed = 1;
	groups->changed = true;
	/* The row of N events is final, because the next event of the key begins a new group. */
	bool full = c->count && h->events == (uint64_t)c->count;
	if ((full || c->emit == EMIT_UPDATE) && rows_write_group(g->env->rows, groups, full, record, e) < 0)
		return -1;
	if (full)
		groups_remove(groups, key, table_hash(key), record);
	return 0;
}

/* Does nothing: there are no windows to fire. */
static int global_advance(void *store, struct err *e)
{
	(void)store;
	(void)e;
	return 0;
}

/* Writes the rows of groups that had an event since their last row, for --emit DURATION. */
static int global_emit_changed(void *store, struct err *e)
{
	struct global *g = store;
	return rows_write_changed(g->env->rows, g->groups, e);
}

/* With --count N, the groups that are left have had fewer than N events. Their rows are written as well. */
static int global_finish(void *store, struct err *e)
{
	struct global *g = store;
	return rows_write_all(g->env->rows, g->groups, true, e);
}

static const struct table *global_next_table(const void *store)
{
	const struct global *g = store;
	return &g->groups->table;
}

static struct store_size global_size(const void *store)
{
	const struct global *g = store;
	return (struct store_size){ .keys = g->groups->table.count, .part = "window" };
}

static void global_save(const void *store, struct save *s)
{
	const struct global *g = store;
	groups_save(g->groups, s);
}

static int global_load(void *store, const struct fold_map *map, struct load *l, struct err *e)
{
	struct global *g = store;
	struct groups *loaded = groups_load(g->env->folds, g->env->budget, map, l, e);
	if (!loaded)
		return -1;
	groups_free(g->groups);
	g->groups = loaded;
	return 0;
}

static void global_free(void *store)
{
	struct global *g = store;
	groups_free(g->groups);
	free(g);
}

const struct store_type global_store = {
	.name = "global",
	.fits = global_fits,
	.header_bytes = global_header_bytes,
	.open = global_open,
	.take = global_take,
	.advance = global_advance,
	.emit_changed = global_emit_changed,
	.finish = global_finish,
	.next_table = global_next_table,
	.size = global_size,
	.save = global_save,
	.load = global_load,
	.free = global_free,
};
