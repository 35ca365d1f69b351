/* syslog_data.c -- converts the structured data of RFC 5424, 6.3, to JSON.
 *
 *   SD-ELEMENT = "[" SD-ID *(" " PARAM-NAME "=" %d34 PARAM-VALUE %d34) "]"
 *
 * In a value a backslash before '"', '\' or ']' is removed, and the byte after it is part of the value. Any other
 * backslash is part of the value. Elements and parameters are collected first, because a name may occur several times,
 * and an object of JSON must not have a name twice. */
#include "sp-capture/format/syslog_data.h"
#include "base/vec.h"
#include "sp-capture/format/json_build.h"
#include <stdlib.h>

void syslog_data_init(struct syslog_data *d)
{
	*d = (struct syslog_data){ .elements = NULL };
	buf_init(&d->text, SIZE_MAX / 2);
}

void syslog_data_release(struct syslog_data *d)
{
	buf_release(&d->text);
	free(d->elements);
	free(d->params);
}

const char *syslog_data_end(const char *p, const char *end)
{
	while (p < end && *p == '[') {
		/* A ']' inside quotes does not end the element. */
		for (bool quote = false; ++p < end && (quote || *p != ']');) {
			if (*p == '\\' && quote)
				p++;
			else if (*p == '"')
				quote = !quote;
		}
		if (p++ >= end)
			return NULL;
	}
	return p;
}

/* ---- names that occur several times ---- */

static int by_name(const void *a, const void *b)
{
	const struct syslog_data_item *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, n);
	if (order == 0 && x->name.n != y->name.n)
		order = x->name.n < y->name.n ? -1 : 1;
	return order ? order : x->place < y->place ? -1 : 1;
}

static int by_first(const void *a, const void *b)
{
	const struct syslog_data_item *x = a, *y = b;
	size_t p = x->first == y->first ? x->place : x->first, q = x->first == y->first ? y->place : y->first;
	return p < q ? -1 : 1;
}

/* Sets the members FIRST of COUNT ITEMS, and moves items of the same name together, after the first of them. */
static void group_items(struct syslog_data_item *items, size_t count)
{
	/* Up to this number of items, a comparison of all pairs is faster than sorting. */
	enum { FEW = 16 };
	bool several = count > FEW;
	for (size_t i = 0; i < count && count <= FEW; i++) {
		items[i].first = i;
		for (size_t j = 0; j < i; j++)
			if (span_eq(items[i].name, items[j].name)) {
				items[i].first = items[j].first;
				several = true;
				break;
			}
	}
	if (!several)
		return;
	if (count > FEW) {
		qsort(items, count, sizeof *items, by_name);
		for (size_t i = 0; i < count; i++)
			items[i].first = i > 0 && span_eq(items[i].name, items[i - 1].name) ? items[i - 1].first :
											      items[i].place;
	}
	qsort(items, count, sizeof *items, by_first);
}

/* Appends an item to *ITEMS, which has *COUNT items. Returns 0, or -1 if memory is exhausted. */
static int add_item(struct syslog_data_item **items, size_t *cap, size_t *count, struct span name, struct span text)
{
	struct syslog_data_item *grown = vec_room(*items, cap, *count + 1, sizeof *grown);
	if (!grown)
		return -1;
	*items = grown;
	grown[*count] = (struct syslog_data_item){ name, text, *count, *count };
	++*count;
	return 0;
}

/* ---- parameters ---- */

/* Reads the parameter at *P, which is the space before it, and moves *P past its closing quote. Returns false if it is
 * not well-formed. */
static bool next_param(const char **p, const char *end, struct span *name, struct span *value)
{
	const char *at = *p + 1, *start = at;
	while (at < end && *at != '=' && *at != '"' && *at != ' ' && *at != ']')
		at++;
	*name = (struct span){ start, (size_t)(at - start) };
	if (at == start || end - at < 2 || at[0] != '=' || at[1] != '"')
		return false;
	start = at += 2;
	while (at < end && *at != '"')
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	if (at >= end)
		return false;
	*value = (struct span){ start, (size_t)(at - start) };
	*p = at + 1;
	return true;
}

