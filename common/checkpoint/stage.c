/* stage.c -- the protocol of checkpoints in every program after the source.
 *
 * The order at a barrier is what makes the results exact: the snapshot is durable before the barrier is passed on. So a
 * barrier that reaches the end of the line proves that every program before has a snapshot of this epoch, and the end's
 * commit is the commit of the whole line (Carbone et al., "Lightweight asynchronous snapshots for distributed
 * dataflows", 2015, for a line without branches). */
#include "checkpoint/stage_internal.h"
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/fault.h"
#include "stream/stop.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATUS_MS = 1000, TEXT_MAX = 1 << 20 };

/* ---- life ---- */

struct stage *stage_new(const char *name, const char *dir, const struct stage_hooks *hooks,
	struct stage_streams streams, struct err *e)
{
	struct stage *s = calloc(1, sizeof *s);
	if (!s) {
		err_oom(e, "the state of checkpoints");
		return NULL;
	}
	*s = (struct stage){ .name = name, .dir = dir, .hooks = *hooks, .io = streams };
	s->folder.fd = s->place.fd = s->place.lock = -1;
	start_line_init(&s->start);
	committed_init(&s->committed);
	buf_init(&s->line, TEXT_MAX);
	buf_init(&s->configuration, TEXT_MAX);
	buf_init(&s->open, TEXT_MAX);
	if (checkpoint_settings_read(&s->settings, e) < 0) {
		stage_free(s);
		return NULL;
	}
	s->settings.upgrade = s->settings.upgrade || streams.upgrade;
	s->settings.adopt = s->settings.adopt || streams.adopt;
	if (dir || s->settings.dir)
		stop_init(LEAVE_TO_SOURCE);
	return s;
}

void stage_free(struct stage *s)
{
	if (!s)
		return;
	checkpoint_place_release(&s->place);
	checkpoint_folder_release(&s->folder);
	start_line_release(&s->start);
	committed_release(&s->committed);
	buf_release(&s->line);
	buf_release(&s->configuration);
	buf_release(&s->open);
	free(s->rejects_path);
	free(s);
}

bool stage_is_started(const struct stage *s)
{
	return s->started;
}

bool stage_is_ended(const struct stage *s)
{
	return s->ended;
}

bool stage_lacks_start(const struct stage *s)
{
	return !s->started && (s->dir || s->settings.dir);
}

int stage_first_event(struct stage *s, struct err *e)
{
	if (!stage_lacks_start(s))
		return 0;
	return err_set(e, EX_DATAERR,
		"lines before the start line of checkpoints: %s, and let lines that begin with {\"$sp\" through every filter",
		s->dir ? "run the source with --checkpoint too" : "begin the line with sp-capture");
}

void stage_windowing(struct stage *s)
{
	if (s->windowing_again)
		s->io.in->number--;
	s->windowed = true;
	s->windowing_again = false;
}

/* ---- passing lines on ---- */

/* Passes on s->line in two halves, with a fail point between them, and begins a new sum after it. Returns 0, or -1 with
 * E set. */
static int forward_line(struct stage *s, struct err *e)
{
	size_t half = s->line.n / 2;
	fault_point("before-forward");
	if (writer_add(s->io.out, s->line.p, half, e) < 0 || writer_flush(s->io.out, e) < 0)
		return -1;
	fault_point("mid-forward");
	if (writer_add(s->io.out, s->line.p + half, s->line.n - half, e) < 0 || writer_sum_begin(s->io.out, e) < 0)
		return -1;
	fault_point("after-forward");
	return 0;
}

/* Passes on the start line, whose path has the id of this program now. An end does nothing. Returns 0, or -1 with E
 * set. */
static int forward_start(struct stage *s, struct err *e)
{
	if (!s->io.out)
		return 0;
	buf_reset(&s->line);
	return start_line_write(&s->start, &s->line) < 0 ? err_oom(e, "a start line") : forward_line(s, e);
}

/* Passes on the line B with the sum of this program's output. An end does nothing. Returns 0, or -1 with E set. */
static int forward_barrier(struct stage *s, const struct barrier_line *b, struct err *e)
{
	struct barrier_line own = *b;
	if (!s->io.out)
		return 0;
	buf_reset(&s->line);
	if (writer_sum_take(s->io.out, &own.bytes, &own.sum, e) < 0)
		return -1;
	return barrier_line_write(&own, &s->line) < 0 ? err_oom(e, "a barrier line") : forward_line(s, e);
}

/* ---- start ---- */

/* Returns 0 if FOLDER is the folder DIR, the value of TEXT ("--checkpoint"), or if DIR is NULL; -1 with E set
 * otherwise. Links may give one folder two paths, so the inodes are compared. */
