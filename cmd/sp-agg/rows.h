/* rows.h -- writes rows as JSON lines: {bounds, revision and final, keys, results}.
 *
 * A row has the results of one group. A row is written again, with a higher revision, if its group changes after the
 * row was written. */
#ifndef AGG_ROWS_H
#define AGG_ROWS_H
#include "fold/groups.h"
#include "sp-agg/config.h"
#include "stream/writer.h"

/* The revision fields of a row. They are written only if rows can be written again. */
struct row_mark {
	uint32_t revision; /* number of earlier rows of the same group and window */
	bool final;        /* no later revision will come */
	/* The row is no longer valid, because the bounds of its session have changed. */
	bool retracted;
};

struct rows {
	const struct config *config; /* borrowed; used for --top, --order and --per */
	struct plan *plan;           /* borrowed */
	struct writer *out;          /* borrowed */
	bool repeats;                /* a row can be written again, so each has a revision */
	uint64_t count;              /* rows written so far */
	uint64_t windows;            /* windows fired so far, including sessions */
	struct buf text;             /* the text of one row; owned */
	/* The bounds of the last row and their text, kept because the next row mostly has the same bounds. */
	struct bounds last_bounds;
	char last_bounds_text[BOUNDS_TEXT_MAX];
	size_t last_bounds_n; /* 0 before the first row */
};

/* The functions below that have a parameter E return 0, or -1 with E set: EX_DATAERR if a row is too long, EX_OSERR if
 * memory is exhausted, or the status of the failed write. */

void rows_init(struct rows *r, const struct config *config, struct plan *plan, struct writer *out);
void rows_release(struct rows *r);

/* Writes one row. BOUNDS is NULL if the row has none. MARK is written only if r->repeats is true. KEY has the values of
 * the keys; if KEY is GROUP_KEY_OTHER, each key is written as "__other__". RECORD has the states of the functions.
 * Parts of the states that have no fixed size are in POOL. */
int rows_write(struct rows *r, const struct bounds *bounds, struct row_mark mark, struct span key, const char *record,
	const struct pool *pool, struct err *e) MUST_USE;
/* Writes the row of one group of G, whose record is RECORD. If the record has a header, the row gets the revision that
 * the header has. The revision in the header is then raised by one. FINAL says that no later revision will come. */
int rows_write_group(struct rows *r, const struct groups *g, bool final, char *record, struct err *e) MUST_USE;
/* Writes all rows of G and counts a fired window. The rows are in the order in which their groups first had an event.
 * With --top only the rows that rank highest are written, in rank order. */
int rows_write_all(struct rows *r, struct groups *g, bool final, struct err *e) MUST_USE;
/* Writes the rows of those groups of G that have changed since their last row. */
int rows_write_changed(struct rows *r, struct groups *g, struct err *e) MUST_USE;
#endif
