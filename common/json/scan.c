/* scan.c -- small steps over JSON text.
 *
 * The functions are made for valid JSON. On other bytes they still read nothing at END or after it. A walk goes over
 * the members of one object, or the elements of one array. Each value is skipped by the kernel, which tests many bytes
 * at once. */
#include "json/kernel/dispatch.h"
#include "json/scan.h"

const char *json_space(const char *p, const char *end)
{
	while (p < end && json_is_space(*p))
		p++;
	return p;
}

/* The type of a value for each first byte. The types of successive values are not regular, so a processor would often
 * predict a branch wrongly. A table needs no branches. */
const uint8_t json_types[256] = {
	['{'] = JSON_OBJECT,
	['['] = JSON_ARRAY,
	['"'] = JSON_STRING,
	['t'] = JSON_TRUE,
	['f'] = JSON_FALSE,
	['n'] = JSON_NULL,
	['-'] = JSON_NUMBER,
	['0'] = JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
	JSON_NUMBER,
};

/* The skip function of a kernel must not be called at END, so END is checked here. */
const char *json_skip(const char *p, const char *end)
{
	return p < end ? json_kernel()->skip(p, end) : NULL;
}

/* Reads only the opening bracket of VALUE. If the value is truncated or has a fault, json_walk() returns -1 later. */
int json_walk_init(struct json_walk *w, struct span value)
{
	if (!value.p || value.n == 0 || (*value.p != '{' && *value.p != '['))
		return -1;
	*w = (struct json_walk){ .p = value.p + 1, .end = value.p + value.n, .object = *value.p == '{', .first = true };
	return 0;
}

/* Reads a name and its colon at P, and sets *NAME to the name with its escapes. Returns the position where the value
 * begins; NULL if there is no name or no colon. */
static const char *walk_name(const char *p, const char *end, struct span *name)
{
	const char *q = p < end && *p == '"' ? json_skip(p, end) : NULL;
	if (!q)
		return NULL;
	*name = (struct span){ p + 1, (size_t)(q - p) - 2 };
	p = json_space(q, end);
	return p < end && *p == ':' ? json_space(p + 1, end) : NULL;
}

/* Between two calls, w->p is where the last value ended. At first it is after the opening bracket. */
int json_walk(struct json_walk *w, struct span *name, struct span *value)
{
	const char *p = json_space(w->p, w->end);
	if (p == w->end)
		return -1;
	if (*p == (w->object ? '}' : ']')) {
		w->p = p; /* so that another call gives the same answer */
		return 0;
	}
	if (!w->first) {
		if (*p != ',')
			return -1;
		p = json_space(p + 1, w->end);
	}
	w->first = false;
	*name = SPAN_NONE;
	if (w->object && !(p = walk_name(p, w->end, name)))
		return -1;
	const char *q = json_skip(p, w->end);
	if (!q)
		return -1;
	*value = (struct span){ p, (size_t)(q - p) };
	w->p = q;
	return 1;
}
