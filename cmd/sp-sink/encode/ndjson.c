/* ndjson.c -- NDJSON: each event as it came, without white space around it, on a line of its own. */
#include "sp-sink/encode/encoder.h"

static int ndjson_event(void *state, struct event *ev, struct buf *out, struct err *e)
{
	(void)state;
	return buf_add_span(out, ev->text) < 0 || buf_addc(out, '\n') < 0 ? err_oom(e, "a line of NDJSON") : 0;
}

const struct encoder_type encoder_ndjson = { .name = "ndjson", .suffix = ".ndjson", .event = ndjson_event };
