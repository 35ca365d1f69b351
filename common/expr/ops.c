/* ops.c -- jq 1.6's operators on native values.
 *
 * Numbers and strings are handled here. Other operations, such as adding arrays or repeating strings, and all errors
 * are handed over: EXPR_HAND_OVER makes libjq evaluate the expression and word the error. Strings stay JSON text if
 * they have no escapes, which is usual. Strings with escapes are decoded, changed and quoted again. */
#include "expr/slips.h"
#include <float.h>
#include <math.h>

/* ---- comparisons ---- */

/* Returns true if comparison CMP holds for two values whose order is ORDER: <0, 0 or >0. */
static bool comparison_holds(enum expr_op cmp, int order)
{
	switch (cmp) {
	case OP_EQ: return order == 0;
	case OP_NE: return order != 0;
	case OP_LT: return order < 0;
	case OP_LE: return order <= 0;
	case OP_GT: return order > 0;
	default: return order >= 0;
	}
}

/* Sets *OUT to the integer S. Returns false if S is not an integer, or has more than 18 characters and might
 * overflow. */
static bool short_integer(struct span s, int64_t *out)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	size_t i = minus ? 1 : 0;
	int64_t v = 0;
	if (s.n == i || s.n > 18)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = minus ? -v : v;
	return true;
}

/* Sets *ORDER to <0, 0 or >0 as A is less than, equal to or greater than B. Returns EXPR_OK. If a text
 * begins like a number but is not one, returns EXPR_HAND_OVER, so that libjq reports the error. */
static enum expr_result compare(const struct value *a, const struct value *b, int *order)
{
	struct num x, y;
	if (a->type != JSON_NUMBER || b->type != JSON_NUMBER) {
		*order = value_compare(a, b);
		return EXPR_OK;
	}
	if (!value_read_num(a, &x) || !value_read_num(b, &y))
		return EXPR_HAND_OVER;
	*order = num_compare_text(&x, a->text, &y, b->text);
	return EXPR_OK;
}

/* Two common cases are fast: a short integer is compared without a struct num, and strings without escapes are tested
 * for equality as text. */
enum expr_result expr_apply_match(const struct expr_machine *m, struct span s, const struct expr_constant *c,
	struct expr_instr *i, bool *out)
{
	int64_t number;
	enum expr_op cmp = i->cmp;
	if (c->is_int && s.p && short_integer(s, &number)) {
		i->same_types = true;
		*out = comparison_holds(cmp, value_order(number, c->i));
		return EXPR_OK;
	}
	struct value v = value_of(s);
	if (v.type == JSON_MISSING)
		return EXPR_HAND_OVER;
	expr_note_types(i, v.type, c->v.type, m->events);
	if (c->no_escapes && v.type == JSON_STRING && cmp <= OP_NE && !value_text_escaped(s)) {
		*out = span_eq(s, c->v.text) == (cmp == OP_EQ);
		return EXPR_OK;
	}
	int order = 0;
	enum expr_result r = compare(&v, &c->v, &order);
	*out = comparison_holds(cmp, order);
	return r;
}

/* ---- strings ---- */

/* Returns the string TEXT without its quotes. */
static struct span string_inside(struct span text)
{
	return text.n < 2 ? SPAN("") : (struct span){ text.p + 1, text.n - 2 };
}

/* Sets *OUT to the bytes that the string V represents. If V has escapes, the bytes are in m->scratch. Returns
 * EXPR_HAND_OVER if V cannot be unescaped. */
static enum expr_result string_bytes(struct expr_machine *m, const struct value *v, struct span *out)
{
	/* A string without escapes represents its own bytes. */
	*out = string_inside(v->text);
	if (!value_text_escaped(*out))
		return EXPR_OK;
	buf_reset(&m->scratch);
	if (json_unescape(*out, &m->scratch) < 0)
		return EXPR_HAND_OVER;
	*out = buf_span(&m->scratch);
	return EXPR_OK;
}

/* Sets *OUT to the string of BYTES, with its text in the arena. BYTES must not be in m->scratch. Returns EXPR_FULL if
 * there is no room for the text. */
static enum expr_result string_quote(struct expr_machine *m, struct span bytes, struct value *out)
{
	buf_reset(&m->scratch);
	if (json_quote(bytes, &m->scratch) < 0)
		return EXPR_FULL;
	*out = value_literal(JSON_STRING, arena_copy(&m->arena, buf_span(&m->scratch)));
	return out->text.p ? EXPR_OK : EXPR_FULL;
}

/* Sets *OUT to A + B, two strings without their quotes, of which at least one has escapes. m->scratch must be empty.
 * Returns EXPR_OK, or why there is no result. */
static enum expr_result concat_bytes(struct expr_machine *m, struct span a, struct span b, struct value *out)
{
	if (json_unescape(a, &m->scratch) < 0 || json_unescape(b, &m->scratch) < 0)
		return EXPR_HAND_OVER;
	struct span bytes = arena_copy(&m->arena, buf_span(&m->scratch));
	return bytes.p ? string_quote(m, bytes, out) : EXPR_FULL;
}

