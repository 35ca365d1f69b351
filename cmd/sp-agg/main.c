/* sp-agg -- keyed state: fold the events of each key and window into one row.
 *
 * Events come in, with bounds at their beginning if sp-window has been there; rows go out when the watermark says that
 * their window is complete. A line goes through intake.c (bounds, key, arguments, time), waits in queue.c, and is added
 * to a group of the stream's store (store/), which writes rows (rows.c) as its windows fire.
 *
 * The output depends on the input alone, not on the sizes of reads, clocks or machines (except --emit DURATION). */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-agg/intake.h"
#include "sp-agg/late.h"
#include "sp-agg/options.h"
#include "sp-agg/report.h"
#include "stream/status.h"
#include "stream/stop.h"
#include <unistd.h>

enum { POLL_EVENTS = 4096 }; /* lines between two looks at the clock */

/* The whole run. Its parts refer to each other, so it must not move. */
struct run {
	const struct config *config;
	/* What every filter has. */
	struct reader reader;
	struct writer out;
	struct rejects rejects;
	struct late late;
	struct status status;
	struct report report;
	/* The aggregation. */
	struct intake intake;
	struct store store;
	struct group_budget budget;
	struct rows rows;
	int64_t next_emit_ms; /* --emit DURATION, monotonic */
};

/* Writes what has changed if --emit DURATION says that it is time. */
static int emit_due(struct run *r, struct err *e)
{
	if (r->config->emit != EMIT_EVERY)
		return 0;
	int64_t now = clock_monotonic_ms();
	if (now < r->next_emit_ms)
		return 0;
	if (queue_flush(&r->intake.queue, e) < 0)
		return -1;
	r->next_emit_ms = now + r->config->emit_ms;
	return store_emit_changed(&r->store, e);
}

/* Before a read that would block: all output must be out. */
static int before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	if (emit_due(r, e) < 0 || writer_flush(&r->out, e) < 0 || late_flush(&r->late, e) < 0)
		return -1;
	status_poll(&r->status);
	return 0;
}

/* Before lines that events of the queue refer to are overwritten. */
static int before_fill(void *arg, struct err *e)
{
	struct run *r = arg;
	return queue_flush(&r->intake.queue, e);
}

/* Sets what needs no memory or file, so that run_release() may follow at any point. */
static void run_connect(struct run *r, const struct config *c, struct plan *p)
{
	*r = (struct run){ .config = c, .late.out.fd = -1 };
	r->report = (struct report){ &r->intake.queue, &r->store, &r->rows, &r->late, &r->rejects, &r->budget,
		clock_monotonic_ms() };
	r->status = (struct status){ .line = c->status,
		.metrics_path = c->metrics,
		.describe = report_describe,
		.metrics = report_metrics,
		.arg = &r->report };
	r->budget = (struct group_budget){ .max_keys = c->max_keys,
		.max_bytes = c->max_state,
		.overflow = c->overflow_other };
	rows_init(&r->rows, c, p, &r->out);
	r->store.env = (struct store_env){ .config = c,
		.folds = &p->folds,
		.budget = &r->budget,
		.rows = &r->rows,
		.late = &r->late,
		.watermark = INT64_MIN };
	r->intake = (struct intake){ .config = c,
		.plan = p,
		.reader = &r->reader,
		.rejects = &r->rejects,
		.store = &r->store };
	r->next_emit_ms = r->report.started_ms + c->emit_ms;
}

static int run_init(struct run *r, const struct config *c, struct plan *p, struct err *e)
{
	run_connect(r, c, p);
	if (intake_init(&r->intake, &r->rows, &r->out, e) < 0 || rejects_init(&r->rejects, c->reject, e) < 0 ||
		late_open(&r->late, c->late, e) < 0 || writer_init(&r->out, STDOUT_FILENO, "standard output", e) < 0 ||
		reader_init(&r->reader, input_fd(STDIN_FILENO, "standard input"), c->max_event, e) < 0)
		return -1;
	r->reader.hooks = (struct reader_hooks){ before_wait, before_fill, before_wait, r };
	r->reader.skip_blank = true;
	r->reader.timeout_ms = c->emit == EMIT_EVERY && c->emit_ms < 1000 ? c->emit_ms : 1000;
	return 0;
}

static void run_release(struct run *r)
{
	store_release(&r->store);
	late_release(&r->late);
	writer_release(&r->out);
	reader_release(&r->reader);
	rejects_release(&r->rejects);
	intake_release(&r->intake);
	rows_release(&r->rows);
}

/* Writes what is open, flushes and closes all output; reports any failure. Returns the exit status, or -1. */
static int finish(struct run *r, struct err *e)
{
	if (queue_flush(&r->intake.queue, e) < 0 || store_finish(&r->store, e) < 0 || writer_close(&r->out, e) < 0 ||
		late_finish(&r->late, e) < 0)
		return -1;
	status_finish(&r->status);
	return rejects_finish(&r->rejects, e);
}

static int run(const struct config *c, struct plan *p, struct err *e)
{
	struct run r;
	struct line line;
	enum next n = NEXT_ERROR;
	int status = -1;
	uint64_t lines = 0;
	if (run_init(&r, c, p, e) < 0)
		goto out;
	while ((n = reader_next(&r.reader, &line, e)) == NEXT_EVENT) {
		if (intake_line(&r.intake, &line, e) < 0)
			break;
		if (++lines % POLL_EVENTS == 0) {
			if (emit_due(&r, e) < 0)
				break;
			status_poll(&r.status);
		}
	}
	if (n == NEXT_END)
		status = finish(&r, e);
	else /* rows that were complete before the error are good */
		(void)!writer_flush(&r.out, &(struct err)ERR_INIT);
out:
	run_release(&r);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct plan p;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-agg");
	int r = plan_init(&p, &e);
	if (r == 0)
		r = options_read(&c, &p, argc, argv, &status, &e);
	if (r == 0) {
		stop_init(IGNORE_FIRST_SIGINT);
		r = status = run(&c, &p, &e);
	}
	plan_release(&p);
	return r < 0 ? diag_err(&e) : status;
}
