/* columns.c -- keys and results: their names, and what stands in front of their values in a row. */
#include "sp-agg/options.h"
#include <ctype.h>

/* Length of NAME in "NAME=EXPR"; 0: none (a comparison is no name). */
static size_t name_length(const char *text)
{
	size_t n = 0;
	if (!isalpha((unsigned char)text[0]) && text[0] != '_')
		return 0;
	while (isalnum((unsigned char)text[n]) || text[n] == '_' || text[n] == '-')
		n++;
	return text[n] == '=' && text[n + 1] != '=' ? n : 0;
}

int columns_add_key(struct config *c, const char *text, struct err *e)
{
	if (c->key_count == KEYS_MAX)
		return err_set(e, EX_USAGE, "--by: more than %d keys", KEYS_MAX);
	struct key_column *k = &c->keys[c->key_count];
	size_t n = name_length(text);
	k->expr = exprs_add(c->x, n ? text + n + 1 : text, e);
	if (k->expr < 0)
		return err_context(e, "--by");
	const char *name = exprs_name(c->x, k->expr);
	if (n == 0 && !name)
		return err_set(e, EX_USAGE, "--by '%s': no path, so it needs a name: --by 'NAME=%s'", text, text);
	k->name = n ? strndup(text, n) : strdup(name);
	if (!k->name)
		return err_set(e, EX_OSERR, "out of memory");
	c->key_count++;
	return 0;
}

/* Finds the arguments of fold number I among those that are evaluated already, or adds them. */
static void share(struct config *c, size_t i)
{
	const struct fold *f = &c->folds[i];
	struct shared s = { .where = f->where, .numeric = f->type->numeric, .name = f->name };
	memcpy(s.args, f->args, sizeof s.args);
	size_t at = 0;
	while (at < c->shared_count &&
		(c->shared[at].where != s.where || c->shared[at].numeric != s.numeric ||
			memcmp(c->shared[at].args, s.args, sizeof s.args) != 0))
		at++;
	if (at == c->shared_count)
		c->shared[c->shared_count++] = s;
	c->shared_of[i] = at;
}

int columns_add_fold(struct config *c, const char *text, struct err *e)
{
	if (c->fold_count == FOLDS_MAX)
		return err_set(e, EX_USAGE, "more than %d functions", FOLDS_MAX);
	if (fold_parse(&c->folds[c->fold_count], text, c->x, e) < 0)
		return -1;
	c->timed = c->timed || c->folds[c->fold_count].type->by_time;
	share(c, c->fold_count);
	c->fold_count++;
	return 0;
}

static const char *column_name(const struct config *c, size_t i)
{
	return i < c->key_count ? c->keys[i].name : c->folds[i - c->key_count].name;
}

static int check_name(const struct config *c, size_t i, struct err *e)
{
	static const char *const reserved[] = { "window_start", "window_end", "slice_start", "slice_end",
		"session_start", "session_end", "revision", "final", "retracted", NULL };
	const char *name = column_name(c, i);
	if (!*name)
		return err_set(e, EX_USAGE, "a column needs a name");
	if (strncmp(name, "$sp", 3) == 0)
		return err_set(e, EX_USAGE, "column '%s': names that begin with $sp are those of control lines", name);
	for (size_t r = 0; reserved[r]; r++)
		if (strcmp(name, reserved[r]) == 0)
			return err_set(e, EX_USAGE,
				"column '%s': rows have a field of this name already; give it another: "
				"NAME=...",
				name);
	for (size_t j = 0; j < i; j++)
		if (strcmp(name, column_name(c, j)) == 0)
			return err_set(e, EX_USAGE, "two columns are named '%s'; give one another name: NAME=...",
				name);
	return 0;
}

int columns_finish(struct config *c, struct err *e)
{
	size_t n = c->key_count + c->fold_count;
	if (n == 0)
		return err_set(e, EX_USAGE,
			"nothing to do: name a function, such as n=count, or --by KEY; see sp-agg --help");
	for (size_t i = 0; i < n; i++) {
		const char *name = column_name(c, i);
		if (check_name(c, i, e) < 0)
			return -1;
		if (json_quote(span_of(name), &c->heads) < 0 || buf_addc(&c->heads, ':') < 0)
			return err_set(e, EX_OSERR, "out of memory");
		c->head_end[i] = c->heads.n;
	}
	return 0;
}
