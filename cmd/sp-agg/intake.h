/* intake.h -- reads each line as an event for the store, or rejects the line. */
#ifndef AGG_INTAKE_H
#define AGG_INTAKE_H
#include "sp-agg/control_lines.h"
#include "sp-agg/queue.h"

struct intake {
	/* The four pointers are borrowed. */
	const struct config *config;
	struct plan *plan; /* the layout of its records is set at the first event */
	struct filter *filter;
	struct store *store;

	struct control_lines control;
	struct queue queue;
	struct time_reader time;
	/* The kind of bounds in the stream. BOUNDS_NONE: the stream has no bounds, or no event has come yet. */
	enum bounds_kind kind;
	/* The text of the last event's bounds, with the comma after them. Empty: that event had no bounds. */
	struct buf bounds_text;
	struct bounds bounds; /* the last event's bounds */
	/* True if an event of sp-window came, but no windowing line: a filter has dropped the control lines. A row of
	 * another sp-agg is not such an event. It begins with bounds as well, but has no "ts" after them. */
	bool control_missing;
};

/* Prepares IN. The caller has set the borrowed pointers. ROWS is kept, because a windowing line decides whether rows
 * can be written more than once. Returns 0, or -1 with E set. The caller must call intake_release(), even after a
 * failure. */
int intake_init(struct intake *in, struct rows *rows, struct err *e) MUST_USE;
void intake_release(struct intake *in);
/* Opens the store for a stream whose first event has bounds of KIND. Returns 0, or -1 with E set. */
int intake_begin(struct intake *in, enum bounds_kind kind, struct err *e) MUST_USE;
/* Reads LINE, which is not a control line, as an event. Returns 0, even if the line was rejected, or -1 with E set if
 * the run must end. */
int intake_line(struct intake *in, const struct line *line, struct err *e) MUST_USE;
#endif
