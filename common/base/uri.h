/* uri.h -- endpoints on the command line: "sqlite:FILE?table=T", "dir:PATH", "kafka://HOST/TOPIC".
 *
 * The syntax is that of RFC 3986 where it matters: a scheme ends at the first ':', a query starts at the first '?' and
 * is NAME=VALUE joined by '&', percent-decoded. A path is never decoded, so that every file name can be given. */
#ifndef BASE_URI_H
#define BASE_URI_H
#include "base/err.h"
#include <stddef.h>

enum { URI_PARAMS = 16 }; /* parameters at most */

struct uri {
	char *text;   /* owned copy that everything below points into */
	char *scheme; /* "sqlite"; NULL: the text is a plain path */
	char *path;   /* from after "scheme:" to the '?', with its "//" if it has one */
	struct {
		char *name, *value;
	} params[URI_PARAMS];
	size_t param_count;
};

/* Splits TEXT if its scheme is one of SCHEMES (NULL-terminated); otherwise all of it is a path. Returns 0 with *U
 * owning memory, to be released by uri_release(); or -1 with EX_USAGE (bad query) or EX_OSERR. */
int uri_parse(struct uri *u, const char *text, const char *const *schemes, struct err *e) MUST_USE;
/* Frees what U owns; U is then empty. */
void uri_release(struct uri *u);
/* Returns the value of parameter NAME, borrowed from U; NULL if it was not given. */
const char *uri_param(const struct uri *u, const char *name);
/* Returns 0 if every parameter of U is one of NAMES (NULL-terminated); -1 with EX_USAGE and the nearest name. */
int uri_check_params(const struct uri *u, const char *const *names, struct err *e) MUST_USE;
#endif
