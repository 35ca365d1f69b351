/* order.c -- the functions first, last, any, delta, rate and duration.
 *
 * Each keeps the first event of a group, the last event, or both; duration keeps only their event times.
 *
 * Events are ordered by (event time, arrival number). Arrival numbers are unique in a run, so no two events are equal,
 * and the result does not depend on how the events were divided among states. The SQL standard lets ANY_VALUE return
 * the value of any event. The function any returns the value that arrived first, which needs no event time and is the
 * same in each run. */
#include "fold/function.h"
#include "state/exact.h"

/* The value of an event, with its event time and its arrival number. */
struct placed_value {
	int64_t ts;
	uint64_t seq;
	struct packed_value value; /* empty if there was no event yet */
};

/* Which event to keep: the first or the last by (event time, arrival number), or the one that arrived first. */
enum keep { KEEP_FIRST, KEEP_LAST, KEEP_ARRIVAL };

/* Returns true if the event (TS, SEQ) must replace the event that HELD keeps. */
static inline bool order_replaces(enum keep keep, const struct placed_value *held, int64_t ts, uint64_t seq)
{
	if (held->value.kind == PACKED_EMPTY)
		return true;
	if (keep == KEEP_ARRIVAL)
		return seq < held->seq;
	bool before = ts < held->ts || (ts == held->ts && seq < held->seq);
	return before == (keep == KEEP_FIRST);
}

/* Puts the event (TS, SEQ) with the value *V into HELD if it must replace the event that HELD keeps. Returns 0, or -1
 * if memory is exhausted. */
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

/* Puts the event of FROM, if there is one, into INTO if it must replace the event that INTO keeps. Returns 0, or -1 if
 * memory is exhausted. */
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

static void order_save(const struct placed_value *held, const struct pool *pool, struct save *s)
{
	packed_value_save(&held->value, pool, s);
	if (held->value.kind == PACKED_EMPTY)
		return;
	save_i64(s, held->ts);
	save_u64(s, held->seq);
}

/* Loads an event, whose value must be a number if NUMBER. Returns 0, or -1 if memory is exhausted. */
static int order_load(struct placed_value *held, struct pool *pool, bool number, struct load *l)
{
	if ((number ? packed_value_load_num : packed_value_load)(&held->value, pool, l) < 0)
		return -1;
	if (held->value.kind == PACKED_EMPTY)
		return 0;
	held->ts = load_i64(l);
	held->seq = load_u64(l);
	return 0;
}

/* ---- first, last, any ---- */

/* Returns which event F keeps: any keeps the event that arrived first, while first and last use the event time. */
static enum keep one_keep(const struct fold *f)
{
	return f->type == &fold_any ? KEEP_ARRIVAL : f->type == &fold_first ? KEEP_FIRST : KEEP_LAST;
}

/* Keeps the value, which may be any JSON value, as it was written. Returns 0, or -1 if memory is exhausted. */
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

static void one_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	order_save(state, pool, s);
}

static int one_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	return order_load(state, pool, false, l);
}

#define KEEP_ONE                                                                                            \
	.min_args = 1, .max_args = 1, .state_size = sizeof(struct placed_value), .check = fold_check_json,  \
	.add = one_add, .merge = one_merge, .result = one_result, .release = one_release, .save = one_save, \
	.load = one_load
const struct fold_type fold_first = { .name = "first", .usage = "first(EXPR)", .by_time = true, KEEP_ONE };
const struct fold_type fold_last = { .name = "last", .usage = "last(EXPR)", .by_time = true, KEEP_ONE };
const struct fold_type fold_any = { .name = "any", .usage = "any(EXPR)", .by_time = false, KEEP_ONE };

/* ---- delta, rate ----
 *
 * delta is the last value minus the first value. It may be negative, for example if a counter was reset. rate is delta
 * per second. */

/* The first and the last event of a state. Both are set, or neither is. */
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
	/* An exact number needs no text. For a double, keep the text as well: it can have more digits. */
	struct value v = { JSON_NUMBER, true, args->num.exact ? SPAN_NONE : args->text, args->num };
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

/* Adds the number *V to SUM, or subtracts it if NEGATIVE is true. Returns 0, or -1 if memory is exhausted. */
static int add_end(struct exact *sum, struct pool *pool, const struct value *v, bool negative)
{
	struct num n = value_num(v);
	struct span text = v->text;
	struct buf minus;
	if (!negative)
		return exact_add(sum, EXACT_PLAIN, pool, &n, text);
	/* Change the sign in the text as well: put a minus before the text, or leave out its minus. */
	n = num_neg(n);
	buf_init(&minus, text.n + 1);
	int r = text.p && *text.p != '-' && buf_addc(&minus, '-') < 0 ? -1 : 0;
	if (text.p && r == 0)
		r = buf_add_span(&minus, *text.p == '-' ? (struct span){ text.p + 1, text.n - 1 } : text);
	if (r == 0)
		r = exact_add(sum, EXACT_PLAIN, pool, &n, text.p ? buf_span(&minus) : SPAN_NONE);
	buf_release(&minus);
	return r;
}

/* Appends LAST - FIRST to OUT if MS is 0, otherwise (LAST - FIRST) x 1000 / MS. At least one of the two numbers is a
 * double in struct num. Doubles could overflow, or lose the digits in which two long numbers differ. So the difference
 * is computed from the texts, as an exact sum. Returns 0, or -1 if memory or the room in OUT is exhausted. */
