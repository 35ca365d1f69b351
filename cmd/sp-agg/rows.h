/* rows.h -- rows: {bounds, revision and final, keys, results}, as JSON lines. */
#ifndef AGG_ROWS_H
#define AGG_ROWS_H
#include "fold/groups.h"
#include "sp-agg/config.h"
#include "stream/writer.h"

/* The revision fields of a row. Only written where rows can be written again. */
struct row_mark {
	uint32_t revision; /* 0 for the first row of a group and window */
	bool final;        /* no later revision will come */
	bool retracted;    /* the row is taken back: its session became a part of another one */
};

struct rows {
	const struct config *config; /* borrowed; --top, --order, --per */
	const struct plan *plan;     /* borrowed */
	struct writer *out;          /* borrowed */
	bool repeats;                /* rows can be written again, so they have a revision */
	uint64_t count;              /* rows written */
	uint64_t windows;            /* windows fired; sessions are counted by their store */
	struct buf text;             /* of one row; owned */
	/* The bounds of the last row and their text: most rows have the bounds of the row before. */
	struct bounds last_bounds;
	char last_bounds_text[BOUNDS_TEXT_MAX];
	size_t last_bounds_n; /* 0: none yet */
};

/* All functions below return -1 with E if the row is too long (EX_DATAERR) or cannot be written. */

void rows_init(struct rows *r, const struct config *config, const struct plan *plan, struct writer *out);
void rows_release(struct rows *r);

/* Writes one row: BOUNDS (NULL: none), MARK if rows repeat, KEY (GROUP_KEY_OTHER: "__other__" for each key), and the
 * results of RECORD, whose states are in POOL. */
int rows_write(struct rows *r, const struct bounds *bounds, struct row_mark mark, struct span key, const char *record,
	const struct pool *pool, struct err *e) MUST_USE;
/* Writes the row of one RECORD of G, and counts the revision in its header if it has one. */
int rows_write_group(struct rows *r, const struct groups *g, bool final, struct span key, char *record,
	struct err *e) MUST_USE;
/* Writes all rows of G, in the order in which its groups first had an event; with --top those that rank highest, in
 * rank order. */
int rows_write_all(struct rows *r, struct groups *g, bool final, struct err *e) MUST_USE;
/* Writes the rows of G that have changed since they were last written. */
int rows_write_changed(struct rows *r, struct groups *g, struct err *e) MUST_USE;
#endif
