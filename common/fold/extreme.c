/* extreme.c -- the functions min, max, arg_min and arg_max.
 *
 * Values are compared in jq's order (null, false, true, numbers, strings, arrays, objects), so the functions work with
 * numbers, names and ISO dates alike. The state keeps a number as it was written. It keeps any other value in its
 * canonical form, the one spelling of all equal values. */
#include "fold/function.h"

/* Compares A and B for F. Returns a number > 0 if A is better (smaller for min and arg_min, greater for max and
 * arg_max), 0 if they are equal, and < 0 if B is better. */
static int extreme_order(const struct fold *f, const struct value *a, const struct value *b)
{
	int order = a->is_num && b->is_num ? num_compare_text(&a->num, a->text, &b->num, b->text) : value_compare(a, b);
	return f->type == &fold_min || f->type == &fold_arg_min ? -order : order;
}

/* Returns true if A must replace B as the best value: A is better, or A is equal and arrived earlier. A_SEQ and B_SEQ
 * are the arrival numbers. Equal numbers can be written differently (1.50 and 1.5). Without this rule, the order in
 * which states are merged would decide which spelling is written. */
static bool extreme_replaces(const struct fold *f, const struct value *a, uint64_t a_seq, const struct value *b,
	uint64_t b_seq)
{
	int order = extreme_order(f, a, b);
	return order > 0 || (order == 0 && a_seq < b_seq);
}

/* Sets OUT to V with its text in canonical form. A number stays as it is. The text is valid until the next call for F.
 * Returns 0, or -1 if V is not valid JSON or too long. */
static int canonical_value(const struct fold *f, const struct value *v, struct value *out)
{
	*out = *v;
	return v->is_num ? 0 : fold_canonical(f, v, &out->text);
}

/* ---- min, max ---- */

/* The best value so far. A number is kept as it was written, any other value in its canonical form. */
struct extreme {
	uint64_t seq; /* arrival number of the value's event */
	struct packed_value value;
};

/* Keeps the value if it is better than the best value so far, or equal and earlier. Returns 0, or -1 if memory is
 * exhausted. */
static int min_add(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
	uint64_t seq)
{
	(void)ts;
	struct extreme *held = state;
	if (fold_is_absent(args))
		return 0;
	struct value v, had = packed_value_get(&held->value, pool);
	if (canonical_value(f, args, &v) < 0)
		return -1;
	if (held->value.kind != PACKED_EMPTY && !extreme_replaces(f, &v, seq, &had, held->seq))
		return 0;
	held->seq = seq;
	return packed_value_set_parsed(&held->value, pool, &v);
}

/* Copies the value of FROM to INTO if it is better than the value of INTO, or equal and earlier. Returns 0, or -1 if
 * memory is exhausted. */
static int min_merge(const struct fold *f, void *into, struct pool *pool, const void *from,
	const struct pool *from_pool)
{
	struct extreme *a = into;
	const struct extreme *b = from;
	struct value v = packed_value_get(&b->value, from_pool), had = packed_value_get(&a->value, pool);
	if (b->value.kind == PACKED_EMPTY ||
		(a->value.kind != PACKED_EMPTY && !extreme_replaces(f, &v, b->seq, &had, a->seq)))
		return 0;
	a->seq = b->seq;
	return packed_value_copy(&a->value, pool, &b->value, from_pool);
}

/* Writes the best value, or null if there was none: packed_value_write() writes an empty value as null. */
static int min_result(const struct fold *f, const void *state, const struct pool *pool, struct buf *out)
{
	(void)f;
	const struct extreme *held = state;
	return packed_value_write(&held->value, pool, out);
}

static void min_release(const struct fold *f, void *state, struct pool *pool)
{
	(void)f;
	struct extreme *held = state;
	packed_value_release(&held->value, pool);
}