static int write_wide_difference(const struct value *first, const struct value *last, int64_t ms, struct buf *out)
{
	struct pool pool;
	struct exact sum = { 0, 0 };
	pool_init(&pool);
	int r = add_end(&sum, &pool, last, false) < 0 || add_end(&sum, &pool, first, true) < 0 ? -1 : 0;
	/* For a rate, multiply the sum by 1000. Each round adds it up ten times, which multiplies it by ten. */
	for (int times = 0; ms && times < 3; times++) {
		struct exact tenfold = { 0, 0 };
		for (int i = 0; i < 10 && r == 0; i++)
			r = exact_merge(&tenfold, EXACT_PLAIN, &pool, &sum, &pool);
		sum = tenfold;
	}
	if (r == 0)
		r = ms ? exact_write_mean(&sum, &pool, (uint64_t)ms, out) : exact_write_sum(&sum, &pool, out);
	pool_release(&pool);
	return r;
}

/* Writes the difference (delta) or the difference per second (rate; event times are in ms). Differences of decimals are
 * exact. A quotient is exact if it is a whole number. Returns 0, or -1 if memory or the room in OUT is exhausted. */
static int ends_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct ends *s = state;
	if (s->first.value.kind == PACKED_EMPTY)
		return fold_write_null(out);
	struct value first = packed_value_get(&s->first.value, pool), last = packed_value_get(&s->last.value, pool);
	struct num x = value_num(&first), y = value_num(&last), v = num_sub(y, x);
	struct num ms = num_sub(num_from_i64(s->last.ts), num_from_i64(s->first.ts));
	int64_t span = 0;
	if ((!x.exact || !y.exact) && (f->type == &fold_delta || (num_i64(ms, &span) && span > 0)))
		return write_wide_difference(&first, &last, span, out);
	if (f->type == &fold_delta)
		return num_write(v, out);
	/* num_div() fails if MS is 0: all events have the same time, so there is no rate. */
	if (num_div(num_mul(v, num_from_i64(1000)), ms, &v) < 0)
		return fold_write_null(out);
	return num_write(v, out);
}

static void ends_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct ends *s = state;
	packed_value_release(&s->first.value, pool);
	packed_value_release(&s->last.value, pool);
}

static void ends_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	const struct ends *ends = state;
	order_save(&ends->first, pool, s);
	if (ends->first.value.kind != PACKED_EMPTY)
		order_save(&ends->last, pool, s);
}

static int ends_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	struct ends *ends = state;
	if (order_load(&ends->first, pool, true, l) < 0)
		return -1;
	if (ends->first.value.kind == PACKED_EMPTY)
		return 0;
	if (order_load(&ends->last, pool, true, l) < 0)
		return -1;
	if (ends->last.value.kind == PACKED_EMPTY)
		load_fail(l, "the last event is missing");
	return 0;
}

#define KEEP_ENDS                                                                                                     \
	.min_args = 1, .max_args = 1, .by_time = true, .state_size = sizeof(struct ends), .check = fold_check_number, \
	.add = ends_add, .merge = ends_merge, .result = ends_result, .release = ends_release, .save = ends_save,      \
	.load = ends_load
const struct fold_type fold_delta = { .name = "delta", .usage = "delta(EXPR)", KEEP_ENDS };
const struct fold_type fold_rate = { .name = "rate", .usage = "rate(EXPR)", KEEP_ENDS };

/* ---- duration: the state has the first and the last event time ---- */

struct time_span {
	int64_t first, last;
	int64_t any; /* 1 if there was an event, otherwise 0 */
};

/* Extends S to the event times from FIRST to LAST. */
static void time_span_extend(struct time_span *s, int64_t first, int64_t last)
{
	s->first = s->any && s->first < first ? s->first : first;
	s->last = s->any && s->last > last ? s->last : last;
	s->any = 1;
}

static int duration_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f, (void)pool, (void)args, (void)seq;
	time_span_extend(state, ts, ts);
	return 0;
}

static int duration_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f, (void)pool, (void)from_pool;
	const struct time_span *b = from;
	if (b->any)
		time_span_extend(into, b->first, b->last);
	return 0;
}

static int duration_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f, (void)pool;
	const struct time_span *s = state;
	return s->any ? buf_add_i64(out, s->last - s->first) : fold_write_null(out);
}

static void duration_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f, (void)pool;
	const struct time_span *span = state;
	save_bool(s, span->any);
	if (!span->any)
		return;
	save_i64(s, span->first);
	save_i64(s, span->last);
}

static int duration_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f, (void)pool;
	if (!load_bool(l))
		return 0;
	int64_t first = load_i64(l), last = load_i64(l), ms;
	if (last < first || __builtin_sub_overflow(last, first, &ms))
		load_fail(l, "the last event is before the first");
	else
		time_span_extend(state, first, last);
	return 0;
}

const struct fold_type fold_duration = { .name = "duration",
	.usage = "duration",
	.by_time = true,
	.state_size = sizeof(struct time_span),
	.add = duration_add,
	.merge = duration_merge,
	.result = duration_result,
	.save = duration_save,
	.load = duration_load };
