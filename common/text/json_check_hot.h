/* json_check_hot.h -- the grammar of RFC 8259. Included once for each kernel, see json_ways.h. */
#include "text/json_names.h"
#include "text/json_ways.h"

struct check {
	const char *end;
	unsigned depth_max;
	struct json_fault *f;
};

static inline bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static inline const char *skip_space(const char *p, const char *end)
{
	while (p < end && json_is_space(*p))
		p++;
	return p;
}

/* The rest of a string from P on, where an escape stands, or UTF-8, or a fault. */
static RARE const char *check_string_rest(const char *p, const struct check *c)
{
	struct window w = window_over(p, c->end, MARKS_CHECK);
	for (;; p = string_stop(&w, p)) {
		if (p == c->end)
			return json_fault_at(c->f, p, "string without an end");
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			if (!(p = json_check_escape(p, c->end, c->f)))
				return NULL;
			continue;
		}
		do {
			size_t n = (unsigned char)*p < 0x20 ? 0 : utf8_length(p, c->end);
			if (n == 0)
				return json_fault_at(c->f, p, json_string_fault(*p));
			p += n;
		} while (p < c->end && (unsigned char)*p >= 0x80);
	}
}

/* P is behind the opening quote; gives what is behind the closing one. */
static HOT const char *check_string(struct window *w, const char *p, const struct check *c)
{
	p = string_stop(w, p);
	return p < c->end && *p == '"' ? p + 1 : check_string_rest(p, c);
}

static RARE const char *check_any_number(const char *p, const struct check *c)
{
	const char *end = c->end;
	p += *p == '-';
	if (!is_digit(p, end))
		return json_fault_at(c->f, p, "number without digits");
	if (*p == '0' && is_digit(p + 1, end))
		return json_fault_at(c->f, p, "number with a leading zero");
	while (is_digit(p, end))
		p++;
	if (p < end && *p == '.') {
		if (!is_digit(++p, end))
			return json_fault_at(c->f, p, "number without digits behind its point");
		while (is_digit(p, end))
			p++;
	}
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (!is_digit(p, end))
			return json_fault_at(c->f, p, "number without digits in its exponent");
		while (is_digit(p, end))
			p++;
	}
	return p;
}

static HOT const char *check_number(struct window *w, const char *p, const struct check *c)
{
	const char *q = number_stop(w, p);
	return q ? q : check_any_number(p, c);
}

static inline const char *check_word(const char *p, const struct check *c, const char *word, size_t n)
{
	if ((size_t)(c->end - p) < n || memcmp(p, word, n) != 0)
		return json_no_value(p, c->end, c->f);
	return p + n;
}

static HOT const char *check_scalar(struct window *w, const char *p, const struct check *c)
{
	switch (*p) {
	case '"':
		return check_string(w, p + 1, c);
	case 't':
		return check_word(p, c, "true", 4);
	case 'f':
		return check_word(p, c, "false", 5);
	case 'n':
		return check_word(p, c, "null", 4);
	default:
		if (*p != '-' && !is_digit(p, c->end))
			return json_no_value(p, c->end, c->f);
		return check_number(w, p, c);
	}
}

/* A name and its colon at P; gives where the value begins. */
static inline const char *check_name(struct window *w, const char *p, const struct check *c, struct span *name)
{
	if (p == c->end || *p != '"')
		return json_fault_at(c->f, p, "no name in quotes where a member should begin");
	const char *q = check_string(w, p + 1, c);
	if (!q)
		return NULL;
	*name = (struct span){ p + 1, (size_t)(q - p) - 2 };
	q = skip_space(q, c->end);
	if (q == c->end || *q != ':')
		return json_fault_at(c->f, q, "no colon behind a name");
	return skip_space(q + 1, c->end);
}

/* Behind the commas and closing brackets that follow a value: where the next value begins, or, when DEPTH
 * is back at FLOOR, where the whole ends. */
static inline const char *check_behind(
	struct window *w, const char *p, const struct check *c, const char *kinds, unsigned *depth, unsigned floor)
{
	struct span name;
	while (*depth > floor) {
		p = skip_space(p, c->end);
		char close = kinds[*depth];
		if (p == c->end)
			return json_fault_at(c->f, p, close == '}' ? "object without an end" : "array without an end");
		if (*p == ',') {
			p = skip_space(p + 1, c->end);
			return close == '}' ? check_name(w, p, c, &name) : p;
		}
		if (*p != close)
			return json_fault_at(c->f, p,
				close == '}' ? "no comma or } behind a member" : "no comma or ] behind an element");
		p++;
		--*depth;
	}
	return p;
}

