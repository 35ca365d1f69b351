/* run_merged.c -- the loop with a merge by event time.
 *
 * The merge calls fill() for records and holds them until their turn comes (merge.h). Then each record is written, or
 * reported as rejected. The merge has a full copy of each record, so the buffers of a source may change while its
 * records wait. */
#include "sp-capture/merge.h"
#include "sp-capture/merge_record.h"
#include "sp-capture/run.h"

struct merging {
	struct run *run;
	struct merge *merge;
};

/* Handles the failure E of source S, whose number is NUMBER. If S alone has failed (S->over) and
 * source_type.failures_in_turn is set, pushes E into the merge. So the earlier records of S are written before E ends
 * the run. Returns NEXT_EVENT if E was pushed, else NEXT_ERROR with E set. */
static enum next fail_in_turn(struct merging *g, size_t number, struct source *s, struct err *e)
{
	if (!s->type->failures_in_turn || !s->over)
		return NEXT_ERROR;
	return merge_record_failure(g->merge, number, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
}

/* merge_callbacks.fill: reads the next record of source NUMBER and pushes it. Returns NEXT_END for all sources once the
 * list of sources has changed, so that the merge ends and the run can read the new list. */
static enum next fill(void *arg, struct merge *m, size_t number, struct err *e)
{
	struct merging *g = arg;
	struct run *r = g->run;
	struct source *s = r->set.list[number];
	struct record record;
	struct event event;
	struct position position, *mark = NULL;
	if (s->over || r->set.changed)
		return NEXT_END;
	enum next n = s->open ? NEXT_EVENT : run_open(r, s, e);
	if (n == NEXT_EVENT)
		n = run_next(r, s, &record, &event, e);
	/* If this record is the last one that is written, a later run continues at this position. */
	if (r->set.needs_positions) {
		mark = &position;
		if (!s->type->mark(s, mark))
			*mark = (struct position){ 0 };
	}
	switch (n) {
	case NEXT_EVENT:
		s->in_merge++;
		return merge_record_event(m, number, &record, &event, mark, e) < 0 ? NEXT_ERROR : n;
	case NEXT_REJECTED:
		s->in_merge++;
		return merge_record_reject(m, number, &record, mark, e) < 0 ? NEXT_ERROR : NEXT_EVENT;
	case NEXT_END: return run_close(r, s, e) < 0 ? NEXT_ERROR : n;
	case NEXT_ERROR: return fail_in_turn(g, number, s, e);
	case NEXT_LATER: break;
	}
	return n;
}

/* merge_callbacks.park: closes source NUMBER. When its turn comes, run_open() opens it again at its first record.
 * Returns false if the source cannot be opened again or is not read any more. */
static bool park(void *arg, size_t number)
{
	const struct merging *g = arg;
	struct source *s = g->run->set.list[number];
	if (!s->can_reopen || s->over)
		return false;
	s->type->close(s);
	s->in_merge = 0;
	return true;
}

/* The loop ends at the end of all sources, at the limit, after a failure, or when the run is interrupted. After an
 * interruption the records in the merge are dropped, because they will be read again. */
int run_merged(struct run *r, struct err *e)
{
	struct merging g = { r, NULL };
	struct merge_callbacks callbacks = { .arg = &g,
		.fill = fill,
		.park = park,
		.overhead_bytes = r->set.needs_positions ? sizeof(struct position) : 0 };
	g.merge = merge_new(r->set.count, callbacks, e);
	bool counts = r->set.type->done != NULL;
	unsigned polled = 0; /* records since the last checkpoint_poll() */
	enum next n = g.merge ? NEXT_EVENT : NEXT_ERROR;
	while (n != NEXT_END && n != NEXT_ERROR && !run_limit_reached(r)) {
		size_t number;
		struct span bytes;
		n = merge_next(g.merge, &number, &bytes, e);
		if (run_interrupted(r) || (n == NEXT_LATER && stop_flag))
			break;
		if (n == NEXT_EVENT &&
			(merge_record_deliver(r, r->set.list[number], bytes, e) < 0 ||
				(counts && run_count(r, 1, e) < 0)))
			n = NEXT_ERROR;
		if (n == NEXT_LATER && run_wait(r, e) < 0)
			n = NEXT_ERROR;
		if (n == NEXT_EVENT && r->checkpoints && ++polled == RUN_CHECKPOINT_RECORDS) {
			polled = 0;
			if (r->checkpoints->poll(r->checkpoints->arg, r, e) < 0)
				n = NEXT_ERROR;
		}
	}
	merge_free(g.merge);
	return n == NEXT_ERROR ? -1 : 0;
}
