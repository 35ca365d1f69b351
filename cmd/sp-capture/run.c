/* run.c -- reads records from the sources and writes them to the output.
 *
 * There are two loops for all types of sources: one without a merge (here) and one with a merge (run_merged.c). Without
 * a merge, each record is written or rejected before the next one is read. The output is flushed before every wait, and
 * before source_type.done() is called. So an offset that a source commits covers only events that have left the
 * program. If one source fails because of its input, the failure is reported, and all other sources are still read. */
#include "sp-capture/run.h"
#include "base/clock.h"
#include "base/diag.h"
#include "program/filter.h"
#include "program/slips.h"
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	DONE_RECORDS = 4096, /* number of records between two calls of source_type.done() */
	PAUSE_MS = 10,       /* how long run_wait() waits if the type has no wait() of its own */
};

/* ---- hooks: the sources call them before they wait and before they change a buffer ---- */

/* Writes all events so far to standard output, and the status line if it is due. Returns 0, or -1 with E set. */
static int run_flush(struct run *r, struct err *e)
{
	if (event_out_settle(&r->event_out, e) < 0 || writer_flush(&r->out, e) < 0) {
		r->output_failed = true;
		return -1;
	}
	status_poll(&r->status);
	return 0;
}

/* reader_hooks.before_wait: writes out all events, because a pause in the input must not hold them back. */
static int before_wait(void *arg, struct err *e)
{
	return run_flush(arg, e);
}

/* reader_hooks.before_fill: passes the events that are still in the read buffer to the writer. */
static int before_fill(void *arg, struct err *e)
{
	struct run *r = arg;
	status_poll(&r->status);
	if (event_out_settle(&r->event_out, e) == 0)
		return 0;
	r->output_failed = true;
	return -1;
}

/* ---- the run as a whole ---- */

/* If several things are wrong, the first in this order is reported: standard output, --time, the sources, the file of
 * --reject. The file of --reject is created last, so that a run that cannot begin does not create it. */
int run_init(struct run *r, const struct options *o, const struct run_checkpoints *c, struct err *e)
{
	*r = (struct run){ .options = o, .checkpoints = c, .out.fd = -1 };
	r->set = (struct source_set){ .type = o->type,
		.options = o,
		.needs_positions = c != NULL,
		.may_grow = c && !o->checkpoint.end,
		.hooks = { .before_wait = before_wait, .before_fill = before_fill, .arg = r } };
	if (writer_init(&r->out, STDOUT_FILENO, "standard output", e) < 0 ||
		event_out_init(&r->event_out, o, &r->out, e) < 0 || r->set.type->init(&r->set, e) < 0 ||
		rejects_init(&r->rejects, o->reject, e) < 0)
		return -1;
	r->rejects.separator = r->set.type->position_sign;
	if (r->set.whole_lines)
		writer_whole_lines(&r->out);
	run_status_init(r);
	return 0;
}

void run_release(struct run *r)
{
	r->set.type->free_all(&r->set);
	free(r->set.list);
	writer_release(&r->out);
	rejects_release(&r->rejects);
	event_out_release(&r->event_out);
}

/* If no event was written, prints which of the fields that the expression of --time uses were in no record. */
static void run_report(void *arg)
{
	const struct run *r = arg;
	if (r->event_out.exprs && r->event_out.events == 0)
		slips_print(&(struct slip_use){ r->event_out.exprs, 0, "--time", NULL });
}

/* Completes all output. Returns the exit status, or -1 with E set. If a source has failed, the exit status is that of
 * the first failure. */
static int run_finish(struct run *r, struct err *e)
{
	if (event_out_settle(&r->event_out, e) < 0)
		return -1;
	int status = filter_complete(&r->out, NULL, &r->rejects, &r->status, run_report, r, e);
	return status < 0 || r->failed == 0 ? status : r->failed;
}

/* Writes the events that came before a failure, if the output still works. Must be called while the buffers of the
 * sources exist. A second error is not reported, because the first error is the reason why the run ends. */
