/* session_timers.c -- writes sessions when the watermark passes their end, and removes them when they are forgotten.
 *
 * Timers expire in the order of time. The sessions that end at the same instant are collected, and sorted by start and
 * by the arrival of their first events. Only then are their rows written. So the order of the rows depends only on the
 * events, not on the order in which timers were set. */
#include "base/vec.h"
#include "sp-agg/store/sessions.h"

/* ---- timers ---- */

/* Sets a timer for K at DUE, which becomes the valid timer. Timers of K that were set before stay in the wheel, but are
 * ignored. Returns 0, or -1 with E set. */
static int add_timer(struct sessions *s, int64_t due, struct session_key *k, struct err *e)
{
	k->due = due;
	return wheel_add(&s->timers, due, k) < 0 ? err_oom(e, "the timers of sessions") : 0;
}

/* The valid timer stays if it is not too late for X. If it expires too early, rearm_or_drop() then sets a new timer. */
int session_timers_arm(struct sessions *s, struct session_key *k, const struct session *x, struct err *e)
{
	int64_t due = session_due_ms(s, x);
	return k->due != NO_TIMER && k->due <= due ? 0 : add_timer(s, due, k, e);
}

/* Makes the processor load the records of the keys into its cache, and then the parts of the table that removing a key
 * reads. No load in a loop waits for the result of another, so the loads overlap. */
void session_timers_prefetch(void *context, const struct wheel_timer *t, size_t n)
{
	const struct sessions *s = context;
	for (size_t i = 0; i < n; i++) {
		const struct session_key *k = t[i].owner;
		__builtin_prefetch(k);
		__builtin_prefetch(k + 1);
	}
	for (size_t i = 0; i < n; i++)
		table_prefetch(&s->keys, ((const struct session_key *)t[i].owner)->hash);
}

/* ---- sessions that are written together ---- */

/* Puts X, a session of K, at index COUNT of s->due. Returns 0, or -1 with E set. */
static int due_add(struct sessions *s, size_t count, struct session *x, struct session_key *k, struct err *e)
{
	struct due_session *due = vec_room(s->due, &s->due_cap, count + 1, sizeof *due);
	if (!due)
		return err_oom(e, "the list of sessions that end");
	s->due = due;
	due[count] = (struct due_session){ x, k };
	return 0;
}

/* Compares two struct due_session by end, start and arrival. */
static int by_end(const void *p, const void *q)
{
	const struct session *x = ((const struct due_session *)p)->session,
			     *y = ((const struct due_session *)q)->session;
	if (x->end != y->end)
		return x->end < y->end ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Sorts N sessions by end, start and arrival. Usually only one or two sessions end in the same millisecond. For so few,
 * qsort() is slower than sorting by insertion. So up to FEW sessions are sorted by insertion. */
static void due_sort(struct due_session *d, size_t n)
{
	enum { FEW = 8 };
	if (n > FEW) {
		qsort(d, n, sizeof *d, by_end);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct due_session x = d[i];
		size_t k = i;
		for (; k > 0 && by_end(&x, &d[k - 1]) < 0; k--)
			d[k] = d[k - 1];
		d[k] = x;
	}
}

/* ---- firing ---- */

/* Returns true if no event can change X any more. */
static bool is_over(const struct sessions *s, const struct session *x)
{
	return s->env->ended || store_forgotten(s->env, session_bounds(x));
}

/* Sessions do not touch, so they fire and are forgotten in the order of their starts. So the next timer is for one of
 * two sessions: the first session, or the first session that has not fired. */
int session_timers_rearm(struct sessions *s, struct session_key *k, struct err *e)
{
	const struct session *x = session_not_fired(s, k);
	int64_t forget = session_due_ms(s, &k->first), fire = x ? session_due_ms(s, x) : forget;
	return add_timer(s, fire < forget ? fire : forget, k, e);
}

/* Removes the forgotten sessions of K. If no session is left, removes K. Otherwise sets the next timer of K. Returns 0,
 * or -1 with E set. */
static int rearm_or_drop(struct sessions *s, struct session_key *k, struct err *e)
{
	while (k->first.fired && is_over(s, &k->first)) {
		if (!session_drop_first(s, k)) {
			table_remove(&s->keys, table_key(&s->keys, k), k->hash);
			return 0;
		}
	}
	return session_timers_rearm(s, k, e);
}

/* Returns the session of K that fires at DUE, or NULL if no session does. Sessions do not touch, so they fire in the
 * order of their starts. So only the first session that has not fired can fire at DUE. */
static struct session *find_due(const struct sessions *s, struct session_key *k, int64_t due)
{
	struct session *x = session_not_fired(s, k);
	return x && x->end - 1 == due ? x : NULL;
}

/* Collects in s->due the *COUNT sessions that fire at DUE. RUNS has the timers of their keys, and is freed. A key of
 * which no session fires at DUE gets a new timer, or is removed. Returns 0, or -1 with E set. */
static int collect_due(struct sessions *s, int64_t due, pool_ref runs, size_t *count, struct err *e)
{
	*count = 0;
	for (; runs; wheel_free(&s->timers, &runs)) {
		const struct wheel_run *run = pool_at(&s->pool, runs);
		for (size_t i = 0; i < run->n; i++) {
			struct session_key *k = run->t[i].owner;
			/* Skips a timer that is no longer valid, because an earlier timer has replaced it or its key
			 * was removed. */
			if (k->due != due)
				continue;
			k->due = NO_TIMER;
			struct session *x = find_due(s, k, due);
			if (x)
				x->fired = 1;
			if (x ? due_add(s, (*count)++, x, k, e) < 0 : rearm_or_drop(s, k, e) < 0)
				return -1;
		}
	}
	return 0;
}

/* rearm_or_drop() may set a timer for an instant that the watermark has passed already. Such a timer still expires in
 * the order of time, because each turn of the loop handles only the next instant. */
int session_timers_advance(struct sessions *s, struct err *e)
{
	int64_t due;
	pool_ref runs;
	int r;
	while ((r = wheel_next(&s->timers, s->env->watermark, &due, &runs)) > 0) {
		size_t count;
		if (collect_due(s, due, runs, &count, e) < 0)
			return -1;
		due_sort(s->due, count);
		for (size_t i = 0; i < count; i++) {
			struct due_session d = s->due[i];
			s->env->rows->windows++;
			if (session_write(s, d.session, table_spelling(&s->keys, d.key), is_over(s, d.session), e) <
					0 ||
				rearm_or_drop(s, d.key, e) < 0)
				return -1;
		}
	}
	return r < 0 ? err_oom(e, "the timers of sessions") : 0;
}

/* Searches all keys for changed sessions, once per --emit DURATION. A list of changed sessions would cost time at each
 * event instead. */
int session_timers_emit_changed(struct sessions *s, struct err *e)
{
	size_t count = 0;
	for (uint32_t i = 0; i < s->keys.next; i++) {
		struct session_key *k = table_at(&s->keys, i, NULL);
		for (struct session *x = k ? &k->first : NULL; x; x = session_next(s, k, x))
			if (x->changed && due_add(s, count++, x, k, e) < 0)
				return -1;
	}
	due_sort(s->due, count);
	for (size_t i = 0; i < count; i++)
		if (session_write(s, s->due[i].session, table_spelling(&s->keys, s->due[i].key), false, e) < 0)
			return -1;
	return 0;
}
