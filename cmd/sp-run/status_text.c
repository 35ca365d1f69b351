/* status_text.c -- the status of a job for people, in 80 columns: first the job, then a table of its programs.
 *
 * What is not known is left out of the first part, and is a '-' in the table. */
#include "base/amount.h"
#include "sp-run/status.h"
#include "text/time.h"
#include <string.h>

enum { WIDTH = 80, LABEL = 12, SPAN_TEXT_MAX = 48 };

/* Writes the duration MS in a short form, "1.2s", "3m", "2h 3m", "4d 5h", to TO. Returns TO. */
static char *write_span(int64_t ms, char to[SPAN_TEXT_MAX])
{
	long long s = ms > 0 ? ms / 1000 : 0;
	if (s < 10)
		snprintf(to, SPAN_TEXT_MAX, "%lld.%llds", s, (long long)(ms > 0 ? ms : 0) % 1000 / 100);
	else if (s < 60)
		snprintf(to, SPAN_TEXT_MAX, "%llds", s);
	else if (s < 3600)
		snprintf(to, SPAN_TEXT_MAX, "%lldm", s / 60);
	else if (s < 86400)
		snprintf(to, SPAN_TEXT_MAX, "%lldh %lldm", s / 3600, s % 3600 / 60);
	else
		snprintf(to, SPAN_TEXT_MAX, "%lldd %lldh", s / 86400, s % 86400 / 3600);
	return to;
}

/* Writes N bytes in a short form, "12.4 MB", to TO. Returns TO. */
static char *write_bytes(int64_t n, char to[SPAN_TEXT_MAX])
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double v = (double)n / 1000;
	size_t unit = 0;
	for (; v >= 999.95 && unit < 3; unit++)
		v /= 1000;
	if (n < 1000)
		snprintf(to, SPAN_TEXT_MAX, "%lld bytes", (long long)n);
	else
		snprintf(to, SPAN_TEXT_MAX, "%.1f %s", v, units[unit]);
	return to;
}

/* Appends "LABEL  " and leaves the rest of the line to the caller. */
static void add_label(struct buf *out, const char *label)
{
	(void)buf_addf(out, "%-*s", LABEL, label);
}

/* Appends TEXT in one line, cut to the WIDTH columns that are left after the label. Control characters become
 * blanks. */
static void add_cut(struct buf *out, struct span text)
{
	size_t columns = 0, room = WIDTH - LABEL;
	for (size_t i = 0; i < text.n; i++) {
		bool begins = ((unsigned char)text.p[i] & 0xc0) != 0x80; /* not a later byte of a UTF-8 sequence */
		if (begins && ++columns > room - 3 && text.n - i > 3) {
			(void)buf_adds(out, "...");
			break;
		}
		(void)buf_addc(out, (unsigned char)text.p[i] < ' ' || text.p[i] == 0x7f ? ' ' : text.p[i]);
	}
	(void)buf_addc(out, '\n');
}

/* Appends "N WORD" with a comma in front unless *FIRST; nothing if N is not known. */
static void add_count(struct buf *out, bool *first, int64_t n, const char *one, const char *many)
{
	char text[AMOUNT_TEXT_MAX];
	if (n == STATUS_UNKNOWN)
		return;
	(void)buf_addf(out, "%s%s %s", *first ? "" : ", ", amount_format((uint64_t)n, text), n == 1 ? one : many);
	*first = false;
}

/* ---- the job ---- */

static void add_state(struct buf *out, const struct report *r)
{
	char span[SPAN_TEXT_MAX];
	int64_t since_ms;
	(void)buf_addf(out, "%s: ", r->folder.job);
	switch (r->state) {
	case REPORT_RUNNING: (void)buf_adds(out, "running"); break;
	case REPORT_WAITING: (void)buf_adds(out, "waiting for the next try"); break;
	case REPORT_IDLE: (void)buf_adds(out, r->has_last ? "idle, the last run ended well" : "idle"); break;
	case REPORT_FAILED: (void)buf_addf(out, "failed with %lld", (long long)r->last.status); break;
	case REPORT_KILLED: (void)buf_adds(out, "not running: sp-run was killed; run it again"); break;
	case REPORT_ORPHANED: (void)buf_adds(out, "sp-run was killed, but its line still runs"); break;
	default: break;
	}
	(void)buf_addc(out, '\n');
	if (r->state <= REPORT_WAITING && time_read_ms(span_of(r->holder.since), &since_ms) == 0) {
		add_label(out, "sp-run");
		(void)buf_addf(out, "pid %lld, since %s (%s)\n", (long long)r->holder.pid, r->holder.since,
			write_span(r->now_ms - since_ms, span));
	}
}

