/* intake.h -- turns lines into events of the store, or rejects them. */
#ifndef AGG_INTAKE_H
#define AGG_INTAKE_H
#include "sp-agg/control_lines.h"
#include "sp-agg/queue.h"

struct intake {
	const struct config *config; /* all borrowed */
	struct plan *plan;           /* the first event sets its record layout */
	struct filter *filter;
	struct store *store;

	struct control_lines control;
	struct queue queue;
	struct time_reader time;
	enum bounds_kind kind;  /* kind of bounds in the stream; also BOUNDS_NONE before the first event */
	struct buf bounds_text; /* the text of the last event's bounds, with the comma; empty: the event had none */
	struct bounds bounds;   /* the last event's bounds */
};

/* Prepares IN, whose borrowed members are set. ROWS is for the windowing line, which decides whether rows repeat.
 * Returns 0; -1 with E set. The caller must call intake_release(), even after a failure. */
int intake_init(struct intake *in, struct rows *rows, struct err *e) MUST_USE;
void intake_release(struct intake *in);
/* Takes one line that is not a control line. Returns 0, even if the line was rejected; -1 with E set if the run must
 * end. */
int intake_line(struct intake *in, const struct line *line, struct err *e) MUST_USE;
#endif
