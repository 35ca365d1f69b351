/* control_lines.h -- the control lines that sp-agg reads: windowing and watermark; others are passed on. */
#ifndef AGG_CONTROL_LINES_H
#define AGG_CONTROL_LINES_H
#include "program/filter.h"
#include "sp-agg/store/store.h"
#include "sp-agg/time_reader.h"

struct control_lines {
	const struct config *config; /* borrowed, as all of these */
	const struct plan *plan;
	struct store *store;
	struct rows *rows;
	struct filter *filter;      /* its output takes the lines that sp-agg does not know */
	struct time_reader *time;   /* learns from the windowing line where events have their time */
	struct windowing windowing; /* store->env refers to it once there is a windowing line */
	struct buf windowing_line;  /* its text, to compare a second one with */
};

/* C has its borrowed members set. */
void control_lines_init(struct control_lines *c);
void control_lines_release(struct control_lines *c);
/* Acts on one control line of KIND. No event is waiting in the queue. -1: EX_DATAERR, the stream cannot be aggregated;
 * or the store failed. */
int control_lines_take(struct control_lines *c, enum control_kind kind, struct span line, struct err *e) MUST_USE;
#endif
