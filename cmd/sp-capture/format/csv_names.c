/* csv_names.c -- makes names for the columns that have no name in the header line, or the same name as another
 * column.
 *
 * The names are sorted, so that equal names are neighbours. Names are compared in their JSON form, which is the same
 * for equal names. A suffix such as _2 needs no escape in JSON, so it can be appended to that form. */
#include "sp-capture/format/csv_names.h"
#include <stdlib.h>

enum { SAID_MAX = 3 }; /* the message lists at most so many new names, and gives the number of the others */

struct entry {
	struct span name;
	size_t column;
};

struct names {
	struct entry *sorted; /* by name, then by column; owned */
	/* For each column the number at the end of its new name, or 0 if the column keeps its name; owned. Example: if
	 * column 3 has no name, 1 makes the name column_3, and 2 makes column_3_2. */
	size_t *number;
	size_t count;
};

/* Returns the name in the key KEYS[START..END): the key without the '{"' or ',"' before the name and the '":' after
 * it. */
static struct span key_name(const char *keys, size_t start, size_t end)
{
	return (struct span){ keys + start + 2, end - start - 4 };
}

static int compare_name(const void *a, const void *b)
{
	const struct span *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return x->n ? memcmp(x->p, y->p, x->n) : 0;
}

static int compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int r = compare_name(&x->name, &y->name);
	return r ? r : x->column < y->column ? -1 : 1;
}

/* Appends the new name of column COLUMN (counted from 0) to OUT. The new name consists of NAME, the old one, and
 * NUMBER, such as a_2. If NAME is empty and COLUMN is 2, the new name is column_3 for the NUMBER 1, and column_3_2 for
 * the NUMBER 2. Returns 0, or -1 if memory is exhausted. */
static int write_name(struct span name, size_t column, size_t number, struct buf *out)
{
	if (name.n == 0 && buf_addf(out, "column_%zu", column + 1) < 0)
		return -1;
	if (name.n == 0 && number == 1)
		return 0;
	return buf_add_span(out, name) < 0 ? -1 : buf_addf(out, "_%zu", number);
}

/* Returns true if NAME is in the header line, or is the new name of a column that has none there. */
static bool is_taken(const struct names *names, struct span name)
{
	if (bsearch(&name, names->sorted, names->count, sizeof *names->sorted, compare_name))
		return true;
	if (!span_starts(name, SPAN("column_")) || name.n > 7 + 9)
		return false;
	size_t column = 0;
	for (size_t i = 7; i < name.n; i++)
		column = column * 10 + (size_t)(name.p[i] - '0');
	return column > 0 && column <= names->count && names->number[column - 1] == 1;
}

/* Sets names->number for the COUNT columns at GROUP, which have the same name, so that their new names differ from all
 * other names. SCRATCH is scratch space. Returns 0, or -1 if memory is exhausted. */
static int number_group(struct names *names, const struct entry *group, size_t count, struct buf *scratch)
{
	bool unnamed = group->name.n == 0;
	size_t number = 2;
	for (size_t i = unnamed ? 0 : 1; i < count; i++) {
		number = unnamed ? 1 : number;
		for (;; number++) {
			buf_reset(scratch);
			if (write_name(group[i].name, group[i].column, number, scratch) < 0)
				return -1;
			if (!is_taken(names, buf_span(scratch)))
				break;
		}
		names->number[group[i].column] = number++;
	}
	return 0;
}

/* Sets names->number for all columns. Columns without a name come first in the sorted names, so their new names are
 * known when is_taken() compares later ones with them. Returns 0, or -1 if memory is exhausted. */
static int number_all(struct names *names, struct buf *scratch)
{
	for (size_t i = 0, end; i < names->count; i = end) {
		for (end = i + 1; end < names->count && span_eq(names->sorted[end].name, names->sorted[i].name);)
			end++;
		if (number_group(names, names->sorted + i, end - i, scratch) < 0)
			return -1;
	}
	return 0;
}

/* Appends to SAID that column COLUMN (counted from 0), with the old name NAME, gets the new name MADE. MANY is the
 * number of new names before. If it is SAID_MAX or more, appends nothing. Returns 0, or -1 if memory is exhausted. */
static int say(struct span name, size_t column, struct span made, size_t many, struct buf *said)
{
	if (many >= SAID_MAX)
		return 0;
	int shown = name.n > 64 ? 64 : (int)name.n;
	if (buf_addf(said, "%scolumn %zu ", many ? ", " : "", column + 1) < 0)
		return -1;
	return name.n == 0 ? buf_addf(said, "has no name and becomes %.*s", (int)made.n, made.p) :
			     buf_addf(said, "is another '%.*s' and becomes %.*s", shown, name.p,
				     made.n > 80 ? 80 : (int)made.n, made.p);
}

/* Replaces KEYS and ENDS by those with the new names, and appends a message about the new names to SAID. Returns 0,
 * or -1 if memory is exhausted. */
static int rewrite_keys(struct buf *keys, struct buf *ends, const struct names *names, struct buf *scratch,
	struct buf *said)
{
	struct buf old = *keys;
	size_t start = 0, made = 0, *end = (size_t *)(void *)ends->p;
	int r = 0;
	buf_init(keys, SIZE_MAX / 2);
	for (size_t i = 0; i < names->count && r == 0; i++) {
		struct span text = key_name(old.p, start, end[i]);
		start = end[i];
		if (names->number[i]) {
			buf_reset(scratch);
			if (write_name(text, i, names->number[i], scratch) < 0 ||
				say(text, i, buf_span(scratch), made++, said) < 0)
				r = -1;
			text = buf_span(scratch);
		}
		if (r < 0 || buf_adds(keys, i ? ",\"" : "{\"") < 0 || buf_add_span(keys, text) < 0 ||
			buf_adds(keys, "\":") < 0)
			r = -1;
		end[i] = keys->n;
	}
	if (r == 0 && made > SAID_MAX)
		r = buf_addf(said, ", and %zu more", made - SAID_MAX);
	buf_release(&old);
	return r;
}

/* Sets the sorted names and the numbers of NAMES from KEYS and ENDS. Returns 1 if a column needs a new name, 0 if none
 * does, or -1 if memory is exhausted. */
static int number_columns(struct names *names, const struct buf *keys, const struct buf *ends, struct buf *scratch)
{
	const size_t *end = (const size_t *)(const void *)ends->p;
	if (!names->sorted || !names->number)
		return -1;
	for (size_t i = 0, start = 0; i < names->count; i++) {
		names->sorted[i] = (struct entry){ key_name(keys->p, start, end[i]), i };
		start = end[i];
	}
	qsort(names->sorted, names->count, sizeof *names->sorted, compare);
	if (number_all(names, scratch) < 0)
		return -1;
	for (size_t i = 0; i < names->count; i++)
		if (names->number[i])
			return 1;
	return 0;
}

int csv_names_make(struct buf *keys, struct buf *ends, size_t count, struct buf *said, struct err *e)
{
	struct names names = { calloc(count + 1, sizeof *names.sorted), calloc(count + 1, sizeof *names.number),
		count };
	struct buf scratch;
	buf_init(&scratch, SIZE_MAX / 2);
	int r = number_columns(&names, keys, ends, &scratch);
	if (r > 0)
		r = rewrite_keys(keys, ends, &names, &scratch, said);
	free(names.sorted);
	free(names.number);
	buf_release(&scratch);
	return r < 0 ? err_oom(e, "the names of columns") : 0;
}