static void min_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	const struct extreme *held = state;
	packed_value_save(&held->value, pool, s);
	if (held->value.kind != PACKED_EMPTY)
		save_u64(s, held->seq);
}

static int min_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	struct extreme *held = state;
	if (packed_value_load(&held->value, pool, l) < 0)
		return -1;
	if (held->value.kind != PACKED_EMPTY)
		held->seq = load_u64(l);
	return 0;
}

#define EXTREME                                                                                             \
	.min_args = 1, .max_args = 1, .state_size = sizeof(struct extreme), .check = fold_check_comparable, \
	.add = min_add, .merge = min_merge, .result = min_result, .release = min_release, .save = min_save, \
	.load = min_load
const struct fold_type fold_min = { .name = "min", .usage = "min(EXPR)", EXTREME };
const struct fold_type fold_max = { .name = "max", .usage = "max(EXPR)", EXTREME };

/* ---- arg_min, arg_max: the value of the event with the least or greatest BY ---- */

/* The best event so far. Of several events with an equal BY, the one that arrived first is kept. */
struct arg_state {
	uint64_t seq; /* arrival number of the event that is kept */
	/* The value is kept as it was written, and so is BY if it is a number. Any other BY is kept in its canonical
	 * form. */
	struct packed_value by, value;
};

/* Returns true if an event with BY and arrival number SEQ must replace the event that A keeps. */
static bool arg_replaces(const struct fold *f, const struct arg_state *a, const struct pool *pool,
	const struct value *by, uint64_t seq)
{
	if (a->by.kind == PACKED_EMPTY)
		return true;
	struct value had = packed_value_get(&a->by, pool);
	return extreme_replaces(f, by, seq, &had, a->seq);
}

/* Checks that the value is valid JSON, because it is copied to the result, and that BY can be compared. Returns 0, or
 * -1 with E set. */
static int arg_check(const struct fold *f, struct value *args, struct err *e)
{
	return fold_check_json(f, &args[0], e) < 0 ? -1 : fold_check_comparable(f, &args[1], e);
}

/* Keeps the event if its BY is better than that of the event kept so far. Skips an event without BY, which has no place
 * in the order. Skips an event without a value as well: the result must not be null if another event has a value.
 * Returns 0, or -1 if memory is exhausted. */
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
	if (packed_value_set(&a->value, pool, &args[0]) < 0 || packed_value_set_parsed(&a->by, pool, &by) < 0)
		return -1;
	a->seq = seq;
	return 0;
}

/* Copies the event of FROM to INTO if its BY is better than that of INTO, or equal and earlier. Returns 0, or -1 if
 * memory is exhausted. */
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

static void arg_save(const struct fold *f, const void *state, const struct pool *pool, struct save *s)
{
	(void)f;
	const struct arg_state *a = state;
	packed_value_save(&a->by, pool, s);
	if (a->by.kind == PACKED_EMPTY)
		return;
	packed_value_save(&a->value, pool, s);
	save_u64(s, a->seq);
}

static int arg_load(const struct fold *f, void *state, struct pool *pool, struct load *l)
{
	(void)f;
	struct arg_state *a = state;
	if (packed_value_load(&a->by, pool, l) < 0)
		return -1;
	if (a->by.kind == PACKED_EMPTY)
		return 0;
	if (packed_value_load(&a->value, pool, l) < 0)
		return -1;
	a->seq = load_u64(l);
	return 0;
}

#define EXTREME_BY                                                                                                \
	.min_args = 2, .max_args = 2, .state_size = sizeof(struct arg_state), .check = arg_check, .add = arg_add, \
	.merge = arg_merge, .result = arg_result, .release = arg_release, .save = arg_save, .load = arg_load
const struct fold_type fold_arg_min = { .name = "arg_min", .usage = "arg_min(EXPR, BY)", EXTREME_BY };
const struct fold_type fold_arg_max = { .name = "arg_max", .usage = "arg_max(EXPR, BY)", EXTREME_BY };
