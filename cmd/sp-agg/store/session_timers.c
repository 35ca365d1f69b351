/* session_timers.c -- sessions are written when the watermark passes them, and forgotten when it has passed them by the
 * lateness. */
#include "sp-agg/rows.h"
#include "sp-agg/groups.h"
#include "sp-agg/store/sessions.h"
#include "sp-agg/store/store.h"

int session_emit(struct agg *a, struct session *x, struct span key, bool final, struct err *e)
{
	struct bounds b = session_bounds(x);
	struct mark m = { x->revision++, final, false };
	x->changed = false;
	return emit_row(a, &b, m, key, (char *)x, &a->sessions->pool, e);
}

/* ---- timers ---- */

/* A timer for K, which is the one that counts. */
static int add_timer(struct sessions *s, int64_t due, struct keyed *k, struct err *e)
{
	k->due = due;
	return wheel_add(&s->timers, due, k) < 0 ? out_of_memory(e) : 0;
}

int session_timer(struct agg *a, struct keyed *k, const struct session *x, struct err *e)
{
	int64_t due = session_due(a, x);
	return k->due != NO_TIMER && k->due <= due ? 0 : add_timer(a->sessions, due, k, e);
}

void sessions_fetch(void *context, const struct wheel_timer *t, size_t n)
{
	const struct sessions *s = context;
	for (size_t i = 0; i < n; i++) {
		const struct keyed *k = t[i].owner;
		__builtin_prefetch(k);
		__builtin_prefetch(k + 1);
	}
	for (size_t i = 0; i < n; i++)
		table_prefetch(&s->keys, ((const struct keyed *)t[i].owner)->hash);
}

/* ---- those that are written together ---- */

static int firing_add(struct sessions *s, size_t count, struct session *x, struct keyed *k, struct err *e)
{
	if (count == s->firing_cap) {
		size_t cap = s->firing_cap ? 2 * s->firing_cap : 64;
		struct firing *firing = realloc(s->firing, cap * sizeof *firing);
		if (!firing)
			return out_of_memory(e);
		s->firing = firing;
		s->firing_cap = cap;
	}
	s->firing[count] = (struct firing){ x, k };
	return 0;
}

static int by_end(const void *p, const void *q)
{
	const struct session *x = ((const struct firing *)p)->session, *y = ((const struct firing *)q)->session;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Mostly they are very few. */
static void sort(struct firing *f, size_t n)
{
	enum { FEW = 8 };
	if (n > FEW) {
		qsort(f, n, sizeof *f, by_end);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct firing x = f[i];
		size_t k = i;
		for (; k > 0 && by_end(&x, &f[k - 1]) < 0; k--)
			f[k] = f[k - 1];
		f[k] = x;
	}
}

/* ---- firing ---- */

static bool is_over(const struct agg *a, const struct session *x)
{
	return a->ended || windowing_forgotten(&a->w, session_bounds(x), a->watermark);
}

/* Forgets what is over of K, whose timer has come, and K with its last session; or sets the next timer. Of sessions
 * that do not touch, the first is also the first to be over. */
static int settle(struct agg *a, struct keyed *k, struct err *e)
{
	struct sessions *s = a->sessions;
	while (k->first.fired && is_over(a, &k->first)) {
		if (!session_drop_first(a, k)) {
			table_remove(&s->keys, table_key(&s->keys, k), k->hash);
			return 0;
		}
	}
	int64_t due = INT64_MAX;
	for (const struct session *x = &k->first; x; x = session_next(s, x))
		due = session_due(a, x) < due ? session_due(a, x) : due;
	return add_timer(s, due, k, e);
}

/* The session of K that fires at DUE: there is one at most, since they do not touch. NULL: none. */
static struct session *fires(const struct sessions *s, struct keyed *k, int64_t due)
{
	struct session *x = &k->first;
	while (x && (x->fired || x->end - 1 != due))
		x = session_next(s, x);
	return x;
}

/* Gathers the *COUNT sessions that fire at DUE of the keys whose timers are in RUNS, which go. */
static int gather(struct agg *a, int64_t due, pool_ref runs, size_t *count, struct err *e)
{
	struct sessions *s = a->sessions;
	*count = 0;
	for (; runs; wheel_free(&s->timers, &runs)) {
		const struct wheel_run *run = pool_at(&s->pool, runs);
		for (size_t i = 0; i < run->n; i++) {
			struct keyed *k = run->t[i].owner;
			if (k->due != due)
				continue;
			k->due = NO_TIMER;
			struct session *x = fires(s, k, due);
			if (x)
				x->fired = true;
			if (x ? firing_add(s, (*count)++, x, k, e) < 0 : settle(a, k, e) < 0)
				return -1;
		}
	}
	return 0;
}

int sessions_advance(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	int64_t due;
	pool_ref runs;
	int r;
	while ((r = wheel_next(&s->timers, a->watermark, &due, &runs)) > 0) {
		size_t count;
		if (gather(a, due, runs, &count, e) < 0)
			return -1;
		sort(s->firing, count);
		for (size_t i = 0; i < count; i++) {
			struct firing f = s->firing[i];
			a->n.windows++;
			if (session_emit(a, f.session, table_key(&s->keys, f.key), is_over(a, f.session), e) < 0 ||
				settle(a, f.key, e) < 0)
				return -1;
		}
	}
	return r < 0 ? out_of_memory(e) : 0;
}

int sessions_emit_changed(struct agg *a, struct err *e)
{
	struct sessions *s = a->sessions;
	size_t count = 0;
	for (uint32_t i = 0; i < s->keys.next; i++) {
		struct keyed *k = table_at(&s->keys, i, NULL);
		for (struct session *x = k ? &k->first : NULL; x; x = session_next(s, x))
			if (x->changed && firing_add(s, count++, x, k, e) < 0)
				return -1;
	}
	sort(s->firing, count);
	for (size_t i = 0; i < count; i++)
		if (session_emit(a, s->firing[i].session, table_key(&s->keys, s->firing[i].key), false, e) < 0)
			return -1;
	return 0;
}