static int check_dir(const struct checkpoint_folder *folder, const char *dir, const char *text, struct err *e)
{
	struct stat a, b;
	if (!dir || (fstat(folder->fd, &a) == 0 && stat(dir, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino))
		return 0;
	return err_set(e, EX_DATAERR, "the source has its checkpoints in %s, but %s is %s: give both the same folder",
		folder->path, text, dir);
}

/* Opens the folder that the start line names. Returns 0, or -1 with E set. */
static int open_folder(struct stage *s, struct err *e)
{
	const char *dir = buf_string(&s->start.dir);
	if (!dir)
		return err_oom(e, "the path of the checkpoints");
	if (s->hooks.commit && !s->dir && !s->settings.dir)
		return err_set(e, EX_DATAERR,
			"the stream has checkpoints: give --checkpoint %s here too, or use sp-run: without it nobody would "
			"notice if a filter dropped the barriers",
			dir);
	if (checkpoint_folder_open(&s->folder, dir, s->start.job, e) < 0)
		return -1;
	return check_dir(&s->folder, s->dir, "--checkpoint", e) < 0 ||
			check_dir(&s->folder, s->settings.dir, "SP_CHECKPOINT", e) < 0 ?
		-1 :
		0;
}

/* Writes the id of this program to ID. It is its name. If PATH has programs of this name already, a number follows:
 * "sp-agg.2". */
static void make_id(const char *name, struct span path, char *id, size_t size)
{
	size_t n = strlen(name), count = 1;
	for (const char *p = path.p, *end = p + path.n; p < end;) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		size_t length = (size_t)((comma ? comma : end) - p);
		count += length >= n && memcmp(p, name, n) == 0 && (length == n || p[n] == '.');
		p += length + 1;
	}
	if (count == 1)
		snprintf(id, size, "%s", name);
	else
		snprintf(id, size, "%s.%zu", name, count);
}

/* Takes the program's place, and adds its id to the path. Returns 0, or -1 with E set. */
static int open_place(struct stage *s, struct err *e)
{
	char id[sizeof s->place.id];
	make_id(s->name, buf_span(&s->start.path), id, sizeof id);
	if (checkpoint_place_open(&s->place, &s->folder, id, s->start.run, e) < 0)
		return -1;
	if (buf_addc(&s->start.path, ',') < 0 || buf_adds(&s->start.path, id) < 0)
		return err_oom(e, "the path of the line");
	return 0;
}

/* Under sp-run, opens a file of dead letters if --reject names none, so that a rejected line does not end the job.
 * Locks the files of --late and --reject. Returns 0, or -1 with E set. */
static int open_files(struct stage *s, struct err *e)
{
	if (s->settings.supervised && !s->io.rejects->path) {
		s->rejects_path = checkpoint_place_rejects(&s->place, e);
		if (!s->rejects_path || rejects_keep(s->io.rejects, s->rejects_path, e) < 0)
			return -1;
	}
	return aside_lock(s->io.late, e) < 0 ? -1 : aside_lock(&s->io.rejects->file, e);
}

static int take_start(struct stage *s, struct span line, struct err *e)
{
	if (s->started)
		return err_set(e, EX_DATAERR,
			"a second start line: two streams with checkpoints were joined; join the sources in one sp-capture");
	if (start_line_read(&s->start, line, e) < 0 || open_folder(s, e) < 0 || open_place(s, e) < 0 ||
		open_files(s, e) < 0 || stage_end_check(s, e) < 0)
		return -1;
	stop_init(LEAVE_TO_SOURCE);
	if (stage_load(s, e) < 0 || reader_sum_begin(s->io.in, e) < 0)
		return -1;
	s->last = s->start.from;
	s->started = true;
	return forward_start(s, e);
}

/* ---- barrier, stop and end ---- */

/* Compares the bytes that came since the last control line with what the program before has written. Returns 0, or -1
 * with E set. */
static int check_sum(struct stage *s, const struct barrier_line *b, struct span line, struct err *e)
{
	uint64_t bytes, sum;
	char written[AMOUNT_TEXT_MAX], came[AMOUNT_TEXT_MAX];
	reader_sum_take(s->io.in, line, &bytes, &sum);
	if (s->io.loose || fault_mutant("sum-not-checked") || (bytes == b->bytes && sum == b->sum))
		return 0;
	return err_set(e, EX_DATAERR,
		"epoch %llu is not what the program before has written (%s bytes were written, %s came): a filter between "
		"has dropped, added, changed or moved lines; accept that with --loose",
		(unsigned long long)b->epoch.number, amount_format(b->bytes, written), amount_format(bytes, came));
}

