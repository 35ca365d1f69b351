/* syslog_data.c -- converts the structured data of RFC 5424, 6.3, to JSON.
 *
 *   SD-ELEMENT = "[" SD-ID *(" " PARAM-NAME "=" %d34 PARAM-VALUE %d34) "]"
 *
 * In a value a backslash before '"', '\' or ']' is removed, and the byte after it is part of the value. Any other
 * backslash is part of the value. All elements and parameters are read before any is written, because a name may occur
 * several times, and a JSON object must not have a name twice. */
#include "sp-capture/format/syslog_data.h"
#include "sp-capture/format/json_build.h"

void syslog_data_init(struct syslog_data *d)
{
	*d = (struct syslog_data){ .elements = { .items = NULL } };
	buf_init(&d->text, SIZE_MAX / 2);
}

void syslog_data_release(struct syslog_data *d)
{
	buf_release(&d->text);
	json_group_release(&d->elements);
	json_group_release(&d->params);
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

/* ---- parameters ---- */

/* Reads a parameter, NAME="VALUE". *P is at the space before the parameter, and is moved past the closing quote.
 * Returns false if the parameter is not well-formed. */
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

/* Writes VALUE, the value of a parameter, without its escapes as a JSON string. ARG is the struct syslog_data. Returns
 * the place after the string, or NULL if memory is exhausted. json_group_put() calls this function for each
 * parameter. */
static char *put_value(void *arg, char *to, struct span value)
{
	struct syslog_data *d = arg;
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

/* Writes PARAMS, the parameters of an element, as a JSON object. ARG is the struct syslog_data. Returns the place after
 * the object, or NULL if memory is exhausted. json_group_put() calls this function for each element. */
static char *put_params(void *arg, char *to, struct span params)
{
	struct syslog_data *d = arg;
	const char *p = params.p, *end = p + params.n;
	json_group_reset(&d->params);
	for (struct span name, value; p < end && next_param(&p, end, &name, &value);)
		if (json_group_add(&d->params, name, value) < 0)
			return NULL;
	return json_group_put(&d->params, to, put_value, d);
}

/* ---- elements ---- */

/* Reads an element. *P is at the '[' of the element, and is moved past its ']'. Sets *ID to the id, and *PARAMS to the
 * text of all parameters. Returns NULL, or the reason if the element is not well-formed. */
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
	*reason = NULL;
	json_group_reset(&d->elements);
	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		struct span id, params;
		*reason = next_element(&p, end, &id, &params);
		if (*reason || json_group_add(&d->elements, id, params) < 0)
			return NULL;
	}
	return json_group_put(&d->elements, to, put_params, d);
}
