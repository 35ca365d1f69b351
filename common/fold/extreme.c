/* extreme.c -- min, max, arg_min, arg_max: by jq's order of values (numbers below strings), so that
 * they serve numbers, names and dates alike. */
#include "fold/types.h"

/* ---- min, max ---- */

static size_t min_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct cell);
}

/* Does A take the place of B? */
static bool beats(const struct fold *f, const struct value *a, const struct value *b)
{
	int order = a->is_num && b->is_num ? num_compare(a->num, b->num) : value_compare(a, b);
	return f->type == &fold_min || f->type == &fold_arg_min ? order < 0 : order > 0;
}

/* V in canonical form, so that the same is compared now and when states are merged. */
static int canonical_value(const struct fold *f, const struct value *v, struct value *out)
{
	*out = *v;
	return v->is_num ? 0 : canonical(f, v, &out->text);
}

/* Does A take the place of B as the result? Of an exact number and a double that stand for the same value, and are
 * written in different ways, the exact one does, whichever came first. */
static bool replaces(const struct fold *f, const struct value *a, const struct value *b)
{
	if (beats(f, a, b))
		return true;
	return a->is_num && b->is_num && a->num.exact && !b->num.exact && num_compare(a->num, b->num) == 0;
}

static int min_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct cell *c = state;
	if (is_absent(args))
		return 0;
	struct value v, had = cell_value(c, pool);
	if (canonical_value(f, args, &v) < 0)
		return -1;
	return c->kind != CELL_EMPTY && !replaces(f, &v, &had) ? 0 : cell_set(c, pool, &v);
}

static int min_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct cell *a = into;
	const struct cell *b = from;
	struct value v = cell_value(b, from_pool), had = cell_value(a, pool);
	if (b->kind == CELL_EMPTY || (a->kind != CELL_EMPTY && !replaces(f, &v, &had)))
		return 0;
	return cell_copy(a, pool, b, from_pool);
}

static int min_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return cell_write(state, pool, out);
}

static void min_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	cell_release(state, pool);
}

#define EXTREME                                                                                             \
	.min_args = 1, .max_args = 1, .check = check_comparable, .state_size = min_size, .init = init_zero, \
	.add = min_add, .merge = min_merge, .result = min_result, .release = min_release
const struct fold_type fold_min = { .name = "min", .usage = "min(EXPR)", EXTREME };
const struct fold_type fold_max = { .name = "max", .usage = "max(EXPR)", EXTREME };

/* ---- arg_min, arg_max: the value where BY is least, greatest; of equal ones the first that arrived ---- */

struct arg {
	uint64_t seq;
	struct cell by, value;
};

static size_t arg_size(const struct fold *f)
{
	(void)f;
	return sizeof(struct arg);
}

/* Does BY, that came as number SEQ, take the place of what A holds? */
static bool takes(const struct fold *f, const struct arg *a, const struct pool *pool, const struct value *by,
	uint64_t seq)
{
	if (a->by.kind == CELL_EMPTY)
		return true;
	struct value had = cell_value(&a->by, pool);
	if (beats(f, by, &had))
		return true;
	return seq < a->seq && value_compare(by, &had) == 0;
}

static int check_by(const struct fold *f, struct value *args, struct err *e)
{
	return check_comparable(f, &args[1], e);
}

static int arg_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts;
	struct arg *a = state;
	if (is_absent(&args[0]) || is_absent(&args[1]))
		return 0;
	struct value by;
	if (canonical_value(f, &args[1], &by) < 0)
		return -1;
	if (!takes(f, a, pool, &by, seq))
		return 0;
	if (cell_set(&a->value, pool, &args[0]) < 0 || cell_set(&a->by, pool, &by) < 0)
		return -1;
	a->seq = seq;
	return 0;
}

static int arg_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct arg *a = into;
	const struct arg *b = from;
	struct value by = cell_value(&b->by, from_pool);
	if (b->by.kind == CELL_EMPTY || !takes(f, a, pool, &by, b->seq))
		return 0;
	if (cell_copy(&a->value, pool, &b->value, from_pool) < 0 || cell_copy(&a->by, pool, &b->by, from_pool) < 0)
		return -1;
	a->seq = b->seq;
	return 0;
}

static int arg_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct arg *a = state;
	return cell_write(&a->value, pool, out);
}

static void arg_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct arg *a = state;
	cell_release(&a->by, pool);
	cell_release(&a->value, pool);
}

#define EXTREME_OF                                                                                                  \
	.min_args = 2, .max_args = 2, .check = check_by, .state_size = arg_size, .init = init_zero, .add = arg_add, \
	.merge = arg_merge, .result = arg_result, .release = arg_release
const struct fold_type fold_arg_min = { .name = "arg_min", .usage = "arg_min(EXPR, BY)", EXTREME_OF };
const struct fold_type fold_arg_max = { .name = "arg_max", .usage = "arg_max(EXPR, BY)", EXTREME_OF };
