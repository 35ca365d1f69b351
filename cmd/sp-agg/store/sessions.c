/* sessions.c -- session windows: per key, merged as events come.
 *
 * Flink's WindowOperator with a MergingWindowSet and an EventTimeTrigger: an event brings the window
 * [ts, ts + gap); windows of a key that overlap or touch become one; one that the watermark has passed by the
 * lateness after merging takes no event; one that it has passed already fires at once.
 */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/intake.h"
#include "sp-agg/late.h"
#include "sp-agg/store/sessions.h"
#include "sp-agg/store/store.h"

/* ---- sessions of a key ---- */

/* X becomes a session of the current event's bounds, with nothing in it. */
static void session_begin(struct agg *a, struct session *x, pool_ref next)
{
	*x = (struct session){ .start = a->ev->b.start, .end = a->ev->b.end, .first = a->ev->seq, .next = next };
	states_init(a, (char *)x);
}

/* A new one behind PREV; NULL: in front of all. NULL: out of memory. */
static struct session *session_insert(struct agg *a, struct keyed *k, struct session *prev)
{
	struct sessions *s = a->sessions;
	pool_ref ref = pool_alloc(&s->pool, a->record_size);
	if (!ref)
		return NULL;
	struct session *x = pool_at(&s->pool, ref);
	if (prev) {
		session_begin(a, x, prev->next);
		prev->next = ref;
		return x;
	}
	memcpy(x, &k->first, a->record_size);
	session_begin(a, &k->first, ref);
	return &k->first;
}

/* The one behind PREV goes. */
static void session_drop(struct agg *a, struct session *prev)
{
	struct sessions *s = a->sessions;
	pool_ref ref = prev->next;
	struct session *x = pool_at(&s->pool, ref);
	prev->next = x->next;
	states_release(a, (char *)x, &s->pool);
	pool_free(&s->pool, ref, a->record_size);
}

bool session_drop_first(struct agg *a, struct keyed *k)
{
	struct sessions *s = a->sessions;
	pool_ref ref = k->first.next;
	states_release(a, (char *)&k->first, &s->pool);
	if (!ref)
		return false;
	memcpy(&k->first, pool_at(&s->pool, ref), a->record_size);
	pool_free(&s->pool, ref, a->record_size);
	return true;
}

static bool touches(const struct session *x, struct bounds b)
{
	return x->start <= b.end && x->end >= b.start;
}

static struct bounds merged_bounds(const struct sessions *s, const struct keyed *k, struct bounds b)
{
	struct bounds all = b;
	for (const struct session *x = &k->first; x && x->start <= b.end; x = session_next(s, x)) {
		if (!touches(x, b))
			continue;
		all.start = x->start < all.start ? x->start : all.start;
		all.end = x->end > all.end ? x->end : all.end;
	}
	return all;
}

/* X's bounds, with which it was written, are no more: its row again, so that it can be taken back. */
static int retract(struct agg *a, struct session *x, struct span key, struct err *e)
{
	struct bounds b = session_bounds(x);
	struct mark m = { x->revision, true, true };
	return x->revision ? emit_row(a, &b, m, key, (char *)x, &a->sessions->pool, e) : 0;
}

/* INTO takes what X, the one behind it, has. */
static int join(struct agg *a, struct session *into, const struct session *x, struct err *e)
{
	struct pool *pool = &a->sessions->pool;
	if (states_merge(a, (char *)into, pool, (const char *)x, pool, e) < 0)
		return -1;
	into->first = x->first < into->first ? x->first : into->first;
	session_drop(a, into);
	return 0;
}

/* Merges what touches the event into one session of bounds ALL, the first of them; or makes one. NULL: E. */
static struct session *merge(struct agg *a, struct keyed *k, struct bounds all, struct span key, struct err *e)
{
	struct session *into = NULL, *prev = NULL, *next;
	for (struct session *x = &k->first; x && x->start <= a->ev->b.end; x = next) {
		next = session_next(a->sessions, x);
		if (!touches(x, a->ev->b)) {
			prev = x;
			continue;
		}
		if (!bounds_eq(session_bounds(x), all) && retract(a, x, key, e) < 0)
			return NULL;
		/* they are in order, so those that touch stand together */
		if (!into)
			into = x;
		else if (join(a, into, x, e) < 0)
			return NULL;
	}
	if (!into) {
		into = session_insert(a, k, prev);
		if (!into)
			out_of_memory(e);
	}
	return into;
}

/* ---- taking ---- */

/* The current event into X, a session of K, which gets the bounds ALL. */
static int add_to(struct agg *a, struct keyed *k, struct session *x, struct bounds all, struct span key, struct err *e)
{
	struct sessions *s = a->sessions;
	if (!bounds_eq(session_bounds(x), all))
		x->revision = 0;
	x->start = all.start;
	x->end = all.end;
	x->fired = windowing_fired(all, a->watermark);
	x->changed = true;
	if (states_add(a, (char *)x, &s->pool, e) < 0 || session_timer(a, k, x, e) < 0)
		return -1;
	if (x->fired || a->c->emit == EMIT_UPDATE)
		return session_emit(a, x, key, false, e);
	return 0;
}

int sessions_init(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions = calloc(1, sizeof *s);
	if (!s)
		return out_of_memory(e);
	layout(a, sizeof(struct session));
	pool_init(&s->pool);
	wheel_init(&s->timers, &s->pool, sessions_fetch, s);
	return table_init(&s->keys, &s->pool, offsetof(struct keyed, first) + a->record_size, e);
}

/* *K is the record of *KEY, the event's key, or of the one that takes what is over --max-keys; NULL: there is none,
 * and the event is late. *FRESH: it was made, with a session for the event. */
static int find_key(struct agg *a, struct keyed **k, struct span *key, bool *fresh, struct err *e)
{
	struct table *t = &a->sessions->keys;
	uint64_t hash = a->ev->hash;
	*fresh = false;
	if (a->c->max_keys && t->count >= a->c->max_keys && !table_find(t, *key, hash) &&
		group_overflow(a, key, &hash, e) < 0)
		return -1;
	if (windowing_forgotten(&a->w, a->ev->b, a->watermark)) {
		*k = table_find(t, *key, hash);
		return 0;
	}
	*k = table_add(t, *key, hash, fresh);
	if (!*k)
		return out_of_memory(e);
	if (*fresh) {
		(*k)->hash = hash;
		(*k)->due = NO_TIMER;
		session_begin(a, &(*k)->first, 0);
	}
	return 0;
}

int sessions_take(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	struct span key = a->ev->key;
	struct bounds all = a->ev->b;
	struct keyed *k;
	bool fresh;
	if (find_key(a, &k, &key, &fresh, e) < 0)
		return -1;
	if (k && !fresh)
		all = merged_bounds(s, k, all);
	if (!k || windowing_forgotten(&a->w, all, a->watermark))
		return late_add(a, e);
	struct session *x = fresh ? &k->first : merge(a, k, all, key, e);
	if (!x || add_to(a, k, x, all, key, e) < 0)
		return -1;
	return state_account(a, s->pool.bytes, &s->counted, e);
}

const struct table *sessions_table(const struct agg *a)
{
	return &a->sessions->keys;
}

void sessions_release(struct agg *a)
{
	struct sessions *s = a->sessions;
	if (!s)
		return;
	table_release(&s->keys);
	pool_release(&s->pool);
	free(s->firing);
	free(s);
}