/* Sets *OUT to A + B. Strings without escapes are copied as text, between new quotes. Returns EXPR_OK, or why there is
 * no result. */
static enum expr_result concat(struct expr_machine *m, const struct value *a, const struct value *b, struct value *out)
{
	struct span left = string_inside(a->text), right = string_inside(b->text);
	buf_reset(&m->scratch);
	if (value_text_escaped(left) || value_text_escaped(right))
		return concat_bytes(m, left, right, out);
	size_t n = left.n + right.n + 2;
	char *p = arena_get(&m->arena, n);
	if (!p)
		return EXPR_FULL;
	p[0] = p[n - 1] = '"';
	memcpy(p + 1, left.p, left.n);
	memcpy(p + 1 + left.n, right.p, right.n);
	*out = value_literal(JSON_STRING, (struct span){ p, n });
	return EXPR_OK;
}

/* Sets *OUT to the string A with all ASCII letters in one case. If FROM is 'A', capital letters become small ones; if
 * FROM is 'a', small letters become capital ones. If A is not a string, returns EXPR_HAND_OVER. */
static enum expr_result change_case(struct expr_machine *m, const struct value *a, char from, struct value *out)
{
	struct span bytes;
	if (a->type != JSON_STRING)
		return EXPR_HAND_OVER;
	enum expr_result r = string_bytes(m, a, &bytes);
	if (r != EXPR_OK)
		return r;
	char *p = arena_get(&m->arena, bytes.n ? bytes.n : 1);
	if (!p)
		return EXPR_FULL;
	for (size_t i = 0; i < bytes.n; i++) {
		char c = bytes.p[i];
		p[i] = c >= from && c <= from + 25 ? (char)(c ^ 0x20) : c;
	}
	return string_quote(m, (struct span){ p, bytes.n }, out);
}

/* Sets *OUT to true if the string A begins with WHAT, or ends with WHAT if START is false; otherwise to false. If A is
 * not a string, returns EXPR_HAND_OVER. */
static enum expr_result string_affix(struct expr_machine *m, const struct value *a, struct span what, bool start,
	struct value *out)
{
	struct span s;
	if (a->type != JSON_STRING)
		return EXPR_HAND_OVER;
	enum expr_result r = string_bytes(m, a, &s);
	if (r != EXPR_OK)
		return r;
	bool is = s.n >= what.n && memcmp(start ? s.p : s.p + s.n - what.n, what.p, what.n) == 0;
	*out = value_bool(is);
	return EXPR_OK;
}

/* Sets *OUT to jq's length of A: 0 for null, the magnitude of a number, the number of code points of a string, or the
 * number of elements of an array. Returns EXPR_HAND_OVER for other types. */
static enum expr_result value_length(struct expr_machine *m, const struct value *a, struct value *out)
{
	struct span s, name;
	struct json_walk w;
	int64_t n = 0;
	int r = 0;
	switch (a->type) {
	case JSON_NULL: break;
	case JSON_NUMBER: {
		struct num v;
		if (!value_read_num(a, &v))
			return EXPR_HAND_OVER;
		*out = value_number(num_compare(v, num_from_i64(0)) < 0 ? num_neg(v) : v);
		return EXPR_OK;
	}
	case JSON_STRING:
		if (string_bytes(m, a, &s) != EXPR_OK)
			return EXPR_HAND_OVER;
		for (size_t i = 0; i < s.n; i++)
			/* Every byte that is not a continuation byte begins a code point. */
			n += (s.p[i] & 0xc0) != 0x80;
		break;
	case JSON_ARRAY:
		r = json_walk_init(&w, a->text);
		while (r == 0 && (r = json_walk(&w, &name, &s)) > 0) {
			n++;
			r = 0;
		}
		break;
	/* In an object, members with equal names count once, so libjq counts the members. */
	default: return EXPR_HAND_OVER;
	}
	*out = value_number(num_from_i64(n));
	return r < 0 ? EXPR_HAND_OVER : EXPR_OK;
}

/* ---- numbers ---- */

/* Sets *OUT to N, the result of an operator. A result beyond the greatest finite double was limited to this double, so
 * it may be wrong. For such a result, returns EXPR_HAND_OVER, so that libjq computes it again. */
static enum expr_result number_result(struct num n, struct value *out)
{
	if (!n.exact && fabs(n.real) >= DBL_MAX)
		return EXPR_HAND_OVER;
	*out = value_number(n);
	return EXPR_OK;
}

/* Sets *OUT to A rounded to B digits after the point. Returns EXPR_HAND_OVER if B is not an integer from -400 to 400,
 * or if the result is too large. */
static enum expr_result round_to(struct num a, struct num b, struct value *out)
{
	int64_t digits;
	if (!num_i64(b, &digits) || digits > 400 || digits < -400)
		return EXPR_HAND_OVER;
	return number_result(num_round(a, digits), out);
}