static void run_abandon(struct run *r)
{
	struct err second = ERR_INIT;
	if (!r->output_failed && event_out_settle(&r->event_out, &second) == 0 && writer_flush(&r->out, &second) < 0)
		r->output_failed = true;
}

/* ---- one source ---- */

/* Handles the failure E of S. Returns NEXT_ERROR if the run must end. That is so if the output failed, if E is not a
 * fault of the input (such as exhausted memory), or if source_type.failures_in_turn is set. Otherwise reports E, and
 * returns NEXT_LATER if S can be asked again, or NEXT_END if not. */
static enum next source_failed(struct run *r, struct source *s, const struct err *e)
{
	bool in_turn = s->type->failures_in_turn;
	if (r->output_failed || in_turn || e->status == EX_USAGE || e->status == EX_OSERR || e->status == EX_SOFTWARE)
		return NEXT_ERROR;
	int status = diag_err(e);
	if (r->failed == 0)
		r->failed = status;
	s->over = !s->type->outlives_errors;
	return s->over ? NEXT_END : NEXT_LATER;
}

enum next run_open(struct run *r, struct source *s, struct err *e)
{
	if (s->open || !s->type->open)
		return NEXT_EVENT;
	return s->type->open(s, e) < 0 ? source_failed(r, s, e) : NEXT_EVENT;
}

enum next run_next(struct run *r, struct source *s, struct record *record, struct event *event, struct err *e)
{
	enum next n = s->type->next(s, record, e);
	if (n == NEXT_EVENT) {
		n = event_out_prepare(&r->event_out, record, s->name, event, e);
		if (n == NEXT_EVENT)
			s->last_event_ms = event->ms;
		else if (n == NEXT_ERROR)
			s->unwritten = true;
	} else if (n == NEXT_ERROR) {
		return source_failed(r, s, e);
	}
	/* A source can have no format yet before its first record is read, so the format is checked after each
	 * record. */
	if (s->format != r->last_format)
		run_status_format(r, s);
	return n;
}

int run_reject(struct run *r, const struct source *s, const struct record *record, struct err *e)
{
	return rejects_add(&r->rejects, record->kind, record->why, s->name, record->number, record->raw, e);
}

int run_close(struct run *r, struct source *s, struct err *e)
{
	/* Events that count as written may still be in a buffer of S, which close() frees. */
	int status = event_out_settle(&r->event_out, e);
	if (s->type->close)
		s->type->close(s);
	s->over = true;
	return status;
}

int run_wait(struct run *r, struct err *e)
{
	if (r->set.type->wait)
		return r->set.type->wait(&r->set, e);
	if (run_flush(r, e) < 0)
		return -1;
	(void)stop_poll(NULL, 0, PAUSE_MS);
	return 0;
}

int run_count(struct run *r, uint64_t records, struct err *e)
{
	r->since_done += records;
	if (!r->set.type->done || r->since_done < DONE_RECORDS)
		return 0;
	r->since_done = 0;
	return run_flush(r, e) < 0 ? -1 : r->set.type->done(&r->set, e);
}

/* ---- the loop without a merge ---- */

/* Reads the next record of S and writes or rejects it. Returns what run_next() returned, or NEXT_ERROR if writing
 * failed. */
static enum next take(struct run *r, struct source *s, struct err *e)
{
	struct record record;
	struct event event;
	enum next n = run_next(r, s, &record, &event, e);
	if ((n == NEXT_EVENT && event_out_write(&r->event_out, &event, e) < 0) ||
		(n == NEXT_REJECTED && run_reject(r, s, &record, e) < 0)) {
		s->unwritten = true;
		return NEXT_ERROR;
	}
	return n;
}

/* Reads and writes records of S until S has no record now, run_count() must be called, or the limit is reached. Sets
 * *MOVED to true if there was a record, else to false. Returns the last result of take(), or NEXT_ERROR if run_count()
 * or a checkpoint failed. */
