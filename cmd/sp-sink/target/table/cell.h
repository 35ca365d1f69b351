/* cell.h -- one value of a table for people: what it is, how wide, and its text. */
#ifndef SINK_TARGET_TABLE_CELL_H
#define SINK_TARGET_TABLE_CELL_H
#include "base/buf.h"
#include "text/time.h"

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TIME, CELL_TEXT };

/* How much of a time is written: the date, ... to the minute, ... to the second, ... with a fraction of FRACTION
 * digits. */
struct cell_time_form {
	bool clock;      /* not at midnight */
	bool seconds;    /* not at a whole minute; only with clock */
	size_t fraction; /* digits after the seconds */
};

struct cell {
	enum cell_kind kind;
	size_t width;               /* columns of its text on a terminal */
	size_t left;                /* numbers: characters before the decimal point */
	int64_t ms;                 /* times: since 1970 */
	struct cell_time_form form; /* times: what this one needs */
};

/* Reads values and holds the text of the last one. */
struct cell_reader {
	const struct zone *zone; /* that times are shown in; borrowed; NULL: UTC */
	struct buf text;         /* of the last cell, safe to print */
	struct buf plain;        /* scratch */
};

void cell_reader_init(struct cell_reader *r, const struct zone *zone);
void cell_reader_release(struct cell_reader *r);
/* Reads VALUE (JSON text, or SPAN_NONE for none) into *CELL and its text into r->text; of a time this is the text as it
 * came. Returns -1 when there is no memory. */
int cell_read(struct cell_reader *r, struct span value, struct cell *cell) MUST_USE;
/* Sets r->text to CELL, the time that was read last, written in FORM, or longer if it would lose something. Returns -1
 * when there is no memory. */
int cell_write_time(struct cell_reader *r, const struct cell_time_form *form, struct cell *cell) MUST_USE;
/* Returns the columns that a time in FORM takes. */
size_t cell_time_width(const struct cell_time_form *form);
#endif
