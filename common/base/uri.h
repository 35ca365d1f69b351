/* uri.h -- endpoints on the command line: "sqlite:FILE?table=T", "dir:PATH", "kafka://HOST/TOPIC".
 * RFC 3986 where it matters: a scheme is letters, digits, '+', '-', '.' before the first ':';
 * the query is NAME=VALUE joined by '&', percent-decoded. A path is never decoded, so that every
 * file name can be given. */
#ifndef BASE_URI_H
#define BASE_URI_H
#include "base/err.h"
#include <stddef.h>

enum { URI_PARAMS = 16 };

struct uri {
	char *text;   /* owned copy that everything below points into */
	char *scheme; /* "sqlite"; NULL: TEXT is a plain path */
	char *path;   /* behind "scheme:", before '?'; with "//" if it has one */
	struct {
		char *name, *value;
	} params[URI_PARAMS];
	size_t param_count;
};

/* Splits TEXT if its scheme is one of SCHEMES (NULL-terminated), else takes it whole as a path.
 * -1: EX_USAGE (bad query). */
int uri_parse(struct uri *u, const char *text, const char *const *schemes, struct err *e) MUST_USE;
void uri_release(struct uri *u);
/* Value of parameter NAME, or NULL. Borrowed from U. */
const char *uri_param(const struct uri *u, const char *name);
/* -1 with EX_USAGE and the nearest name if U has a parameter that is not in NAMES. */
int uri_check_params(const struct uri *u, const char *const *names, struct err *e) MUST_USE;
#endif