static enum next take_some(struct run *r, struct source *s, bool *moved, struct err *e)
{
	uint64_t most = r->checkpoints ? RUN_CHECKPOINT_RECORDS : r->set.type->done ? DONE_RECORDS : UINT64_MAX;
	uint64_t count = 0;
	enum next n = NEXT_EVENT;
	while ((n == NEXT_EVENT || n == NEXT_REJECTED) && count < most && !run_limit_reached(r)) {
		n = take(r, s, e);
		count++;
	}
	*moved = count > 1 || n == NEXT_EVENT || n == NEXT_REJECTED;
	if (n != NEXT_ERROR && r->checkpoints && r->checkpoints->poll(r->checkpoints->arg, r, e) < 0)
		return NEXT_ERROR;
	return n != NEXT_ERROR && run_count(r, count, e) < 0 ? NEXT_ERROR : n;
}

/* Reads one source after the other, each to its end. If source_type.takes_turns is set, the next source is read
 * whenever a source has no record now. The program then waits only if no source had a record in a whole round. Returns
 * 0, or -1 with E set. */
static int run_unmerged(struct run *r, struct err *e)
{
	struct source_set *set = &r->set;
	size_t at = 0, idle = 0, left = set->count;
	while (left > 0 && !run_limit_reached(r) && !run_interrupted(r)) {
		struct source *s = set->list[at];
		bool moved = false;
		enum next n = s->over ? NEXT_LATER : run_open(r, s, e);
		if (n == NEXT_EVENT)
			n = take_some(r, s, &moved, e);
		idle = moved ? 0 : idle;
		switch (n) {
		case NEXT_ERROR: return -1;
		case NEXT_END:
			if (run_close(r, s, e) < 0)
				return -1;
			left--;
			idle = 0;
			at = (at + 1) % set->count;
			break;
		case NEXT_LATER:
			idle++;
			if (set->type->takes_turns)
				at = (at + 1) % set->count;
			if (!set->type->takes_turns || idle >= set->count) {
				if (stop_flag)
					return 0;
				if (run_wait(r, e) < 0)
					return -1;
				idle = 0;
			}
			break;
		case NEXT_EVENT:
		case NEXT_REJECTED: break; /* S stays the current source */
		}
	}
	return 0;
}

/* ---- both loops ---- */

/* Reads the sources that are in the set now, until they end or the list changes. Returns 0, or -1 with E set. */
static int run_set(struct run *r, struct err *e)
{
	r->set.merged = r->set.count > 1 && r->set.type->merges && !r->options->in_order;
	return r->set.merged ? run_merged(r, e) : run_unmerged(r, e);
}

/* Reads the sources, and gets a new list of them each time the list has changed, until the run ends. Returns 0, or -1
 * with E set. */
static int run_loop(struct run *r, struct err *e)
{
	for (;;) {
		enum next n = r->set.type->refresh ? r->set.type->refresh(&r->set, e) : NEXT_EVENT;
		if (n == NEXT_END)
			return 0;
		if (n == NEXT_ERROR || (n == NEXT_LATER ? run_wait(r, e) : run_set(r, e)) < 0)
			return -1;
		if (stop_flag || run_limit_reached(r) || (n == NEXT_EVENT && !r->set.changed))
			return 0;
	}
}

/* After a failure, the events before it are still written, and finish() commits those that were written. */
int run_all(struct run *r, struct err *e)
{
	struct err second = ERR_INIT; /* the first error is the one to report */
	int status = run_loop(r, e);
	if (status < 0)
		run_abandon(r);
	if (r->set.type->finish && r->set.type->finish(&r->set, status < 0 ? &second : e) < 0)
		status = -1;
	if (status == 0 && r->checkpoints && r->checkpoints->finish(r->checkpoints->arg, r, e) < 0)
		status = -1;
	if (status == 0)
		return run_finish(r, e);
	/* For sources that commit, the last status line shows how far the run came. */
	if (r->set.type->finish)
		status_finish(&r->status);
	return -1;
}
