/* intake.h -- lines become events in the store, or are rejected. */
#ifndef AGG_INTAKE_H
#define AGG_INTAKE_H
#include "sp-agg/control_lines.h"
#include "sp-agg/queue.h"

struct intake {
	const struct config *config; /* borrowed, as all of these */
	struct plan *plan;           /* the store's first event sets the record layout */
	struct filter *filter;
	struct store *store;

	struct control_lines control;
	struct queue queue;
	struct time_reader time;
	enum bounds_kind kind;  /* of the stream's events; BOUNDS_NONE before the first event, too */
	struct buf bounds_text; /* bounds of the last event, as text, with the comma; empty: it had none */
	struct bounds bounds;   /* the same, read */
};

/* Sets up IN, whose borrowed members are set; the windowing line decides whether ROWS repeat. -1: E;
 * intake_release() it all the same. */
int intake_init(struct intake *in, struct rows *rows, struct err *e) MUST_USE;
void intake_release(struct intake *in);
/* Takes one line that is no control line. Returns 0, also if it was rejected; -1: E, the run ends. */
int intake_line(struct intake *in, const struct line *line, struct err *e) MUST_USE;
#endif