/* Returns 0 if B is the next epoch of the run, or -1 with E set. */
static int check_epoch(const struct stage *s, const struct barrier_line *b, struct err *e)
{
	if (strcmp(b->epoch.run, s->start.run) != 0)
		return err_set(e, EX_DATAERR, "a barrier of another run: two streams with checkpoints were joined");
	if (b->epoch.number != s->last.number + 1)
		return err_set(e, EX_DATAERR,
			"epoch %llu comes after epoch %llu: a filter has dropped or moved barriers",
			(unsigned long long)b->epoch.number, (unsigned long long)s->last.number);
	return 0;
}

/* Makes everything before the barrier B durable, and passes it on or commits it. Returns 0, or -1 with E set. */
static int finish_epoch(struct stage *s, const struct barrier_line *b, struct err *e)
{
	bool forward_first = fault_mutant("forward-before-snapshot");
	if (s->hooks.flush && s->hooks.flush(s->hooks.arg, e) < 0)
		return -1;
	if ((forward_first && forward_barrier(s, b, e) < 0) || stage_save(s, &b->epoch, e) < 0 ||
		(!forward_first && forward_barrier(s, b, e) < 0) ||
		stage_end_commit(s, &b->epoch, b->kind != CONTROL_BARRIER, e) < 0)
		return -1;
	s->last = b->epoch;
	s->next_status_ms = 0;
	stage_status(s, NULL);
	return 0;
}

static int take_barrier(struct stage *s, enum control_kind kind, struct span line, struct err *e)
{
	struct barrier_line b;
	if (!s->started)
		return err_set(e, EX_DATAERR,
			"a barrier without a start line: a filter has dropped the first line; let lines that begin with {\"$sp\" "
			"through");
	if (barrier_line_read(&b, kind, line, e) < 0 || check_epoch(s, &b, e) < 0 || check_sum(s, &b, line, e) < 0)
		return -1;
	if (kind == CONTROL_END && s->hooks.close && s->hooks.close(s->hooks.arg, e) < 0)
		return -1;
	if (finish_epoch(s, &b, e) < 0)
		return -1;
	s->ended = kind != CONTROL_BARRIER;
	return s->ended;
}

int stage_control(struct stage *s, enum control_kind kind, struct span line, struct err *e)
{
	s->io.in->number--;
	return kind == CONTROL_START ? take_start(s, line, e) : take_barrier(s, kind, line, e);
}

/* ---- the end of the input ---- */

/* The defect "eof-is-end" of the tests: takes the death of the program before for the end of the stream. */
static void end_at_eof(struct stage *s)
{
	struct err ignored = ERR_INIT;
	struct barrier_line b = { .kind = CONTROL_END, .epoch.number = s->last.number + 1 };
	memcpy(b.epoch.run, s->start.run, sizeof b.epoch.run);
	if (s->hooks.close)
		(void)!s->hooks.close(s->hooks.arg, &ignored);
	(void)!finish_epoch(s, &b, &ignored);
}

int stage_input_ended(struct stage *s)
{
	bool died = s->started ? !s->ended : stage_lacks_start(s);
	if (s->started || died)
		stop_init(DIE_AT_SIGINT);
	if (died && s->started && fault_mutant("eof-is-end")) {
		end_at_eof(s);
		died = false;
	}
	if (!died) {
		/* cron mails every message of sp-run, so only errors are reported under sp-run. */
		if (s->started && s->open.n > 0 && !s->hooks.commit && !s->settings.supervised)
			diag("stopped after epoch %llu with %.*s open: the next run goes on from here",
				(unsigned long long)s->last.number, SPAN_ARG(s->open));
		return 0;
	}
	if (s->started)
		diag("the input ended without a stop or end line: a program before has died; nothing after epoch %llu is kept",
			(unsigned long long)s->last.number);
	else
		diag("the input ended before its start line: a program before has failed, and says why");
	return EX_TEMPFAIL;
}

/* ---- reports ---- */

void stage_status(struct stage *s, const char *waiting_for)
{
	int64_t now = clock_monotonic_ms();
	struct status_fields f = STATUS_FIELDS_INIT;
	if (!s->started || now < s->next_status_ms)
		return;
	s->next_status_ms = now + STATUS_MS;
	f.rejected = s->rejected_before + s->io.rejects->total;
	f.waiting_for = waiting_for;
	if (waiting_for != s->waiting_for || s->io.in->number != s->waiting_line)
		s->waiting_since_ms = clock_realtime_ms();
	s->waiting_for = waiting_for;
	s->waiting_line = s->io.in->number;
	f.waiting_since_ms = s->waiting_since_ms;
	if (s->hooks.status)
		s->hooks.status(s->hooks.arg, &f);
	status_file_write(&s->place, &s->last, &f);
}

int stage_exit(struct stage *s, int status)
{
	checkpoint_settings_report(s->place.id[0] ? s->place.id : s->name, status);
	return status;
}
