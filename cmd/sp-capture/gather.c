/* gather.c -- files as sources of the merge. */
#include "merge.h"
#include "parcel.h"

struct gather {
	struct run *run;
	struct parcel parcel;
};

static int next(void *arg, size_t number, int64_t *ms, struct span *bytes, struct err *e)
{
	struct gather *g = arg;
	struct source *s = &g->run->sources[number];
	struct record record;
	struct event event;
	if (s->over)
		return 0;
	int r = s->open ? 1 : run_open(g->run, s, e);
	if (r > 0)
		r = run_next(g->run, s, &record, &event, e);
	if (r == 0 && s->open)
		return run_close(g->run, s, e);
	if (r <= 0)
		return r;
	*ms = r == 1 ? event.ms : MERGE_NO_TIME;
	if ((r == 1 ? parcel_event(&g->parcel, &record, &event) : parcel_reject(&g->parcel, &record)) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	*bytes = buf_span(&g->parcel.bytes);
	return 1;
}

static bool park(void *arg, size_t number)
{
	struct gather *g = arg;
	struct source *s = &g->run->sources[number];
	if (!s->regular || s->over)
		return false;
	source_close(s);
	return true;
}

int run_merged(struct run *r, struct err *e)
{
	struct gather g = { .run = r };
	parcel_init(&g.parcel);
	struct merge *m = merge_new(r->source_count, (struct merge_face){ &g, next, park }, e);
	int n = m ? 1 : -1;
	while (n > 0 && !run_limit_reached(r)) {
		size_t number;
		struct span bytes;
		n = merge_next(m, &number, &bytes, e);
		if (n > 0 && parcel_deliver(r, r->sources[number].name, bytes, e) < 0)
			n = -1;
	}
	merge_free(m);
	parcel_release(&g.parcel);
	return n < 0 ? -1 : 0;
}
