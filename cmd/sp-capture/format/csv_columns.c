/* csv_columns.c -- reads the names of the columns of CSV or TSV.
 *
 * Each name is stored as a key. A key is the text that begins a member of an event, for example ',"b":'. The names
 * become names of JSON members, so each name must occur only once, and no name may be a reserved one. */
#include "sp-capture/format/csv_columns.h"
#include "json/json.h"
#include "sp-capture/format/csv_names.h"
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

/* Checks that NAME can be the name of column NUMBER, counted from 1. If MAKE is true, an empty NAME is accepted,
 * because the column gets a new name later. Returns 0, or -1 with EX_DATAERR. */
static int check_name(struct span name, size_t number, bool make, struct err *e)
{
	if (name.n == 0 && !make)
		return err_set(e, EX_DATAERR, "column %zu has no name", number);
	if (json_build_reserved(name))
		return err_set(e, EX_DATAERR, "column %zu is named '%.*s': names that begin with $sp are reserved",
			number, name.n > 64 ? 64 : (int)name.n, name.p);
	return 0;
}

/* Checks that no two columns have the same name. Compares the names in their JSON form, which is the same for equal
 * names. Returns 0, or -1 with EX_DATAERR or EX_OSERR. */
static int check_twice(const struct csv_columns *c, struct err *e)
{
	/* json_build_twice() may sort the names, but the columns must stay in order. So the function gets its own
	 * array of names. */
	struct span *names = calloc(c->count, sizeof *names);
	if (!names)
		return err_set(e, EX_OSERR, "out of memory for %zu columns", c->count);
	size_t offset = 0;
	for (size_t i = 0; i < c->count; i++) {
		struct span key = csv_columns_key(c, i, &offset);
		/* The name is the key without the '{"' or ',"' before it and the '":' after it. */
		names[i] = (struct span){ key.p + 2, key.n - 4 };
	}
	struct span twice = json_build_twice(names, c->count);
	free(names);
	if (!twice.p)
		return 0;
	return err_set(e, EX_DATAERR, "two columns are named '%.*s'", twice.n > 64 ? 64 : (int)twice.n, twice.p);
}

int csv_columns_set(struct csv_columns *c, const struct csv_walk *w, struct span record, struct buf *text,
	struct buf *made, struct err *e)
{
	/* If no column is named ts or ts_source, the program need not search each event for these members (no_ts). */
	c->count = w->count;
	c->no_ts = true;
	for (size_t i = 0; i < c->count; i++) {
		struct span name = csv_field_text(w, i, record, text);
		if (name.p && check_name(name, i + 1, made != NULL, e) < 0)
			return -1;
		c->no_ts &= !span_eq(name, SPAN("ts")) && !span_eq(name, SPAN("ts_source"));
		if (!name.p || buf_addc(&c->keys, i ? ',' : '{') < 0 || json_quote(name, &c->keys) < 0 ||
			buf_addc(&c->keys, ':') < 0 || buf_add(&c->ends, &c->keys.n, sizeof c->keys.n) < 0)
			return err_set(e, EX_OSERR, "out of memory for %zu columns", c->count);
	}
	return made ? csv_names_make(&c->keys, &c->ends, c->count, made, e) : check_twice(c, e);
}

int csv_columns_parse(struct csv_columns *c, const char *text, struct err *e)
{
	struct span s = span_of(text);
	struct csv_walk w;
	struct buf scratch;
	csv_walk_init(&w, (struct csv_dialect){ .separator = ',', .quotes = true });
	csv_walk_start(&w);
	buf_init(&scratch, SIZE_MAX / 2);
	/* The separator in --columns is a comma even for TSV, because a tab is hard to type in a shell. */
	int r;
	if (utf8_valid(s) < s.n)
		r = err_set(e, EX_USAGE, "not UTF-8");
	else if (csv_walk(&w, s, true) != CSV_DONE || w.record_end < s.n)
		r = err_set(e, EX_USAGE, "write names with commas between them, such as a,b,c");
	else
		r = csv_columns_set(c, &w, s, &scratch, NULL, e);
	buf_release(&scratch);
	csv_walk_release(&w);
	if (r < 0)
		err_context(e, "--columns");
	/* csv_columns_set() reports a bad name as a fault of the data. In --columns it is a usage error. */
	if (r < 0 && e->status == EX_DATAERR)
		e->status = EX_USAGE;
	return r;
}

/* Returns true if F, a field of LINE, could be the name of a column. A name begins with a letter, a byte outside
 * ASCII, or one of _#@$%. A field that begins with a space and has several words is prose. A field with a colon is
 * probably from a log line with a time, such as "ERROR 10:39:58,123 stopped, as expected". */
static bool like_name(const struct csv_field *f, struct span line)
{
	/* A quoted field is a sign of CSV. An empty field is accepted here, and csv_columns_set() reports the missing
	 * name later. */
	if (f->quoted || f->n == 0)
		return true;
	/* "id, name" is a header, but "Hello, dear reader" is not. So a field that begins with a space may have only
	 * one word. */
	struct span name = { line.p + f->offset, f->n };
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
	csv_walk_init(&w, (struct csv_dialect){ .separator = separator, .quotes = true });
	csv_walk_start(&w);
	/* A line with a single field counts as text, although a table may have only one column. */
	bool good = csv_walk(&w, line, true) == CSV_DONE && w.count > 1;
	bool spaced = false;
	for (size_t i = 0; good && i < w.count; i++) {
		const struct csv_field *f = &w.fields[i];
		spaced |= f->n > 0 && line.p[f->offset] == ' ';
		good = like_name(f, line);
	}
	/* Two fields with a space after the separator, such as "Hello, world", are probably prose. Text with a space
	 * after a separator other than a comma is probably prose too, whatever the number of fields is. */
	good = good && (!spaced || (w.count > 2 && separator == ','));
	csv_walk_release(&w);
	return good;
}
