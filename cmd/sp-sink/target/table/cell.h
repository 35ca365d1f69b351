/* cell.h -- one value of a table for people: what it is, how wide, and its text. */
#ifndef SINK_TARGET_TABLE_CELL_H
#define SINK_TARGET_TABLE_CELL_H
#include "base/buf.h"
#include "text/time.h"

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TIME, CELL_TEXT };

/* The parts of a time that are written. The date is always written. If CLOCK is set, the hours and minutes follow. If
 * SECONDS is set too, the seconds follow, with FRACTION digits after the point. */
struct cell_time_form {
	bool clock;      /* needed if the time is not midnight */
	bool seconds;    /* needed if the time is not a whole minute; only with clock */
	size_t fraction; /* digits after the seconds */
};

struct cell {
	enum cell_kind kind;
	size_t width;               /* terminal columns that the text of the cell takes */
	size_t left;                /* numbers: characters before the decimal point */
	int64_t ms;                 /* times: milliseconds since 1970 */
	struct cell_time_form form; /* times: the parts that this time needs */
};

/* Reads values and holds the text of the last one. */
struct cell_reader {
	const struct zone *zone; /* the zone in which times are shown; borrowed; NULL: UTC */
	struct buf text;         /* the text of the last cell, safe to print */
	struct buf plain;        /* scratch: a value before its unsafe characters are escaped */
};

void cell_reader_init(struct cell_reader *r, const struct zone *zone);
void cell_reader_release(struct cell_reader *r);
/* Reads VALUE (JSON text, or SPAN_NONE if the field is missing) into *CELL, and its text into r->text. The text of a
 * time is as in the event, until cell_write_time() is called. Returns 0, or -1 if memory is exhausted. */
int cell_read(struct cell_reader *r, struct span value, struct cell *cell) MUST_USE;
/* CELL is the time that was read last. Writes it to r->text in FORM, or in a longer form if FORM would lose a part of
 * the time. Sets the width of CELL. Returns 0, or -1 if memory is exhausted. */
int cell_write_time(struct cell_reader *r, const struct cell_time_form *form, struct cell *cell) MUST_USE;
/* Returns the number of terminal columns that a time in FORM takes. */
size_t cell_time_width(const struct cell_time_form *form);
#endif
