/* row.c -- makes a row that the table can hold from an event.
 *
 * The steps are ordered so that a rejected event changes as little as possible. The first steps change nothing: they
 * read values, find columns and check limits. Then columns are added in memory. The last steps declare columns in the
 * database and change their types, each when a value needs it. So most rejected events leave the database unchanged. */
#include "sp-sink/target/sqlite/row.h"
#include <stdlib.h>

enum {
	TEXT_MAX = 256 << 20,
	FIELD_TEXT = 16, /* bytes of scratch for each field, beyond its JSON text */
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

/* Reads all values of EV. The array of values is as large as the event's array of fields, so it seldom grows. Returns
 * 0, or -1 with E set. */
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
	/* The values point into the buffer, so the buffer must not move while values are read. All room is made at
	 * once. */
	if (!buf_room(&r->text, ev->text.n + FIELD_TEXT * ev->count))
		return err_oom(e, "an event");
	for (size_t i = 0; i < ev->count; i++)
		if (sqlite_value_read(&r->values[i], ev->fields[i].value, &r->text) < 0)
			return err_oom(e, "an event");
	return 0;
}

/* Returns true if F is the field "retracted" and the table has a key. Then F only says whether the row is to be
 * deleted, and is not stored. */
static bool row_is_retraction_field(bool keyed, const struct field *f)
{
	return keyed && json_string_is(f->name, SPAN("retracted"));
}

/* Rejects EV because F and an earlier field have the same name for SQLite, which ignores case. One of the two values
 * would be lost. Returns 1. */
static int row_equal_names(struct event *ev, const struct field *f, struct err *e)
{
	return event_reject(ev, "equal names", e,
		"field \"%.*s\": names that differ only in case are one column in SQLite", EVENT_NAME_ARG(f->name));
}

/* Finds the column of each field. Sets *FRESH to the number of fields without one. No column is added yet, because EV
 * may still be rejected. Returns 0, or 1 if EV is rejected. */
static int row_find_columns(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, size_t *fresh,
	struct err *e)
{
	*fresh = 0;
	for (size_t i = 0; i < ev->count; i++) {
		const struct field *f = &ev->fields[i];
		struct sqlite_value *v = &r->values[i];
		bool not_stored = row_is_retraction_field(keyed, f);
		v->column = not_stored ? COLUMN_NONE : name_table_find(&t->names, f->name, i);
		if (v->column == NAME_NONE && !not_stored)
			++*fresh;
		if (v->column < 0)
			continue;
		struct sqlite_column *c = &t->columns[v->column];
		/* An earlier field of this event has the same column. */
		if (c->seen == r->number)
			return row_equal_names(ev, f, e);
		c->seen = r->number;
	}
	if (t->names.count + *fresh > t->limit)
		return event_reject(ev, "too many columns", e,
			"%zu new fields: the table would have more than %zu columns, SQLite's limit", *fresh, t->limit);
	return 0;
}

/* Adds columns to T, in memory, for the fields that have none. The database gets a column when the first value is
 * stored in it. Returns 0, 1 if EV is rejected, or -1 with E set. */
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

/* Removes from the statements the constrained columns that this event lacks. If null were written to such a column, the
 * column would not get its default, or the row would break NOT NULL. */
static void row_leave_out_constrained(const struct sqlite_row *r, struct sqlite_table *t)
{
	for (size_t i = 0; i < t->names.count && t->constrained_count > 0; i++) {
		struct sqlite_column *c = &t->columns[i];
		if (!c->constrained || !c->used || c->key || c->seen == r->number)
			continue;
		c->used = false;
		t->changed = true;
	}
}

/* Prepares the column of V so that it keeps V unchanged: declares it, or drops its type. Returns 0, 1 if EV is
 * rejected, or -1 with E set. */
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
	/* In a column of this type SQLite would change V. */
	int r = sqlite_table_drop_type(t, (size_t)v->column, e);
	if (r == 1)
		return event_reject(ev, "a value that would change", e,
			"field \"%s\": its value would change in a column of that type; declare the column TEXT or "
			"without a type",
			t->names.all[v->column].text);
	return r;
}

/* Creates the table if it does not exist yet. The first value that is not null would have created it, so then all
 * values of EV are null. The table gets the first column of EV, without a type. If KEYED, also creates the index of the
 * key. Returns 0, or -1 with E set. */
static int row_ensure_table(struct sqlite_row *r, struct sqlite_table *t, bool keyed, const struct event *ev,
	struct err *e)
{
	for (size_t i = 0; i < ev->count && !t->exists; i++)
		if (r->values[i].column >= 0 &&
			sqlite_table_declare(t, (size_t)r->values[i].column, AFFINITY_NONE, e) < 0)
			return -1;
	return keyed ? sqlite_table_ensure_key_index(t, e) : 0;
}

int sqlite_row_read(struct sqlite_row *r, struct sqlite_table *t, bool keyed, struct event *ev, struct err *e)
{
	size_t fresh = 0;
	/* A column that this event has gets this number as SEEN. So each event needs a new number, even if it is
	 * rejected. */
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
		row_leave_out_constrained(r, t);
	for (size_t i = 0; i < ev->count && status == 0; i++)
		if (r->values[i].column >= 0)
			status = row_fit_column(t, ev, &r->values[i], e);
	if (status == 0 && (!t->exists || (keyed && !t->indexed)))
		status = row_ensure_table(r, t, keyed, ev, e);
	return status;
}