/* Sets *OUT to the result of OP on A and B. Division by zero returns EXPR_HAND_OVER, so that libjq reports the
 * error. */
static enum expr_result arithmetic(enum expr_op op, struct num a, struct num b, struct value *out)
{
	struct num n;
	if (op == OP_ROUND)
		return round_to(a, b, out);
	switch (op) {
	case OP_ADD: return number_result(num_add(a, b), out);
	case OP_SUB: return number_result(num_sub(a, b), out);
	case OP_MUL: return number_result(num_mul(a, b), out);
	case OP_DIV: return num_div(a, b, &n) < 0 ? EXPR_HAND_OVER : number_result(n, out);
	default: return num_mod(a, b, &n) < 0 ? EXPR_HAND_OVER : number_result(n, out);
	}
}

/* Sets *OUT to A rounded toward minus infinity. C's division rounds toward zero, so one is subtracted from a negative
 * number with a fraction. If A is not a number, returns EXPR_HAND_OVER. */
static enum expr_result round_down(const struct value *a, struct value *out)
{
	struct num n;
	if (a->type != JSON_NUMBER || !value_read_num(a, &n))
		return EXPR_HAND_OVER;
	if (!n.exact)
		return number_result(num_from_double(floor(n.real)), out);
	i128 unit = 1; /* 10^scale, which is the coefficient of the number 1 at this scale */
	for (int i = 0; i < n.scale; i++)
		unit *= 10;
	i128 whole = n.coef / unit;
	if (n.coef < 0 && n.coef % unit != 0)
		whole--;
	*out = value_number((struct num){ .exact = true, .coef = whole });
	return EXPR_OK;
}

/* ---- the operators ---- */

/* Returns true if SQL's rules make the result of OP on A and B null: an operand is null, or the divisor is zero. */
static bool is_null_by_rules(enum expr_op op, const struct value *a, const struct value *b)
{
	struct num x, y, unused;
	if (a->type == JSON_NULL || b->type == JSON_NULL)
		return true;
	if ((op != OP_DIV && op != OP_MOD) || a->type != JSON_NUMBER || b->type != JSON_NUMBER ||
		!value_read_num(a, &x) || !value_read_num(b, &y))
		return false;
	/* Both functions fail if the divisor is zero. num_mod() drops the fraction of the divisor first. */
	return (op == OP_DIV ? num_div(x, y, &unused) : num_mod(x, y, &unused)) < 0;
}

/* If the operator does not work on the type of A, as `floor` on a string, the result is EXPR_HAND_OVER, so that libjq
 * reports the error. */
enum expr_result expr_apply_unary(struct expr_machine *m, const struct expr_program *p, const struct expr_instr *i,
	const struct value *a, struct value *out)
{
	struct num n;
	if (m->null_rules && a->type == JSON_NULL && (i->op == OP_NEG || i->op == OP_FLOOR)) {
		*out = *a;
		return EXPR_OK;
	}
	switch (i->op) {
	case OP_BOOL: *out = value_bool(value_true(a)); return EXPR_OK;
	case OP_NOT: *out = value_bool(!value_true(a)); return EXPR_OK;
	case OP_NEG:
		if (a->type != JSON_NUMBER || !value_read_num(a, &n))
			return EXPR_HAND_OVER;
		*out = value_number(num_neg(n));
		return EXPR_OK;
	case OP_LENGTH: return value_length(m, a, out);
	case OP_FLOOR: return round_down(a, out);
	case OP_DOWNCASE:
	case OP_UPCASE: return change_case(m, a, i->op == OP_DOWNCASE ? 'A' : 'a', out);
	default: return string_affix(m, a, p->consts[i->a].bytes, i->op == OP_STARTS, out);
	}
}

enum expr_result expr_apply_binary(struct expr_machine *m, enum expr_op op, const struct value *a,
	const struct value *b, struct value *out)
{
	if (op >= OP_EQ) {
		int order = 0;
		enum expr_result r = compare(a, b, &order);
		*out = value_bool(comparison_holds(op, order));
		return r;
	}
	if (m->null_rules && is_null_by_rules(op, a, b)) {
		*out = value_literal(JSON_NULL, SPAN("null"));
		return EXPR_OK;
	}
	if (a->type == JSON_NUMBER && b->type == JSON_NUMBER) {
		struct num x, y;
		if (!value_read_num(a, &x) || !value_read_num(b, &y))
			return EXPR_HAND_OVER;
		return arithmetic(op, x, y, out);
	}
	if (op == OP_ROUND && a->type == JSON_NULL) {
		*out = *a;
		return EXPR_OK;
	}
	/* Adding null to any value gives this value. */
	if (op == OP_ADD && a->type == JSON_NULL) {
		*out = *b;
		return EXPR_OK;
	}
	if (op == OP_ADD && b->type == JSON_NULL) {
		*out = *a;
		return EXPR_OK;
	}
	if (op == OP_ADD && a->type == JSON_STRING && b->type == JSON_STRING)
		return concat(m, a, b, out);
	return EXPR_HAND_OVER;
}
