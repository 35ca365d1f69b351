/* late.c -- counts the late events of sessions, and appends them to the file of --late.
 *
 * For other kinds of windows sp-window finds the late events. Whether an event of a session is late depends on the
 * sessions of its key, which only sp-agg knows. The file gets each line without the bounds, as sp-window read the line.
 * So the file can be fed to the pipeline again. */
#include "sp-agg/late.h"
#include "base/clock.h"
#include "base/diag.h"
#include <inttypes.h>

int late_add(struct late *l, const struct event *ev, int64_t newest_ms, struct err *e)
{
	l->newest_ms = newest_ms;
	l->count++;
	/* The prefix has the opening brace, the bounds and the comma after them. Only a brace takes its place. */
	return aside_add(l->file, SPAN("{"), (struct span){ ev->text.p + ev->prefix, ev->text.n - ev->prefix }, e);
}

void late_report(const struct late *l, bool kept)
{
	char time[TIME_TEXT_MAX];
	if (l->count && l->newest_ms > clock_realtime_ms())
		diag("%" PRIu64
		     " late event%s set aside: the time of another, %.*s, is ahead of the clock and had closed the "
		     "sessions; set such events aside with sp-window --max-ahead 1h%s",
			l->count, l->count == 1 ? " was" : "s were", (int)time_write_ms(l->newest_ms, time), time,
			kept ? "" : ", and keep late ones with --late FILE");
	else if (l->count && !kept)
		diag("%" PRIu64 " late event%s dropped: %s over; --late FILE keeps late events", l->count,
			l->count == 1 ? " was" : "s were", l->count == 1 ? "its session was" : "their sessions were");
}
