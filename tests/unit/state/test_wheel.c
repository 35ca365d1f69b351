/* test_wheel.c -- timers are returned in order, all of them, and none before its time. A plain list is the
 * reference. */
#include "check.h"
#include "random.h"
#include "state/wheel.h"
#include <stdbool.h>
#include <stdlib.h>

enum { MOST = 3000 };
static int64_t list[MOST]; /* the times of the timers in the wheel; each timer has its time as owner */
static size_t count;
static size_t soon_calls, soon_wrong; /* timers passed to soon() */

/* All timers of one call must be due within the same 256 units of time. */
static void soon(void *context, const struct wheel_timer *t, size_t n)
{
	for (size_t i = 0; i < n; i++, soon_calls++)
		soon_wrong += context != list || t[i].owner != (void *)(intptr_t)t[i].due ||
			t[i].due >> 8 != t[0].due >> 8;
}

/* Returns the earliest time in the list; INT64_MAX if it is empty. */
static int64_t earliest(void)
{
	int64_t least = INT64_MAX;
	for (size_t i = 0; i < count; i++)
		least = list[i] < least ? list[i] : least;
	return least;
}

/* Removes DUE from the list. Returns false if it is not there. */
static bool strike(int64_t due)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i] != due)
			continue;
		list[i] = list[--count];
		return true;
	}
	return false;
}

/* Adds a timer for DUE to the wheel and to the list, unless the list is full. */
static bool add(struct wheel *w, int64_t due)
{
	if (count == MOST)
		return true;
	list[count++] = due;
	return wheel_add(w, due, (void *)(intptr_t)due) == 0;
}

/* Takes all timers up to LIMIT and compares them with the list. MORE: a quarter of them set another one, somewhat
 * later, as sessions do. Returns false if the wheel was wrong. */
static bool take_all(struct wheel *w, int64_t limit, bool more)
{
	int64_t due;
	pool_ref runs;
	int r;
	while ((r = wheel_next(w, limit, &due, &runs)) > 0) {
		bool ok = due <= limit && due == earliest();
		for (; runs; wheel_free(w, &runs)) {
			const struct wheel_run *run = pool_at(w->pool, runs);
			for (size_t i = 0; i < run->n; i++) {
				ok = ok && run->t[i].due == due && run->t[i].owner == (void *)(intptr_t)due &&
					strike(due);
				if (more && random_next() % 4 == 0 && due < INT64_MAX - 100000)
					ok = ok && add(w, due + 1 + (int64_t)(random_next() % 100000));
			}
		}
		if (!ok)
			return false;
	}
	return r == 0 && (count == 0 || earliest() > limit);
}

/* Moves the limit from FROM in STEPS steps, small and large, and adds timers up to 2^AHEAD_BITS ahead of it. */
static void test_order(int64_t from, unsigned steps, unsigned ahead_bits)
{
	struct pool pool;
	struct wheel w;
	int64_t limit = from;
	bool ok = true;
	pool_init(&pool);
	wheel_init(&w, &pool, soon, list);
	ok = take_all(&w, limit, true);
	for (unsigned i = 0; ok && i < steps; i++) {
		for (uint64_t n = random_next() % 8; n > 0; n--)
			ok = ok &&
				add(&w,
					limit + 1 +
						(int64_t)(random_next() &
							((UINT64_C(1) << random_next() % ahead_bits) - 1)));
		limit += random_next() % 3 ?
			(int64_t)(random_next() % 50) :
			(int64_t)(random_next() & ((UINT64_C(1) << random_next() % ahead_bits) - 1));
		ok = ok && take_all(&w, limit, true);
	}
	CHECK(ok);
	CHECK(take_all(&w, INT64_MAX, false));
	CHECK_EQ(count, 0);
	count = 0;
	pool_release(&pool);
}

int main(void)
{
	test_order(0, 20000, 20);
	test_order(-5000, 20000, 14);
	test_order(INT64_C(1714521600000), 20000, 17);
	test_order(INT64_C(1714521600000), 5000, 41);
	test_order(INT64_MIN, 2000, 43);
	CHECK(soon_calls > 0);
	CHECK_EQ(soon_wrong, 0);
	return check_end();
}
