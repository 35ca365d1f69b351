/* keys.c -- the bytes that stand for an event's group.
 *
 * A string without a backslash and a plain integer are their own canonical form, and a single key that is one
 * is used where it stands in the event. */
#include "sp-agg/groups.h"
#include "sp-agg/intake.h"

/* -?(0|[1-9][0-9]*) of at most 18 digits, but not -0. */
static bool plain_integer(struct span s)
{
	size_t i = s.p[0] == '-';
	if (s.n == i || s.n - i > 18 || (s.p[i] == '0' && s.n > 1))
		return false;
	for (; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return true;
}

/* Is the text of V its own canonical form? */
static bool canonical(const struct value *v)
{
	switch (v->type) {
	case JSON_NULL:
	case JSON_FALSE:
	case JSON_TRUE: return v->text.p != NULL;
	case JSON_STRING: return !memchr(v->text.p, '\\', v->text.n);
	case JSON_NUMBER: return !v->is_num && plain_integer(v->text);
	default: return false;
	}
}

static int add_canonical(const struct value *v, struct buf *out)
{
	if (v->type == JSON_NUMBER && v->is_num)
		return num_write(v->num, out);
	if (!v->text.p)
		return buf_adds(out, v->type == JSON_TRUE ? "true" : v->type == JSON_FALSE ? "false" : "null");
	return json_canon(v->text, out);
}

static int add_key(struct agg *a, const struct value *v, bool first, struct err *e)
{
	if (!first && buf_addc(&a->ev->key_text, '\n') < 0)
		return out_of_memory(e);
	if ((canonical(v) ? buf_add_span(&a->ev->key_text, v->text) : add_canonical(v, &a->ev->key_text)) < 0)
		return err_set(e, EX_DATAERR, "a key that cannot be read, or is too long");
	return 0;
}

int keys_make(struct agg *a, struct err *e)
{
	const struct config *c = a->c;
	struct value v;
	buf_reset(&a->ev->key_text);
	for (size_t i = 0; i < c->key_count; i++) {
		if (value_eval(c->x, c->keys[i].expr, c->keys[i].text, &v, e) < 0)
			return err_context(e, "key %s", c->keys[i].name);
		if (c->key_count == 1 && canonical(&v)) {
			a->ev->key = v.text;
			return 0;
		}
		if (add_key(a, &v, i == 0, e) < 0)
			return -1;
	}
	a->ev->key = buf_span(&a->ev->key_text);
	return 0;
}
