/* late.c -- late events of sessions: appended to --late FILE as they were before sp-window, or only counted.
 *
 * For other kinds of windows sp-window finds the late events. Whether an event of a session is late depends on the
 * other sessions of its key, so sp-agg finds it. The file gets the line that sp-window read, so that the file can be
 * fed to the pipeline again. */
#include "sp-agg/late.h"
#include "base/diag.h"
#include <inttypes.h>

int late_add(struct late *l, const struct event *ev, struct err *e)
{
	l->count++;
	/* The prefix ends with the comma before the first field. Before sp-window the opening brace was there. */
	return aside_add(l->file, SPAN("{"), (struct span){ ev->text.p + ev->prefix, ev->text.n - ev->prefix }, e);
}

void late_report(const struct late *l, bool kept)
{
	if (l->count && !kept)
		diag("%" PRIu64 " late event%s dropped: %s over; --late FILE keeps late events", l->count,
			l->count == 1 ? " was" : "s were", l->count == 1 ? "its session was" : "their sessions were");
}
