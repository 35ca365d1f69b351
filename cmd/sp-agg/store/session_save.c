/* session_save.c -- the sessions in a checkpoint.
 *
 * The sessions of each key are written in the order of time. The treap and the timing wheel are not written. Both are
 * made again: each key needs only its one valid timer, for the next time at which one of its sessions fires or is
 * forgotten. Timers that had been replaced are not restored, because they have no effect. */
#include "base/fault.h"
#include "sp-agg/store/sessions.h"

struct store_size sessions_size(const void *store)
{
	const struct sessions *s = store;
	return (struct store_size){ s->keys.count, s->keys.count + s->further, "session" };
}

/* Sessions of a key do not touch, so the last one ends last. */
int64_t sessions_last_end(const void *store)
{
	const struct sessions *s = store;
	int64_t end = INT64_MIN;
	for (uint32_t i = 0; i < s->keys.next; i++) {
		struct session_key *k = table_at(&s->keys, i, NULL);
		for (const struct session *x = k ? &k->first : NULL; x; x = session_next(s, k, x))
			end = x->end > end ? x->end : end;
	}
	return end;
}

/* ---- writing ---- */

static void save_session(const struct sessions *s, const struct session *x, struct save *out)
{
	save_i64(out, x->start);
	save_i64(out, x->end);
	save_u64(out, x->first);
	save_u64(out, x->revision);
	save_u64(out, x->events);
	save_bool(out, x->fired);
	save_bool(out, x->changed);
	fold_states_save(s->env->folds, (const char *)x, &s->pool, out);
}

static void save_key(const struct sessions *s, struct session_key *k, struct save *out)
{
	uint64_t count = 0;
	for (const struct session *x = &k->first; x; x = session_next(s, k, x))
		count++;
	table_save_key(&s->keys, k, out);
	save_u64(out, count);
	for (const struct session *x = &k->first; x; x = session_next(s, k, x))
		save_session(s, x, out);
}

void sessions_save(const void *store, struct save *out)
{
	const struct sessions *s = store;
	save_u64(out, s->keys.count);
	for (uint32_t i = 0; i < s->keys.next; i++) {
		struct session_key *k = table_at(&s->keys, i, NULL);
		if (k)
			save_key(s, k, out);
	}
}

/* ---- reading ---- */

/* Reads one session into X, whose start has been read and set. Returns 0, or -1 with E set. */
static int load_session(struct sessions *s, struct session *x, const struct fold_map *map, struct load *l,
	struct err *e)
{
	x->end = load_i64(l);
	x->first = load_u64(l);
	x->revision = (uint32_t)load_max(l, UINT32_MAX);
	x->events = (uint32_t)load_max(l, SESSION_EVENTS_MAX) & SESSION_EVENTS_MAX;
	x->fired = load_bool(l);
	x->changed = load_bool(l);
	fold_states_init(s->env->folds, (char *)x);
	return fold_states_load(s->env->folds, map, (char *)x, &s->pool, l, e);
}

/* Reads the sessions of K, a new key. Returns 0, or -1 with E set. */
static int load_sessions(struct sessions *s, struct session_key *k, const struct fold_map *map, struct load *l,
	struct err *e)
{
	int64_t last_end = INT64_MIN;
	size_t count = load_count(l, 7);
	if (count == 0)
		load_fail(l, "a key without a session");
	for (size_t i = 0; i < count; i++) {
		int64_t start = load_i64(l);
		if (i > 0 && start <= last_end)
			load_fail(l, "the sessions of a key touch");
		if (load_failed(l))
			return 0;
		struct session *x = i == 0 ? &k->first : session_insert(s, k, start, e);
		if (!x)
			return -1;
		x->start = start;
		if (load_session(s, x, map, l, e) < 0)
			return -1;
		last_end = x->end;
	}
	if (load_failed(l) || fault_mutant("wheel-not-rebuilt"))
		return 0;
	return session_timers_rearm(s, k, e);
}

int sessions_load(void *store, const struct fold_map *map, struct load *l, struct err *e)
{
	struct sessions *s = store;
	size_t count = load_count(l, 8 + fold_states_least(s->env->folds, map));
	if (table_reserve(&s->keys, count) < 0)
		return err_oom(e, "the sessions");
	for (size_t i = 0; i < count; i++) {
		struct session_key *k = table_load_key(&s->keys, l);
		if (!k)
			return load_failed(l) ? 0 : err_oom(e, "the sessions");
		k->hash = table_hash(table_key(&s->keys, k));
		k->due = NO_TIMER;
		if (load_sessions(s, k, map, l, e) < 0)
			return -1;
	}
	return group_budget_account(s->env->budget, s->pool.bytes + s->due_cap * sizeof *s->due, &s->counted, e);
}
