/* checkpoint.c -- when a source writes a barrier, and what it does then (checkpoint.h).
 *
 * The order is what makes it exact: the events leave the program, then the snapshot is on the disk, then the barrier
 * line is written. If the program dies before the barrier is written, nobody knows of the snapshot, and the next run
 * continues from the one before. */
#include "sp-capture/checkpoint/checkpoint.h"
#include "base/clock.h"
#include "base/diag.h"
#include "checkpoint/status_file.h"
#include "sp-capture/checkpoint/configuration.h"
#include "sp-capture/checkpoint/dead_letters.h"
#include "sp-capture/checkpoint/match.h"
#include "stream/barrier.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	EVERY_MS = 1000,     /* the default of --checkpoint-every */
	LOOK_MS = 5,         /* how often COMMITTED is looked at */
	PATIENCE_MS = 60000, /* a commit that takes longer than this is reported */
	STATE_VERSION = 1,   /* of the body of a snapshot */
	STATUS_MS = 1000,    /* how often status.json is written while no barrier is */
};

/* Whether COMMITTED has changed is seen by its inode and its time, because it is replaced each time. */
struct seen {
	uint64_t inode;
	int64_t seconds, nanoseconds;
};

struct checkpoint {
	struct run_checkpoints hooks;
	const struct checkpoint_settings *settings; /* borrowed */
	struct checkpoint_folder folder;
	struct checkpoint_place place;
	struct committed committed; /* what COMMITTED said last */
	struct seen seen;
	struct epoch last; /* the epoch of the last barrier of this run, or the one that this run continues after */
	bool in_flight;    /* LAST is a barrier of this run that is not committed yet */
	bool told;         /* the message about a missing commit was written */
	struct known known;
	struct dead_letters dead_letters;
	struct sum *sum;          /* owned, for fingerprints */
	struct buf configuration; /* configuration.h */
	uint64_t written;         /* events and rejected records when the last barrier was written */
	uint64_t rejected_before; /* rejected records of the job before this run */
	/* Monotonic times. */
	int64_t barrier_ms, look_ms, status_ms;
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
	save_u64(s, STATE_VERSION);
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
	/* The number of the job is kept, and this run counts from 0. So it is put into the snapshot for this call only. */
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
	fault_point(kind == CONTROL_STOP ? "before-stop" : kind == CONTROL_END ? "before-end" : "before-barrier");
	if (write_line(r, kind, &epoch, e) < 0) {
		r->output_failed = true;
		return -1;
	}
	fault_point(kind == CONTROL_STOP ? "after-stop" : kind == CONTROL_END ? "after-end" : "after-barrier");
	c->last = epoch;
	c->in_flight = true;
	c->written = r->event_out.events + r->rejects.total;
	c->barrier_ms = clock_monotonic_ms();
	c->status_ms = c->barrier_ms + STATUS_MS;
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

/* While a barrier is under way: looks for its commit, and says once if it does not come. Returns 0, or -1 with E set. */
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

/* run_checkpoints.poll: writes a barrier if it is time for one. Returns 0, or -1 with E set. */
static int poll_run(void *arg, struct run *r, struct err *e)
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
		c->status_ms = now + STATUS_MS;
		write_status(c, r, c->in_flight && now - c->barrier_ms > every ? "commit" : NULL);
	}
	return 0;
}

/* Says which files have bytes that were not read: a last line without a newline, or what came while the run ended. */
static void report_unread(const struct checkpoint *c)
{
	for (size_t i = 0; i < c->known.count; i++) {
		const struct known_file *f = &c->known.list[i];
		if (f->source != KNOWN_NO_SOURCE && f->ended && known_unread(f))
			diag("%s: its last %" PRIu64
			     " bytes are no whole record yet: the next run reads them (or --end)",
				f->name, f->size - f->position.reached);
	}
}

/* run_checkpoints.finish: writes the line that ends the stream, and says what was left unread. Returns 0, or -1 with E
 * set. */
static int finish_run(void *arg, struct run *r, struct err *e)
{
	struct checkpoint *c = arg;
	/* If a source failed or a signal came, more is to be read, so windows must stay open. */
	bool end = (c->settings->end || fault_mutant("end-at-eof")) && !stop_flag && r->failed == 0;
	if (write_barrier(c, r, end ? CONTROL_END : CONTROL_STOP, e) < 0)
		return -1;
	if (!stop_flag && r->failed == 0)
		report_unread(c);
	return 0;
}

/* ---- the start ---- */

