/* table_rules.c -- may a column of a table be made anew? Not where somebody else has said something of it. */
#include "sp-sink/target/sqlite/table.h"
#include <ctype.h>

/* Is TEXT, of sqlite_schema, what sp-sink writes: quoted names, and types without any rule? */
static bool is_ours(const char *text)
{
	static const char *const words[] = { "CREATE", "TABLE", "INTEGER", "REAL", "TEXT", NULL };
	for (const char *p = text; *p;) {
		size_t n = 1, k = 0;
		if (*p == '"') {
			while (p[n] && p[n] != '"')
				n++; /* a doubled quote begins a name again */
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
	/* SQLite would put the column's passing name into views and triggers, and read it as a string when it is gone. */
	sqlite3_stmt *st = sqlite_db_prepare(t->db,
		"SELECT type = 'table', sql FROM sqlite_schema WHERE sql IS NOT NULL AND "
		"(type = 'table' AND name = ?1 COLLATE NOCASE OR type IN ('view', 'trigger') AND instr(lower(sql), lower(?1)) > 0)",
		e);
	if (!st)
		return -1;
	int r, yes = 1;
	sqlite3_bind_text(st, 1, t->name, -1, SQLITE_STATIC);
	while ((r = sqlite3_step(st)) == SQLITE_ROW)
		yes = yes && sqlite3_column_int(st, 0) && is_ours((const char *)sqlite3_column_text(st, 1));
	if (r != SQLITE_DONE)
		yes = sqlite_db_error(t->db, e);
	sqlite3_finalize(st);
	return yes;
}
