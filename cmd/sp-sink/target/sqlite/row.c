/* row.c -- from an event to a row that its table can hold.
 *
 * The steps are in an order in which a rejected event changes as little as possible: first what changes nothing
 * (reading values, finding columns, limits), then new columns, then what the columns' types must become. New
 * columns that a rejected event brought exist only in memory: they are declared with the first value that is stored
 * in them. */
#include "sp-sink/target/sqlite/row.h"
#include <stdlib.h>

enum {
	TEXT_MAX = 256 << 20,
	FIELD_TEXT = 16, /* bytes of scratch that a number needs beyond its own, at most */
};

void sqlite_row_init(struct sqlite_row *r)
{
	*r = (struct sqlite_row){ 0 };
	buf_init(&r->text, TEXT_MAX);
}

void sqlite_row_release(struct sqlite_row *r)
{
	free(r->values);
	buf_release(&r->text);
}

/* Reads all values of EV. The array is as large as the event's array of fields, so it seldom grows. */
static int row_read_values(struct sqlite_row *r, const struct event *ev, struct err *e)
{
	if (ev->count > r->cap) {
		struct sqlite_value *values = realloc(r->values, ev->cap * sizeof *values);
		if (!values)
			return err_set(e, EX_OSERR, "out of memory for %zu fields", ev->count);
		r->values = values;
		r->cap = ev->cap;
	}
	buf_reset(&r->text);
	/* The values point into the buffer, so it must not move while they are read: all room is made at once. */
	if (!buf_room(&r->text, ev->text.n + FIELD_TEXT * ev->count))
		return err_oom(e, "an event");
	for (size_t i = 0; i < ev->count; i++)
		if (sqlite_value_read(&r->values[i], ev->fields[i].value, &r->text) < 0)
			return err_oom(e, "an event");
	return 0;
}

/* With a key, the field "retracted" says what to do with the row and is no part of it. */
static bool row_is_order(bool keyed, const struct field *f)
{
	return keyed && json_string_is(f->name, SPAN("retracted"));
}

/* Rejects EV, which has the field F twice for SQLite: one of the two values would be lost. */
static int row_equal_names(struct event *ev, const struct field *f, struct err *e)
{
	return event_reject(ev, "equal names", e,
		"field \"%.*s\": names that differ only in case are one column in SQLite", EVENT_NAME_ARG(f->name));
}

/* Finds the column of each field. Fields without one are only counted, in *FRESH: a rejected event changes nothing. */
static int row_find_columns(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, size_t *fresh,
	struct err *e)
{
	*fresh = 0;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		struct sqlite_value *v = &r->values[i];
		bool order = row_is_order(keyed, f);
		v->column = order ? COLUMN_NONE : name_table_find(&t->names, f->name, i);
		if (v->column == NAME_NONE && !order)
			++*fresh;
		if (v->column < 0)
			continue;
		struct sqlite_column *c = &t->columns[v->column];
		/* The column has this event's number already: an earlier field has it, spelled with other letters. */
		if (c->seen == r->number)
			return row_equal_names(ev, f, e);
		c->seen = r->number;
	}
	if (t->names.count + *fresh > t->limit)
		return event_reject(ev, "too many columns", e,
			"%zu new fields: the table would have more than %zu columns, SQLite's limit", *fresh, t->limit);
	return 0;
}

/* Adds the columns of fields that have none to T, in memory. They are in the database when a value is stored in
 * them. */
static int row_add_columns(struct sqlite_row *r, struct sqlite_table *t, struct event *ev, struct err *e)
{
	for (size_t i = 0; i < ev->count; i++) {
		struct sqlite_value *v = &r->values[i];
		if (v->column != NAME_NONE)
			continue;
		v->column = name_table_add(&t->names, ev->fields[i].name, i);
		if (v->column < 0 || sqlite_table_grow(t, e) < 0)
			return err_oom(e, "the columns of a table");
		if (t->columns[v->column].seen == r->number)
			return row_equal_names(ev, &ev->fields[i], e);
		t->columns[v->column].seen = r->number;
	}
	return 0;
}

/* A column with a default or a rule is in the statements only for events that have it: written as null, it would not
 * get its default, or break NOT NULL. */
static void row_leave_out_ruled(const struct sqlite_row *r, struct sqlite_table *t)
{
	for (size_t i = 0; i < t->names.count && t->ruled > 0; i++) {
		struct sqlite_column *c = &t->columns[i];
		if (!c->ruled || !c->used || c->key || c->seen == r->number)
			continue;
		c->used = false;
		t->changed = true;
	}
}

/* Makes the column of V one that keeps V as it is. */
static int row_fit_column(struct sqlite_table *t, struct event *ev, const struct sqlite_value *v, struct err *e)
{
	struct sqlite_column *c = &t->columns[v->column];
	if (c->computed)
		return event_reject(ev, "a computed column", e,
			"field \"%s\": the table computes that column from others", t->names.all[v->column].text);
	/* An unused column comes into the statements with the first event that has it. */
	if (!c->used) {
		c->used = true;
		t->changed = true;
	}
	if (v->kind == VALUE_NULL)
		return 0;
	if (!c->declared)
		return sqlite_table_declare(t, (size_t)v->column, sqlite_value_affinity(v), e);
	if (sqlite_value_fits(v, c->affinity))
		return 0;
	/* SQLite would store something else than V: the column must give up its type. */
	int r = sqlite_table_widen(t, (size_t)v->column, e);
	if (r == 1)
		return event_reject(ev, "a value that would change", e,
			"field \"%s\": its value would change in a column of that type; declare the column TEXT or "
			"without a type",
			t->names.all[v->column].text);
	return r;
}

/* A table needs a column: if all values of the first event are null, its first column is declared, without a type. */
static int row_ensure_table(struct sqlite_row *r, struct sqlite_table *t, bool keyed, const struct event *ev,
	struct err *e)
{
	for (size_t i = 0; i < ev->count && !t->exists; i++)
		if (r->values[i].column >= 0 &&
			sqlite_table_declare(t, (size_t)r->values[i].column, AFFINITY_NONE, e) < 0)
			return -1;
	return keyed ? sqlite_table_index(t, e) : 0;
}

int sqlite_row_read(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, struct err *e)
{
	size_t fresh = 0;
	/* The number marks columns as seen, so it grows with each event, rejected or not. */
	r->number++;
	int status = event_check_nul(ev, "SQLite", e);
	if (status == 0)
		status = row_read_values(r, ev, e);
	if (status == 0)
		status = row_find_columns(r, t, keyed, ev, &fresh, e);
	if (status == 0 && ev->count == 0)
		status = event_reject(ev, "no fields", e, "an event without fields has no columns");
	if (status == 0 && fresh > 0)
		status = row_add_columns(r, t, ev, e);
	if (status == 0)
		row_leave_out_ruled(r, t);
	for (size_t i = 0; i < ev->count && status == 0; i++)
		if (r->values[i].column >= 0)
			status = row_fit_column(t, ev, &r->values[i], e);
	if (status == 0 && (!t->exists || (keyed && !t->indexed)))
		status = row_ensure_table(r, t, keyed, ev, e);
	return status;
}
