/* checkpoint.c -- when a source writes a barrier, and what it does then (checkpoint.h).
 *
 * The order is what makes it exact: the events are written out, then the snapshot is forced to the disk, then the
 * barrier line is written. If the program dies before the barrier is written, nothing refers to the snapshot, and the
 * next run continues from the one before. */
#include "sp-capture/checkpoint/checkpoint_internal.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/fault.h"
#include "checkpoint/status_file.h"
#include <errno.h>
#include <inttypes.h>
#include <sys/stat.h>

enum {
	EVERY_MS = 1000,     /* the default of --checkpoint-every */
	LOOK_MS = 5,         /* how often COMMITTED is looked at */
	PATIENCE_MS = 60000, /* a commit that takes longer than this is reported */
};

/* ---- status.json ---- */

static void write_status(struct checkpoint *c, const struct run *r, const char *waiting_for)
{
	struct status_fields f = STATUS_FIELDS_INIT;
	f.events_in = f.events_out = r->event_out.events;
	f.rejected = c->rejected_before + r->rejects.total;
	f.lag_bytes = 0;
	for (size_t i = 0; i < c->known.count; i++) {
		const struct known_file *k = &c->known.list[i];
		if (k->source != KNOWN_NO_SOURCE && known_unread(k))
			f.lag_bytes += (int64_t)(k->size - k->position.reached);
	}
	f.waiting_for = waiting_for;
	status_file_write(&c->place, &c->last, &f);
}

/* ---- a barrier ---- */

/* snapshot_source.body. */
static int save_body(void *arg, struct save *s, struct err *e)
{
	const struct checkpoint *c = arg;
	(void)e;
	save_u64(s, CHECKPOINT_STATE_VERSION);
	save_u64(s, c->rejected_before);
	aside_save(c->dead_letters.file, s);
	known_save(&c->known, s);
	return 0;
}

/* Writes the snapshot of EPOCH. Returns 0, or -1 with E set. */
static int write_snapshot(struct checkpoint *c, struct run *r, const struct epoch *epoch, struct err *e)
{
	size_t open = 0;
	char text[64] = "";
	for (size_t i = 0; i < c->known.count; i++) {
		struct known_file *f = &c->known.list[i];
		if (f->source != KNOWN_NO_SOURCE && known_update(f, r->set.list[f->source], c->sum, e) < 0)
			return -1;
		open += known_open(f);
	}
	if (open > 0)
		snprintf(text, sizeof text, "positions in %zu file%s", open, open == 1 ? "" : "s");
	const struct snapshot_source source = { buf_span(&c->configuration), span_of(text), save_body, c };
	/* The snapshot has the total of the job, but r->rejects counts only this run. So the sum is set for this call
	 * only. */
	uint64_t before = c->rejected_before;
	c->rejected_before += r->rejects.total;
	int status = snapshot_write(&c->place, epoch, &source, e);
	c->rejected_before = before;
	return status;
}

/* Writes the control line of KIND for EPOCH. Returns 0, or -1 with E set. */
static int write_line(struct run *r, enum control_kind kind, const struct epoch *epoch, struct err *e)
{
	struct barrier_line line = { .kind = kind, .epoch = *epoch };
	struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	int status = writer_sum_take(&r->out, &line.bytes, &line.sum, e);
	if (status == 0 && barrier_line_write(&line, &text) < 0)
		status = err_oom(e, "a barrier line");
#ifdef SP_FAULT
	/* A test can kill the program when half of the line is written. */
	size_t half = text.n / 2;
	if (status == 0 && (status = writer_add(&r->out, text.p, half, e)) == 0 &&
		(status = writer_flush(&r->out, e)) == 0) {
		fault_point("mid-barrier-write");
		memmove(text.p, text.p + half, text.n - half);
		text.n -= half;
	}
#endif
	if (status == 0)
		status = writer_add(&r->out, text.p, text.n, e);
	if (status == 0)
		status = writer_sum_begin(&r->out, e);
	buf_release(&text);
	return status;
}

