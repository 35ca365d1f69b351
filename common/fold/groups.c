/* groups.c -- the groups of one window, of a slice (a part of a window) or of a whole stream: a table from key bytes to
 * a record of states.
 *
 * Each struct groups has a pool of its own, so that all memory of a window is freed at once when the window is over.
 * The bytes that all pools take from the system are counted in one budget.
 *
 * Invariant: budget->bytes is the sum of the counted bytes of all pools and of the blocks of group_budget_add(). It is
 * updated after each event, not before. So one event may exceed the limit before the error is noticed. */
#include "fold/groups.h"
#include <inttypes.h>

/* The end of the message "out of memory": what needs the memory, and what the user can do. */
static const char groups_room[] = "the groups: group by fewer keys, or limit them with --max-keys or --max-state";

int group_budget_account(struct group_budget *b, size_t bytes, size_t *counted, struct err *e)
{
	if (bytes == *counted)
		return 0;
	/* If the pool has shrunk, the unsigned difference wraps around. The sum wraps back, so the result is right. */
	b->bytes += bytes - *counted;
	*counted = bytes;
	if (b->max_bytes && b->bytes > b->max_bytes)
		return err_set(e, EX_DATAERR,
			"groups need more than the %" PRIu64
			" bytes of --max-state: raise it, group by fewer keys, or use shorter windows",
			b->max_bytes);
	return 0;
}

int group_budget_overflow(const struct group_budget *b, struct span *key, uint64_t *hash, struct err *e)
{
	if (!b->overflow)
		return err_set(e, EX_DATAERR,
			"more than %" PRIu64 " keys (--max-keys) in one window: raise it, group by "
			"something coarser, or use --overflow other",
			b->max_keys);
	*key = GROUP_KEY_OTHER;
	*hash = table_hash(*key);
	return 0;
}

void group_budget_add(struct group_budget *b, size_t bytes)
{
	b->bytes += bytes + POOL_MALLOC_BYTES;
}

void group_budget_subtract(struct group_budget *b, size_t bytes)
{
	b->bytes -= bytes + POOL_MALLOC_BYTES;
}

/* Allocates the struct and the first chunk of its pool as one block. The chunk has room for KEYS groups, but at most
 * KEYS_FIRST. So if KEYS is 1, a window with one key takes only one block. */
struct groups *groups_new(const struct fold_plan *plan, struct group_budget *budget, const struct bounds *bounds,
	size_t keys, struct err *e)
{
	/* Further chunks double in size, so they are soon large enough for more keys. */
	enum { KEYS_FIRST = 256 };
	keys = keys < KEYS_FIRST ? keys : KEYS_FIRST;
	size_t first = table_first_bytes(plan->record_bytes, keys);
	struct groups *g = malloc(sizeof *g + first);
	if (!g) {
		err_oom(e, groups_room);
		return NULL;
	}
	*g = (struct groups){ .plan = plan, .budget = budget, .windowed = bounds != NULL };
	if (bounds)
		g->bounds = *bounds;
	pool_init_in(&g->pool, g + 1, first);
	group_budget_add(budget, sizeof *g);
	if (table_init_for(&g->table, &g->pool, plan->record_bytes, keys, e) == 0)
		return g;
	groups_free(g);
	return NULL;
}

/* Frees the pool as a whole, so the table and the states need no release of their own. */
void groups_free(struct groups *g)
{
	if (!g)
		return;
	g->budget->bytes -= g->counted;
	group_budget_subtract(g->budget, sizeof *g);
	pool_release(&g->pool);
	free(g);
}

/* Initialises RECORD, which the table has just made. FIRST is the arrival number of the group's first event. */
static void record_begin(const struct groups *g, char *record, uint64_t first)
{
	if (g->plan->header_bytes)
		*group_header(record) = (struct group_header){ .first = first };
	fold_states_init(g->plan, record);
}

/* This function runs for every event that is not in a session, so it checks the limits in as few steps as possible. It
 * searches for the key a second time only if the table has max_keys keys or more. It counts the bytes only if the pool
 * has taken memory from the system or returned it. */
char *groups_take(struct groups *g, const struct fold_event *ev, struct span *out, struct err *e)
{
	bool added;
	struct span key = ev->key;
	uint64_t hash = ev->hash;
	const struct group_budget *b = g->budget;
	if (b->max_keys && g->table.count >= b->max_keys && !table_find(&g->table, key, hash) &&
		group_budget_overflow(b, &key, &hash, e) < 0)
		return NULL;
	char *record = table_add(&g->table, key, hash, &added);
	if (!record) {
		err_oom(e, groups_room);
		return NULL;
	}
	if (added) {
		record_begin(g, record, ev->seq);
		/* The spelling is that of the event's own key. The group of all keys over the limit has none. */
		if (ev->spelling.p && key.p == ev->key.p && table_set_spelling(&g->table, record, ev->spelling) < 0) {
			err_oom(e, groups_room);
			return NULL;
		}
	}
	if (fold_states_add(g->plan, record, &g->pool, ev, e) < 0)
		return NULL;
	if (g->pool.bytes != g->counted && group_budget_account(g->budget, g->pool.bytes, &g->counted, e) < 0)
		return NULL;
	if (out)
		*out = key;
	return record;
}

/* Frees the blocks of the states. The table uses the record again for a later key. */
void groups_remove(struct groups *g, struct span key, uint64_t hash, char *record)
{
	fold_states_release(g->plan, record, &g->pool);
	table_remove(&g->table, key, hash);
}

/* Merges RECORD of FROM into the group KEY of INTO. Of the record's header only the arrival number is merged. Its other
 * members are about rows that were written, and groups that are merged have no such rows. Returns 0, or -1 with E
 * set. */
static int merge_record(struct groups *into, const struct groups *from, struct span key, uint64_t hash,
	const char *record, struct err *e)
{
	bool added;
	const struct group_budget *b = into->budget;
	uint64_t first = ((const struct group_header *)(const void *)record)->first;
	char *to = table_add(&into->table, key, hash, &added);
	if (!to)
		return err_oom(e, groups_room);
	if (added)
		record_begin(into, to, first);
	/* The first event of the merged group is the one that arrived first in any of its parts. The key of the group
	 * is shown as this event spells the key. */
	struct group_header *h = group_header(to);
	if (added || first < h->first) {
		if (table_copy_spelling(&into->table, to, &from->table, record) < 0)
			return err_oom(e, groups_room);
		h->first = first;
	}
	into->merged = true;
	if (fold_states_merge(into->plan, to, &into->pool, record, &from->pool, e) < 0)
		return -1;
	if (!added || !b->max_keys || into->table.count <= b->max_keys)
		return group_budget_account(into->budget, into->pool.bytes, &into->counted, e);
	/* This call always fails, because sp-agg never merges tables under --overflow other. If it did, the way in
	 * which a window is divided into slices would decide which keys are over the limit. */
	return group_budget_overflow(b, &key, &hash, e);
}

int groups_merge_key(struct groups *into, const struct groups *from, struct span key, uint64_t hash, struct err *e)
{
	const char *record = table_find(&from->table, key, hash);
	return record ? merge_record(into, from, key, hash, record, e) : 0;
}

/* Merges in the order of FROM's table, so that the result is the same in each run. Returns 0, or -1 with E set. */
int groups_merge(struct groups *into, const struct groups *from, struct err *e)
{
	for (uint32_t i = 0; i < from->table.next; i++) {
		struct span key;
		const char *record = table_at(&from->table, i, &key);
		if (record && merge_record(into, from, key, table_hash(key), record, e) < 0)
			return -1;
	}
	return 0;
}
