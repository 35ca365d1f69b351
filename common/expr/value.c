/* value.c -- values: their truth, number, text and order, as in jq.
 *
 * A value from an event stays JSON text. A number from an event is parsed only when needed, and is written with the
 * digits that the event had. Only computed numbers have no text. */
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
	/* A text that only begins like a number counts as 0. Such a text occurs only in an event that json_check() has
	 * not checked. */
	if (v->type == JSON_NUMBER && num_parse(v->text, &n) < 0)
		n = num_from_i64(0);
	return n;
}

bool value_read_num(const struct value *v, struct num *out)
{
	if (!v->is_num)
		return num_parse(v->text, out) == 0;
	*out = v->num;
	return true;
}

/* The text of a value from an event is copied byte for byte, with its white space. */
int value_write(const struct value *v, struct buf *out)
{
	return v->text.p ? buf_add_span(out, v->text) : num_write(v->num, out);
}

/* Compares two strings without escapes by code point. A and B have their quotes. Returns <0, 0 or >0. */
static int compare_without_escapes(struct span a, struct span b)
{
	/* The closing quotes are not compared. Otherwise "a" would come after "a b", because a quote sorts after a
	 * space. */
	size_t an = a.n - 1, bn = b.n - 1;
	int c = memcmp(a.p, b.p, an < bn ? an : bn);
	return c ? c : value_order((int64_t)an, (int64_t)bn);
}

/* enum json_type lists the types in jq's order. Numbers, and strings without escapes, are compared here. json_compare()
 * compares other strings, arrays and objects. */
int value_compare(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return value_order(a->type, b->type);
	if (a->type < JSON_NUMBER)
		return 0;
	if (a->type == JSON_NUMBER) {
		struct num x = value_num(a), y = value_num(b);
		return num_compare_text(&x, a->text, &y, b->text);
	}
	if (a->type == JSON_STRING && !value_text_escaped(a->text) && !value_text_escaped(b->text))
		return compare_without_escapes(a->text, b->text);
	return json_compare(a->text, b->text);
}
