/* order.c -- first, last, any, delta, rate: by event time, ties by arrival. */
#include "fold/types.h"

/* A value and when it was. */
struct at {
	int64_t ts;
	uint64_t seq;
	struct cell value;
};

static bool before(int64_t ts, uint64_t seq, const struct at *a)
{
	return ts < a->ts || (ts == a->ts && seq < a->seq);
}

static int at_set(struct at *a, struct pool *pool, const struct value *v, int64_t ts, uint64_t seq)
{
	if (cell_set(&a->value, pool, v) < 0)
		return -1;
	a->ts = ts;
	a->seq = seq;
	return 0;
}

static int at_copy(struct at *a, struct pool *pool, const struct at *b, const struct pool *from_pool)
{
	if (cell_copy(&a->value, pool, &b->value, from_pool) < 0)
		return -1;
	a->ts = b->ts;
	a->seq = b->seq;
	return 0;
}

/* ---- first, last, any (the first that arrived: deterministic) ---- */

static size_t at_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct at);
}

static bool wins(const struct fold *f, const struct at *a, int64_t ts, uint64_t seq)
{
	if (a->value.kind == CELL_EMPTY)
		return true;
	if (f->type == &fold_any)
		return seq < a->seq;
	return f->type == &fold_first ? before(ts, seq, a) : !before(ts, seq, a);
}

static int at_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	struct at *a = state;
	return is_absent(args) || !wins(f, a, ts, seq) ? 0 : at_set(a, pool, args, ts, seq);
}

static int at_merge(const struct fold *f, void *into, struct pool *pool, const void *from, const struct pool *from_pool)
{
	struct at *a = into;
	const struct at *b = from;
	return b->value.kind == CELL_EMPTY || !wins(f, a, b->ts, b->seq) ? 0 : at_copy(a, pool, b, from_pool);
}

static int at_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct at *a = state;
	return cell_write(&a->value, pool, out);
}

static void at_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct at *a = state;
	cell_release(&a->value, pool);
}

#define KEEP_ONE                                                                                                  \
	.min_args = 1, .max_args = 1, .state_size = at_size, .init = init_zero, .add = at_add, .merge = at_merge, \
	.result = at_result, .release = at_release
const struct fold_type fold_first = { .name = "first", .by_time = true, .usage = "first(EXPR)", KEEP_ONE };
const struct fold_type fold_last = { .name = "last", .by_time = true, .usage = "last(EXPR)", KEEP_ONE };
const struct fold_type fold_any = { .name = "any", .usage = "any(EXPR)", KEEP_ONE };

/* ---- delta, rate: plain differences; a counter that starts again shows as a negative one ---- */

struct ends {
	struct at first, last;
};

static size_t ends_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct ends);
}

static int ends_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)f;
	struct ends *s = state;
	if (is_absent(args))
		return 0;
	struct value v = { .type = JSON_NUMBER, .is_num = true, .num = args->num };
	bool empty = s->first.value.kind == CELL_EMPTY;
	if ((empty || before(ts, seq, &s->first)) && at_set(&s->first, pool, &v, ts, seq) < 0)
		return -1;
	if ((empty || !before(ts, seq, &s->last)) && at_set(&s->last, pool, &v, ts, seq) < 0)
		return -1;
	return 0;
}

static int ends_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	(void)f;
	struct ends *a = into;
	const struct ends *b = from;
	bool empty = a->first.value.kind == CELL_EMPTY;
	if (b->first.value.kind == CELL_EMPTY)
		return 0;
	if ((empty || before(b->first.ts, b->first.seq, &a->first)) &&
		at_copy(&a->first, pool, &b->first, from_pool) < 0)
		return -1;
	if ((empty || !before(b->last.ts, b->last.seq, &a->last)) && at_copy(&a->last, pool, &b->last, from_pool) < 0)
		return -1;
	return 0;
}

static int delta_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	const struct ends *s = state;
	if (s->first.value.kind == CELL_EMPTY)
		return write_null(out);
	struct num v = num_sub(cell_num(&s->last.value, pool), cell_num(&s->first.value, pool));
	if (f->type == &fold_delta)
		return num_write(v, out);
	struct num ms = num_sub(num_from_i64(s->last.ts), num_from_i64(s->first.ts));
	if (num_div(num_mul(v, num_from_i64(1000)), ms, &v) < 0)
		return write_null(out);
	return num_write(v, out);
}

static void ends_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct ends *s = state;
	cell_release(&s->first.value, pool);
	cell_release(&s->last.value, pool);
}

#define KEEP_ENDS                                                                                      \
	.min_args = 1, .max_args = 1, .by_time = true, .check = check_number, .state_size = ends_size, \
	.init = init_zero, .add = ends_add, .merge = ends_merge, .result = delta_result, .release = ends_release
const struct fold_type fold_delta = { .name = "delta", .usage = "delta(EXPR)", KEEP_ENDS };
const struct fold_type fold_rate = { .name = "rate", .usage = "rate(EXPR)", KEEP_ENDS };
