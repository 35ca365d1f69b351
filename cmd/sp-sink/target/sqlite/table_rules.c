/* table_rules.c -- may a column of a table be made anew?
 *
 * Not if the user defined the table, because the new column would lack the rules and defaults that he gave it, and
 * not if a view or trigger may name the column. The answer errs on the side of no: any view or trigger whose text
 * has the table's name in it counts, and so does any word in the table's definition that sp-sink does not write. */
#include "sp-sink/target/sqlite/table.h"
#include <ctype.h>
#include <string.h>

/* Returns true if TEXT, a definition from sqlite_schema, has only what sp-sink writes: quoted names, and types
 * without rules. */
static bool rules_is_ours(const char *text)
{
	static const char *const words[] = { "CREATE", "TABLE", "INTEGER", "REAL", "TEXT", NULL };
	for (const char *p = text; *p;) {
		size_t n = 1, k = 0;
		if (*p == '"') {
			while (p[n] && p[n] != '"')
				n++; /* a doubled quote: the rest is read as another name */
			n += p[n] == '"';
		} else if (isalnum((unsigned char)*p) || *p == '_') {
			while (isalnum((unsigned char)p[n]) || p[n] == '_')
				n++;
			while (words[k] && (strlen(words[k]) != n || memcmp(p, words[k], n) != 0))
				k++;
			if (!words[k])
				return false;
		} else if (!strchr("(), \t\n", *p)) {
			return false;
		}
		p += n;
	}
	return true;
}

int sqlite_table_is_free(struct sqlite_table *t, struct err *e)
{
	/* When the column is renamed, SQLite changes views and triggers, too. They would name the column that is
	 * dropped, and SQLite reads a quoted name that it does not know as a string. */
	sqlite3_stmt *st = sqlite_db_prepare(t->db,
		"SELECT type = 'table', sql FROM sqlite_schema WHERE sql IS NOT NULL AND "
		"(type = 'table' AND name = ?1 COLLATE NOCASE OR type IN ('view', 'trigger') AND instr(lower(sql), lower(?1)) > 0)",
		e);
	if (!st)
		return -1;
	int r, yes = 1;
	sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
	while ((r = sqlite3_step(st)) == SQLITE_ROW)
		yes = yes && sqlite3_column_int(st, 0) && rules_is_ours((const char *)sqlite3_column_text(st, 1));
	if (r != SQLITE_DONE)
		yes = sqlite_db_error(t->db, e);
	sqlite3_finalize(st);
	return yes;
}
