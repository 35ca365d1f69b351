/* json_check_hot.h -- the grammar of RFC 8259. Included once for each kernel, see json_ways.h. */
#include "text/json_names.h"
#include "text/json_ways.h"

struct check {
	struct window w;
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

/* P is behind the opening quote; gives what is behind the closing one. */
static inline const char *check_string(const char *p, struct check *c)
{
	for (;;) {
		p = string_stop(&c->w, p);
		if (p == c->end)
			return json_fault_at(c->f, p, "string without an end");
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			if (!(p = json_check_escape(p, c->end, c->f)))
				return NULL;
			continue;
		}
		size_t n = (unsigned char)*p < 0x20 ? 0 : utf8_length(p, c->end);
		if (n == 0)
			return json_fault_at(c->f, p,
				*p == '\0'                    ? "NUL in a string"
				: (unsigned char)*p < 0x20 ? "control character in a string"
							   : "not UTF-8");
		p += n;
	}
}

static const char *check_any_number(const char *p, struct check *c)
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

static inline const char *check_number(const char *p, struct check *c)
{
	const char *q = number_stop(&c->w, p);
	return q ? q : check_any_number(p, c);
}

static inline const char *check_word(const char *p, struct check *c, const char *word, size_t n)
{
	if ((size_t)(c->end - p) < n || memcmp(p, word, n) != 0)
		return json_no_value(p, c->end, c->f);
	return p + n;
}

static inline const char *check_scalar(const char *p, struct check *c)
{
	switch (*p) {
	case '"':
		return check_string(p + 1, c);
	case 't':
		return check_word(p, c, "true", 4);
	case 'f':
		return check_word(p, c, "false", 5);
	case 'n':
		return check_word(p, c, "null", 4);
	default:
		if (*p != '-' && !is_digit(p, c->end))
			return json_no_value(p, c->end, c->f);
		return check_number(p, c);
	}
}

/* A name and its colon at P; gives where the value begins. */
static const char *check_name(const char *p, struct check *c, struct span *name)
{
	if (p == c->end || *p != '"')
		return json_fault_at(c->f, p, "no name in quotes where a member should begin");
	const char *q = check_string(p + 1, c);
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
static const char *check_behind(
	const char *p, struct check *c, const char *kinds, unsigned *depth, unsigned floor)
{
	struct span name;
	while (*depth > floor) {
		p = skip_space(p, c->end);
		char close = kinds[*depth];
		if (p == c->end)
			return json_fault_at(c->f, p, close == '}' ? "object without an end" : "array without an end");
		if (*p == ',') {
			p = skip_space(p + 1, c->end);
			return close == '}' ? check_name(p, c, &name) : p;
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
static const char *check_nested(const char *p, struct check *c, unsigned depth)
{
	char kinds[JSON_DEPTH_MAX + 1]; /* the closing bracket of each level */
	unsigned floor = depth;
	struct span name;
	do {
		if (p == c->end || (*p != '{' && *p != '[')) {
			p = p == c->end ? json_no_value(p, p, c->f) : check_scalar(p, c);
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
				if (!(p = check_name(p, c, &name)))
					return NULL;
				continue;
			} else {
				continue;
			}
		}
		if (p)
			p = check_behind(p, c, kinds, &depth, floor);
	} while (p && depth > floor);
	return p;
}

static const char *check_value(struct span text, unsigned depth_max, struct json_fault *f)
{
	struct check c = { .w = window_over(text.p, text.p + text.n, MARKS_CHECK),
		.end = text.p + text.n,
		.depth_max = depth_max < JSON_DEPTH_MAX ? depth_max : JSON_DEPTH_MAX,
		.f = f };
	return check_nested(skip_space(text.p, c.end), &c, 0);
}

/* The member that begins at P, behind a comma or the opening brace; gives what is behind its value. *LAST is
 * the run before, and becomes this one. */
static inline const char *check_member(
	const char *p, struct check *c, struct json_shape *s, unsigned *last)
{
	unsigned i = s->runs.run[*last].next;
	const struct json_run *run = &s->runs.run[i];
	if (run_at(run, p, c->end) && json_names_see(s, run->id)) {
		p += run->len;
	} else {
		struct span name;
		const char *q = skip_space(p, c->end), *value = check_name(q, c, &name);
		if (!value)
			return NULL;
		const char *why = json_names_take(s, name, (struct span){ p, (size_t)(value - p) }, &i);
		if (why)
			return json_fault_at(c->f, q, why);
		s->runs.run[*last].next = (uint8_t)i;
		p = value;
	}
	*last = i;
	if (p == c->end)
		return json_no_value(p, p, c->f);
	return *p == '{' || *p == '[' ? check_nested(p, c, 1) : check_scalar(p, c);
}

static const char *check_members(const char *p, struct check *c, struct json_shape *s)
{
	unsigned last = 0;
	const char *q = skip_space(p, c->end);
	if (q < c->end && *q == '}')
		return q + 1;
	while ((p = check_member(p, c, s, &last))) {
		if (p < c->end && json_is_space(*p))
			p = skip_space(p, c->end);
		if (p == c->end)
			return json_fault_at(c->f, p, "object without an end");
		if (*p == '}')
			return p + 1;
		if (*p++ != ',')
			return json_fault_at(c->f, p - 1, "no comma or } behind a member");
	}
	return NULL;
}

static int check(struct json_checker *k, struct span line, struct json_fault *f)
{
	struct check c = { .w = window_over(line.p, line.p + line.n, MARKS_CHECK),
		.end = line.p + line.n,
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
	if (!(p = check_members(p + 1, &c, k->shape)))
		return -1;
	p = skip_space(p, c.end);
	if (p < c.end) {
		json_fault_at(f, p, "something behind the object");
		return -1;
	}
	return 0;
}
