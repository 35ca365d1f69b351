/* groups_save.c -- a table of groups as bytes.
 *
 * The groups are saved in the order of the table, because their rows are written in this order. Removed groups
 * leave no gaps. The slots of the table and the hashes are not saved; loading computes them again. The groups are saved
 * in batches: TABLE_BATCH keys, then their headers and states. So loading a million keys takes half the time
 * (table_load_keys()). */
#include "fold/groups.h"

/* Properties of the whole table, as bits of one number. */
enum saved_flag {
	SAVED_WINDOWED = 1,
	SAVED_FIRED = 2,
	SAVED_CHANGED = 4,
	SAVED_MERGED = 8,
	SAVED_HEADERS = 16, /* each record has a struct group_header */
	SAVED_ALL = 31,
};

/* Writes the keys of N records, then their headers and states. */
static void save_batch(const struct groups *g, char *const *records, size_t n, struct save *s)
{
	for (size_t i = 0; i < n; i++)
		table_save_key(&g->table, records[i], s);
	for (size_t i = 0; i < n; i++) {
		if (g->plan->header_bytes) {
			const struct group_header *h = group_header(records[i]);
			save_u64(s, h->first);
			save_u64(s, h->events);
			save_u64(s, h->revision);
			save_u64(s, h->changed);
		}
		fold_states_save(g->plan, records[i], &g->pool, s);
	}
}

void groups_save(const struct groups *g, struct save *s)
{
	char *records[TABLE_BATCH];
	size_t n = 0;
	save_u64(s,
		(g->windowed ? SAVED_WINDOWED : 0) | (g->fired ? SAVED_FIRED : 0) | (g->changed ? SAVED_CHANGED : 0) |
			(g->merged ? SAVED_MERGED : 0) | (g->plan->header_bytes ? SAVED_HEADERS : 0));
	if (g->windowed) {
		save_i64(s, g->bounds.start);
		save_i64(s, g->bounds.end);
	}
	save_u64(s, g->table.count);
	for (uint32_t i = 0; i < g->table.next; i++) {
		records[n] = table_at(&g->table, i, NULL);
		n += records[n] != NULL;
		if (n == TABLE_BATCH) {
			save_batch(g, records, n, s);
			n = 0;
		}
	}
	save_batch(g, records, n, s);
}

/* Loads N groups. Returns 0, also if L fails, or -1 with E set if memory is exhausted. */
static int load_batch(struct groups *g, const struct fold_map *map, size_t n, struct load *l, struct err *e)
{
	void *records[TABLE_BATCH];
	int r = table_load_keys(&g->table, n, records, l) < 0 ? err_oom(e, "the groups of a snapshot") : 0;
	for (size_t i = 0; i < n && r == 0 && !load_failed(l); i++) {
		if (g->plan->header_bytes) {
			struct group_header *h = group_header(records[i]);
			h->first = load_u64(l);
			h->events = load_u64(l);
			h->revision = (uint32_t)load_max(l, UINT32_MAX);
			h->changed = load_bool(l);
		}
		/* A new record has only zeros, so its states are empty. */
		r = fold_states_load(g->plan, map, records[i], &g->pool, l, e);
	}
	return r;
}

/* The table grows as it does when events come. So it takes no more memory than before, and the same budget is enough.
 * But for many keys the slots are made at once, which is faster and takes less memory. */
struct groups *groups_load(const struct fold_plan *plan, struct group_budget *budget, const struct fold_map *map,
	struct load *l, struct err *e)
{
	enum { MANY = 4096 };
	struct bounds bounds = { 0, 0 };
	bool headers = plan->header_bytes > 0;
	uint64_t flags = load_max(l, SAVED_ALL);
	if (flags & SAVED_WINDOWED) {
		bounds.start = load_i64(l);
		bounds.end = load_i64(l);
	}
	if (((flags & SAVED_HEADERS) != 0) != headers)
		load_fail(l, "groups were saved under other options");
	/* A key takes at least one byte, and a header at least four. */
	size_t count = load_count(l, (headers ? 5 : 1) + fold_states_least(plan, map));
	struct groups *g = groups_new(plan, budget, flags & SAVED_WINDOWED ? &bounds : NULL, 1, e);
	if (!g)
		return NULL;
	g->fired = flags & SAVED_FIRED;
	g->changed = flags & SAVED_CHANGED;
	g->merged = flags & SAVED_MERGED;
	int r = count > MANY && table_reserve(&g->table, count) < 0 ? err_oom(e, "the groups of a snapshot") : 0;
	for (size_t left = count, n; left > 0 && r == 0 && !load_failed(l); left -= n) {
		n = left < TABLE_BATCH ? left : TABLE_BATCH;
		r = load_batch(g, map, n, l, e);
	}
	budget->bytes += g->pool.bytes - g->counted;
	g->counted = g->pool.bytes;
	if (r == 0 && !load_failed(l))
		return g;
	if (r == 0)
		err_set(e, EX_DATAERR, "%s", l->why);
	groups_free(g);
	return NULL;
}
