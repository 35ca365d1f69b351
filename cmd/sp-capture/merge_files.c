/* merge_files.c -- files as sources of the merge. */
#include "sp-capture/merge_record.h"

static int fill(void *arg, struct merge *m, size_t number, struct err *e)
{
	struct run *run = arg;
	struct source *s = &run->sources[number];
	struct record record;
	struct event event;
	if (s->over)
		return 0;
	int r = s->open ? 1 : run_open(run, s, e);
	if (r > 0)
		r = run_next(run, s, &record, &event, e);
	if (r == 0 && s->open)
		return run_close(run, s, e);
	if (r <= 0)
		return r;
	r = r == 1 ? merge_record_event(m, number, &record, &event, e) : merge_record_reject(m, number, &record, e);
	return r < 0 ? -1 : 1;
}

static bool park(void *arg, size_t number)
{
	struct run *run = arg;
	struct source *s = &run->sources[number];
	if (!s->regular || s->over)
		return false;
	source_close(s);
	return true;
}

int run_merged(struct run *r, struct err *e)
{
	struct merge *m = merge_new(r->source_count, (struct merge_callbacks){ r, fill, park }, e);
	int n = m ? 1 : -1;
	while (n > 0 && !run_limit_reached(r)) {
		size_t number;
		struct span bytes;
		n = merge_next(m, &number, &bytes, e);
		if (n > 0 && merge_record_deliver(r, r->sources[number].name, bytes, e) < 0)
			n = -1;
	}
	merge_free(m);
	return n < 0 ? -1 : 0;
}
