/* columns.c -- the columns of a row: keys and results, and their names.
 *
 * A key without a name takes that of the last step of its path (--by .geo.country: "country"). No two columns have the
 * same name, and none has that of a field that sp-agg writes itself: a row is a JSON object whose names are unique. */
#include "sp-agg/columns.h"
#include <ctype.h>

/* Returns the length of NAME in "NAME=EXPR"; 0 if there is none. "a==b" is a comparison, not a name. */
static size_t name_length(const char *text)
{
	size_t n = 0;
	if (!isalpha((unsigned char)text[0]) && text[0] != '_')
		return 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '-')
		n++;
	return text[n] == '=' && text[n + 1] != '=' ? n : 0;
}

int plan_add_key(struct plan *p, const char *text, struct err *e)
{
	if (p->key_count == KEYS_MAX)
		return err_set(e, EX_USAGE, "--by: more than %d keys", KEYS_MAX);
	struct key_column *k = &p->keys[p->key_count];
	size_t n = name_length(text);
	k->expr = exprs_add(p->x, n ? text + n + 1 : text, e);
	if (k->expr < 0)
		return err_context(e, "--by");
	const char *name = exprs_name(p->x, k->expr);
	if (n == 0 && !name)
		return err_set(e, EX_USAGE, "--by '%s': not a path, so it needs a name: --by 'NAME=%s'", text, text);
	k->name = n ? strndup(text, n) : strdup(name);
	if (!k->name)
		return err_oom(e, "a column");
	p->key_count++;
	return 0;
}

/* Column number I: keys first, then results. */
static const char *column_name(const struct plan *p, size_t i)
{
	return i < p->key_count ? p->keys[i].name : p->folds.folds[i - p->key_count].name;
}

static int check_name(const struct plan *p, size_t i, struct err *e)
{
	static const char *const reserved[] = { "window_start", "window_end", "slice_start", "slice_end",
		"session_start", "session_end", "revision", "final", "retracted", NULL };
	const char *name = column_name(p, i);
	if (!*name)
		return err_set(e, EX_USAGE, "a column needs a name");
	if (strncmp(name, "$sp", 3) == 0)
		return err_set(e, EX_USAGE, "column '%s': names that begin with $sp are reserved for control lines",
			name);
	for (size_t r = 0; reserved[r]; r++)
		if (strcmp(name, reserved[r]) == 0)
			return err_set(e, EX_USAGE,
				"column '%s': sp-agg writes a field of this name itself; choose another: "
				"NAME=...",
				name);
	for (size_t j = 0; j < i; j++)
		if (strcmp(name, column_name(p, j)) == 0)
			return err_set(e, EX_USAGE, "two columns are named '%s': rename one: NAME=...", name);
	return 0;
}

int columns_finish(struct plan *p, struct err *e)
{
	size_t n = p->key_count + p->folds.fold_count;
	if (n == 0)
		return err_set(e, EX_USAGE,
			"nothing to do: name a function, such as n=count, or --by KEY; see sp-agg --help");
	for (size_t i = 0; i < n; i++) {
		const char *name = column_name(p, i);
		if (check_name(p, i, e) < 0)
			return -1;
		if (json_quote(span_of(name), &p->names) < 0 || buf_addc(&p->names, ':') < 0)
			return err_oom(e, "a column");
		p->name_end[i] = p->names.n;
	}
	return 0;
}
