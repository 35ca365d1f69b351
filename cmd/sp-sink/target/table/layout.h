/* layout.h -- a table for people: which columns it has, how wide they are, and its lines.
 *
 * The caller passes every row that the widths should fit to layout_see(). Then it calls layout_fit(), layout_header(),
 * and layout_line() for each row. Rows that come later use the same widths. A later value that does not fit makes its
 * line longer, or is cut on a terminal. */
#ifndef SINK_TARGET_TABLE_LAYOUT_H
#define SINK_TARGET_TABLE_LAYOUT_H
#include "sp-sink/event.h"
#include "sp-sink/name_table.h"
#include "sp-sink/target/table/cell.h"

enum { LAYOUT_COLUMNS = 1000 }; /* columns of a table, at most */

/* Widths are in columns of the terminal. */
struct layout_column {
	bool number, time, text;    /* the kinds of values that the column has */
	struct cell_time_form form; /* times: the parts that at least one of them needs */
	size_t title;               /* width of its name */
	size_t left, right;         /* numbers: widest part before the decimal point, and from the point on */
	size_t any;                 /* widest value, as text */
	size_t width;               /* set by layout_fit() */
};

struct layout {
	struct name_table names;       /* of the columns */
	struct layout_column *columns; /* parallel to names.all; owned */
	size_t cap;
	size_t shown;        /* number of columns that are shown; the columns after these are left out */
	bool styled;         /* with bold and dim letters */
	bool cut;            /* values that are too long are cut */
	struct span *values; /* scratch: the values of one row, parallel to names.all; owned */
	struct cell_reader reader;
};

/* Times are shown in ZONE (borrowed; NULL: UTC). If STYLED, the header has escape sequences. Returns 0, or -1 with E
 * set; layout_release() may be called in both cases. */
int layout_init(struct layout *l, const struct zone *zone, bool styled, struct err *e) MUST_USE;
void layout_release(struct layout *l);
/* Adds the columns of EV, and makes columns wide enough for its values. Returns 0; 1 if EV is rejected (too many
 * columns); or -1 with E set. */
int layout_see(struct layout *l, struct event *ev, struct err *e) MUST_USE;
/* Returns true if EV has a field that is not a column. */
bool layout_is_new(struct layout *l, const struct event *ev);
/* Sets the width of each column, so that all columns together have at most LIMIT places (columns of the terminal). If
 * LIMIT is 0, each column is as wide as its values and its name need. */
void layout_fit(struct layout *l, size_t limit);
/* Appends the two lines of the header. Returns 0, or -1 if OUT is full. */
int layout_header(struct layout *l, struct buf *out) MUST_USE;
/* Appends the line of EV. Returns 0, or -1 if OUT is full. */
int layout_line(struct layout *l, const struct event *ev, struct buf *out) MUST_USE;
#endif
