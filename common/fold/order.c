/* order.c -- first, last, any, delta, rate: functions of the first or last event.
 *
 * The order of events is that of (event time, arrival number). Arrival numbers are unique in a run, so the order is
 * total, and the result is the same however the events were divided among states. any is the event that arrived first:
 * SQL leaves the choice open, and this one needs no event time and is deterministic. */
#include "fold/function.h"

/* A value and the place of its event in the order. */
struct placed_value {
	int64_t ts;
	uint64_t seq;
	struct packed_value value; /* empty: there was no event yet */
};

/* Which of two events to keep. */
enum keep { KEEP_FIRST, KEEP_LAST, KEEP_ARRIVAL };

/* Returns true if the event (TS, SEQ) must replace the one that HELD has. */
static inline bool order_replaces(enum keep keep, const struct placed_value *held, int64_t ts, uint64_t seq)
{
	if (held->value.kind == PACKED_EMPTY)
		return true;
	if (keep == KEEP_ARRIVAL)
		return seq < held->seq;
	bool before = ts < held->ts || (ts == held->ts && seq < held->seq);
	return before == (keep == KEEP_FIRST);
}

/* Keeps the event (TS, SEQ) with value V in HELD, if it is the one to keep. */
static inline int order_offer(enum keep keep, struct placed_value *held, struct pool *pool, const struct value *v,
	int64_t ts, uint64_t seq)
{
	if (!order_replaces(keep, held, ts, seq))
		return 0;
	if (packed_value_set(&held->value, pool, v) < 0)
		return -1;
	held->ts = ts;
	held->seq = seq;
	return 0;
}

/* Keeps the event of FROM in INTO, if there is one and it is the one to keep. */
static int order_merge(enum keep keep, struct placed_value *into, struct pool *pool, const struct placed_value *from,
	const struct pool *from_pool)
{
	if (from->value.kind == PACKED_EMPTY || !order_replaces(keep, into, from->ts, from->seq))
		return 0;
	if (packed_value_copy(&into->value, pool, &from->value, from_pool) < 0)
		return -1;
	into->ts = from->ts;
	into->seq = from->seq;
	return 0;
}

/* ---- first, last, any ---- */

/* Returns which event F keeps. */
static enum keep one_keep(const struct fold *f)
{
	return f->type == &fold_any ? KEEP_ARRIVAL : f->type == &fold_first ? KEEP_FIRST : KEEP_LAST;
}

/* Any JSON value may be kept, so there is no check(); it is written as it was read. */
static int one_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	return fold_is_absent(args) ? 0 : order_offer(one_keep(f), state, pool, args, ts, seq);
}

static int one_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	return order_merge(one_keep(f), into, pool, from, from_pool);
}

static int one_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct placed_value *held = state;
	return packed_value_write(&held->value, pool, out);
}

static void one_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct placed_value *held = state;
	packed_value_release(&held->value, pool);
}

#define KEEP_ONE                                                                                                     \
	.min_args = 1, .max_args = 1, .state_size = sizeof(struct placed_value), .add = one_add, .merge = one_merge, \
	.result = one_result, .release = one_release
const struct fold_type fold_first = { .name = "first", .usage = "first(EXPR)", .by_time = true, KEEP_ONE };
const struct fold_type fold_last = { .name = "last", .usage = "last(EXPR)", .by_time = true, KEEP_ONE };
const struct fold_type fold_any = { .name = "any", .usage = "any(EXPR)", .by_time = false, KEEP_ONE };

/* ---- delta: last value - first value, negative for a counter that was reset; rate: the same per second ---- */

/* Both ends of the events of a state; both are set or none. */
struct ends {
	struct placed_value first, last;
};

static int ends_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f;
	struct ends *s = state;
	if (fold_is_absent(args))
		return 0;
	/* check() has read the number: it is kept instead of its text */
	struct value v = { .type = JSON_NUMBER, .is_num = true, .num = args->num };
	if (order_offer(KEEP_FIRST, &s->first, pool, &v, ts, seq) < 0)
		return -1;
	return order_offer(KEEP_LAST, &s->last, pool, &v, ts, seq);
}

static int ends_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct ends *a = into;
	const struct ends *b = from;
	if (order_merge(KEEP_FIRST, &a->first, pool, &b->first, from_pool) < 0)
		return -1;
	return order_merge(KEEP_LAST, &a->last, pool, &b->last, from_pool);
}

/* Differences of decimals are exact; a quotient is exact if it is a whole number. Event times are ms, rates are per
 * second. */
static int ends_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct ends *s = state;
	if (s->first.value.kind == PACKED_EMPTY)
		return fold_write_null(out);
	struct num v = num_sub(packed_value_num(&s->last.value, pool), packed_value_num(&s->first.value, pool));
	if (f->type == &fold_delta)
		return num_write(v, out);
	struct num ms = num_sub(num_from_i64(s->last.ts), num_from_i64(s->first.ts));
	if (num_div(num_mul(v, num_from_i64(1000)), ms, &v) < 0)
		return fold_write_null(out); /* all events at one time */
	return num_write(v, out);
}

static void ends_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct ends *s = state;
	packed_value_release(&s->first.value, pool);
	packed_value_release(&s->last.value, pool);
}

#define KEEP_ENDS                                                                                                     \
	.min_args = 1, .max_args = 1, .by_time = true, .state_size = sizeof(struct ends), .check = fold_check_number, \
	.add = ends_add, .merge = ends_merge, .result = ends_result, .release = ends_release
const struct fold_type fold_delta = { .name = "delta", .usage = "delta(EXPR)", KEEP_ENDS };
const struct fold_type fold_rate = { .name = "rate", .usage = "rate(EXPR)", KEEP_ENDS };
