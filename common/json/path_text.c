/* path_text.c -- plain jq paths as people type them.
 *
 * The grammar is the part of jq's that names one place in an event: a dot, then steps. A step is a name, "name"
 * after a dot, ["name"], or [index]. Steps in brackets may follow the first dot at once; any other step needs a dot
 * of its own. */
#include "json/path_text.h"
#include "json/string.h"
#include <ctype.h>
#include <stdlib.h>

enum { PATH_NAMES_MAX = 1024 }; /* bytes of all quoted names of a path */

/* Room for all names at once: steps point into it, so it may never grow. */
int json_path_text_init(struct json_path_text *p, struct err *e)
{
	p->count = 0;
	buf_init(&p->names, PATH_NAMES_MAX);
	return buf_room(&p->names, PATH_NAMES_MAX) ? 0 : err_oom(e, "the names of a path");
}

void json_path_text_release(struct json_path_text *p)
{
	buf_release(&p->names);
}

/* Reads a name up to its closing quote, *TEXT being after the opening one, and moves *TEXT past it. */
static int path_text_quoted(struct json_path_text *p, const char **text, struct span *name)
{
	const char *s = *text;
	size_t n = 0, at = p->names.n;
	while (s[n] && s[n] != '"')
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	if (!s[n] || json_unescape((struct span){ s, n }, &p->names) < 0)
		return -1;
	*name = (struct span){ p->names.p + at, p->names.n - at };
	*text = s + n + 1;
	return 0;
}

/* Reads 0], -1] or "name"], *TEXT being after the opening bracket. */
static int path_text_bracket(struct json_path_text *p, const char **text, struct json_step *step)
{
	enum { INDEX_DIGITS_MAX = 10 };
	char *end;
	if (**text == '"') {
		(*text)++;
		if (path_text_quoted(p, text, &step->name) < 0)
			return -1;
	} else {
		step->index = strtoll(*text, &end, 10);
		if (end == *text || end - *text > INDEX_DIGITS_MAX)
			return -1;
		*text = end;
	}
	return *(*text)++ == ']' ? 0 : -1;
}

/* Reads one step. AFTER_DOT: *TEXT is after a dot, where a name may be. */
static int path_text_step(struct json_path_text *p, const char **text, bool after_dot)
{
	if (p->count == JSON_PATH_STEPS_MAX)
		return -1;
	struct json_step *step = &p->steps[p->count++];
	*step = (struct json_step){ SPAN_NONE, 0 };
	const char *s = *text;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	if (*s == '[' || (after_dot && *s == '"')) {
		(*text)++;
		return *s == '[' ? path_text_bracket(p, text, step) : path_text_quoted(p, text, &step->name);
	}
	if (!after_dot || n == 0 || isdigit((unsigned char)*s))
		return -1;
	/* A name without quotes has no escapes: the step points into the text itself. */
	step->name = (struct span){ s, n };
	*text = s + n;
	return 0;
}

/* A comma ends the path, because options list several; inside quotes and brackets it is part of a name. */
int json_path_text_parse(struct json_path_text *p, const char **text)
{
	bool after_dot = true;
	p->count = 0;
	buf_reset(&p->names);
	if (**text != '.')
		return -1;
	(*text)++;
	do {
		if (path_text_step(p, text, after_dot) < 0)
			return -1;
		after_dot = **text == '.';
		*text += after_dot;
	} while (after_dot || (**text && **text != ','));
	return 0;
}
