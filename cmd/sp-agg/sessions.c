/* sessions.c -- session windows: per key, merged as events come.
 *
 * Flink's WindowOperator with a MergingWindowSet and an EventTimeTrigger: an event brings the window
 * [ts, ts + gap); windows of a key that overlap or touch become one; one that the watermark has passed by the
 * lateness after merging takes no event; one that it has passed already fires at once.
 */
#include "emit.h"
#include "groups.h"
#include "intake.h"
#include "late.h"
#include "sessions.h"
#include "stores.h"

static struct bounds bounds_of(const struct session *x)
{
	return (struct bounds){ x->start, x->end };
}

static struct span key_of(const struct agg *a, const struct session *x)
{
	return (struct span){ (const char *)x + a->record_size, x->key_n };
}

/* ---- sessions of a key ---- */

static size_t session_bytes(const struct agg *a, size_t key_n)
{
	return a->record_size + key_n;
}

static void session_free(struct agg *a, pool_ref ref)
{
	struct session *x = session_at(a->sessions, ref);
	pool_free(&a->sessions->pool, ref, session_bytes(a, x->key_n));
}

/* X's states go; X itself when its last timer has come. */
static void session_end(struct agg *a, pool_ref ref)
{
	struct session *x = session_at(a->sessions, ref);
	states_release(a, (char *)x, &a->sessions->pool);
	x->dead = true;
	if (x->timers == 0)
		session_free(a, ref);
}

/* 0: none. */
static pool_ref session_new(struct agg *a, struct span key, pool_ref next)
{
	pool_ref ref = pool_alloc(&a->sessions->pool, session_bytes(a, key.n));
	if (!ref)
		return 0;
	struct session *x = session_at(a->sessions, ref);
	*x = (struct session){ .start = a->ev->b.start, .end = a->ev->b.end, .first = a->ev->seq, .next = next,
		.key_n = (uint32_t)key.n };
	memcpy((char *)x + a->record_size, key.p, key.n);
	states_init(a, (char *)x);
	return ref;
}

static bool touches(const struct session *x, struct bounds b)
{
	return x->start <= b.end && x->end >= b.start;
}

static struct bounds merged_bounds(const struct sessions *s, pool_ref first, struct bounds b)
{
	struct bounds all = b;
	for (const struct session *x; first && (x = session_at(s, first))->start <= b.end; first = x->next) {
		if (!touches(x, b))
			continue;
		all.start = x->start < all.start ? x->start : all.start;
		all.end = x->end > all.end ? x->end : all.end;
	}
	return all;
}

/* X's bounds, with which it was written, are no more: its row again, so that it can be taken back. */
static int retract(struct agg *a, struct session *x, struct err *e)
{
	struct bounds b = bounds_of(x);
	struct mark m = { x->revision, true, true };
	return x->revision ? emit_row(a, &b, m, key_of(a, x), (char *)x, &a->sessions->pool, e) : 0;
}

/* Merges what touches the event into one session of bounds ALL, at *FIRST or behind; 0: E. */
static pool_ref merge(struct agg *a, pool_ref *first, struct bounds all, struct span key, struct err *e)
{
	struct sessions *s = a->sessions;
	pool_ref into = 0, ref, *link = first;
	while (*link && session_at(s, *link)->start <= a->ev->b.end) {
		struct session *x = session_at(s, ref = *link);
		if (!touches(x, a->ev->b)) {
			link = &x->next;
			continue;
		}
		if (!bounds_eq(bounds_of(x), all) && retract(a, x, e) < 0)
			return 0;
		if (!into) {
			into = ref;
			link = &x->next;
			continue;
		}
		struct session *to = session_at(s, into);
		if (states_merge(a, (char *)to, &s->pool, (char *)x, &s->pool, e) < 0)
			return 0;
		to->first = x->first < to->first ? x->first : to->first;
		*link = x->next;
		session_end(a, ref);
	}
	if (!into) {
		/* nothing touches: LINK is where it belongs */
		into = *link = session_new(a, key, *link);
		if (!into)
			out_of_memory(e);
	}
	return into;
}

/* ---- taking ---- */

/* *LIST is that of the event's key, or of the one that takes what is over --max-keys; NULL: there is none yet. */
static int find_list(struct agg *a, pool_ref **list, struct span *key, uint64_t *hash, struct err *e)
{
	struct sessions *s = a->sessions;
	*list = table_find(&s->keys, *key, *hash);
	if (*list || !a->c->max_keys || s->keys.count < a->c->max_keys)
		return 0;
	if (group_overflow(a, key, hash, e) < 0)
		return -1;
	*list = table_find(&s->keys, *key, *hash);
	return 0;
}

static int emit_session(struct agg *a, struct session *x, bool final, struct err *e)
{
	struct bounds b = bounds_of(x);
	struct mark m = { x->revision++, final, false };
	x->changed = false;
	return emit_row(a, &b, m, key_of(a, x), (char *)x, &a->sessions->pool, e);
}

