/* extreme.c -- min, max, arg_min, arg_max.
 *
 * Values are compared in jq's order (null, false, true, numbers, strings, arrays, objects), so that the functions serve
 * numbers, names and ISO dates alike. What is kept is the value's canonical form: a comparison must have the same
 * outcome when the event is added and when states are merged later, and the form is the only text that both see. */
#include "fold/function.h"

/* Returns true if A is nearer than B to the end that F looks for. Equal values: false. */
static bool extreme_beats(const struct fold *f, const struct value *a, const struct value *b)
{
	int order = a->is_num && b->is_num ? num_compare(a->num, b->num) : value_compare(a, b);
	return f->type == &fold_min || f->type == &fold_arg_min ? order < 0 : order > 0;
}

/* Sets OUT to V with its text in canonical form; the text is borrowed as in fold_canonical(). */
static int canonical_value(const struct fold *f, const struct value *v, struct value *out)
{
	*out = *v;
	return v->is_num ? 0 : fold_canonical(f, v, &out->text);
}

/* ---- min, max ---- */

/* Returns true if A must replace B as the result. Among equal numbers an exact one replaces a double: they are written
 * in different ways, and which one is written must not depend on the order of arrival. */
static bool min_replaces(const struct fold *f, const struct value *a, const struct value *b)
{
	if (extreme_beats(f, a, b))
		return true;
	return a->is_num && b->is_num && a->num.exact && !b->num.exact && num_compare(a->num, b->num) == 0;
}

/* Adds a value to the state, which is one packed value: the best so far. */
static int min_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts, (void)seq;
	struct packed_value *held = state;
	if (fold_is_absent(args))
		return 0;
	struct value v, had = packed_value_get(held, pool);
	if (canonical_value(f, args, &v) < 0)
		return -1;
	return held->kind != PACKED_EMPTY && !min_replaces(f, &v, &had) ? 0 : packed_value_set(held, pool, &v);
}

/* The value of FROM competes like that of an event: both are in canonical form. */
static int min_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct packed_value *a = into;
	const struct packed_value *b = from;
	struct value v = packed_value_get(b, from_pool), had = packed_value_get(a, pool);
	if (b->kind == PACKED_EMPTY || (a->kind != PACKED_EMPTY && !min_replaces(f, &v, &had)))
		return 0;
	return packed_value_copy(a, pool, b, from_pool);
}

/* An empty packed value is written as null. */
static int min_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	return packed_value_write(state, pool, out);
}

static void min_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	packed_value_release(state, pool);
}

#define EXTREME                                                                                                  \
	.min_args = 1, .max_args = 1, .state_size = sizeof(struct packed_value), .check = fold_check_comparable, \
	.add = min_add, .merge = min_merge, .result = min_result, .release = min_release
const struct fold_type fold_min = { .name = "min", .usage = "min(EXPR)", EXTREME };
const struct fold_type fold_max = { .name = "max", .usage = "max(EXPR)", EXTREME };

/* ---- arg_min, arg_max: the value of the event with the least or greatest BY, of equal ones the first to arrive
 * ---- */

struct arg_state {
	uint64_t seq;                  /* arrival number of the event held */
	struct packed_value by, value; /* by is in canonical form, value as it was written */
};

/* Returns true if an event with BY and arrival number SEQ must replace the one that A holds. */
static bool arg_replaces(const struct fold *f, const struct arg_state *a, const struct pool *pool,
	const struct value *by, uint64_t seq)
{
	if (a->by.kind == PACKED_EMPTY)
		return true;
	struct value had = packed_value_get(&a->by, pool);
	if (extreme_beats(f, by, &had))
		return true;
	return seq < a->seq && value_compare(by, &had) == 0;
}

/* Only BY is compared; the value itself may be anything. */
static int arg_check(const struct fold *f, struct value *args, struct err *e)
{
	return fold_check_comparable(f, &args[1], e);
}

/* An event is skipped if BY is absent, which has no place in the order, or if the value is: null must not win. */
static int arg_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts;
	struct arg_state *a = state;
	if (fold_is_absent(&args[0]) || fold_is_absent(&args[1]))
		return 0;
	struct value by;
	if (canonical_value(f, &args[1], &by) < 0)
		return -1;
	if (!arg_replaces(f, a, pool, &by, seq))
		return 0;
	if (packed_value_set(&a->value, pool, &args[0]) < 0 || packed_value_set(&a->by, pool, &by) < 0)
		return -1;
	a->seq = seq;
	return 0;
}

/* FROM competes with its BY and its arrival number, as the event that it holds did. */
static int arg_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct arg_state *a = into;
	const struct arg_state *b = from;
	struct value by = packed_value_get(&b->by, from_pool);
	if (b->by.kind == PACKED_EMPTY || !arg_replaces(f, a, pool, &by, b->seq))
		return 0;
	if (packed_value_copy(&a->value, pool, &b->value, from_pool) < 0 ||
		packed_value_copy(&a->by, pool, &b->by, from_pool) < 0)
		return -1;
	a->seq = b->seq;
	return 0;
}

static int arg_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct arg_state *a = state;
	return packed_value_write(&a->value, pool, out);
}

static void arg_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct arg_state *a = state;
	packed_value_release(&a->by, pool);
	packed_value_release(&a->value, pool);
}

#define EXTREME_BY                                                                                                \
	.min_args = 2, .max_args = 2, .state_size = sizeof(struct arg_state), .check = arg_check, .add = arg_add, \
	.merge = arg_merge, .result = arg_result, .release = arg_release
const struct fold_type fold_arg_min = { .name = "arg_min", .usage = "arg_min(EXPR, BY)", EXTREME_BY };
const struct fold_type fold_arg_max = { .name = "arg_max", .usage = "arg_max(EXPR, BY)", EXTREME_BY };
