/* fired_windows.c -- the windows of slices that have fired and may fire again, and the revisions of their rows.
 *
 * Most windows are never written again. So a window gets a table of revisions only when the first of its rows is
 * written again. */
#include "sp-agg/store/fired_windows.h"

struct fired_window {
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

void fired_windows_init(struct fired_windows *f, struct group_budget *budget)
{
	f->budget = budget;
	window_list_init(&f->list, budget);
}

/* Frees W, which may be NULL, and takes its bytes out of the budget. */
static void window_free(struct group_budget *budget, struct fired_window *w)
{
	if (!w)
		return;
	group_budget_subtract(budget, sizeof *w);
	if (w->revisions) {
		budget->bytes -= w->revisions->counted;
		group_budget_subtract(budget, sizeof *w->revisions);
		pool_release(&w->revisions->pool);
		free(w->revisions);
	}
	free(w);
}

void fired_windows_release(struct fired_windows *f)
{
	const struct window_entry *entry;
	for (struct window_place place = { 0 }; (entry = window_list_at(&f->list, place));
		window_list_next(&f->list, &place))
		window_free(f->budget, entry->item);
	window_list_release(&f->list);
}

struct fired_window *fired_windows_get(struct fired_windows *f, struct bounds b, uint64_t seq, struct err *e)
{
	struct window_entry *entry = window_list_get(&f->list, b, e);
	if (!entry)
		return NULL;
	if (entry->item)
		return entry->item;
	struct fired_window *w = calloc(1, sizeof *w);
	if (!w) {
		err_oom(e, "the list of windows");
		return NULL;
	}
	group_budget_add(f->budget, sizeof *w);
	w->seq = seq;
	entry->item = w;
	return w;
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

int64_t fired_windows_revision(const struct fired_windows *f, struct fired_window *w, struct span key, uint64_t first,
	struct err *e)
{
	bool added;
	if (!w->revisions && !(w->revisions = revisions_new(f->budget, e)))
		return -1;
	struct revisions *r = w->revisions;
	uint64_t *n = table_add(&r->table, key, table_hash(key), &added);
	if (!n)
		return err_oom(e, "the revisions of a window");
	if (added)
		*n = first < w->seq;
	int64_t revision = (int64_t)(*n)++;
	return group_budget_account(f->budget, r->pool.bytes, &r->counted, e) < 0 ? -1 : revision;
}

bool fired_windows_first(const struct fired_windows *f, struct bounds *b)
{
	const struct window_entry *entry = window_list_at(&f->list, (struct window_place){ 0 });
	if (entry)
		*b = entry->bounds;
	return entry != NULL;
}

void fired_windows_drop_first(struct fired_windows *f)
{
	window_free(f->budget, window_list_at(&f->list, (struct window_place){ 0 })->item);
	window_list_drop_first(&f->list);
}

/* ---- checkpoints ---- */

/* Writes the keys of R, which may be NULL, and how many times their rows were written. */
static void save_revisions(const struct revisions *r, struct save *s)
{
	save_u64(s, r ? r->table.count : 0);
	for (uint32_t i = 0; r && i < r->table.next; i++) {
		struct span key;
		const uint64_t *n = table_at(&r->table, i, &key);
		if (!n)
			continue;
		save_span(s, key);
		save_u64(s, *n);
	}
}

void fired_windows_save(const struct fired_windows *f, struct save *s)
{
	const struct window_entry *entry;
	uint64_t count = 0;
	for (struct window_place place = { 0 }; window_list_at(&f->list, place); window_list_next(&f->list, &place))
		count++;
	save_u64(s, count);
	for (struct window_place place = { 0 }; (entry = window_list_at(&f->list, place));
		window_list_next(&f->list, &place)) {
		const struct fired_window *w = entry->item;
		save_i64(s, entry->bounds.start);
		save_i64(s, entry->bounds.end);
		save_u64(s, w->seq);
		save_revisions(w->revisions, s);
	}
}

/* Reads the revisions of W. Returns 0, or -1 with E set. */
static int load_revisions(const struct fired_windows *f, struct fired_window *w, struct load *l, struct err *e)
{
	for (size_t n = load_count(l, 2); n > 0; n--) {
		bool added;
		struct span key = load_span(l);
		uint64_t written = load_u64(l);
		if (load_failed(l))
			return 0;
		if (!w->revisions && !(w->revisions = revisions_new(f->budget, e)))
			return -1;
		struct revisions *r = w->revisions;
		uint64_t *to = table_add(&r->table, key, table_hash(key), &added);
		if (!to)
			return err_oom(e, "the revisions of a window");
		*to = written;
		if (group_budget_account(f->budget, r->pool.bytes, &r->counted, e) < 0)
			return -1;
	}
	return 0;
}

int fired_windows_load(struct fired_windows *f, struct load *l, struct err *e)
{
	for (size_t n = load_count(l, 4); n > 0; n--) {
		struct bounds b = { load_i64(l), 0 };
		b.end = load_i64(l);
		uint64_t seq = load_u64(l);
		if (load_failed(l))
			return 0;
		struct fired_window *w = fired_windows_get(f, b, seq, e);
		if (!w || load_revisions(f, w, l, e) < 0)
			return -1;
	}
	return 0;
}