/* A whole array or object at P, inside of DEPTH others: no recursion. */
static __attribute__((noinline)) const char *check_nested(const char *p, const struct check *c, unsigned depth)
{
	struct window here = window_over(p, c->end, MARKS_CHECK), *w = &here;
	char kinds[JSON_DEPTH_MAX + 1]; /* the closing bracket of each level */
	unsigned floor = depth;
	struct span name;
	do {
		if (p == c->end || (*p != '{' && *p != '[')) {
			p = p == c->end ? json_no_value(p, p, c->f) : check_scalar(w, p, c);
		} else {
			if (depth == c->depth_max)
				return json_fault_at(c->f, p, "nested too deeply");
			char close = *p == '{' ? '}' : ']';
			kinds[++depth] = close;
			p = skip_space(p + 1, c->end);
			if (p < c->end && *p == close) {
				p++;
				depth--;
			} else if (close == '}') {
				if (!(p = check_name(w, p, c, &name)))
					return NULL;
				continue;
			} else {
				continue;
			}
		}
		if (p)
			p = check_behind(w, p, c, kinds, &depth, floor);
	} while (p && depth > floor);
	return p;
}

static const char *check_value(struct span text, unsigned depth_max, struct json_fault *f)
{
	struct check c = { .end = text.p + text.n,
		.depth_max = depth_max < JSON_DEPTH_MAX ? depth_max : JSON_DEPTH_MAX,
		.f = f };
	return check_nested(skip_space(text.p, c.end), &c, 0);
}

/* A name that no run confirmed: P is behind the comma, LAST the run in front of it. Gives where its value
 * begins. */
static RARE const char *check_new_name(
	const char *p, const struct check *c, struct json_shape *s, struct json_run *last)
{
	struct window w = window_over(p, c->end, MARKS_CHECK);
	struct span name;
	const char *q = skip_space(p, c->end), *value = check_name(&w, q, c, &name);
	if (!value)
		return NULL;
	const char *why = json_names_take(s, name, (struct span){ p, (size_t)(value - p) }, &last->next);
	return why ? json_fault_at(c->f, q, why) : value;
}

/* The members of an event from P on, behind its brace; gives what is behind the closing one. */
static HOT const char *check_members(const char *p, const struct check *c, struct json_shape *s)
{
	struct window w = window_over(p, c->end, MARKS_CHECK);
	struct json_run *last = &s->runs.run[0];
	for (;;) {
		const struct json_run *run = &s->runs.run[last->next];
		if (run_at(run, p, c->end) && json_names_see(s, run->id)) {
			p += run->len;
			if (p < c->end && json_is_space(*p)) /* more of it than there was last time */
				p = skip_space(p, c->end);
		} else if (!(p = check_new_name(p, c, s, last))) {
			return NULL;
		}
		last = &s->runs.run[last->next];
		if (p == c->end)
			return json_no_value(p, p, c->f);
		p = *p == '{' || *p == '[' ? check_nested(p, c, 1) : check_scalar(&w, p, c);
		if (!p)
			return NULL;
		if (p < c->end && json_is_space(*p))
			p = skip_space(p, c->end);
		if (p == c->end)
			return json_fault_at(c->f, p, "object without an end");
		if (*p == '}')
			return p + 1;
		if (*p++ != ',')
			return json_fault_at(c->f, p - 1, "no comma or } behind a member");
	}
}

static int check(struct json_checker *k, struct span line, struct json_fault *f)
{
	struct check c = { .end = line.p + line.n,
		.depth_max = k->depth_max < JSON_DEPTH_MAX ? k->depth_max : JSON_DEPTH_MAX,
		.f = f };
	const char *p = skip_space(line.p, c.end);
	if (p == c.end || *p != '{') {
		json_fault_at(f, p, p == c.end ? "empty" : "no object");
		return -1;
	}
	if (c.depth_max == 0) {
		json_fault_at(f, p, "nested too deeply");
		return -1;
	}
	json_names_begin(k->shape);
	const char *first = skip_space(++p, c.end);
	p = first < c.end && *first == '}' ? first + 1 : check_members(p, &c, k->shape);
	if (!p)
		return -1;
	p = skip_space(p, c.end);
	if (p < c.end) {
		json_fault_at(f, p, "something behind the object");
		return -1;
	}
	return 0;
}
