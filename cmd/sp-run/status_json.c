/* status_json.c -- the status of a job as one JSON object. The fields are documented in sp-run(1). */
#include "json/string.h"
#include "sp-run/status.h"
#include "text/time.h"

/* Appends "NAME": in front of a value; a comma comes first unless this is the first member of the object. */
static void add_name(struct buf *out, const char *name)
{
	bool first = out->n == 0 || out->p[out->n - 1] == '{';
	(void)buf_addf(out, "%s\"%s\":", first ? "" : ",", name);
}

static void add_number(struct buf *out, const char *name, int64_t v)
{
	add_name(out, name);
	if (v == STATUS_UNKNOWN)
		(void)buf_adds(out, "null");
	else
		(void)buf_add_i64(out, v);
}

static void add_time(struct buf *out, const char *name, int64_t ms)
{
	char text[TIME_TEXT_MAX];
	add_name(out, name);
	if (ms == INT64_MIN)
		(void)buf_adds(out, "null");
	else
		(void)buf_addf(out, "\"%.*s\"", (int)time_write_ms(ms, text), text);
}

/* Appends TEXT as a string; NULL and "" are null. */
static void add_text(struct buf *out, const char *name, const char *text)
{
	add_name(out, name);
	if (text && *text)
		(void)!json_quote(span_of(text), out);
	else
		(void)buf_adds(out, "null");
}

/* Appends what programs and the job have in common. */
static void add_fields(struct buf *out, const struct report_program *p)
{
	add_number(out, "lag_bytes", p->lag_bytes);
	add_time(out, "watermark", p->watermark_ms);
	add_number(out, "open_windows", p->open_windows);
	add_number(out, "keys", p->keys);
	add_number(out, "state_bytes", p->state_bytes);
	add_number(out, "rejected", p->rejected);
	add_number(out, "late", p->late);
}

static void add_program(struct buf *out, const struct report_program *p)
{
	char state[2] = { p->process.state, '\0' };
	(void)buf_addc(out, '{');
	add_text(out, "id", p->id);
	add_number(out, "pid", p->running ? p->pid : STATUS_UNKNOWN);
	add_name(out, "running");
	(void)buf_adds(out, p->running ? "true" : "false");
	add_number(out, "epoch", p->epoch);
	add_number(out, "events_in", p->events_in);
	add_number(out, "events_out", p->events_out);
	add_fields(out, p);
	add_text(out, "waiting_for", p->waiting_for);
	add_time(out, "waiting_since", p->waiting_since_ms);
	add_time(out, "updated_at", p->updated_ms);
	add_text(out, "process", p->running ? state : NULL);
	(void)buf_addc(out, '}');
}

/* Appends an object with the status, the reason and the time of the last try that ended. Appends null if no try has
 * ended. */
static void add_last(struct buf *out, const struct last *l)
{
	add_name(out, "last");
	if (l->try == 0) {
		(void)buf_adds(out, "null");
		return;
	}
	(void)buf_addc(out, '{');
	add_number(out, "status", l->status);
	add_text(out, "reason", l->reason);
	add_text(out, "ended_at", l->ended_at);
	add_number(out, "try", l->try);
	(void)buf_addc(out, '}');
}

int status_write_json(const struct report *r, struct buf *out)
{
	struct buf line;
	bool held = r->state == REPORT_RUNNING || r->state == REPORT_WAITING;
	buf_init(&line, r->last.line.n + 1);
	(void)buf_add_span(&line, buf_span(&r->last.line));
	(void)buf_addc(out, '{');
	add_text(out, "job", r->folder.job);
	add_text(out, "dir", r->folder.path);
	add_text(out, "cwd", r->folder.cwd);
	add_text(out, "line", buf_string(&line));
	add_text(out, "state", report_state_names[r->state]);
	add_number(out, "pid", held && r->holder.pid > 0 ? r->holder.pid : STATUS_UNKNOWN);
	add_text(out, "since", held ? r->holder.since : NULL);
	add_last(out, &r->last);
	add_number(out, "epoch", (int64_t)r->committed.epoch.number);
	add_text(out, "run", r->committed.epoch.run);
	add_time(out, "committed_at", r->committed_ms);
	add_number(out, "age_ms",
		r->committed_ms == INT64_MIN        ? STATUS_UNKNOWN :
			r->now_ms > r->committed_ms ? r->now_ms - r->committed_ms :
						      0);
	add_fields(out, &r->all);
	add_number(out, "disk_bytes", r->disk_bytes);
	add_name(out, "programs");
	(void)buf_addc(out, '[');
	for (size_t i = 0; i < r->count; i++) {
		if (i > 0)
			(void)buf_addc(out, ',');
		add_program(out, &r->programs[i]);
	}
	buf_release(&line);
	/* Room is missing only if memory is exhausted, and then it is missing here, too. */
	return buf_adds(out, "]}\n");
}
