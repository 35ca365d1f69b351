/* live_rows.h -- the rows of a table on the screen, in which a later row may replace an earlier one.
 *
 * With --key a row replaces the row with equal key fields, its predecessor. Without --key, a row of sp-agg with the
 * fields "revision" and "final" replaces the row with the same key. Which fields are the key is found from the data
 * (live_rows.c says how). All other rows are added. */
#ifndef SINK_TARGET_TABLE_LIVE_ROWS_H
#define SINK_TARGET_TABLE_LIVE_ROWS_H
#include "sp-sink/event.h"
#include "sp-sink/name_table.h"
#include "window/bounds.h"

/* At so many rows (retracted ones count) or bytes of text, live_rows_full() returns true. */
enum { LIVE_ROWS_MAX = 10000, LIVE_ROWS_BYTES = 64 << 20 };

struct live_row {
	char *text; /* the event; owned; NULL: the row was retracted */
	size_t n;
	int64_t revision;     /* 0 if the event has no "revision" */
	struct bounds window; /* the window of a row that can be replaced; else zero */
};

struct live_rows {
	struct live_row *all; /* in the order of their first appearance; owned */
	/* COUNT places of ALL are used, also by retracted rows. CAP places are allocated. */
	size_t count, cap;
	size_t live;           /* number of rows that are not retracted */
	size_t bytes;          /* total size of the texts of the rows that are not retracted */
	bool by_key;           /* --key is given */
	struct name_table key; /* the fields of --key */
	size_t prefix;         /* without --key: number of fields after "final" that are the key */
	struct pool pool;
	struct table index;      /* gives for a key the place of its row in ALL */
	struct buf bytes_of_key; /* scratch: the key that is looked up */
	uint32_t *order;         /* set by live_rows_sort(): the places of the rows that are not retracted; owned */
};

/* KEY is the value of --key, or NULL. Returns 0, or -1 with E set (EX_USAGE if KEY cannot be read); live_rows_release()
 * may be called in both cases. */
int live_rows_init(struct live_rows *r, const char *key, struct err *e) MUST_USE;
void live_rows_release(struct live_rows *r);
/* Returns true if EV is a row that a later row can replace, or that can replace an earlier row. */
bool live_rows_can_update(const struct live_rows *r, const struct event *ev);
/* Stores a copy of EV in the place of its predecessor, or after all other rows. A row with "retracted":true removes its
 * predecessor instead. Returns 0, or -1 with E set (out of memory). */
int live_rows_take(struct live_rows *r, const struct event *ev, struct err *e) MUST_USE;
/* Removes "revision" and "final" from EV, because a table that is repainted does not show them. */
void live_rows_strip(struct event *ev);
/* Returns true if rows must be removed before more come: LIVE_ROWS_MAX or LIVE_ROWS_BYTES is reached. */
static inline bool live_rows_full(const struct live_rows *r)
{
	return r->count >= LIVE_ROWS_MAX || r->bytes >= LIVE_ROWS_BYTES;
}
/* Sets r->order to the places of the rows that are not retracted, sorted by the end and then the start of the window.
 * Rows of one window are in the order of their first appearance. Returns 0, or -1 with E set (out of memory). */
int live_rows_sort(struct live_rows *r, struct err *e) MUST_USE;
/* Removes the first N places of r->all, retracted ones included, and all other retracted rows. Returns 0, or -1 with E
 * (out of memory). */
int live_rows_forget(struct live_rows *r, size_t n, struct err *e) MUST_USE;
/* Removes all rows. Returns 0, or -1 with E set (out of memory). */
int live_rows_clear(struct live_rows *r, struct err *e) MUST_USE;
#endif
