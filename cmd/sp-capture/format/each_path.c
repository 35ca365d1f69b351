/* each_path.c -- parses the option --each PATH, whose syntax is a part of jq's path syntax.
 *
 * This is a recursive-descent parser. There is a function for each construct of the syntax, such as bracket(). It reads
 * the construct at *P and moves *P past it. It returns 0; or -1 with EX_USAGE if the construct is wrong, or EX_OSERR if
 * memory is exhausted. */
#include "sp-capture/format/each_path.h"
#include "json/json.h"

/* Appends a step with the name NAME, or a step without a name if NAME is SPAN_NONE. Returns 0, or -1 with EX_USAGE. */
static int add_step(struct each_path *path, struct span name, struct err *e)
{
	if (path->count == EACH_STEPS_MAX)
		return err_set(e, EX_USAGE, "more than %d steps", EACH_STEPS_MAX - 1);
	path->steps[path->count++] = name;
	return 0;
}

/* Reads a name in quotes and its closing quote, and appends a step. *P is after the opening quote and is moved past
 * the closing quote. Returns 0, or -1 with EX_USAGE. */
static int quoted_name(struct each_path *path, const char **p, struct err *e)
{
	const char *start = *p, *end = start;
	/* The loop skips the byte after a backslash, so it stops at the first quote that is not escaped. */
	while (*end && *end != '"')
		end += end[0] == '\\' && end[1] ? 2 : 1;
	size_t at = path->text.n;
	if (*end != '"' || json_unescape((struct span){ start, (size_t)(end - start) }, &path->text) < 0)
		return err_set(e, EX_USAGE, "a name in quotes is not closed or has a bad escape");
	*p = end + 1;
	return add_step(path, (struct span){ path->text.p + at, path->text.n - at }, e);
}

/* Reads a name without quotes at *P, moves *P past the name, and appends a step. Returns 0, or -1 with E set. */
static int plain_name(struct each_path *path, const char **p, struct err *e)
{
	/* A name ends at a space, and no step can begin with a space. So two paths in one option, such as ".a .b", are
	 * an error. */
	size_t n = strcspn(*p, ".[\"] "), at = path->text.n;
	if (n == 0)
		return err_set(e, EX_USAGE, "a name is missing at '%s'", *p);
	if (buf_add(&path->text, *p, n) < 0)
		return err_oom(e, "--each");
	*p += n;
	return add_step(path, (struct span){ path->text.p + at, n }, e);
}

/* Reads '[]' or '["name"]' and appends a step. *P is after the opening bracket and is moved past the closing bracket.
 * Returns 0, or -1 with EX_USAGE. */
static int bracket(struct each_path *path, const char **p, struct err *e)
{
	if (**p == '"') {
		++*p;
		if (quoted_name(path, p, e) < 0)
			return -1;
	} else if (add_step(path, SPAN_NONE, e) < 0) {
		return -1;
	}
	/* An index of jq, such as [0], is not supported, because it would lead to a single element. */
	if (**p != ']')
		return err_set(e, EX_USAGE, "brackets hold nothing or a name in quotes: [] or [\"name\"]");
	++*p;
	return 0;
}

/* Reads one step: a dot and a name, or brackets with or without a dot before them. Moves *P past the step. Returns 0,
 * or -1 with E set. */
static int read_step(struct each_path *path, const char **p, struct err *e)
{
	bool dot = **p == '.';
	char c = (*p)[dot];
	if (c == '[' || (dot && c == '"')) {
		*p += dot + 1;
		return c == '[' ? bracket(path, p, e) : quoted_name(path, p, e);
	}
	if (!dot)
		return err_set(e, EX_USAGE, "'.' or '[' expected at '%s'", *p);
	++*p;
	return plain_name(path, p, e);
}

/* Reads the whole path P. The path "." has no step, because the document itself is the array of events. Returns 0, or
 * -1 with E set. */
static int read_steps(struct each_path *path, const char *p, struct err *e)
{
	if (*p != '.')
		return err_set(e, EX_USAGE, "a path begins with a dot: .%s", p);
	if (p[1] == '\0')
		return 0;
	while (*p)
		if (read_step(path, &p, e) < 0)
			return -1;
	return 0;
}

int each_path_parse(struct each_path *path, const char *text, struct err *e)
{
	size_t n = strlen(text);
	*path = (struct each_path){ .count = 0 };
	buf_init(&path->text, 8 * n + 64);
	/* Make room for all names now. The steps point into the buffer, which could move if it grew later. */
	if (!buf_room(&path->text, 8 * n + 64))
		return err_oom(e, "--each");
	if (read_steps(path, text, e) < 0)
		return err_context(e, "--each '%s'", text);
	/* ".a" means the same as ".a[]": the elements of a. */
	if (path->count == 0 || path->steps[path->count - 1].p)
		return add_step(path, SPAN_NONE, e);
	return 0;
}

void each_path_release(struct each_path *path)
{
	buf_release(&path->text);
}
