/* json_pick_hot.h -- finding members of an event. Included once for each kernel, see json_ways.h. */
#include "text/json_pick_parts.h"
#include "text/json_ways.h"

/* Behind the string whose opening quote is in front of P; NULL if it does not end. */
static inline const char *skip_string(const char *p, const char *base, const char *end)
{
	for (;;) {
		p = quote_stop(p, base, end);
		if (p == end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (end - p < 2)
			return NULL;
		p += 2;
	}
}

/* Brackets are counted, not matched by kind: json_check() is who looks at the grammar. */
static const char *skip_nested(const char *p, const char *base, const char *end)
{
	size_t depth = 1;
	for (p++;; p++) {
		p = bracket_stop(p, base, end);
		if (p == end)
			return NULL;
		if (*p == '"') {
			if (!(p = skip_string(p + 1, base, end)))
				return NULL;
			p--;
		} else if ((*p | 0x20) == '{') {
			depth++;
		} else if (--depth == 0) {
			return p + 1;
		}
	}
}

/* Behind the value at P; NULL if it does not end. */
static inline const char *skip_value(const char *p, const char *base, const char *end)
{
	if (p == end)
		return NULL;
	if (*p == '"')
		return skip_string(p + 1, base, end);
	if (*p == '{' || *p == '[')
		return skip_nested(p, base, end);
	return json_begins_scalar(*p) ? scalar_stop(p, base, end) : NULL;
}

static const char *skip(const char *p, const char *end)
{
	return skip_value(p, p, end);
}

/* A name that no run confirmed: P is behind the comma. Gives where its value begins. */
static const char *pick_name(
	struct json_pick *k, const char *p, const char *base, const char *end, unsigned *run, unsigned *id)
{
	const char *q = json_space(p, end), *r;
	if (q == end || *q != '"' || !(r = skip_string(q + 1, base, end)))
		return NULL;
	struct span name = { q + 1, (size_t)(r - q) - 2 };
	r = json_space(r, end);
	if (r == end || *r != ':')
		return NULL;
	r = json_space(r + 1, end);
	*id = json_pick_name(k, name, (struct span){ p, (size_t)(r - p) }, run);
	return r;
}

/* Walks the members from P on until all roots are found or the object ends, which must be at END. */
static int pick_members(struct json_pick *k, const char *p, const char *base, const char *end)
{
	int left = k->root_count;
	for (unsigned last = 0;;) {
		unsigned i = k->runs.run[last].next, id = k->runs.run[i].id;
		if (json_run_at(&k->runs.run[i], p, end)) {
			p += k->runs.run[i].len;
		} else {
			if (!(p = pick_name(k, p, base, end, &i, &id)))
				return -1;
			k->runs.run[last].next = (uint8_t)i;
		}
		last = i;
		const char *q = skip_value(p, base, end);
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
	const char *p = json_space(event.p + 1, end);
	if (*p == '}') /* there is one, at the end */
		return p + 1 == end ? 0 : -1;
	return k->root_count == 0 ? 0 : pick_members(k, event.p + 1, event.p, end);
}
