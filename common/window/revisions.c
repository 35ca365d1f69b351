/* revisions.c -- recognises rows of sp-agg that may be written more than once.
 *
 * sp-agg writes the field "revision" first, or right after the bounds, and without white space. So comparing bytes is
 * enough, and events that have such a field in another place are not mistaken for rows. */
#include "window/revisions.h"

bool revisions_begin(struct span rest)
{
	return span_starts(rest, SPAN("\"revision\"")) || span_starts(rest, SPAN("\"retracted\""));
}

bool revisions_begin_numbered(struct span rest)
{
	/* "revision":N,"final": has at most 40 bytes, because N has at most 20 digits. */
	enum { NEAR = 40 };
	return span_starts(rest, SPAN("\"revision\":")) &&
		memmem(rest.p, rest.n < NEAR ? rest.n : NEAR, "\"final\":", sizeof "\"final\":" - 1);
}

int revisions_refuse(struct err *e)
{
	return err_set(e, EX_DATAERR,
		"rows with revisions as input, which would count twice: run the sp-agg before with --emit close and "
		"without --lateness, or keep its final rows only: jq -c 'select(.final)|del(.revision,.final)'");
}
