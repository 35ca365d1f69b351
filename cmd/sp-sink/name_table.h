/* name_table.h -- a set of names (any bytes), numbered 0, 1, ... as they come: the columns of a table, the keys
 * of its rows.
 *
 * Events of one source have the same names in the same places, so looking up the name that stood at
 * this place last time is one comparison. */
#ifndef SINK_NAME_TABLE_H
#define SINK_NAME_TABLE_H
#include "base/buf.h"
#include "state/table.h"

struct name {
	char *text; /* unescaped, zero-terminated behind n bytes; owned */
	size_t n;
	char *raw; /* as it stood first in an event, between its quotes; owned */
	size_t raw_n;
};

/* Not to be copied: the index points into it. */
struct name_table {
	struct name *all; /* owned */
	size_t count, cap, max;
	bool fold_case; /* names that differ only in the case of ASCII letters are one, as in SQL */
	struct pool pool;
	struct table index;
	struct buf key;
};

/* An empty set of at most MAX names. */
int name_table_init(struct name_table *s, size_t max, bool fold_case, struct err *e) MUST_USE;
void name_table_release(struct name_table *s);

enum { NAME_NONE = -1, NAME_FULL = -2, NAME_MEMORY = -3 };
/* The number of the name RAW (text between the quotes of a JSON string), NAME_NONE if it is not there.
 * GUESS: the number it most likely has. */
int64_t name_table_find(struct name_table *s, struct span raw, size_t guess);
/* The same; adds it if it is not there: NAME_FULL when there are too many, NAME_MEMORY. */
int64_t name_table_add(struct name_table *s, struct span raw, size_t guess);
/* The same for a name in plain bytes. */
int64_t name_table_add_plain(struct name_table *s, struct span text);
#endif
