/* intake.h -- lines become control lines, rejected lines, or events in the store. */
#ifndef AGG_INTAKE_H
#define AGG_INTAKE_H
#include "sp-agg/control_lines.h"
#include "sp-agg/queue.h"
#include "stream/reader.h"
#include "stream/rejects.h"

struct intake {
	const struct config *config; /* borrowed, as all of these */
	struct plan *plan;           /* the store's first event sets the record layout */
	struct reader *reader;
	struct rejects *rejects;
	struct store *store;

	struct control_lines control;
	struct queue queue;
	struct time_reader time;
	enum bounds_kind kind;  /* of the stream's events; BOUNDS_NONE before the first event, too */
	struct buf bounds_text; /* bounds of the last event, as text, with the comma; empty: it had none */
	struct bounds bounds;   /* the same, read */
};

/* Sets up IN, whose borrowed members are set; ROWS and OUT are for control lines. -1: E; intake_release() it all the
 * same. */
int intake_init(struct intake *in, struct rows *rows, struct writer *out, struct err *e) MUST_USE;
void intake_release(struct intake *in);
/* Takes one line of the input. 0, also if it was rejected; -1: E, the run ends. */
int intake_line(struct intake *in, const struct line *line, struct err *e) MUST_USE;
#endif
