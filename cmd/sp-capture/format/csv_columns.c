/* csv_columns.c -- the names of a table's columns.
 *
 * They are written as JSON keys once, so that an event only copies them. */
#include "sp-capture/format/csv_columns.h"
#include "json/json.h"
#include "sp-capture/format/json_build.h"
#include "text/utf8.h"
#include <stdlib.h>

void csv_columns_init(struct csv_columns *c)
{
	*c = (struct csv_columns){ .count = 0 };
	buf_init(&c->keys, SIZE_MAX / 2);
	buf_init(&c->ends, SIZE_MAX / 2);
}

void csv_columns_release(struct csv_columns *c)
{
	buf_release(&c->keys);
	buf_release(&c->ends);
}

void csv_columns_reset(struct csv_columns *c)
{
	buf_reset(&c->keys);
	buf_reset(&c->ends);
	c->count = 0;
}

/* Checks that column NUMBER (from 1) may have this NAME. */
static int check_name(struct span name, size_t number, struct err *e)
{
	/* An event without a name for a value would not be JSON, and an invented name could be taken for a real one. */
	if (name.n == 0)
		return err_set(e, EX_DATAERR, "column %zu has no name", number);
	if (json_build_reserved(name))
		return err_set(e, EX_DATAERR, "column %zu is named '%.*s': names that begin with $sp are reserved",
			number, name.n > 64 ? 64 : (int)name.n, name.p);
	return 0;
}

/* Checks that no two columns have the same name. Equal names have equal keys, so the keys are compared. */
static int check_twice(const struct csv_columns *c, struct err *e)
{
	struct span *names = calloc(c->count, sizeof *names);
	if (!names)
		return err_set(e, EX_OSERR, "out of memory for %zu columns", c->count);
	size_t at = 0;
	for (size_t i = 0; i < c->count; i++) {
		struct span key = csv_columns_key(c, i, &at);
		names[i] = (struct span){ key.p + 2, key.n - 4 }; /* without '{"' or ',"' before it and '":' after it */
	}
	struct span twice = json_build_twice(names, c->count);
	free(names);
	if (!twice.p)
		return 0;
	return err_set(e, EX_DATAERR, "two columns are named '%.*s'", twice.n > 64 ? 64 : (int)twice.n, twice.p);
}

int csv_columns_set(struct csv_columns *c, const struct csv_walk *w, struct span record, struct buf *text,
	struct err *e)
{
	/* A table whose columns are not called ts spares its events the search for a ts to be replaced. */
	c->count = w->count;
	c->no_ts = true;
	for (size_t i = 0; i < c->count; i++) {
		struct span name = csv_field_text(&w->fields[i], record, text);
		if (name.p && check_name(name, i + 1, e) < 0)
			return -1;
		c->no_ts &= !span_eq(name, SPAN("ts")) && !span_eq(name, SPAN("ts_source"));
		if (!name.p || buf_addc(&c->keys, i ? ',' : '{') < 0 || json_quote(name, &c->keys) < 0 ||
			buf_addc(&c->keys, ':') < 0 || buf_add(&c->ends, &c->keys.n, sizeof c->keys.n) < 0)
			return err_set(e, EX_OSERR, "out of memory for %zu columns", c->count);
	}
	return check_twice(c, e);
}

int csv_columns_parse(struct csv_columns *c, const char *text, struct err *e)
{
	struct span s = span_of(text);
	struct csv_walk w;
	struct buf scratch;
	csv_walk_init(&w, ',');
	csv_walk_start(&w);
	buf_init(&scratch, SIZE_MAX / 2);
	/* The separator of --columns is always a comma, also for TSV: a tab is hard to type in a shell. */
	int r;
	if (utf8_valid(s) < s.n)
		r = err_set(e, EX_USAGE, "not UTF-8");
	else if (csv_walk(&w, s, true) != CSV_DONE || w.record_end < s.n)
		r = err_set(e, EX_USAGE, "write names with commas between them, such as a,b,c");
	else
		r = csv_columns_set(c, &w, s, &scratch, e);
	buf_release(&scratch);
	csv_walk_release(&w);
	if (r < 0)
		err_context(e, "--columns");
	/* The same fault is one of the data in a header line, but one of usage on the command line. */
	if (r < 0 && e->status == EX_DATAERR)
		e->status = EX_USAGE;
	return r;
}

/* Is F of the walked LINE like the name of a column? Text with commas has its commas before spaces, words after them and
 * colons in its times: "ERROR 10:39:58,123 stopped, as expected". */
static bool like_name(const struct csv_field *f, struct span line)
{
	if (f->quoted || f->n == 0)
		return true; /* text is hardly ever quoted like a cell; a nameless column is reported later */
	struct span name = { line.p + f->at, f->n };
	bool spaced = name.p[0] == ' ';
	while (name.n > 0 && memchr(" \t\r", name.p[0], 3)) {
		name.p++;
		name.n--;
	}
	while (name.n > 0 && memchr(" \t\r", name.p[name.n - 1], 3))
		name.n--;
	if (name.n == 0 || memchr(name.p, ':', name.n) || (spaced && memchr(name.p, ' ', name.n)))
		return false;
	char c = name.p[0];
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80 || strchr("_#@$%", c);
}

bool csv_columns_probe(struct span line, char separator)
{
	struct csv_walk w;
	csv_walk_init(&w, separator);
	csv_walk_start(&w);
	bool good = csv_walk(&w, line, true) == CSV_DONE && w.count > 1;
	/* A table has more than one column: a single word is text. */
	bool spaced = false;
	for (size_t i = 0; good && i < w.count; i++) {
		const struct csv_field *f = &w.fields[i];
		spaced |= f->n > 0 && line.p[f->at] == ' ';
		good = like_name(f, line);
	}
	good = good && (!spaced || w.count > 2); /* "Hello, world" is text */
	csv_walk_release(&w);
	return good;
}
