/* uri.c -- splits endpoints (the names of sources and targets on the command line) into scheme, path and parameters
 * (RFC 3986, as far as uri.h says).
 *
 * The text is copied once. Scheme, path, names and values point into the copy. Each separator is overwritten with NUL,
 * and the query is decoded in place, because decoding only makes text shorter. */
#include "base/uri.h"
#include "base/hex.h"
#include "base/opt.h"

/* Decodes the percent escapes of S in place (RFC 3986, section 2.1). Returns 0; -1 for a bad escape, or for an encoded
 * NUL, which would end the string. */
static int percent_decode(char *s)
{
	char *to = s;
	for (; *s; s++) {
		if (*s != '%') {
			*to++ = *s;
			continue;
		}
		int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);
		if (low < 0 || (high == 0 && low == 0))
			return -1;
		*to++ = (char)(high * 16 + low);
		s += 2;
	}
	*to = '\0';
	return 0;
}

/* Splits S, the query of the endpoint TEXT, at '&' and '=' into the parameters of U. Returns 0; -1 with E set
 * (EX_USAGE). */
static int uri_parse_query(struct uri *u, char *s, const char *text, struct err *e)
{
	while (*s) {
		char *next = strchr(s, '&');
		if (next)
			*next = '\0';
		char *value = strchr(s, '=');
		if (!value || value == s || u->param_count == URI_PARAMS)
			return err_set(e, EX_USAGE, "'%s': '%s' is not NAME=VALUE", text, s);
		*value++ = '\0';
		if (percent_decode(s) < 0 || percent_decode(value) < 0)
			return err_set(e, EX_USAGE, "'%s': bad %% escape in the query", text);
		u->params[u->param_count].name = s;
		u->params[u->param_count++].value = value;
		if (!next)
			break;
		s = next + 1;
	}
	return 0;
}

int uri_parse(struct uri *u, const char *text, const char *const *schemes, struct err *e)
{
	*u = (struct uri){ .text = strdup(text) };
	if (!u->text)
		return err_oom(e, "an endpoint");
	/* If TEXT has none of SCHEMES, all of TEXT is the path. So "a:b.json" is the name of a file. */
	u->path = u->text;
	size_t n = strcspn(text, ":");
	for (; text[n] && *schemes; schemes++) {
		if (strlen(*schemes) != n || strncmp(*schemes, text, n) != 0)
			continue;
		u->scheme = u->text;
		u->text[n] = '\0';
		u->path = u->text + n + 1;
		/* Only an endpoint with a scheme has a query; in a plain path '?' is an ordinary byte. */
		char *q = strchr(u->path, '?');
		if (!q)
			return 0;
		*q = '\0';
		if (uri_parse_query(u, q + 1, text, e) == 0)
			return 0;
		uri_release(u);
		return -1;
	}
	return 0;
}

void uri_release(struct uri *u)
{
	free(u->text);
	*u = (struct uri){ 0 };
}

/* If a parameter is given twice, the first value counts. */
const char *uri_param(const struct uri *u, const char *name)
{
	for (size_t i = 0; i < u->param_count; i++)
		if (strcmp(u->params[i].name, name) == 0)
			return u->params[i].value;
	return NULL;
}

int uri_check_params(const struct uri *u, const char *const *names, struct err *e)
{
	for (size_t i = 0; i < u->param_count; i++)
		if (opt_choice("parameter", u->params[i].name, names, e) < 0)
			return -1;
	return 0;
}
