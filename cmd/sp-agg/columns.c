/* columns.c -- the columns of a row: keys and results, and their names.
 *
 * A row is a JSON object whose names are unique. So no two columns may have the same name. No column may have the name
 * of a field that sp-window or sp-agg adds, such as retracted, even if the field is added only for another kind of
 * windows. Otherwise a query that works on tumbling windows would fail on sessions. The names are quoted once, here,
 * and later copied into each row. */
#include "sp-agg/columns.h"

/* Returns the name of column I: keys come first, then results. */
static const char *column_name(const struct plan *p, size_t i)
{
	return i < p->key_count ? p->keys[i].name : p->results[i - p->key_count].name;
}

/* Returns 0 if the name of column I is allowed and no earlier column has this name. Otherwise returns -1 with E set
 * (EX_USAGE). */
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
	/* There are at most KEYS_MAX + RESULTS_MAX names, so comparing each pair is fast enough. */
	for (size_t j = 0; j < i; j++)
		if (strcmp(name, column_name(p, j)) == 0)
			return err_set(e, EX_USAGE, "two columns are named '%s': rename one: NAME=...", name);
	return 0;
}

int columns_finish(struct plan *p, struct err *e)
{
	size_t n = p->key_count + p->result_count;
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
