/* wheel.c -- timers, in order of time. */
#include "state/wheel.h"

_Static_assert(sizeof(struct wheel_run) == 256, "a size class of the pool");

/* Times without sign, in the same order. */
static uint64_t unsign(int64_t t)
{
	return (uint64_t)t ^ UINT64_C(1) << 63;
}

static int64_t sign(uint64_t t)
{
	return (int64_t)(t ^ UINT64_C(1) << 63);
}

void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context)
{
	*w = (struct wheel){ .pool = pool, .soon = soon, .context = context, .next = UINT64_MAX };
}

/* A run of the slot with room for one more. */
static struct wheel_run *room(struct pool *pool, pool_ref *slot)
{
	struct wheel_run *r = *slot ? pool_at(pool, *slot) : NULL;
	if (r && r->n < WHEEL_RUN)
		return r;
	pool_ref fresh = pool_alloc(pool, sizeof *r);
	if (!fresh)
		return NULL;
	r = pool_at(pool, fresh);
	r->next = *slot;
	r->n = 0;
	*slot = fresh;
	return r;
}

static int put(struct wheel *w, struct timer t)
{
	uint64_t due = unsign(t.due), differs = due ^ w->now;
	unsigned level = differs ? (63u - (unsigned)__builtin_clzll(differs)) / WHEEL_BITS : 0,
		 shift = level * WHEEL_BITS;
	unsigned i = (unsigned)(due >> shift) % WHEEL_SLOTS;
	struct wheel_run *r = room(w->pool, &w->slot[level][i]);
	if (!r)
		return -1;
	r->t[r->n++] = t;
	w->used[(level * WHEEL_SLOTS + i) / 64] |= UINT64_C(1) << i % 64;
	uint64_t begin = due >> shift << shift;
	if (begin < w->next)
		w->next = begin;
	return 0;
}

int wheel_add(struct wheel *w, int64_t due, void *owner)
{
	return put(w, (struct timer){ due, owner });
}

void wheel_free(struct wheel *w, pool_ref *runs)
{
	pool_ref next = ((struct wheel_run *)pool_at(w->pool, *runs))->next;
	pool_free(w->pool, *runs, sizeof(struct wheel_run));
	*runs = next;
}

/* The timers of a slot of LEVEL go to lower ones. */
static int spread(struct wheel *w, pool_ref slot, unsigned level)
{
	while (slot) {
		const struct wheel_run r = *(const struct wheel_run *)pool_at(w->pool, slot);
		wheel_free(w, &slot);
		if (level == 1 && w->soon)
			w->soon(w->context, r.t, r.n);
		for (size_t i = 0; i < r.n; i++)
			if (put(w, r.t[i]) < 0)
				return -1;
	}
	return 0;
}

/* Takes the first slot with timers, which was on *LEVEL; NOW is where it begins. 0: that is behind LIMIT. */
static pool_ref take(struct wheel *w, uint64_t limit, unsigned *level)
{
	enum { WORDS = sizeof w->used / sizeof w->used[0] };
	unsigned at = 0;
	while (at < WORDS && !w->used[at])
		at++;
	w->next = UINT64_MAX;
	if (at == WORDS)
		return 0;
	unsigned l = at * 64 / WHEEL_SLOTS, i = at * 64 % WHEEL_SLOTS + (unsigned)__builtin_ctzll(w->used[at]);
	unsigned above = (l + 1) * WHEEL_BITS;
	w->next = (above < 64 ? w->now >> above << above : 0) | (uint64_t)i << l * WHEEL_BITS;
	if (w->next > limit)
		return 0;
	pool_ref slot = w->slot[l][i];
	w->slot[l][i] = 0;
	w->used[at] &= w->used[at] - 1;
	w->now = w->next;
	*level = l;
	return slot;
}

int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs)
{
	unsigned level;
	while (w->next <= unsign(limit) && (*runs = take(w, unsign(limit), &level)) != 0) {
		if (level == 0) {
			*due = sign(w->now);
			return 1;
		}
		if (spread(w, *runs, level) < 0)
			return -1;
	}
	/* No slot begins up to the limit: from there, all are as far ahead as they were put, and new ones nearer. */
	if (w->now < unsign(limit))
		w->now = unsign(limit);
	return 0;
}
