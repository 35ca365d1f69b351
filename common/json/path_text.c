/* path_text.c -- reading jq paths that users write.
 *
 * The grammar is the part of jq's grammar that names one place in an event. A path is a dot and one or more steps, for
 * example .["x y"][0].a."b c". A step is a name, "name", ["name"] or [index]. A step in brackets may directly follow
 * the first dot or another step. A name, with or without quotes, needs a dot before it. */
#include "json/path_text.h"
#include "json/string.h"
#include <ctype.h>
#include <stdlib.h>

enum { PATH_NAMES_MAX = 1024 }; /* bytes of all names in quotes, in one path */

/* Steps point into the buffer of names, so the buffer must not move later. Room for all names is therefore made
 * here. */
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

/* Reads a name in quotes. *TEXT is after the opening quote, and is moved after the closing one. Sets *NAME to the
 * unescaped name. Returns 0; -1 if the name does not end, has a bad escape or is too long. */
static int path_text_quoted(struct json_path_text *p, const char **text, struct span *name)
{
	const char *s = *text;
	size_t n = 0, start = p->names.n;
	while (s[n] && s[n] != '"')
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	if (!s[n] || json_unescape((struct span){ s, n }, &p->names) < 0)
		return -1;
	*name = (struct span){ p->names.p + start, p->names.n - start };
	*text = s + n + 1;
	return 0;
}

/* Reads the rest of a step in brackets: 0], -1] or "name"]. *TEXT is after the opening bracket, and is moved after the
 * closing one. strtoll(3) reads the index, and also accepts white space or a plus sign before its digits. Returns 0; -1
 * if there is no such step. */
static int path_text_bracket(struct json_path_text *p, const char **text, struct json_step *step)
{
	enum { INDEX_CHARS_MAX = 10 };
	char *end;
	if (**text == '"') {
		(*text)++;
		if (path_text_quoted(p, text, &step->name) < 0)
			return -1;
	} else {
		step->index = strtoll(*text, &end, 10);
		if (end == *text || end - *text > INDEX_CHARS_MAX)
			return -1;
		*text = end;
	}
	return *(*text)++ == ']' ? 0 : -1;
}

/* Reads one step at *TEXT. AFTER_DOT is true if a dot precedes *TEXT. A step without brackets must follow a dot.
 * Returns 0; -1 if there is no such step, or if the path has too many steps. */
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
	/* A name without quotes has no escapes, so the step points into the text itself. */
	step->name = (struct span){ s, n };
	*text = s + n;
	return 0;
}

/* A comma ends the path, because some options list several paths. Only inside quotes is a comma part of a name. */
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