/* Writes the value of PARAM without its escapes as a JSON string. Returns the place after the string in TO, or NULL if
 * memory is exhausted. */
static char *put_value(struct syslog_data *d, char *to, const struct syslog_data_item *param)
{
	struct span value = param->text;
	if (value.n == 0 || !memchr(value.p, '\\', value.n))
		return json_build_string(to, value);
	buf_reset(&d->text);
	char *text = buf_room(&d->text, value.n);
	if (!text)
		return NULL;
	size_t n = 0;
	for (const char *p = value.p, *end = p + value.n; p < end; p++) {
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\' || p[1] == ']'))
			p++;
		text[n++] = *p;
	}
	return json_build_string(to, (struct span){ text, n });
}

/* Writes the COUNT ITEMS, which are grouped, as an object. PUT writes the value of one item. Returns the place after the
 * object in TO, or NULL if memory is exhausted. */
static char *put_items(struct syslog_data *d, char *to, const struct syslog_data_item *items, size_t count,
	char *(*put)(struct syslog_data *, char *, const struct syslog_data_item *))
{
	*to++ = '{';
	for (size_t i = 0; i < count; i++) {
		bool begins = i == 0 || items[i - 1].first != items[i].first;
		bool more = i + 1 < count && items[i + 1].first == items[i].first;
		*to = ',';
		to += i > 0;
		if (begins) {
			to = json_build_string(to, items[i].name);
			*to++ = ':';
		}
		*to = '[';
		to += begins && more;
		to = put(d, to, &items[i]);
		if (!to)
			return NULL;
		*to = ']';
		to += !begins && !more;
	}
	*to++ = '}';
	return to;
}

/* Writes the parameters of ELEMENT as an object. Returns the place after it, or NULL if memory is exhausted. */
static char *put_params(struct syslog_data *d, char *to, const struct syslog_data_item *element)
{
	const char *p = element->text.p, *end = p + element->text.n;
	size_t count = 0;
	for (struct span name, value; p < end && next_param(&p, end, &name, &value);)
		if (add_item(&d->params, &d->params_cap, &count, name, value) < 0)
			return NULL;
	group_items(d->params, count);
	return put_items(d, to, d->params, count, put_value);
}

/* ---- elements ---- */

/* Reads the element at *P, which is its '[', and moves *P past its ']'. Returns NULL, or the reason if the element is
 * not well-formed. */
static const char *next_element(const char **p, const char *end, struct span *id, struct span *params)
{
	const char *at = *p + 1, *start = at;
	while (at < end && *at != ' ' && *at != ']' && *at != '"' && *at != '=')
		at++;
	/* An id, such as exampleSDID@32473, must not be empty and must not contain '"' or '='. */
	if (at == start || at == end || *at == '"' || *at == '=')
		return "an element without an id";
	*id = (struct span){ start, (size_t)(at - start) };
	start = at;
	for (struct span name, value; at < end && *at == ' ';)
		if (!next_param(&at, end, &name, &value))
			return "a parameter that is not name=\"value\"";
	*params = (struct span){ start, (size_t)(at - start) };
	if (at == end || *at != ']')
		return "text after a parameter";
	*p = at + 1;
	return NULL;
}

char *syslog_data_put(struct syslog_data *d, char *to, struct span s, const char **reason)
{
	size_t count = 0;
	*reason = NULL;
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		struct span id, params;
		*reason = next_element(&p, end, &id, &params);
		if (*reason || add_item(&d->elements, &d->elements_cap, &count, id, params) < 0)
			return NULL;
	}
	group_items(d->elements, count);
	return put_items(d, to, d->elements, count, put_params);
}
