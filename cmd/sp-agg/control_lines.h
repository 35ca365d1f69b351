/* control_lines.h -- acts on the control lines that sp-agg reads, windowing and watermark, and passes on the others.
 *
 * The windowing line describes the windows of the stream. A watermark line moves the watermark: the time up to which
 * the events are considered complete. */
#ifndef AGG_CONTROL_LINES_H
#define AGG_CONTROL_LINES_H
#include "program/filter.h"
#include "sp-agg/store/store.h"
#include "sp-agg/time_reader.h"

struct control_lines {
	const struct config *config; /* all borrowed */
	const struct plan *plan;
	struct store *store;
	struct rows *rows;
	struct filter *filter;      /* its output gets the control lines of other kinds */
	struct time_reader *time;   /* gets the place of the time in events from the windowing line */
	struct windowing windowing; /* store->env points to it after the windowing line */
	struct buf windowing_line;  /* the text of the windowing line, to compare a second one with it */
};

/* Prepares C, whose borrowed members are set. */
void control_lines_init(struct control_lines *c);
void control_lines_release(struct control_lines *c);
/* Acts on LINE, a control line of KIND. The queue must be empty. Returns 0; -1 with E set if the stream cannot be
 * aggregated (EX_DATAERR) or the store failed. */
int control_lines_take(struct control_lines *c, enum control_kind kind, struct span line, struct err *e) MUST_USE;
#endif
