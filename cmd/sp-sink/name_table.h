/* name_table.h -- a set of names (any bytes), numbered 0, 1, ... in the order in which they were added: the columns
 * of a table, the fields of a key.
 *
 * Events of one source have the same names in the same places. So each name is kept as it was written in the event,
 * too, and looking up a name that is at its usual place is one comparison, without unescaping and hashing. */
#ifndef SINK_NAME_TABLE_H
#define SINK_NAME_TABLE_H
#include "base/buf.h"
#include "state/table.h"

struct name {
	char *text; /* unescaped, n bytes and a NUL; owned */
	size_t n;
	char *raw; /* as an event had it between its quotes; owned; NULL: it came from elsewhere */
	size_t raw_n;
};

/* Not to be copied: the index points into it. */
struct name_table {
	struct name *all; /* by number; owned */
	size_t count, cap, max;
	bool fold_case; /* names that differ only in the case of ASCII letters are one, as in SQL */
	struct pool pool;
	struct table index; /* from the bytes of a name to its number */
	struct buf key;     /* scratch: the bytes that are looked up */
};

/* Starts an empty set of at most MAX names. Returns 0, or -1 with E (out of memory). */
int name_table_init(struct name_table *s, size_t max, bool fold_case, struct err *e) MUST_USE;
void name_table_release(struct name_table *s);

/* Instead of a number: */
enum {
	NAME_NONE = -1,   /* the name is not in the set */
	NAME_FULL = -2,   /* the set has MAX names */
	NAME_MEMORY = -3, /* out of memory, or the name is too long */
};

/* Returns the number of the name RAW (between the quotes of a JSON string), or NAME_NONE. GUESS: the number that it
 * most likely has. */
int64_t name_table_find(struct name_table *s, struct span raw, size_t guess);
/* The same, but adds RAW if it is not there. Returns its number, NAME_FULL or NAME_MEMORY. */
int64_t name_table_add(struct name_table *s, struct span raw, size_t guess);
/* Adds TEXT, a name in plain bytes, if it is not there. Returns its number, NAME_FULL or NAME_MEMORY. */
int64_t name_table_add_plain(struct name_table *s, struct span text);
/* Adds the names of KEY, the value of --key: cells of CSV, none of them empty. EACH(arg, number) is called for each; it
 * may be NULL. Returns 0, or -1 with E: EX_USAGE, also when EACH returns -1. */
int name_table_add_key(struct name_table *s, const char *key, int (*each)(void *arg, size_t number), void *arg,
	struct err *e) MUST_USE;
#endif
