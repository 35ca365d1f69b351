/* sp-agg -- keyed state: fold the events of each key and window into one row.
 * Events come in, with bounds in front where sp-window has been; rows go out when the watermark says that their
 * window is complete. What comes out depends on the input alone, not on reads, clocks or machines (but for
 * --emit DURATION). */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-agg/intake.h"
#include "sp-agg/late.h"
#include "sp-agg/options.h"
#include "sp-agg/report.h"
#include "sp-agg/store/store.h"
#include "stream/stop.h"
#include <unistd.h>

enum { POLL_EVENTS = 4096 }; /* lines between looks at the clock */

/* --emit DURATION */
static int emit_due(struct agg *a, struct err *e)
{
	if (a->c->emit != EMIT_EVERY)
		return 0;
	int64_t now = clock_monotonic_ms();
	if (now < a->next_emit_ms)
		return 0;
	if (intake_flush(a, e) < 0)
		return -1;
	a->next_emit_ms = now + a->c->emit_ms;
	return intake_emit_changed(a, e);
}

/* Before a read that would block: nothing is kept back. */
static int before_wait(void *arg, struct err *e)
{
	struct agg *a = arg;
	if (emit_due(a, e) < 0 || writer_flush(&a->out, e) < 0 || (a->late.fd >= 0 && writer_flush(&a->late, e) < 0))
		return -1;
	status_poll(&a->status);
	return 0;
}

/* Before lines that were given out are overwritten. */
static int before_fill(void *arg, struct err *e)
{
	return intake_flush(arg, e);
}

static int run_init(struct agg *a, struct config *c, struct err *e)
{
	*a = (struct agg){ .c = c,
		.watermark = INT64_MIN,
		.repeats = c->emit != EMIT_CLOSE,
		.last_ts = INT64_MIN,
		.started_ms = clock_monotonic_ms(),
		.late.fd = -1 };
	a->next_emit_ms = a->started_ms + c->emit_ms;
	buf_init(&a->row, (size_t)1 << 32);
	report_init(a);
	if (intake_init(a, e) < 0 || rejects_init(&a->rejects, c->reject, e) < 0 || late_open(a, e) < 0 ||
		writer_init(&a->out, STDOUT_FILENO, "standard output", e) < 0 ||
		reader_init(&a->in, input_fd(STDIN_FILENO, "standard input"), c->max_event, e) < 0)
		return -1;
	a->in.hooks = (struct reader_hooks){ before_wait, before_fill, before_wait, a };
	a->in.skip_blank = true;
	a->in.timeout_ms = c->emit == EMIT_EVERY && c->emit_ms < 1000 ? c->emit_ms : 1000;
	return 0;
}

static void run_release(struct agg *a)
{
	sessions_release(a);
	slices_release(a);
	windows_release(a);
	global_release(a);
	if (a->late.fd >= 0)
		close(a->late.fd);
	writer_release(&a->late);
	writer_release(&a->out);
	reader_release(&a->in);
	rejects_release(&a->rejects);
	intake_release(a);
	buf_release(&a->row);
}

/* All output is complete, or it is said that it is not; the exit status, or -1. */
static int finish(struct agg *a, struct err *e)
{
	if (intake_end(a, e) < 0 || writer_close(&a->out, e) < 0 || late_finish(a, e) < 0)
		return -1;
	status_finish(&a->status);
	return rejects_finish(&a->rejects, e);
}

static int run(struct config *c, struct err *e)
{
	struct agg a;
	struct line line;
	int n = -1, status = -1;
	uint64_t lines = 0;
	if (run_init(&a, c, e) < 0)
		goto out;
	while ((n = reader_next(&a.in, &line, e)) > 0) {
		if (intake_line(&a, &line, e) < 0)
			break;
		if (++lines % POLL_EVENTS == 0) {
			if (emit_due(&a, e) < 0)
				break;
			status_poll(&a.status);
		}
	}
	if (n == 0)
		status = finish(&a, e);
	else
		n = writer_flush(&a.out, &(struct err)ERR_INIT); /* what was complete before the error */
out:
	run_release(&a);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-agg");
	int r = options_read(&c, argc, argv, &status, &e);
	if (r == 0) {
		stop_init(IGNORE_FIRST_SIGINT);
		r = status = run(&c, &e);
	}
	config_release(&c);
	return r < 0 ? diag_err(&e) : status;
}