/* Appends why the last try failed. */
static void add_failure(struct buf *out, const struct report *r)
{
	char span[SPAN_TEXT_MAX], text[LAST_TEXT_MAX + 128];
	int64_t ended_ms;
	if (r->last.try == 0 || r->last.status == 0)
		return;
	add_label(out, "failure");
	int n = snprintf(text, sizeof text, "%s", r->last.reason);
	if (time_read_ms(span_of(r->last.ended_at), &ended_ms) == 0)
		snprintf(text + n, sizeof text - (size_t)n, ", %s ago (try %lld)",
			write_span(r->now_ms - ended_ms, span), (long long)r->last.try);
	add_cut(out, span_of(text));
}

static void add_committed(struct buf *out, const struct report *r)
{
	char span[SPAN_TEXT_MAX], time[TIME_TEXT_MAX];
	add_label(out, "committed");
	if (r->committed_ms == INT64_MIN)
		(void)buf_adds(out, "nothing\n");
	else
		(void)buf_addf(out, "epoch %llu, %s ago, at %.*s\n", (unsigned long long)r->committed.epoch.number,
			write_span(r->now_ms - r->committed_ms, span),
			(int)time_write_ms(r->committed_ms / 1000 * 1000, time), time);
}

/* Appends the totals of all programs. */
static void add_sums(struct buf *out, const struct report_program *all)
{
	char text[SPAN_TEXT_MAX], time[TIME_TEXT_MAX];
	bool first = true;
	if (all->lag_bytes != STATUS_UNKNOWN) {
		add_label(out, "unread");
		(void)buf_addf(out, "%s\n", write_bytes(all->lag_bytes, text));
	}
	if (all->watermark_ms != INT64_MIN) {
		add_label(out, "watermark");
		(void)buf_addf(out, "%.*s\n", (int)time_write_ms(all->watermark_ms, time), time);
	}
	if (all->open_windows != STATUS_UNKNOWN || all->keys != STATUS_UNKNOWN) {
		add_label(out, "open");
		add_count(out, &first, all->open_windows, "window", "windows");
		add_count(out, &first, all->keys, "key", "keys");
		if (all->state_bytes != STATUS_UNKNOWN)
			(void)buf_addf(out, ", %s of state", write_bytes(all->state_bytes, text));
		(void)buf_addc(out, '\n');
	}
	first = true;
	if (all->rejected > 0 || all->late > 0) {
		add_label(out, "set aside");
		add_count(out, &first, all->rejected, "rejected", "rejected");
		add_count(out, &first, all->late, "late", "late");
		(void)buf_addc(out, '\n');
	}
}

/* ---- the table ---- */

/* Appends N, right-aligned in a column of WIDTH, with commas between thousands; or a '-' if N is not known. */
static void add_cell(struct buf *out, int width, int64_t n)
{
	char text[AMOUNT_TEXT_MAX];
	if (n == STATUS_UNKNOWN)
		(void)buf_addf(out, " %*s", width, "-");
	else
		(void)buf_addf(out, " %*s", width, amount_format((uint64_t)n, text));
}

static void add_row(struct buf *out, const struct report *r, const struct report_program *p)
{
	char span[SPAN_TEXT_MAX], pid[24] = "-";
	if (p->running)
		snprintf(pid, sizeof pid, "%lld", (long long)p->pid);
	(void)buf_addf(out, "%-13.13s %7s", p->id, pid);
	add_cell(out, 7, p->epoch);
	add_cell(out, 13, p->events_in);
	add_cell(out, 13, p->events_out);
	if (!p->running)
		(void)buf_adds(out, "  -");
	else if (p->process.state == 'T')
		(void)buf_adds(out, "  stopped");
	else if (!p->waiting_for[0])
		(void)buf_adds(out, p->process.computes || p->process.state == 'R' ? "  busy" : "  waits");
	else
		(void)buf_addf(out, "  wait: %s", p->waiting_for);
	if (p->running && p->waiting_for[0] && p->waiting_since_ms != INT64_MIN)
		(void)buf_addf(out, " %s", write_span(r->now_ms - p->waiting_since_ms, span));
	(void)buf_addc(out, '\n');
}

int status_write_text(const struct report *r, struct buf *out)
{
	char text[SPAN_TEXT_MAX];
	add_state(out, r);
	add_failure(out, r);
	if (r->last.line.n > 0) {
		add_label(out, "line");
		add_cut(out, buf_span(&r->last.line));
	}
	add_label(out, "folder");
	(void)buf_addf(out, "%s, %s\n", r->folder.path, write_bytes(r->disk_bytes, text));
	add_label(out, "runs in");
	(void)buf_addf(out, "%s\n", r->folder.cwd);
	add_committed(out, r);
	add_sums(out, &r->all);
	if (r->count > 0)
		(void)buf_addf(out, "\n%-13s %7s %7s %13s %13s  %s\n", "program", "pid", "epoch", "events in",
			"events out", "doing");
	for (size_t i = 0; i < r->count; i++)
		add_row(out, r, &r->programs[i]);
	/* Room is missing only if memory is exhausted, and then it is missing here, too. */
	return buf_room(out, 1) ? 0 : -1;
}