struct checkpoint *checkpoint_new(const struct checkpoint_settings *s, struct err *e)
{
	struct checkpoint *c = calloc(1, sizeof *c);
	if (!c) {
		err_oom(e, "checkpoints");
		return NULL;
	}
	c->settings = s;
	c->hooks = (struct run_checkpoints){ poll_run, finish_run, c };
	c->folder.fd = c->place.fd = c->place.lock = -1;
	committed_init(&c->committed);
	buf_init(&c->configuration, SIZE_MAX / 2);
	char *cwd = getcwd(NULL, 0);
	int status = cwd ? 0 : err_errno(e, EX_OSERR, errno, "the working folder");
	if (status == 0)
		status = s->supervised ? checkpoint_folder_open(&c->folder, s->dir, NULL, e) :
					 checkpoint_folder_create(&c->folder, s->dir, cwd, s->any_fs, e);
	free(cwd);
	/* The run of this try. Every line of the stream's control lines has it. */
	if (status == 0 && s->run)
		memcpy(c->last.run, s->run, sizeof c->last.run);
	else if (status == 0)
		status = checkpoint_new_run(c->last.run, e);
	if (status == 0)
		status = checkpoint_place_open(&c->place, &c->folder, CHECKPOINT_SOURCE_ID, c->last.run, e);
	if (status == 0 && !(c->sum = sum_new(e)))
		status = -1;
	if (status == 0)
		return c;
	checkpoint_free(c);
	return NULL;
}

void checkpoint_free(struct checkpoint *c)
{
	if (!c)
		return;
	known_release(&c->known);
	dead_letters_release(&c->dead_letters);
	sum_free(c->sum);
	buf_release(&c->configuration);
	committed_release(&c->committed);
	checkpoint_place_release(&c->place);
	checkpoint_folder_release(&c->folder);
	free(c);
}

/* Reads the state of snapshot S. Returns 0, or -1 with E set. */
static int load(struct checkpoint *c, struct snapshot *s, struct err *e)
{
	struct load *l = &s->body;
	if (load_u64(l) != STATE_VERSION)
		load_fail(l, "of another version of sp, or damaged");
	c->rejected_before = load_u64(l);
	if (dead_letters_load(&c->dead_letters, l, e) < 0 || known_load(&c->known, l, e) < 0)
		return -1;
	return load_finish(l, e) < 0 ? err_context(e, "the snapshot of %s", CHECKPOINT_SOURCE_ID) : 0;
}

/* Reads the snapshot of the epoch FROM. Returns 0, or -1 with E set. */
static int load_snapshot(struct checkpoint *c, const struct epoch *from, struct err *e)
{
	struct snapshot s;
	int status = snapshot_read(&c->place, from, &s, e);
	if (status == 0)
		status = snapshot_compare(&s, buf_span(&c->configuration), c->settings->upgrade, CHECKPOINT_SOURCE_ID,
			e);
	if (status >= 0)
		status = load(c, &s, e);
	snapshot_release(&s);
	return status;
}

/* Writes the start line and flushes it, so that the programs after this one take their locks while this one seeks.
 * Returns 0, or -1 with E set. */
static int write_start(struct checkpoint *c, struct run *r, const struct epoch *from, struct err *e)
{
	struct start_line line;
	struct buf text;
	start_line_init(&line);
	buf_init(&text, SIZE_MAX / 2);
	memcpy(line.job, c->folder.job, sizeof line.job);
	memcpy(line.run, c->last.run, sizeof line.run);
	line.from = *from;
	int status = buf_adds(&line.dir, c->folder.path) < 0 || buf_adds(&line.path, CHECKPOINT_SOURCE_ID) < 0 ||
			start_line_write(&line, &text) < 0 ?
		err_oom(e, "a start line") :
		writer_add(&r->out, text.p, text.n, e);
	if (status == 0)
		status = writer_sum_begin(&r->out, e);
	buf_release(&text);
	start_line_release(&line);
	return status;
}

int checkpoint_start(struct checkpoint *c, struct run *r, struct err *e)
{
	fault_point("after-lock");
	if (configuration_text(r->options, &c->configuration, e) < 0 ||
		dead_letters_open(&c->dead_letters, &c->place, &r->rejects, c->settings->supervised, e) < 0 ||
		committed_read(&c->folder, &c->committed, e) < 0)
		return -1;
	struct epoch from = c->committed.epoch;
	if (from.number > 0 && load_snapshot(c, &from, e) < 0)
		return -1;
	if (dead_letters_note(&c->dead_letters, &from, e) < 0)
		return -1;
	fault_point("after-load");
	if (match_sources(&c->known, &r->set, c->settings->lost_ok, e) < 0)
		return -1;
	fault_point("before-start");
	if (write_start(c, r, &from, e) < 0)
		return -1;
	fault_point("after-start");
	c->last.number = from.number;
	c->barrier_ms = clock_monotonic_ms();
	c->status_ms = c->barrier_ms + STATUS_MS;
	return 0;
}

const struct run_checkpoints *checkpoint_hooks(const struct checkpoint *c)
{
	return &c->hooks;
}
