/* sessions.c -- the store of session windows: the sessions of each key, merged as events come.
 *
 * The rules are those of Flink's WindowOperator with a MergingWindowSet and an EventTimeTrigger. An event at ts brings
 * the window [ts, ts + gap). Windows of a key that overlap or touch become one session. The event is late if the merged
 * window is forgotten, which means that the watermark has passed its end and the lateness. If the watermark has passed
 * the end of the merged window, the session fires at once.
 *
 * When a merge changes the bounds of a session whose row was written, the row is written again with "retracted":true,
 * so that a consumer can take it back. The merged session begins at revision 0.
 *
 * Invariant: the sessions of a key are sorted by start and do not touch. */
#include "sp-agg/store/sessions.h"
#include "sp-agg/store/table.h"

/* ---- the sessions of a key ---- */

/* Makes X an empty session with the bounds of EV. Does not change the members left and right. */
static void session_begin(const struct sessions *s, struct session *x, const struct event *ev)
{
	x->start = ev->bounds.start;
	x->end = ev->bounds.end;
	x->first = ev->fold.seq;
	x->revision = 0;
	x->events = 0;
	x->fired = 0;
	x->changed = 0;
	fold_states_init(s->env->folds, (char *)x);
}

/* Returns the bounds of the session that results from merging B with all sessions of K that touch B. Sessions touch if
 * they overlap or only meet, as in Flink's TimeWindow.intersects(). */
static struct bounds merged_bounds(const struct sessions *s, struct session_key *k, struct bounds b)
{
	struct bounds all = b;
	for (const struct session *x = session_ending_from(s, k, b.start); x && x->start <= b.end;
		x = session_next(s, k, x)) {
		all.start = x->start < all.start ? x->start : all.start;
		all.end = x->end > all.end ? x->end : all.end;
	}
	return all;
}

int session_write(struct sessions *s, struct session *x, struct span key, bool final, struct err *e)
{
	struct bounds b = session_bounds(x);
	struct row_mark m = { x->revision++, final, false };
	x->changed = 0;
	return rows_write(s->env->rows, &b, m, key, (char *)x, &s->pool, e);
}

/* Writes the row of X with "retracted":true, if a row of X was written before. Called when the bounds of X are about to
 * change. Returns 0, or -1 with E set. */
static int session_retract(struct sessions *s, struct session *x, struct span key, struct err *e)
{
	struct bounds b = session_bounds(x);
	struct row_mark m = { x->revision, true, true };
	return x->revision ? rows_write(s->env->rows, &b, m, key, (char *)x, &s->pool, e) : 0;
}

/* Merges X, a session of K after INTO, into INTO, and removes X. The states of the session with fewer events are merged
 * into the states of the other session. So joining n events by many merges takes about n log n steps, not n². Returns
 * 0, or -1 with E set. */
static int session_join(struct sessions *s, struct session_key *k, struct session *into, struct session *x,
	struct err *e)
{
	const struct fold_plan *folds = s->env->folds;
	bool from_x = x->events <= into->events;
	struct session *more = from_x ? into : x, *fewer = from_x ? x : into;
	if (fold_states_merge(folds, (char *)more, &s->pool, (const char *)fewer, &s->pool, e) < 0)
		return -1;
	fold_states_release(folds, (char *)fewer, &s->pool);
	if (!from_x)
		memcpy(into + 1, x + 1, s->record_bytes - sizeof *x);
	into->first = x->first < into->first ? x->first : into->first;
	into->events = x->events < SESSION_EVENTS_MAX - into->events ? into->events + x->events : SESSION_EVENTS_MAX;
	session_remove(s, k, x);
	return 0;
}

/* Merges the sessions of K that touch EV into the first of them, or makes a session for EV if none does. ALL has the
 * bounds after the merge. Rows that were written with other bounds are retracted. Returns the session, or NULL with E
 * set. */
static struct session *session_merge(struct sessions *s, struct session_key *k, const struct event *ev,
	struct bounds all, struct span key, struct err *e)
{
	struct session *into = NULL, *next;
	for (struct session *x = session_ending_from(s, k, ev->bounds.start); x && x->start <= ev->bounds.end;
		x = next) {
		next = session_next(s, k, x);
		if (!bounds_eq(session_bounds(x), all) && session_retract(s, x, key, e) < 0)
			return NULL;
		if (!into)
			into = x;
		else if (session_join(s, k, into, x, e) < 0)
			return NULL;
	}
	if (into)
		return into;
	into = session_insert(s, k, ev->bounds.start, e);
	if (into)
		session_begin(s, into, ev);
	return into;
}

/* ---- taking events ---- */

/* Adds EV to X, a session of K, and gives X the bounds ALL. Writes the row if the watermark has passed the end of X, or
 * with --emit update. Returns 0, or -1 with E set. */
static int session_add(struct sessions *s, struct session_key *k, struct session *x, const struct event *ev,
	struct bounds all, struct span key, struct err *e)
{
	/* A row is identified by its key and bounds. So a row with new bounds begins at revision 0. */
	if (!bounds_eq(session_bounds(x), all))
		x->revision = 0;
	x->start = all.start;
	x->end = all.end;
	/* If the event has moved the end of the session past the watermark, the session must fire again at the new
	 * end. */
	x->fired = windowing_fired(all, s->env->watermark);
	x->changed = 1;
	if (x->events < SESSION_EVENTS_MAX)
		x->events++;
	if (fold_states_add(s->env->folds, (char *)x, &s->pool, &ev->fold, e) < 0 || session_timers_arm(s, k, x, e) < 0)
		return -1;
	if (x->fired || s->env->config->emit == EMIT_UPDATE)
		return session_write(s, x, key, false, e);
	return 0;
}

