/* value.c -- values: their truth, number, text and order, as jq has them.
 *
 * A value that comes from an event is JSON text and stays so: a number is parsed only when one is needed, and written
 * with the digits that the event had. Only numbers can be computed values without text. */
#include "expr/value.h"

bool value_true(const struct value *v)
{
	return v->type != JSON_NULL && v->type != JSON_FALSE && v->type != JSON_MISSING;
}

struct num value_num(const struct value *v)
{
	struct num n = { .exact = true };
	if (v->is_num)
		return v->num;
	if (v->type == JSON_NUMBER && num_parse(v->text, &n) < 0)
		n = num_from_i64(0); /* not a number after all: json_check() has not seen this event */
	return n;
}

/* Text from an event is copied, digit for digit and space for space. */
int value_write(const struct value *v, struct buf *out)
{
	return v->is_num ? num_write(v->num, out) : buf_add_span(out, v->text);
}

/* Compares two strings without escapes, in their quotes, by code point. */
static int compare_plain(struct span a, struct span b)
{
	size_t an = a.n - 1, bn = b.n - 1; /* without the closing quotes, which would sort after a space */
	int c = memcmp(a.p, b.p, an < bn ? an : bn);
	return c ? c : value_order((int64_t)an, (int64_t)bn);
}

/* The types are in jq's order. Numbers and most strings are compared here; the rest as JSON text. */
int value_compare(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return value_order(a->type, b->type);
	if (a->type < JSON_NUMBER)
		return 0;
	if (a->type == JSON_NUMBER)
		return num_compare(value_num(a), value_num(b));
	if (a->type == JSON_STRING && !value_text_escaped(a->text) && !value_text_escaped(b->text))
		return compare_plain(a->text, b->text);
	return json_compare(a->text, b->text);
}
