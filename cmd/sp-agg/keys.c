/* keys.c -- the grouping key of an event.
 *
 * Two keys are equal if they are equal as JSON values: 1.0 and 1, or "\u0061" and "a". So the grouping key is made of
 * the canonical text of each value. A string without a backslash is canonical already, and so is a plain integer. A
 * single key of that kind, which is the common case, is not copied: the grouping key points into the line.
 *
 * A row shows a number as the first event of its group has written the number, for example 1.50 instead of 1.5. This
 * text is called the spelling of the key. An event has a spelling only if the spelling differs from the canonical
 * text. */
#include "sp-agg/keys.h"
#include "fold/function.h"
#include "sp-agg/eval.h"

/* Returns true if S, a JSON number, is an integer of at most 18 digits, without an exponent, and not -0. */
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

/* Returns true if V has a text that is quickly seen to be valid and canonical. Other values are made canonical by
 * add_canonical(), so false is always a safe result. */
static bool is_canonical(const struct value *v)
{
	switch (v->type) {
	case JSON_NULL: return span_eq(v->text, SPAN("null"));
	case JSON_STRING: return json_is_plain(v->text) || (!value_text_escaped(v->text) && json_valid(v->text));
	case JSON_NUMBER: return !v->is_num && plain_integer(v->text);
	default: return false;
	}
}

/* Appends the canonical JSON of V to OUT. V was computed by an expression, or its text is not canonical. Returns 0, or
 * -1 if the text is not valid JSON or OUT is full. */
static int add_canonical(const struct value *v, struct buf *out)
{
	if (v->is_num && !v->text.p)
		return num_write_canon(v->num, out);
	return json_valid(v->text) ? json_canon(v->text, out) : -1;
}

/* Appends the key V to ev->spelling as the event has written it. Does nothing if V and all earlier keys are written in
 * canonical form. The canonical form of V begins at offset AT of ev->key_text. Returns 0, or -1 if the buffer is
 * full. */
static int add_spelling(struct event *ev, const struct value *v, size_t at)
{
	const struct buf *keys = &ev->key_text;
	struct span canonical = { keys->p + at, keys->n - at };
	struct span spelling = fold_spelling(v, canonical);
	if (!ev->fold.spelling.p && span_eq(spelling, canonical))
		return 0;
	/* All earlier keys are written in canonical form, so ev->key_text has their spelling. */
	if (!ev->fold.spelling.p && buf_add(&ev->spelling, keys->p, at) < 0)
		return -1;
	if (ev->fold.spelling.p && at > 0 && buf_addc(&ev->spelling, '\n') < 0)
		return -1;
	if (buf_add_span(&ev->spelling, spelling) < 0)
		return -1;
	ev->fold.spelling = buf_span(&ev->spelling);
	return 0;
}

/* Appends the key V, whose column is called NAME, to ev->key_text. A newline precedes every key but the first. Returns
 * 0, or -1 with E set. */
static int add_key(struct event *ev, const struct value *v, const char *name, bool first, struct err *e)
{
	if (!first && buf_addc(&ev->key_text, '\n') < 0)
		return err_oom(e, "a key");
	size_t at = ev->key_text.n;
	bool canonical = is_canonical(v);
	if ((canonical ? buf_add_span(&ev->key_text, v->text) : add_canonical(v, &ev->key_text)) < 0)
		return err_set(e, EX_DATAERR, "key %s: its value is not valid JSON, or too long", name);
	if (canonical && !ev->fold.spelling.p)
		return 0;
	return add_spelling(ev, v, at) < 0 ? err_oom(e, "a key") : 0;
}

/* A single key with canonical text is not copied: fold.key points to that text. Several keys are joined in
 * ev->key_text. */
int keys_make(const struct plan *p, struct event *ev, struct err *e)
{
	struct value v;
	buf_reset(&ev->key_text);
	if (ev->fold.spelling.p) {
		buf_reset(&ev->spelling);
		ev->fold.spelling = SPAN_NONE;
	}
	for (size_t i = 0; i < p->key_count; i++) {
		if (eval(p->x, p->keys[i].expr, p->keys[i].current_text, &v, e) < 0)
			return err_context(e, "key %s", p->keys[i].name);
		if (p->key_count == 1 && is_canonical(&v)) {
			ev->fold.key = v.text;
			return 0;
		}
		if (add_key(ev, &v, p->keys[i].name, i == 0, e) < 0)
			return -1;
	}
	ev->fold.key = buf_span(&ev->key_text);
	return 0;
}