/* Sets *K to the record of *KEY, the key of EV. For a key over --max-keys, changes *KEY to the key of the overflow
 * group first. If there is no record and the bounds of EV are forgotten, sets *K to NULL. If there is no record, but
 * the bounds are not forgotten, makes a record with an empty session for EV, and sets *FRESH to true. Returns 0, or -1
 * with E set. */
static int find_key(struct sessions *s, const struct event *ev, struct session_key **k, struct span *key, bool *fresh,
	struct err *e)
{
	struct table *t = &s->keys;
	const struct group_budget *budget = s->env->budget;
	uint64_t hash = ev->fold.hash;
	*fresh = false;
	/* If the key is over the limit, the event belongs to the overflow group from here on. */
	if (budget->max_keys && t->count >= budget->max_keys && !table_find(t, *key, hash) &&
		group_budget_overflow(budget, key, &hash, e) < 0)
		return -1;
	if (store_forgotten(s->env, ev->bounds)) {
		*k = table_find(t, *key, hash);
		return 0;
	}
	*k = table_add(t, *key, hash, fresh);
	if (!*k)
		return err_oom(e, "a key: group by fewer keys, or limit them with --max-keys or --max-state");
	/* The key of the overflow group does not come from the event, so it has no spelling. */
	if (*fresh && ev->fold.spelling.p && key->p == ev->fold.key.p &&
		table_set_spelling(t, *k, ev->fold.spelling) < 0)
		return err_oom(e, "a key: group by fewer keys, or limit them with --max-keys or --max-state");
	if (*fresh) {
		(*k)->hash = hash;
		(*k)->due = NO_TIMER;
		session_begin(s, &(*k)->first, ev);
	}
	return 0;
}

/* An event whose own bounds are forgotten is not late if it touches a session of its key that is not forgotten. */
static int sessions_take(void *store, const struct event *ev, struct err *e)
{
	struct sessions *s = store;
	struct span key = ev->fold.key;
	struct bounds all = ev->bounds;
	struct session_key *k;
	bool fresh;
	if (find_key(s, ev, &k, &key, &fresh, e) < 0)
		return -1;
	if (k && !fresh)
		all = merged_bounds(s, k, all);
	if (!k || store_forgotten(s->env, all))
		/* The watermark is the greatest event time, minus the delay, minus 1 ms. So the sum below is the
		 * greatest event time. */
		return late_add(s->env->late, ev, s->env->watermark + s->env->windowing->delay + 1, e);
	key = table_spelling(&s->keys, k);
	struct session *x = fresh ? &k->first : session_merge(s, k, ev, all, key, e);
	if (!x || session_add(s, k, x, ev, all, key, e) < 0)
		return -1;
	return group_budget_account(s->env->budget, s->pool.bytes + s->due_cap * sizeof *s->due, &s->counted, e);
}

/* ---- the store ---- */

static bool sessions_fits(enum bounds_kind kind, const struct config *c)
{
	(void)c;
	return kind == BOUNDS_SESSION;
}

static size_t sessions_header_bytes(const struct store_env *env)
{
	(void)env;
	return sizeof(struct session);
}

/* The sessions, keys and timers share one pool. A session gives its memory back to the pool when it is removed. */
static void *sessions_open(const struct store_env *env, struct err *e)
{
	struct sessions *s = calloc(1, sizeof *s);
	if (!s) {
		err_oom(e, "the sessions");
		return NULL;
	}
	s->env = env;
	s->record_bytes = env->folds->record_bytes;
	pool_init(&s->pool);
	wheel_init(&s->timers, &s->pool, session_timers_prefetch, s);
	if (table_init(&s->keys, &s->pool, offsetof(struct session_key, first) + s->record_bytes, e) == 0)
		return s;
	pool_release(&s->pool);
	free(s);
	return NULL;
}

static int sessions_advance(void *store, struct err *e)
{
	return session_timers_advance(store, e);
}

static int sessions_emit_changed(void *store, struct err *e)
{
	return session_timers_emit_changed(store, e);
}

/* The sessions of all keys are in one table, so the table of the next event is always known. */
static const struct table *sessions_next_table(const void *store)
{
	const struct sessions *s = store;
	return &s->keys;
}

/* Releasing the pool frees the sessions, the keys and the timers. */
static void sessions_free(void *store)
{
	struct sessions *s = store;
	table_release(&s->keys);
	pool_release(&s->pool);
	free(s->due);
	free(s);
}

const struct store_type sessions_store = {
	.name = "sessions",
	.watermark_by_events = true,
	.fits = sessions_fits,
	.header_bytes = sessions_header_bytes,
	.open = sessions_open,
	.take = sessions_take,
	.advance = sessions_advance,
	.emit_changed = sessions_emit_changed,
	.finish = sessions_advance,
	.next_table = sessions_next_table,
	.size = sessions_size,
	.last_end = sessions_last_end,
	.save = sessions_save,
	.load = sessions_load,
	.free = sessions_free,
};
