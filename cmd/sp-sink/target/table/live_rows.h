/* live_rows.h -- the rows that a table on the terminal consists of, each once.
 *
 * With --key a row takes the place of the one with equal key fields. Rows of sp-agg that come again
 * (they have "revision" and "final") find their predecessor without it: a key's first row in a window has
 * revision 0, so two rows of a window whose revision does not grow are of different keys, and the keys stand
 * directly behind "final". So many of these fields as it takes to tell all rows apart are the key. */
#ifndef SINK_TARGET_TABLE_LIVE_ROWS_H
#define SINK_TARGET_TABLE_LIVE_ROWS_H
#include "sp-sink/name_table.h"
#include "sp-sink/event.h"
#include "window/windowing.h"

enum { LIVE_ROWS_MAX = 10000, LIVE_ROWS_BYTES = 64 << 20 };

struct live_row {
	char *text; /* the event; NULL: taken away; owned */
	size_t n;
	int64_t revision;
	struct bounds window; /* of a row that can take another's place; else zero */
};

struct live_rows {
	struct live_row *all; /* in the order of their first appearance; owned */
	size_t count, cap, live, bytes;
	struct name_table key; /* the fields of --key */
	bool by_key;
	size_t prefix; /* fields behind "final" that tell rows apart */
	struct pool pool;
	struct table index;
	struct buf bytes_of_key;
	uint32_t *order; /* what live_rows_sort() found: the rows that are there, r->live of them; owned */
};

/* KEY: as given to --key, or NULL. -1: EX_USAGE. */
int live_rows_init(struct live_rows *r, const char *key, struct err *e) MUST_USE;
void live_rows_release(struct live_rows *r);
/* Can ROW take another's place? */
bool live_rows_can_update(const struct live_rows *r, const struct event *ev);
/* Takes ROW: in the place of its predecessor, or behind all others; a retracted one takes its predecessor away.
 * -1: out of memory. */
int live_rows_take(struct live_rows *r, const struct event *ev, struct err *e) MUST_USE;
/* Takes "revision" and "final" out of ROW: who sees a table change needs no numbers for it. */
void live_rows_strip(struct event *ev);
/* No more room? */
static inline bool live_rows_full(const struct live_rows *r)
{
	return r->count >= LIVE_ROWS_MAX || r->bytes >= LIVE_ROWS_BYTES;
}
/* Sets r->order: by the window's end and start, rows of one window as they came. */
int live_rows_sort(struct live_rows *r, struct err *e) MUST_USE;
/* Forgets the N oldest rows. */
int live_rows_forget(struct live_rows *r, size_t n, struct err *e) MUST_USE;
/* Forgets all rows. */
int live_rows_clear(struct live_rows *r, struct err *e) MUST_USE;
#endif
