/* name_table.h -- a set of names (any bytes), numbered 0, 1, ... in the order in which they were added: the columns
 * of a table, the fields of a key.
 *
 * Events of one source have the same names in the same places. So each name is also kept raw, as the event wrote it. If
 * an event has a name at its usual place, one comparison finds the name, without unescaping and hashing. */
#ifndef SINK_NAME_TABLE_H
#define SINK_NAME_TABLE_H
#include "base/buf.h"
#include "state/table.h"

struct name {
	char *text; /* unescaped, n bytes and a NUL; owned */
	size_t n;
	/* The name as an event wrote it between the quotes, raw_n bytes; owned. NULL if the name is not from an
	 * event. */
	char *raw;
	size_t raw_n;
};

/* The set of names. The struct must not be copied, because INDEX points to POOL. */
struct name_table {
	struct name *all; /* the names by number; owned */
	size_t count, cap, max;
	/* True if names that differ only in the case of ASCII letters count as the same name, as in SQL. */
	bool fold_case;
	struct pool pool;
	struct table index; /* from the bytes of a name to its number */
	struct buf key;     /* the bytes that are being looked up */
};

/* Starts an empty set of at most MAX names. Returns 0, or -1 with E set (EX_OSERR). */
int name_table_init(struct name_table *s, size_t max, bool fold_case, struct err *e) MUST_USE;
void name_table_release(struct name_table *s);

/* The functions below return one of these values if they have no number to return. */
enum {
	NAME_NONE = -1,   /* the name is not in the set */
	NAME_FULL = -2,   /* the set has MAX names */
	NAME_MEMORY = -3, /* out of memory, or the name is too long */
};

/* Returns the number of the name RAW (the text between the quotes of a JSON string), or NAME_NONE. GUESS is the number
 * that RAW most likely has. */
int64_t name_table_find(struct name_table *s, struct span raw, size_t guess);
/* Adds the name RAW if it is not in the set. Returns its number, NAME_FULL or NAME_MEMORY. GUESS is the number that RAW
 * most likely has. */
int64_t name_table_add(struct name_table *s, struct span raw, size_t guess);
/* Adds TEXT, a name in plain bytes, if it is not in the set. Returns its number, NAME_FULL or NAME_MEMORY. */
int64_t name_table_add_plain(struct name_table *s, struct span text);
/* Adds the names in KEY, the value of --key: cells of CSV, none of them empty. Calls EACH(ARG, number) for each name,
 * unless EACH is NULL. Returns 0. Returns -1 with E set (EX_USAGE) if KEY is not of this form, a name cannot be added,
 * or EACH does not return 0. */
int name_table_add_key(struct name_table *s, const char *key, int (*each)(void *arg, size_t number), void *arg,
	struct err *e) MUST_USE;
#endif
