/* session_timers.c -- when something is to be done with a session: a heap. */
#include "groups.h"
#include "sessions.h"

static int64_t add_saturated(int64_t x, int64_t y)
{
	int64_t sum;
	return __builtin_add_overflow(x, y, &sum) ? INT64_MAX : sum;
}

int64_t session_due(const struct agg *a, const struct session *x)
{
	return x->fired ? add_saturated(x->end - 1, a->w.lateness) : x->end - 1;
}

static void sift_up(struct timer *t, size_t i)
{
	struct timer moved = t[i];
	for (; i > 0 && moved.due < t[(i - 1) / 2].due; i = (i - 1) / 2)
		t[i] = t[(i - 1) / 2];
	t[i] = moved;
}

static void sift_down(struct timer *t, size_t count)
{
	struct timer moved = t[0];
	size_t i = 0;
	for (size_t child; (child = 2 * i + 1) < count; i = child) {
		if (child + 1 < count && t[child + 1].due < t[child].due)
			child++;
		if (moved.due <= t[child].due)
			break;
		t[i] = t[child];
	}
	t[i] = moved;
}

int session_timer_add(struct sessions *s, int64_t due, pool_ref ref, struct err *e)
{
	if (s->timer_count == s->timer_cap) {
		size_t cap = s->timer_cap ? 2 * s->timer_cap : 64;
		struct timer *timers = realloc(s->timers, cap * sizeof *timers);
		if (!timers)
			return out_of_memory(e);
		s->timers = timers;
		s->timer_cap = cap;
	}
	s->timers[s->timer_count++] = (struct timer){ due, ref };
	sift_up(s->timers, s->timer_count - 1);
	session_at(s, ref)->due = due;
	session_at(s, ref)->timers++;
	return 0;
}

int session_timer_set(struct agg *a, pool_ref ref, struct err *e)
{
	struct session *x = session_at(a->sessions, ref);
	int64_t due = session_due(a, x);
	return x->timers > 0 && x->due <= due ? 0 : session_timer_add(a->sessions, due, ref, e);
}

struct timer session_timer_take(struct sessions *s)
{
	struct timer first = s->timers[0];
	s->timers[0] = s->timers[--s->timer_count];
	if (s->timer_count > 0)
		sift_down(s->timers, s->timer_count);
	session_at(s, first.session)->timers--;
	return first;
}
