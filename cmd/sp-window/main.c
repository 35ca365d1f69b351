/* sp-window -- assign events to event-time windows.
 * Events come in with a time and go out with the bounds of their window in front; late ones are set aside.
 * What comes out depends on the input alone: not on reads, clocks or machines (but for the two options that
 * say so, --idle-close and --max-ahead). */
#include "base/clock.h"
#include "base/diag.h"
#include "base/dur.h"
#include "base/opt.h"
#include "stream/control.h"
#include "stream/stop.h"
#include "sp-window/window.h"
#include "text/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum option {
	O_TUMBLING = 256,
	O_HOPPING,
	O_CUMULATE,
	O_SESSION,
	O_ADVANCE,
	O_OFFSET,
	O_TZ,
	O_DELAY,
	O_LATENESS,
	O_LATE,
	O_MAX_AHEAD,
	O_IDLE_CLOSE,
	O_EXPAND,
	O_KEEP,
	O_TIME_FORMAT,
	O_REJECT,
	O_STATUS,
	O_METRICS,
};

static const struct opt options[] = {
	{ O_TUMBLING, "tumbling", "SIZE", "windows of SIZE, one behind the other" },
	{ O_HOPPING, "hopping", "SIZE", "windows of SIZE, a new one every --advance" },
	{ O_CUMULATE, "cumulate", "SIZE", "windows of SIZE, with a result every --advance on the way" },
	{ O_SESSION, "session", "GAP", "windows that end when nothing comes for GAP" },
	{ O_ADVANCE, "advance", "STEP", "step of --hopping and --cumulate" },
	{ O_OFFSET, "offset", "DUR", "windows begin DUR later than the clock's round times (or earlier: -DUR)" },
	{ O_TZ, "tz", "ZONE", "the clock is that of ZONE, such as Europe/Athens (default UTC)" },
	{ O_DELAY, "delay", "DUR", "wait DUR for events that come out of order (default 0)" },
	{ O_LATENESS, "lateness", "DUR", "keep windows DUR longer, and correct them (default 0)" },
	{ O_LATE, "late", "FILE", "append events that come too late to FILE" },
	{ O_MAX_AHEAD, "max-ahead", "DUR", "set events aside that are DUR ahead of the clock" },
	{ O_IDLE_CLOSE, "idle-close", "DUR", "close the windows when nothing comes for DUR by the clock" },
	{ O_EXPAND, "expand", NULL, "write a line for every window of an event, for other programs" },
	{ O_KEEP, "keep", "PATH,...", "only these members of events leave, which is faster" },
	{ 't', "time", "PATH", "where an event's time is (default .ts)" },
	{ O_TIME_FORMAT, "time-format", "FORMAT", "auto, s, ms, us, ns, rfc3339 or a strptime format" },
	{ O_REJECT, "reject", "FILE", "append lines that are no events to FILE" },
	{ O_STATUS, "status", NULL, "keep a status line on standard error" },
	{ O_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_COMMON,
	OPT_END,
};

static const char details[] =
	"SIZE, STEP, GAP and DUR are durations: 500ms, 5s, 1m, 2h, 1d. SIZE and STEP may also be day, week or month.\n\n"
	"example:\n"
	"  sp-capture access.log | sp-window --tumbling 1m --delay 5s --late late.ndjson | sp-agg --by .path n=count\n";

static const struct opt_program program = { "sp-window", "", "assign events to event-time windows", options, details };

/* ---- options ---- */

static int set_kind(struct config *c, bool *has_kind, enum window_kind kind, struct err *e)
{
	if (*has_kind)
		return err_set(e, EX_USAGE, "one kind of window only: --tumbling, --hopping, --cumulate or --session");
	*has_kind = true;
	c->w.kind = kind;
	return 0;
}

static int set_text(char *to, size_t size, const char *value, struct err *e)
{
	if (strlen(value) >= size)
		return err_set(e, EX_USAGE, "too long: at most %zu bytes", size - 1);
	if (utf8_valid(span_of(value)) != strlen(value))
		return err_set(e, EX_USAGE, "not UTF-8");
	memcpy(to, value, strlen(value) + 1);
	return 0;
}

static int set_offset(struct config *c, const char *value, struct err *e)
{
	bool minus = *value == '-';
	if (dur_parse(value + minus, &c->w.offset, e) < 0)
		return -1;
	c->w.offset = minus ? -c->w.offset : c->w.offset;
	return 0;
}

static int set_session(struct config *c, bool *has_kind, const char *value, struct err *e)
{
	if (dur_parse(value, &c->w.gap, e) < 0)
		return -1;
	return set_kind(c, has_kind, WINDOW_SESSION, e);
}

static int set_size(struct config *c, bool *has_kind, int id, const char *value, struct err *e)
{
	if (window_length_parse(value, &c->w.size, e) < 0)
		return -1;
	return set_kind(c, has_kind,
		id == O_TUMBLING        ? WINDOW_TUMBLING :
			id == O_HOPPING ? WINDOW_HOPPING :
					  WINDOW_CUMULATE,
		e);
}

static int set_option(struct config *c, bool *has_kind, bool *has_advance, int id, const char *value, struct err *e)
{
	switch ((enum option)id) {
	case O_TUMBLING:
	case O_HOPPING:
	case O_CUMULATE: return set_size(c, has_kind, id, value, e);
	case O_SESSION: return set_session(c, has_kind, value, e);
	case O_ADVANCE: *has_advance = true; return window_length_parse(value, &c->w.advance, e);
	case O_OFFSET: return set_offset(c, value, e);
	case O_TZ: return set_text(c->w.tz, sizeof c->w.tz, value, e);
	case O_DELAY: return dur_parse(value, &c->w.delay, e);
	case O_LATENESS: return dur_parse(value, &c->w.lateness, e);
	case O_MAX_AHEAD: return dur_parse(value, &c->max_ahead, e);
	case O_IDLE_CLOSE: return dur_parse(value, &c->idle_close, e);
	case O_TIME_FORMAT: return set_text(c->w.time_format, sizeof c->w.time_format, value, e);
	case O_LATE: c->late = value; return 0;
	case O_KEEP: c->keep = value; return 0;
	case O_EXPAND: c->expand = true; return 0;
	case O_REJECT: c->reject = value; return 0;
	case O_STATUS: c->status = true; return 0;
	case O_METRICS: c->metrics = value; return 0;
	default: return set_text(c->w.time, sizeof c->w.time, value, e);
	}
}

static int check_config(struct config *c, bool has_kind, bool has_advance, struct err *e)
{
	bool panes = c->w.kind == WINDOW_HOPPING || c->w.kind == WINDOW_CUMULATE, session = c->w.kind == WINDOW_SESSION;
	if (!has_kind)
		return err_set(e, EX_USAGE,
			"which windows? give --tumbling SIZE, --hopping SIZE --advance STEP, --cumulate SIZE "
			"--advance STEP or --session GAP");
	if (panes && !has_advance)
		return err_set(e, EX_USAGE, "--%s needs --advance STEP",
			c->w.kind == WINDOW_HOPPING ? "hopping" : "cumulate");
	if (!panes && has_advance)
		return err_set(e, EX_USAGE, "--advance goes with --hopping and --cumulate only");
	if (session && c->expand)
		return err_set(e, EX_USAGE,
			"--expand: only sp-agg knows where sessions end, as they depend on the key");
	if (session && c->late && c->max_ahead < 0)
		return err_set(e, EX_USAGE,
			"--late: only sp-agg knows which events of sessions are late; give it --late");
	return windowing_init(&c->w, e);
}

static const char *option_name(int id)
{
	const struct opt *o = options;
	while (o->name && o->id != id)
		o++;
	return o->name;
}

/* 0: go on; 1: --help or --version was served, with *STATUS; -1. */
static int parse_args(struct config *c, int argc, char **argv, int *status, struct err *e)
{
	struct opt_parser o;
	const char *value;
	bool has_kind = false, has_advance = false;
	int id, count, r = -1;
	struct buf text;
	buf_init(&text, 1 << 16);
	*c = (struct config){ .w = { .tz = "UTC", .time = ".ts", .time_format = "auto" }, .max_ahead = -1 };
	if (opt_init(&o, &program, argc, argv, e) < 0)
		return -1;
	while ((id = opt_next(&o, &value, e)) > 0) {
		if (id == 'h' || id == 'V') {
			r = (id == 'h' ? opt_help(&program, &text) : opt_version(&program, &text)) < 0 ? -1 : 1;
			*status = diag_print(buf_span(&text).p, text.n);
			goto out;
		}
		if (set_option(c, &has_kind, &has_advance, id, value, e) < 0) {
			err_context(e, "--%s", option_name(id));
			goto out;
		}
	}
	if (id < 0)
		goto out;
	(void)opt_operands(&o, &count);
	if (count > 0)
		err_set(e, EX_USAGE, "unexpected '%s': sp-window reads standard input", opt_operands(&o, &count)[0]);
	else
		r = check_config(c, has_kind, has_advance, e);
out:
	opt_release(&o);
	buf_release(&text);
	return r;
}

/* ---- the run ---- */

static int before_wait(void *arg, struct err *e)
{
	struct run *r = arg;
	if (writer_flush(&r->out, e) < 0 || (r->late.fd >= 0 && writer_flush(&r->late, e) < 0))
		return -1;
	if (r->lines != r->lines_waited || r->wait_ms == 0) {
		r->lines_waited = r->lines;
		r->wait_ms = clock_monotonic_ms();
		r->idle = false;
	}
	report_poll(r);
	return 0;
}

static int on_idle(void *arg, struct err *e)
{
	struct run *r = arg;
	report_poll(r);
	if (r->c->idle_close == 0 || r->idle || clock_monotonic_ms() - r->wait_ms < r->c->idle_close)
		return 0;
	r->idle = true;
	return assign_idle(r, e);
}

static int open_late(struct run *r, struct err *e)
{
	if (!r->c->late)
		return 0;
	int fd = open(r->c->late, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", r->c->late);
	return writer_init(&r->late, fd, r->c->late, e);
}

static int run_init(struct run *r, const struct config *c, struct err *e)
{
	*r = (struct run){ .c = c,
		.w = &c->w,
		.max_ts = INT64_MIN,
		.watermark = INT64_MIN,
		.next_edge = INT64_MIN,
		.to = INT64_MIN,
		.latest_now = INT64_MIN,
		.newest_end = INT64_MIN,
		.first_end = INT64_MAX,
		.late.fd = -1,
		.started_ms = clock_monotonic_ms() };
	buf_init(&r->scratch, 4096);
	report_init(r);
	if (clock_init(&r->clock, c->w.time, c->w.time_format, c->w.zone, e) < 0 ||
		keep_init(&r->keep, c->keep, e) < 0 || rejects_init(&r->rejects, c->reject, e) < 0 ||
		open_late(r, e) < 0 || writer_init(&r->out, STDOUT_FILENO, "standard output", e) < 0 ||
		reader_init(&r->in, input_fd(STDIN_FILENO, SOURCE), EVENT_MAX + EVENT_MAX_EXTRA, e) < 0)
		return -1;
	r->in.hooks = (struct reader_hooks){ before_wait, NULL, on_idle, r };
	r->in.skip_blank = true;
	r->in.timeout_ms = c->status || c->metrics ? 1000 : 30000;
	if (c->idle_close && c->idle_close < r->in.timeout_ms)
		r->in.timeout_ms = c->idle_close;
	return 0;
}

static void run_release(struct run *r)
{
	clock_release(&r->clock);
	keep_release(&r->keep);
	reader_release(&r->in);
	writer_release(&r->out);
	if (r->late.fd >= 0)
		close(r->late.fd);
	writer_release(&r->late);
	rejects_release(&r->rejects);
	buf_release(&r->scratch);
}

static int take(struct run *r, const struct line *line, struct err *e)
{
	struct event ev;
	const char *kind = "line over the limit";
	int n = 1;
	if ((++r->lines & 0xffff) == 0)
		report_poll(r);
	if (line->too_long) {
		err_set(e, EX_DATAERR, "line over the limit of %d bytes", EVENT_MAX + EVENT_MAX_EXTRA);
	} else if (control_is(line->text)) {
		return assign_control(r, line->text, e);
	} else {
		n = clock_read(&r->clock, line->text, &ev, &kind, e);
		if (n < 0)
			return err_context(e, "%s:%llu", SOURCE, (unsigned long long)line->number);
	}
	if (n == 0 && r->keep.count > 0 && (n = keep_event(&r->keep, &ev, e)) < 0)
		return -1;
	if (n > 0)
		return rejects_add(&r->rejects, kind, e->msg, SOURCE, line->number, line->text, e);
	return assign_event(r, &ev, e);
}

/* All output is complete, or it is said that it is not. */
static int finish(struct run *r, struct err *e)
{
	if (writer_close(&r->out, e) < 0 || (r->late.fd >= 0 && writer_close(&r->late, e) < 0))
		return -1;
	report_finish(r);
	return rejects_finish(&r->rejects, e);
}

static int run(const struct config *c, struct err *e)
{
	struct run r;
	struct line line;
	struct err second; /* the first error is the one to tell */
	int n = -1, status = -1;
	if (run_init(&r, c, e) < 0)
		goto out;
	while ((n = reader_next(&r.in, &line, e)) > 0)
		if (take(&r, &line, e) < 0)
			break;
	if (n == 0)
		status = finish(&r, e);
	else if (writer_flush(&r.out, &second) < 0)
		status = -1;
out:
	run_release(&r);
	return status;
}

int main(int argc, char *argv[])
{
	struct config c;
	struct err e = ERR_INIT;
	int status = 0;
	diag_init("sp-window");
	int r = parse_args(&c, argc, argv, &status, &e);
	if (r == 0) {
		stop_init(IGNORE_FIRST_SIGINT);
		r = status = run(&c, &e);
	}
	windowing_release(&c.w);
	return r < 0 ? diag_err(&e) : status;
}
