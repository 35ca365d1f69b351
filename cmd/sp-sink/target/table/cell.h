/* cell.h -- one value of a table for people. */
#ifndef SINK_TARGET_TABLE_CELL_H
#define SINK_TARGET_TABLE_CELL_H
#include "sp-sink/target/table/layout.h"

enum cell_kind { CELL_NONE, CELL_NUMBER, CELL_TIME, CELL_TEXT };

struct cell {
	enum cell_kind kind;
	size_t width;        /* of the text in l->safe */
	size_t left;         /* numbers: of what stands in front of the point */
	bool clock, seconds; /* times */
	size_t fraction;
	int64_t ms;
};

/* Reads VALUE; how it is shown as text stands in l->safe. -1: out of memory. */
int cell_read(struct layout *l, struct span value, struct cell *cell) MUST_USE;
/* Puts the time CELL, as short as column C has it, into l->safe. */
int cell_time(struct layout *l, const struct layout_column *c, struct cell *cell) MUST_USE;
size_t cell_time_width(const struct layout_column *c);
#endif