static int take_into(struct agg *a, pool_ref *list, struct bounds all, struct span key, struct err *e)
{
	struct sessions *s = a->sessions;
	pool_ref ref = merge(a, list, all, key, e);
	if (!ref)
		return -1;
	struct session *x = session_at(s, ref);
	if (!bounds_eq(bounds_of(x), all))
		x->revision = 0;
	x->start = all.start;
	x->end = all.end;
	x->fired = windowing_fired(all, a->watermark);
	x->changed = true;
	if (states_add(a, (char *)x, &s->pool, e) < 0 || session_timer_set(a, ref, e) < 0)
		return -1;
	if (x->fired || a->c->emit == EMIT_UPDATE)
		return emit_session(a, x, false, e);
	return 0;
}

int sessions_init(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions = calloc(1, sizeof *s);
	if (!s)
		return out_of_memory(e);
	layout(a, sizeof(struct session));
	pool_init(&s->pool);
	return table_init(&s->keys, &s->pool, sizeof(pool_ref), e);
}

int sessions_take(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	struct span key = a->ev->key;
	uint64_t hash = a->ev->hash;
	pool_ref *list;
	bool added;
	if (find_list(a, &list, &key, &hash, e) < 0)
		return -1;
	struct bounds all = merged_bounds(s, list ? *list : 0, a->ev->b);
	if (windowing_forgotten(&a->w, all, a->watermark))
		return late_add(a, e);
	if (!list)
		list = table_add(&s->keys, key, hash, &added);
	if (!list)
		return out_of_memory(e);
	if (take_into(a, list, all, key, e) < 0)
		return -1;
	return state_account(a, s->pool.bytes + s->timer_cap * sizeof s->timers[0], &s->counted, e);
}

/* ---- firing ---- */

static int by_end(const void *p, const void *q)
{
	const struct session *x = *(struct session *const *)p, *y = *(struct session *const *)q;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* X is forgotten: out of its key's list, and the key goes with its last session. */
static void forget(struct agg *a, pool_ref ref)
{
	struct sessions *s = a->sessions;
	struct session *x = session_at(s, ref);
	struct span key = key_of(a, x);
	uint64_t hash = table_hash(key);
	pool_ref *list = table_find(&s->keys, key, hash), *link = list;
	while (*link != ref)
		link = &session_at(s, *link)->next;
	*link = x->next;
	if (*list == 0)
		table_remove(&s->keys, key, hash);
	session_end(a, ref);
}

static int due_add(struct sessions *s, size_t count, struct session *x, struct err *e)
{
	if (count == s->due_cap) {
		size_t cap = s->due_cap ? 2 * s->due_cap : 64;
		struct session **due = realloc(s->due, cap * sizeof(*due));
		if (!due)
			return out_of_memory(e);
		s->due = due;
		s->due_cap = cap;
	}
	s->due[count] = x;
	return 0;
}

/* Takes the timers that the watermark has passed: forgets, sets again, and gathers what fires. */
static int gather(struct agg *a, size_t *count, struct err *e)
{
	struct sessions *s = a->sessions;
	while (s->timer_count > 0 && s->timers[0].due <= a->watermark) {
		struct timer t = session_timer_take(s);
		struct session *x = session_at(s, t.session);
		bool stale = x->dead || t.due != x->due;
		if (x->dead && x->timers == 0)
			session_free(a, t.session);
		if (stale)
			continue;
		x->due = INT64_MAX;
		if (session_due(a, x) > a->watermark) {
			if (session_timer_add(s, session_due(a, x), t.session, e) < 0)
				return -1;
		} else if (x->fired) {
			forget(a, t.session);
		} else {
			x->fired = true;
			x->self = t.session;
			if (due_add(s, *count, x, e) < 0)
				return -1;
			++*count;
		}
	}
	return 0;
}

int sessions_advance(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	size_t count = 0;
	if (s->timer_count == 0 || s->timers[0].due > a->watermark)
		return 0;
	if (gather(a, &count, e) < 0)
		return -1;
	if (count > 1)
		qsort(s->due, count, sizeof(s->due[0]), by_end);
	for (size_t i = 0; i < count; i++) {
		struct session *x = s->due[i];
		bool over = a->ended || windowing_forgotten(&a->w, bounds_of(x), a->watermark);
		a->n.windows++;
		if (emit_session(a, x, over, e) < 0)
			return -1;
		if (over)
			forget(a, x->self);
		else if (session_timer_set(a, x->self, e) < 0)
			return -1;
	}
	return 0;
}

int sessions_emit_changed(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	size_t count = 0;
	for (uint32_t i = 0; i < s->keys.next; i++) {
		const pool_ref *list = table_at(&s->keys, i, NULL);
		struct session *x;
		for (pool_ref ref = list ? *list : 0; ref; ref = x->next) {
			x = session_at(s, ref);
			if (x->changed && due_add(s, count++, x, e) < 0)
				return -1;
		}
	}
	if (count > 1)
		qsort(s->due, count, sizeof(s->due[0]), by_end);
	for (size_t i = 0; i < count; i++)
		if (emit_session(a, s->due[i], false, e) < 0)
			return -1;
	return 0;
}

void sessions_release(struct agg *a)
{
	struct sessions *s = a->sessions;
	if (!s)
		return;
	table_release(&s->keys);
	pool_release(&s->pool);
	free(s->timers);
	free(s->due);
	free(s);
}
