/* table_rules.c -- decides whether columns of a table may be rebuilt.
 *
 * The answer is no if the user defined the table, because a new column would lack the constraints and defaults of the
 * user. The answer is also no if a view or trigger could name the column. In doubt the answer is no. So it is enough
 * that the text of a view or trigger has the table's name in it, or that the table's definition has a word that sp-sink
 * does not write. */
#include "sp-sink/target/sqlite/table.h"
#include <ctype.h>
#include <string.h>

/* Returns true if TEXT, a definition from sqlite_schema, has only what sp-sink writes: quoted names and types. */
static bool rules_is_ours(const char *text)
{
	static const char *const words[] = { "CREATE", "TABLE", "INTEGER", "REAL", "TEXT", NULL };
	for (const char *p = text; *p;) {
		size_t n = 1, k = 0;
		if (*p == '"') {
			/* A doubled quote in a name ends it here, and the rest is read as another name. */
			while (p[n] && p[n] != '"')
				n++;
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

int sqlite_table_can_rebuild(struct sqlite_table *t, struct err *e)
{
	/* A rebuild renames the old column and drops it. SQLite changes the name in views and triggers as well, so they
	 * would name the dropped column. That would not be noticed, because SQLite reads an unknown name in quotes as a
	 * string. */
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