/* Ends the epoch with a control line of KIND. Returns 0, or -1 with E set. */
static int write_barrier(struct checkpoint *c, struct run *r, enum control_kind kind, struct err *e)
{
	struct epoch epoch = c->last;
	epoch.number++;
	if (event_out_settle(&r->event_out, e) < 0 || writer_flush(&r->out, e) < 0) {
		r->output_failed = true;
		return -1;
	}
	if (aside_sync(c->dead_letters.file, e) < 0)
		return -1;
	fault_point("before-snap");
	if (write_snapshot(c, r, &epoch, e) < 0)
		return -1;
	fault_point("after-snap");
	if (kind == CONTROL_BARRIER)
		fault_point("before-barrier");
	else
		fault_point("before-stop");
	if (kind == CONTROL_END)
		fault_point("before-end");
	if (write_line(r, kind, &epoch, e) < 0) {
		r->output_failed = true;
		return -1;
	}
	if (kind == CONTROL_BARRIER)
		fault_point("after-barrier");
	else
		fault_point("after-stop");
	c->last = epoch;
	c->in_flight = true;
	c->written = r->event_out.events + r->rejects.total;
	c->barrier_ms = clock_monotonic_ms();
	c->status_ms = c->barrier_ms + CHECKPOINT_STATUS_MS;
	write_status(c, r, NULL);
	return 0;
}

/* Reads COMMITTED if it has changed, and notes whether it shows the last barrier. Returns 0, or -1 with E set. */
static int look_at_committed(struct checkpoint *c, struct err *e)
{
	struct stat st;
	if (fstatat(c->folder.fd, "COMMITTED", &st, 0) < 0)
		return errno == ENOENT ? 0 : err_errno(e, EX_IOERR, errno, "%s/COMMITTED", c->folder.path);
	struct seen seen = { (uint64_t)st.st_ino, st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
	if (seen.inode == c->seen.inode && seen.seconds == c->seen.seconds && seen.nanoseconds == c->seen.nanoseconds)
		return 0;
	c->seen = seen;
	if (committed_read(&c->folder, &c->committed, e) < 0)
		return -1;
	c->in_flight = !epoch_eq(&c->committed.epoch, &c->last);
	return 0;
}

/* While an epoch is in flight: looks for its commit, and reports once that it takes too long. Returns 0, or -1 with E
 * set. */
static int await_commit(struct checkpoint *c, struct run *r, int64_t now, struct err *e)
{
	if (now >= c->look_ms) {
		c->look_ms = now + LOOK_MS;
		if (look_at_committed(c, e) < 0)
			return -1;
	}
	int64_t waited = now - c->barrier_ms;
	if (c->in_flight && !c->told && waited >= PATIENCE_MS && waited >= 2 * c->committed.pace_ms &&
		r->event_out.events > c->written) {
		c->told = true;
		diag("no commit for %d s: does a filter drop lines that begin with {\"$sp\"?", PATIENCE_MS / 1000);
	}
	return 0;
}

int checkpoint_poll(void *arg, struct run *r, struct err *e)
{
	struct checkpoint *c = arg;
	int64_t now = clock_monotonic_ms();
	int64_t every = c->settings->every_ms > 0 ? c->settings->every_ms : EVERY_MS;
	if (c->committed.pace_ms > every)
		every = c->committed.pace_ms;
	if (c->in_flight && await_commit(c, r, now, e) < 0)
		return -1;
	if (!c->in_flight && now - c->barrier_ms >= every && r->event_out.events + r->rejects.total > c->written)
		return write_barrier(c, r, CONTROL_BARRIER, e);
	if (now >= c->status_ms) {
		c->status_ms = now + CHECKPOINT_STATUS_MS;
		write_status(c, r, c->in_flight && now - c->barrier_ms > every ? "commit" : NULL);
	}
	return 0;
}

/* Reports files that have unread bytes: a last line without a newline, or bytes that were appended while the run
 * ended. */
static void report_unread(const struct checkpoint *c)
{
	for (size_t i = 0; i < c->known.count; i++) {
		const struct known_file *f = &c->known.list[i];
		if (f->source != KNOWN_NO_SOURCE && f->ended && !f->cut && known_unread(f))
			diag("%s: its last %" PRIu64
			     " bytes are no whole record yet: the next run reads them (or --end)",
				f->name, f->size - f->position.reached);
	}
}

int checkpoint_finish(void *arg, struct run *r, struct err *e)
{
	struct checkpoint *c = arg;
	/* If a source failed or a signal came, a later run reads more, so windows must stay open. */
	bool end = (c->settings->end || fault_mutant("end-at-eof")) && !stop_flag && r->failed == 0;
	if (write_barrier(c, r, end ? CONTROL_END : CONTROL_STOP, e) < 0)
		return -1;
	if (!stop_flag && r->failed == 0)
		report_unread(c);
	return 0;
}
