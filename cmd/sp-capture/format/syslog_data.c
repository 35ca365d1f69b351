/* syslog_data.c -- converts the structured data of RFC 5424, 6.3, to JSON.
 *
 *   SD-ELEMENT = "[" SD-ID *(" " PARAM-NAME "=" %d34 PARAM-VALUE %d34) "]"
 *
 * In a value a backslash before '"', '\' or ']' is removed, and the byte after it is part of the value. Any other
 * backslash is part of the value. */
#include "sp-capture/format/syslog_data.h"
#include "sp-capture/format/json_build.h"

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

/* Writes the value at *NEXT as a JSON string and moves *NEXT past the closing quote. *NEXT must be directly after the
 * opening quote. Returns the place after the string in TO, or NULL if memory is exhausted. */
static char *put_value(char *to, const char **next, const char *end, struct buf *scratch)
{
	const char *p = *next;
	buf_reset(scratch);
	char *text = buf_room(scratch, (size_t)(end - p) + 1);
	if (!text)
		return NULL;
	/* TEXT has room for the rest of the data, which is at least as long as the value without its escapes. */
	size_t n = 0;
	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\' || p[1] == ']'))
			p++;
		text[n++] = *p;
	}
	*next = p + (p < end);
	return json_build_string(to, (struct span){ text, n });
}

/* Writes the parameters at *NEXT as members, with a comma after each, and moves *NEXT past them. There is a space
 * before each parameter. Returns the place after the last comma. Returns NULL with *REASON set if a parameter is not
 * well-formed, and NULL with *REASON unchanged if memory is exhausted. */
static char *put_params(char *to, const char **next, const char *end, struct buf *scratch, const char **reason)
{
	const char *p = *next;
	while (p < end && *p == ' ') {
		const char *start = ++p;
		while (p < end && *p != '=' && *p != '"' && *p != ' ' && *p != ']')
			p++;
		if (p == start || end - p < 2 || p[0] != '=' || p[1] != '"') {
			*reason = "a parameter that is not name=\"value\"";
			return NULL;
		}
		to = json_build_string(to, (struct span){ start, (size_t)(p - start) });
		*to++ = ':';
		p += 2;
		to = put_value(to, &p, end, scratch);
		if (!to)
			return NULL;
		*to++ = ',';
	}
	*next = p;
	return to;
}

char *syslog_data_put(char *to, struct span s, struct buf *scratch, const char **reason)
{
	const char *p = s.p, *end = s.p + s.n;
	*reason = NULL;
	*to++ = '{';
	while (p < end) {
		const char *start = ++p; /* after '[' */
		while (p < end && *p != ' ' && *p != ']' && *p != '"' && *p != '=')
			p++;
		/* An id, such as exampleSDID@32473, must not be empty and must not contain '"' or '='. */
		if (p == start || p == end || *p == '"' || *p == '=') {
			*reason = "an element without an id";
			return NULL;
		}
		to = json_build_string(to, (struct span){ start, (size_t)(p - start) });
		to = JSON_BUILD_RAW(to, ":{");
		to = put_params(to, &p, end, scratch, reason);
		if (!to)
			return NULL;
		if (p == end || *p++ != ']') {
			*reason = "text after a parameter";
			return NULL;
		}
		/* Remove the comma after the last parameter. */
		to -= to[-1] == ',';
		to = JSON_BUILD_RAW(to, "},");
	}
	to -= to[-1] == ',';
	*to++ = '}';
	return to;
}
