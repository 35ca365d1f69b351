/* control_lines.h -- acts on the windowing, watermark and end lines that sp-agg reads, and passes on other control
 * lines.
 *
 * The windowing line describes the windows of the stream. A watermark line moves the watermark: the time up to which
 * the events are considered complete. */
#ifndef AGG_CONTROL_LINES_H
#define AGG_CONTROL_LINES_H
#include "program/filter.h"
#include "sp-agg/store/store.h"
#include "sp-agg/time_reader.h"

struct control_lines {
	/* All pointers in this struct are borrowed. */
	const struct config *config;
	const struct plan *plan;
	struct store *store;
	struct rows *rows;
	struct filter *filter;    /* control lines of other kinds go to its output */
	struct time_reader *time; /* gets the path of the time from the windowing line */
	/* The contents of the windowing line. Once the line was read, store->env.windowing points here. */
	struct windowing windowing;
	struct buf windowing_line; /* the text of the windowing line; a later one must be equal */
	/* The state came from a checkpoint, and no windowing line and no event was read since. */
	bool resumed;
};

/* Prepares C. The caller has set all pointers. */
void control_lines_init(struct control_lines *c);
void control_lines_release(struct control_lines *c);
/* Sets the windows of the stream to W, which it takes even if it fails. LINE is their windowing line. Returns 0, or -1
 * with E set. */
int control_lines_set_windowing(struct control_lines *c, struct windowing w, struct span line, struct err *e) MUST_USE;
/* Must be called before an event that may have other bounds than the event before. If state for windows was loaded, but
 * the stream has no windowing line, returns -1 with E set (EX_DATAERR) unless nothing is open. Otherwise returns 0. */
int control_lines_confirm(struct control_lines *c, struct err *e) MUST_USE;
/* Acts on LINE, a control line of KIND. No event may be waiting in the queue. Returns 0, or -1 with E set if the stream
 * cannot be aggregated (EX_DATAERR), or if the store or the output fails. */
int control_lines_take(struct control_lines *c, enum control_kind kind, struct span line, struct err *e) MUST_USE;
#endif
