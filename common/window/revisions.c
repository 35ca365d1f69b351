/* revisions.c -- rows of sp-agg that may come more than once.
 *
 * sp-agg writes these fields right after the bounds and without white space, so comparing bytes is enough: an event
 * whose fields merely have such names elsewhere is not touched. */
#include "window/revisions.h"

bool revisions_begin(struct span rest)
{
	return span_starts(rest, SPAN("\"revision\"")) || span_starts(rest, SPAN("\"retracted\""));
}

bool revisions_begin_numbered(struct span rest)
{
	enum { NEAR = 40 }; /* room for "revision":N, with any N, and "final": */
	return span_starts(rest, SPAN("\"revision\":")) &&
		memmem(rest.p, rest.n < NEAR ? rest.n : NEAR, "\"final\":", sizeof "\"final\":" - 1);
}

int revisions_refuse(struct err *e)
{
	return err_set(e, EX_DATAERR,
		"rows with revisions as input, which would count twice: run the sp-agg before with --emit close and "
		"without --lateness, or keep its final rows only: jq -c 'select(.final)|del(.revision,.final)'");
}
