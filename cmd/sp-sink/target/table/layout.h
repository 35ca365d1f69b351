/* layout.h -- a table for people: which columns, how wide, and its lines.
 *
 * Numbers stand on the right, point under point, with all their digits; times that all are whole minutes are
 * written without seconds, "2024-05-01 10:39", whole days without the clock; null is "-". */
#ifndef SINK_TARGET_TABLE_LAYOUT_H
#define SINK_TARGET_TABLE_LAYOUT_H
#include "sp-sink/name_table.h"
#include "sp-sink/event.h"
#include "sp-sink/target/table/cell.h"

enum { LAYOUT_COLUMNS = 1000 };

struct layout_column {
	bool number, time, text;    /* kinds of values it has */
	struct cell_time_form form; /* times: what all of them need */
	size_t title, left, right;  /* widths: of the name; of numbers, in front of the point and from it on */
	size_t any;                 /* of any value as text */
	size_t width;               /* what the column gets */
};

struct layout {
	struct name_table names;
	struct layout_column *columns; /* parallel to names.all; owned */
	size_t cap;
	size_t shown;        /* columns that there is room for */
	bool styled;         /* with bold and dim letters */
	bool cut;            /* values that are too long are cut */
	struct span *values; /* of one event, parallel to names.all; owned */
	struct cell_reader reader;
};

int layout_init(struct layout *l, const struct zone *zone, bool styled, struct err *e) MUST_USE;
void layout_release(struct layout *l);
/* Takes ROW into account. 0; 1: refused (too many columns); -1. */
int layout_see(struct layout *l, struct event *ev, struct err *e) MUST_USE;
/* Has ROW a column that no row before had? */
bool layout_is_new(struct layout *l, const struct event *ev);
/* Gives each column its width, all together at most MAX (0: as wide as it is). */
void layout_fit(struct layout *l, size_t max);
/* Appends the two lines of the header. */
int layout_header(struct layout *l, struct buf *out) MUST_USE;
/* Appends ROW's line. */
int layout_line(struct layout *l, const struct event *ev, struct buf *out) MUST_USE;
#endif
