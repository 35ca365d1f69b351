/* run.c -- records from sources to the output. */
#include "sp-capture/run.h"
#include "base/diag.h"
#include <stdlib.h>
#include <unistd.h>
#include "sp-capture/run_status.h"

int run_init(struct run *r, const struct options *c, struct err *e)
{
	*r = (struct run){ .options = c, .out.fd = -1 };
	if (writer_init(&r->out, STDOUT_FILENO, "standard output", e) < 0 ||
		event_out_init(&r->event_out, c, &r->out, e) < 0)
		return -1;
	if (!c->follow && !c->kafka.active) {
		r->sources = calloc(c->source_count, sizeof *r->sources);
		if (!r->sources)
			return err_set(e, EX_OSERR, "out of memory");
		/* All of them are looked at before anything is written. */
		for (size_t i = 0; i < c->source_count; i++)
			if (source_init(&r->sources[i], c, c->sources[i], e) < 0)
				return -1;
		r->source_count = c->source_count;
	}
	if (rejects_init(&r->rejects, c->reject, e) < 0)
		return -1;
	run_status_init(r);
	return 0;
}

void run_release(struct run *r)
{
	for (size_t i = 0; i < r->source_count; i++)
		source_close(&r->sources[i]);
	free(r->sources);
	writer_release(&r->out);
	rejects_release(&r->rejects);
	event_out_release(&r->event_out);
}

int run_finish(struct run *r, struct err *e)
{
	if (event_out_settle(&r->event_out, e) < 0 || writer_close(&r->out, e) < 0)
		return -1;
	status_finish(&r->status);
	int status = rejects_finish(&r->rejects, e);
	return status < 0 || r->failed == 0 ? status : r->failed;
}

void run_abandon(struct run *r)
{
	struct err second = ERR_INIT; /* the first error is the one to tell */
	if (!r->output_failed && event_out_settle(&r->event_out, &second) == 0 && writer_flush(&r->out, &second) < 0)
		r->output_failed = true;
}

int run_pause(struct run *r, struct err *e)
{
	if (event_out_settle(&r->event_out, e) < 0 || writer_flush(&r->out, e) < 0)
		return -1;
	status_poll(&r->status);
	return 0;
}

static int before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	if (run_pause(r, e) == 0)
		return 0;
	r->output_failed = true;
	return -1;
}

static int before_fill(void *arg, struct err *e)
{
	struct run *r = arg;
	status_poll(&r->status);
	if (event_out_settle(&r->event_out, e) == 0)
		return 0;
	r->output_failed = true;
	return -1;
}

void run_hooks(struct run *r, struct source *s)
{
	s->in.hooks = (struct reader_hooks){ before_wait, before_fill, NULL, r };
}

/* A source failed with E: 0 when that ends only the source, -1 when it ends the run. */
static int failed(struct run *r, struct source *s, const struct err *e)
{
	s->over = true;
	if (r->output_failed || e->status == EX_USAGE || e->status == EX_OSERR || e->status == EX_SOFTWARE)
		return -1;
	int status = diag_err(e);
	if (r->failed == 0)
		r->failed = status;
	return 0;
}

int run_open(struct run *r, struct source *s, struct err *e)
{
	if (source_open(s, e) < 0)
		return failed(r, s, e);
	run_hooks(r, s);
	return 1;
}

int run_next(struct run *r, struct source *s, struct record *record, struct event *event, struct err *e)
{
	int n = source_next(s, record, e);
	if (n == 1)
		n = event_out_prepare(&r->event_out, record, s->name, event, e);
	else if (n < 0)
		return failed(r, s, e);
	if (s->format != r->last_format)
		run_status_format(r, s->format);
	return n;
}

int run_reject(struct run *r, const struct source *s, const struct record *record, struct err *e)
{
	return rejects_add(&r->rejects, record->kind, record->why, s->name, record->number, record->raw, e);
}

int run_take(struct run *r, struct source *s, struct err *e)
{
	struct record record;
	struct event event;
	int n = run_next(r, s, &record, &event, e);
	if (n == 1)
		return event_out_write(&r->event_out, &event, e) < 0 ? -1 : 1;
	if (n == 2)
		return run_reject(r, s, &record, e) < 0 ? -1 : 1;
	return n;
}

int run_close(struct run *r, struct source *s, struct err *e)
{
	int status = event_out_settle(&r->event_out, e);
	source_close(s);
	s->over = true;
	r->finished_bytes += s->size;
	return status;
}

int run_in_order(struct run *r, struct err *e)
{
	for (size_t i = 0; i < r->source_count && !run_limit_reached(r); i++) {
		struct source *s = &r->sources[i];
		int n = run_open(r, s, e);
		while (n > 0 && !run_limit_reached(r))
			n = run_take(r, s, e);
		if (n < 0 || run_close(r, s, e) < 0)
			return -1;
	}
	return 0;
}
