/* uri.h -- splits endpoints of the command line: "sqlite:FILE?table=T", "dir:PATH", "kafka://HOST/TOPIC".
 *
 * The syntax follows RFC 3986 in part: a scheme ends at the first ':', and a query starts at the first '?'. A query
 * consists of NAME=VALUE pairs joined by '&'. Percent escapes are decoded in the query but not in the path, so that a
 * file name may contain '%'. */
#ifndef BASE_URI_H
#define BASE_URI_H
#include "base/err.h"
#include <stddef.h>

enum { URI_PARAMS = 16 }; /* the largest number of parameters */

struct uri {
	char *text;   /* owned copy of the text; all pointers below point into it */
	char *scheme; /* such as "sqlite"; NULL if the text is a plain path */
	char *path;   /* the text between "scheme:" and '?', including a leading "//" */
	struct {
		char *name, *value;
	} params[URI_PARAMS];
	size_t param_count;
};

/* Splits TEXT if its scheme is one of SCHEMES (NULL-terminated); otherwise all of TEXT is the path. Returns 0 on
 * success. The caller must then release U with uri_release(). Returns -1 with E set: EX_USAGE for a bad query, or
 * EX_OSERR. */
int uri_parse(struct uri *u, const char *text, const char *const *schemes, struct err *e) MUST_USE;
/* Frees what U owns and makes U empty. */
void uri_release(struct uri *u);
/* Returns the value of the parameter NAME, borrowed from U; NULL if U has no such parameter. */
const char *uri_param(const struct uri *u, const char *name);
/* Returns 0 if every parameter of U is one of NAMES (NULL-terminated). Otherwise returns -1 with E set (EX_USAGE); the
 * message names the nearest of NAMES. */
int uri_check_params(const struct uri *u, const char *const *names, struct err *e) MUST_USE;
#endif
