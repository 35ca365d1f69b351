/* wheel.c -- a hierarchical timing wheel.
 *
 * A time is a number of eight digits, each of eight bits. NOW is the time that the wheel has reached. Level 0 belongs
 * to the lowest digit. A timer is on the level of the highest digit in which its time differs from NOW. The value of
 * this digit is the number of its slot. An example in hexadecimal:
 *
 *	now  = 00 00 00 00 00 00 12 34
 *	due  = 00 00 00 00 00 00 12 40 -> level 0, slot 40
 *	due  = 00 00 00 00 00 00 15 02 -> level 1, slot 15, which begins at 15 00
 *
 * When NOW reaches the beginning of a slot on a higher level, the timers of the slot move to lower levels. Their times
 * then agree with NOW in at least one more digit, so a timer moves at most once for each digit. All timers on a level
 * are earlier than those on higher levels, so the first used slot has the earliest timers. */
#include "state/wheel.h"

_Static_assert(sizeof(struct wheel_run) == 256, "a run fills a size class of the pool");

/* Returns T with its sign bit inverted. As unsigned numbers, the results have the order of the times. */
static uint64_t from_signed(int64_t t)
{
	return (uint64_t)t ^ UINT64_C(1) << 63;
}

static int64_t to_signed(uint64_t t)
{
	return (int64_t)(t ^ UINT64_C(1) << 63);
}

void wheel_init(struct wheel *w, struct pool *pool, wheel_soon *soon, void *context)
{
	*w = (struct wheel){ .pool = pool, .soon = soon, .context = context, .next = UINT64_MAX };
}

/* Returns a run of the list *SLOT with room for one more timer: its first run, or a new one that becomes the first.
 * Returns NULL if memory is exhausted. */
static struct wheel_run *wheel_room(struct pool *pool, pool_ref *slot)
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

/* Puts T into the slot that belongs to its time and NOW. Returns 0, or -1 if memory is exhausted. */
static int wheel_put(struct wheel *w, struct wheel_timer t)
{
	uint64_t due = from_signed(t.due), differs = due ^ w->now;
	unsigned level = differs ? (63u - (unsigned)__builtin_clzll(differs)) / WHEEL_BITS : 0,
		 shift = level * WHEEL_BITS;
	unsigned digit = (unsigned)(due >> shift) % WHEEL_SLOTS;
	struct wheel_run *r = wheel_room(w->pool, &w->slot[level][digit]);
	if (!r)
		return -1;
	r->t[r->n++] = t;
	w->used[(level * WHEEL_SLOTS + digit) / 64] |= UINT64_C(1) << digit % 64;
	uint64_t begin = due >> shift << shift;
	if (begin < w->next)
		w->next = begin;
	return 0;
}

int wheel_add(struct wheel *w, int64_t due, void *owner)
{
	return wheel_put(w, (struct wheel_timer){ due, owner });
}

void wheel_free(struct wheel *w, pool_ref *runs)
{
	pool_ref next = ((struct wheel_run *)pool_at(w->pool, *runs))->next;
	pool_free(w->pool, *runs, sizeof(struct wheel_run));
	*runs = next;
}

/* Moves the timers of SLOT to lower levels. SLOT was on LEVEL > 0 and begins at NOW. Returns 0, or -1 if memory is
 * exhausted. */
static int wheel_cascade(struct wheel *w, pool_ref slot, unsigned level)
{
	while (slot) {
		/* Copy the run and free it first, so that the lower levels can use its memory. */
		const struct wheel_run r = *(const struct wheel_run *)pool_at(w->pool, slot);
		wheel_free(w, &slot);
		if (level == 1 && w->soon)
			w->soon(w->context, r.t, r.n);
		for (size_t i = 0; i < r.n; i++)
			if (wheel_put(w, r.t[i]) < 0)
				return -1;
	}
	return 0;
}

/* Takes the first used slot out of the wheel. Sets *LEVEL to its level, and moves NOW to the time at which the slot
 * begins. Returns the first run of the slot. Returns 0 if no slot is used or the first one begins after LIMIT. */
static pool_ref wheel_take_slot(struct wheel *w, uint64_t limit, unsigned *level)
{
	enum { WORDS = sizeof w->used / sizeof w->used[0] };
	unsigned word = 0;
	while (word < WORDS && !w->used[word])
		word++;
	w->next = UINT64_MAX;
	if (word == WORDS)
		return 0;
	unsigned first_level = word * 64 / WHEEL_SLOTS,
		 digit = word * 64 % WHEEL_SLOTS + (unsigned)__builtin_ctzll(w->used[word]);
	unsigned above = (first_level + 1) * WHEEL_BITS;
	/* The time at which the slot begins has the digits of NOW above FIRST_LEVEL, then the digit of the slot, then
	 * zeros. */
	w->next = (above < 64 ? w->now >> above << above : 0) | (uint64_t)digit << first_level * WHEEL_BITS;
	if (w->next > limit)
		return 0;
	pool_ref slot = w->slot[first_level][digit];
	w->slot[first_level][digit] = 0;
	w->used[word] &= w->used[word] - 1;
	w->now = w->next;
	*level = first_level;
	return slot;
}

int wheel_next(struct wheel *w, int64_t limit, int64_t *due, pool_ref *runs)
{
	unsigned level;
	while (w->next <= from_signed(limit) && (*runs = wheel_take_slot(w, from_signed(limit), &level)) != 0) {
		if (level == 0) {
			*due = to_signed(w->now);
			return 1;
		}
		if (wheel_cascade(w, *runs, level) < 0)
			return -1;
	}
	/* No used slot begins at LIMIT or before, so no timer changes its level when NOW moves to LIMIT. Timers that
	 * are added later get the same or lower levels than with the old NOW. */
	if (w->now < from_signed(limit))
		w->now = from_signed(limit);
	return 0;
}
