/* gather.c -- files as sources of the merge.
 *
 * A record travels through the merge as a few bytes of head and its text: of an event the line as it will
 * be written, of a rejected one the reason and the raw bytes, so that it is reported where it stood. */
#include "merge.h"
#include "run.h"
#include <stdlib.h>

struct head {
	const char *kind; /* NULL: an event */
	uint64_t number;
	size_t why;       /* bytes of the reason, its zero counted, in front of the raw ones */
};

struct gather {
	struct run *run;
	struct buf parcel;
};

static int pack(struct gather *g, const struct head *head, struct span first, struct span second)
{
	buf_reset(&g->parcel);
	if (buf_add(&g->parcel, head, sizeof *head) < 0 || buf_add_span(&g->parcel, first) < 0)
		return -1;
	return buf_add_span(&g->parcel, second);
}

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
	struct head head = { NULL, record.number, 0 };
	struct span first = event.text, second = { "", 0 };
	*ms = event.ms;
	if (r == 2) {
		head.kind = record.kind;
		head.why = strlen(record.why) + 1;
		first = (struct span){ record.why, head.why };
		second = record.raw;
		*ms = MERGE_NO_TIME;
	}
	if (pack(g, &head, first, second) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	*bytes = buf_span(&g->parcel);
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

static int unpack(struct gather *g, size_t number, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	struct span text = { bytes.p + sizeof head, bytes.n - sizeof head };
	if (!head.kind) {
		struct event event = { 0, text, false };
		return emit_write(&g->run->emit, &event, e);
	}
	return rejects_add(&g->run->rejects, head.kind, text.p, g->run->sources[number].name, head.number,
		(struct span){ text.p + head.why, text.n - head.why }, e);
}

int run_merged(struct run *r, struct err *e)
{
	struct gather g = { .run = r };
	buf_init(&g.parcel, SIZE_MAX / 4);
	struct merge *m = merge_new(r->source_count, (struct merge_face){ &g, next, park }, e);
	int n = m ? 1 : -1;
	while (n > 0 && !run_limit_reached(r)) {
		size_t number;
		struct span bytes;
		n = merge_next(m, &number, &bytes, e);
		if (n > 0 && unpack(&g, number, bytes, e) < 0)
			n = -1;
	}
	merge_free(m);
	buf_release(&g.parcel);
	return n < 0 ? -1 : 0;
}
