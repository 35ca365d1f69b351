/* path.c -- plain paths: .a, .a.b[0], .["x y"]. */
#include "sp-window/window.h"
#include <ctype.h>

int path_init(struct path *p, struct err *e)
{
	p->count = 0;
	buf_init(&p->names, PATH_NAMES_MAX);
	return buf_room(&p->names, PATH_NAMES_MAX) ? 0 : err_set(e, EX_OSERR, "out of memory");
}

void path_release(struct path *p)
{
	buf_release(&p->names);
}

/* "name" from *P on (behind the quote); moves *P behind the closing one. */
static int quoted(struct path *p, const char **text, struct span *name)
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

/* [0], [-1], ["name"]; *P stands behind the bracket. */
static int bracket(struct path *p, const char **text, struct json_step *step)
{
	char *end;
	if (**text == '"') {
		(*text)++;
		if (quoted(p, text, &step->name) < 0)
			return -1;
	} else {
		step->index = strtoll(*text, &end, 10);
		if (end == *text || end - *text > 10)
			return -1;
		*text = end;
	}
	return *(*text)++ == ']' ? 0 : -1;
}

/* The step at *TEXT; DOT: a dot stands in front. */
static int parse_step(struct path *p, const char **text, bool dot)
{
	if (p->count == JSON_PATH_STEPS_MAX)
		return -1;
	struct json_step *step = &p->steps[p->count++];
	*step = (struct json_step){ SPAN_NONE, 0 };
	const char *s = *text;
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
	if (*s == '[' || (dot && *s == '"')) {
		(*text)++;
		return *s == '[' ? bracket(p, text, step) : quoted(p, text, &step->name);
	}
	if (!dot || n == 0 || isdigit((unsigned char)*s))
		return -1;
	step->name = (struct span){ s, n };
	*text = s + n;
	return 0;
}

int path_parse(struct path *p, const char **text)
{
	bool dot = true; /* at a dot that a name may follow */
	p->count = 0;
	buf_reset(&p->names);
	if (**text != '.')
		return -1;
	(*text)++;
	do {
		if (parse_step(p, text, dot) < 0)
			return -1;
		dot = **text == '.';
		*text += dot;
	} while (dot || (**text && **text != ','));
	return 0;
}
