/* value.h -- the values that expressions give and that operators take. A value borrows its text. */
#ifndef EXPR_VALUE_H
#define EXPR_VALUE_H
#include "base/buf.h"
#include "json/json.h"
#include "text/number.h"

/* A value. A computed number is kept in num, and its text is SPAN_NONE. Every other value is kept as its JSON text,
 * inside the event where possible. If a number has both, num was parsed from the text. The text may have digits
 * that num does not have. */
struct value {
	enum json_type type; /* JSON_MISSING if the text is not JSON */
	bool is_num;         /* num is set: the number was computed, or parsed from the text */
	struct span text;
	struct num num;
};

/* The next three functions make a value: from a type and a JSON text, from a bool, and from a computed number. */
static inline struct value value_literal(enum json_type type, struct span text)
{
	return (struct value){ .type = type, .text = text };
}

static inline struct value value_bool(bool b)
{
	return b ? value_literal(JSON_TRUE, SPAN("true")) : value_literal(JSON_FALSE, SPAN("false"));
}

static inline struct value value_number(struct num n)
{
	return (struct value){ .type = JSON_NUMBER, .is_num = true, .num = n };
}

/* Returns the value whose JSON text is S; null if S is SPAN_NONE. The type is JSON_MISSING if S is not JSON. */
static inline struct value value_of(struct span s)
{
	return s.p ? value_literal(json_type(s), s) : value_literal(JSON_NULL, SPAN("null"));
}

/* Returns the number of V, a JSON_NUMBER: num if it is set, or the number that its text represents. */
struct num value_num(const struct value *v);
/* Sets *OUT to the number of V, a JSON_NUMBER, and returns true. Returns false if the text of V only begins like a
 * number. This happens only in an event that json_check() has not checked. */
bool value_read_num(const struct value *v, struct num *out);
/* Returns true for all values except null and false, as in jq. A text that is not JSON counts as false. */
bool value_true(const struct value *v);
/* Appends V to OUT as JSON: a number without text in canonical form, anything else as its text. Returns 0; -1 if OUT is
 * full. */
int value_write(const struct value *v, struct buf *out) MUST_USE;
/* Compares A and B in jq's order: null < false < true < numbers < strings < arrays < objects. Returns <0, 0 or >0. */
int value_compare(const struct value *a, const struct value *b);

/* Returns true if TEXT, the JSON text of a string, has an escape and so differs from the bytes that it represents. */
static inline bool value_text_escaped(struct span text)
{
	return memchr(text.p, '\\', text.n) != NULL;
}

/* Returns <0, 0 or >0 as A is less than, equal to or greater than B. Unlike A - B, the result cannot overflow. */
static inline int value_order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}
#endif
