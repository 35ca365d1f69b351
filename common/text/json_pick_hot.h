/* json_pick_hot.h -- finding members of an event. Included once for each kernel, see json_ways.h. */
#include "text/json_pick_parts.h"
#include "text/json_ways.h"

/* Behind the string whose opening quote is in front of P; NULL if it does not end. */
static HOT const char *skip_string(struct window *w, const char *p, enum mark_set set)
{
	for (;;) {
		p = quote_stop(w, p, set);
		if (p == w->end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (w->end - p < 2)
			return NULL;
		p += 2;
	}
}

/* Brackets are counted, not matched by kind: json_check() is who looks at the grammar. */
static RARE const char *skip_nested(const char *p, const char *end)
{
	struct window w = window_over(p, end, MARKS_NESTED);
	size_t depth = 1;
	for (p++;;) {
		p = nested_stop(&w, p);
		if (p == end)
			return NULL;
		if (*p++ == '"') {
			if (!(p = skip_string(&w, p, MARKS_NESTED)))
				return NULL;
		} else if ((p[-1] | 0x20) == '{') {
			depth++;
		} else if (--depth == 0) {
			return p;
		}
	}
}

/* Behind the value at P; NULL if it does not end. */
static HOT const char *skip_value(struct window *w, const char *p)
{
	if (p == w->end)
		return NULL;
	if (*p == '"')
		return skip_string(w, p + 1, MARKS_PICK);
	if (*p == '{' || *p == '[')
		return skip_nested(p, w->end);
	return json_begins_scalar(*p) ? scalar_stop(w, p) : NULL;
}

static const char *skip(const char *p, const char *end)
{
	struct window w = window_over(p, end, MARKS_PICK);
	return skip_value(&w, p);
}

/* A name that no run confirmed: P is behind the comma. Gives where its value begins; LAST is the run in
 * front of it. */
static RARE const char *pick_name(
	struct json_pick *k, const char *p, const char *end, struct json_run *last, unsigned *id)
{
	const char *q = json_space(p, end), *r;
	if (q == end || *q != '"' || !(r = skip(q, end)))
		return NULL;
	struct span name = { q + 1, (size_t)(r - q) - 2 };
	r = json_space(r, end);
	if (r == end || *r != ':')
		return NULL;
	r = json_space(r + 1, end);
	*id = json_pick_name(k, name, (struct span){ p, (size_t)(r - p) }, &last->next);
	return r;
}

/* Walks the members of the object at BASE until all roots are found or the object ends, which must be at END. */
static int pick_members(struct json_pick *k, const char *base, const char *end)
{
	struct window w = window_over(base, end, MARKS_PICK);
	const char *p = base + 1;
	int left = k->root_count;
	struct json_run *last = &k->runs.run[0];
	for (;;) {
		struct json_run *run = &k->runs.run[last->next];
		unsigned id = run->id;
		if (run_at(run, p, end)) {
			p += run->len;
			if (p < end && json_is_space(*p)) /* more of it than there was last time */
				p = json_space(p, end);
		} else if (!(p = pick_name(k, p, end, last, &id))) {
			return -1;
		}
		last = &k->runs.run[last->next];
		const char *q = skip_value(&w, p);
		if (!q)
			return -1;
		if (id > 0 && !k->found[id - 1].p) {
			k->found[id - 1] = (struct span){ p, (size_t)(q - p) };
			if (--left == 0)
				return 0;
		}
		p = q;
		if (p < end && json_is_space(*p))
			p = json_space(p, end);
		if (p == end)
			return -1;
		if (*p++ != ',')
			return p[-1] == '}' && p == end ? 0 : -1;
	}
}

/* Sets k->found. EVENT is without white space around it. */
static int pick(struct json_pick *k, struct span event)
{
	const char *end = event.p + event.n;
	for (int i = 0; i < k->root_count; i++)
		k->found[i] = SPAN_NONE;
	if (event.n < 2 || *event.p != '{' || end[-1] != '}')
		return -1;
	if (event.p[1] != '"') {
		const char *p = json_space(event.p + 1, end);
		if (*p == '}') /* there is one, at the end */
			return p + 1 == end ? 0 : -1;
	}
	return k->root_count == 0 ? 0 : pick_members(k, event.p, end);
}
