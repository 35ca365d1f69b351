/* test_filter.c -- the run of a filter: what reaches the hooks, what is written, and the exit status. */
#include "check.h"
#include "program/filter.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the hooks of a case do. */
struct plan {
	const char *input;
	uint64_t fail_at, stop_at, reject_at; /* the line at which event() does that; 0: never */
	int end_status;
	const char *output; /* what is to be written ... */
	int status;         /* ... and the exit status */
};

struct run {
	struct filter filter;
	const struct plan *plan;
	int kept; /* events that before_fill() has not written yet */
};

static int write_kept(void *arg, struct err *e)
{
	struct run *r = arg;
	for (; r->kept > 0; r->kept--)
		if (filter_pass(&r->filter, SPAN("event"), e) < 0)
			return -1;
	return 0;
}

static int on_event(void *arg, const struct line *line, struct err *e)
{
	struct run *r = arg;
	const struct plan *p = r->plan;
	if (line->number == p->fail_at)
		return err_set(e, EX_DATAERR, "a broken stream");
	if (line->number == p->reject_at)
		return filter_reject(&r->filter, line, "kind", "not good", e);
	r->kept++;
	return line->number == p->stop_at ? FILTER_STOP : 0;
}

static int on_control(void *arg, enum control_kind kind, struct span line, struct err *e)
{
	struct run *r = arg;
	(void)kind;
	return filter_pass(&r->filter, line, e);
}

static int on_end(void *arg, struct err *e)
{
	struct run *r = arg;
	if (write_kept(r, e) < 0 || filter_pass(&r->filter, SPAN("end"), e) < 0)
		return -1;
	return r->plan->end_status;
}

/* In a process of its own, since the filter reads standard input and writes standard output. */
static int run_child(const struct plan *p, int in, int out)
{
	struct run r = { .plan = p };
	struct err e = ERR_INIT;
	const struct filter_hooks hooks = { .event = on_event,
		.control = on_control,
		.before_fill = write_kept,
		.end = on_end,
		.arg = &r };
	const struct filter_config config = { .max_line = 64 };
	int null = open("/dev/null", O_WRONLY);
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		return EX_OSERR;
	int status = filter_init(&r.filter, &config, &hooks, &e) < 0 ? EX_SOFTWARE : filter_run(&r.filter);
	filter_release(&r.filter);
	return status;
}

static void check_case(const struct plan *p)
{
	int in[2], out[2], status = 0;
	char text[512];
	size_t n = 0;
	CHECK(pipe(in) == 0 && pipe(out) == 0);
	CHECK(write(in[1], p->input, strlen(p->input)) == (ssize_t)strlen(p->input));
	close(in[1]);
	pid_t pid = fork();
	if (pid == 0)
		_exit(run_child(p, in[0], out[1]));
	close(in[0]);
	close(out[1]);
	for (ssize_t got; (got = read(out[0], text + n, sizeof text - 1 - n)) > 0;)
		n += (size_t)got;
	text[n] = '\0';
	close(out[0]);
	CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CHECK_EQ(WEXITSTATUS(status), p->status);
	CHECK_STR(text, p->output);
}

int main(void)
{
#define LONG "0123456789012345678901234567890123456789012345678901234567890123456789\n"
	static const struct plan cases[] = {
		{ .input = "", .output = "end\n" },
		{ .input = "{}\n\n{}", .output = "event\nevent\nend\n" },
		/* Earlier events are written before a control line, and none is lost at an error. */
		{ .input = "{}\n{\"$sp\":\"x\"}\n{}\n", .output = "event\n{\"$sp\":\"x\"}\nevent\nend\n" },
		{ .input = "{}\n{}\n{}\n", .fail_at = 3, .output = "event\nevent\n", .status = EX_DATAERR },
		{ .input = "{}\n{}\n{}\n", .stop_at = 2, .output = "event\nevent\nend\n" },
		{ .input = "{}\n{}\n", .reject_at = 1, .output = "event\nend\n", .status = EX_DATAERR },
		{ .input = "{}\n" LONG "{}\n", .output = "event\nevent\nend\n", .status = EX_DATAERR },
		{ .input = "{}\n", .end_status = EX_UNAVAILABLE, .output = "event\nend\n", .status = EX_UNAVAILABLE },
		/* A control line that was cut off says nothing. It is not passed on. */
		{ .input = "{\"$sp\":\"x\"} \r\n{\"$sp\":\"x",
			.output = "{\"$sp\":\"x\"} \r\nend\n",
			.status = EX_DATAERR },
		/* A program without a stage refuses a stream with checkpoints. */
		{ .input = "{}\n{\"$sp\":\"start\"}\n{}\n", .output = "event\n", .status = EX_DATAERR },
		{ .input = "{}\n{\"$sp\":\"barrier\"}\n{}\n", .output = "event\n", .status = EX_DATAERR },
		{ .input = "{}\n{\"$sp\":\"end\",\"run\":\"7\"}\n", .output = "event\n", .status = EX_DATAERR },
		{ .input = "{}\n{\"$sp\":\"end\",\"v\":1}\n", .output = "event\n{\"$sp\":\"end\",\"v\":1}\nend\n" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("case %zu", i);
		check_case(&cases[i]);
	}
	return check_end();
}
