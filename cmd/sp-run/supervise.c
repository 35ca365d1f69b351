/* supervise.c -- runs the line, pauses after a failure, and decides when to stop.
 *
 * A try is one run of the line with a new random run (SP_RUN). Progress is what the store has committed: as long as
 * COMMITTED moves between two failures, the line is started again at once. Otherwise the pauses grow, because whatever
 * is wrong needs time or a person. */
#include "sp-run/supervise.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/dur.h"
#include "base/fault.h"
#include "sp-run/child.h"
#include "sp-run/endings.h"
#include "sp-run/last.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAUSE_FIRST_MS = 1000, PAUSE_MOST_MS = 60 * 1000, CRASHES_MAX = 5 };

struct supervisor {
	struct job *job;
	struct stop_request stop;
	struct last last;
	char run[RUN_TEXT];  /* of the present try */
	struct epoch before; /* what was committed when the last failure was seen */
	struct epoch now;    /* what is committed after the present try */
	off_t input;         /* offset of standard input at the start, if it is a file; otherwise -1 */
	int64_t pause_ms;    /* before the next try */
	int crashes;         /* in a row, without progress */
	bool moved; /* a try has committed, so options such as --upgrade, which count once, are left out from now on */
};

/* ---- one try ---- */

/* Sets *OUT to what the job has committed. Returns 0, or -1 with E set. */
static int read_committed(const struct job *j, struct epoch *out, struct err *e)
{
	struct committed c;
	*out = (struct epoch){ .number = 0 };
	if (!job_has_checkpoints(j))
		return 0;
	committed_init(&c);
	int r = committed_read(&j->folder, &c, e);
	if (r == 0)
		*out = c.epoch;
	committed_release(&c);
	return r;
}

/* Writes the words of SP_CHECKPOINT_OPTIONS to OUT. The options that allow something once are left out after the first
 * commit. */
static void write_words(const struct supervisor *s, char out[128])
{
	const struct run_options *o = s->job->o;
	const struct {
		bool given;
		const char *word;
	} words[] = { { o->end, "end" }, { o->any_fs, "any-fs" }, { o->upgrade && !s->moved, "upgrade" },
		{ o->adopt && !s->moved, "adopt" }, { o->lost_ok && !s->moved, "lost-ok" } };
	size_t n = 0;
	out[0] = '\0';
	if (o->every_ms > 0)
		n = (size_t)snprintf(out, 128, "every=%lld", (long long)o->every_ms);
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (words[i].given)
			n += (size_t)snprintf(out + n, 128 - n, "%s%s", n > 0 ? "," : "", words[i].word);
}

/* Sets the environment of the line. Returns 0, or -1 with E set. */
static int set_environment(struct supervisor *s, struct err *e)
{
	const struct job *j = s->job;
	char words[128];
	int failed = setenv("SP_STATUS", j->exits, 1);
	if (job_has_checkpoints(j)) {
		write_words(s, words);
		if (checkpoint_new_run(s->run, e) < 0)
			return -1;
		failed |= setenv("SP_CHECKPOINT", j->folder.path, 1) | setenv("SP_RUN", s->run, 1) |
			setenv("SP_CHECKPOINT_OPTIONS", words, 1);
	} else {
		/* An sp-run inside the line of another one must not write into the folder of that one. */
		failed |= unsetenv("SP_CHECKPOINT") | unsetenv("SP_RUN") | unsetenv("SP_CHECKPOINT_OPTIONS");
	}
	return failed ? err_oom(e, "the environment") : 0;
}

/* Makes the file SP_STATUS, empty. A block is reserved for it, so that the programs can report that the disk is
 * full. Returns 0, or -1 with E set. */
static int make_exits(const char *path, struct err *e)
{
	enum { RESERVED = 4096 };
	(void)unlink(path); /* of the try before */
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, RESERVED);
	close(fd);
	return 0;
}

/* Returns the offset of standard input, or -1 if it is not a regular file. */
static off_t input_position(void)
{
	struct stat st;
	return fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode) ? lseek(STDIN_FILENO, 0, SEEK_CUR) : -1;
}

/* Runs the line once. Returns 0 with *OUT set to how its programs ended, or -1 with E set if it could not be run. */
static int try_once(struct supervisor *s, struct endings *out, struct err *e)
{
	struct job *j = s->job;
	struct child c;
	if (set_environment(s, e) < 0 || make_exits(j->exits, e) < 0)
		return -1;
	/* All tries share one open file, and the try before has read from it. A source that begins where the last one
	 * stopped reading would lose what was not committed. */
	if (s->input >= 0 && s->last.try > 0 && lseek(STDIN_FILENO, s->input, SEEK_SET) < 0)
		return err_errno(e, EX_IOERR, errno, "standard input");
	fault_point("before-spawn");
	if (child_start(&c, j, &s->stop, j->folder.cwd, e) < 0)
		return -1;
	child_wait(&c, j, &s->stop);
	fault_point("after-exit");
	return endings_read(out, j->exits, &j->line, c.wait_status, e) < 0 ? -1 : read_committed(j, &s->now, e);
}

/* ---- after a try ---- */

/* Writes down how the try ended. */
static void note_end(struct supervisor *s, int status, const char *reason, bool running)
{
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(s->last.ended_at, sizeof s->last.ended_at, "%Y-%m-%dT%H:%M:%SZ", &utc);
	snprintf(s->last.reason, sizeof s->last.reason, "%s", reason);
	s->last.try++;
	s->last.status = status;
	s->last.running = running;
	if (job_has_checkpoints(s->job))
		last_write(&s->last, s->job->place);
}

/* Ends the run with STATUS. Returns STATUS. */
static int finish(struct supervisor *s, int status, const char *reason)
{
	note_end(s, status, reason, false);
	return status;
}

/* Returns the status that sp-run exits with because of CAUSE. */
static int status_of(const struct ending *cause)
{
	return cause->signal ? EX_TEMPFAIL : cause->status;
}

/* Reports that all programs ended well but nothing was stored. Returns the exit status. */
static int no_end(struct supervisor *s)
{
	diag("%s: all programs ended well, but nothing was committed: the line has no program that stores; add one at "
	     "its end, such as | sp-sink 'sqlite:FILE?table=T'",
		s->job->label);
	return finish(s, EX_DATAERR, "nothing was committed");
}

/* Returns true if the last program of the line has ended well, and SIGPIPE killed the ones that wrote to it: it
 * stopped reading early, like head(1). */
static bool had_enough(const struct endings *all, const struct ending *cause)
{
	const struct ending *last = &all->all[all->count - 1];
	return cause && cause->signal == SIGPIPE && last->status == 0 && last->signal == 0;
}

/* Waits before the next try. Returns false if a signal asks to stop. */
static bool pause_before_next(struct supervisor *s)
{
	int64_t ms = s->pause_ms;
	s->pause_ms = ms == 0 ? PAUSE_FIRST_MS : ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : ms * 2;
	return !stop_request_wait(&s->stop, ms);
}

/* Decides after a failure with the verdict VERDICT_AGAIN. Returns -1 if the line must run again, otherwise the exit
 * status. */
static int again(struct supervisor *s, const struct ending *cause)
{
	const struct run_options *o = s->job->o;
	char what[LAST_TEXT_MAX], at[64] = "", pause[32];
	ending_describe(cause, what, sizeof what);
	if (!epoch_eq(&s->now, &s->before)) {
		s->before = s->now;
		s->pause_ms = 0;
		s->crashes = 0;
	}
	if (job_has_checkpoints(s->job))
		snprintf(at, sizeof at, " after epoch %llu", (unsigned long long)s->now.number);
	s->crashes = ending_crashed(cause) ? s->crashes + 1 : 0;
	if (s->crashes == CRASHES_MAX) {
		diag("%s: %s%s, %d times in a row without progress: this is a fault of the program; please report it",
			s->job->label, what, at, CRASHES_MAX);
		return finish(s, EX_SOFTWARE, what);
	}
	bool may = job_has_checkpoints(s->job) || o->restart;
	if (!may || s->stop.count > 0 || (o->tries > 0 && s->last.try + 1 >= o->tries)) {
		diag("%s: %s%s; it is not run again", s->job->label, what, at);
		return finish(s, status_of(cause), what);
	}
	diag("%s: %s%s; again %s%s", s->job->label, what, at, s->pause_ms > 0 ? "in " : "at once",
		s->pause_ms > 0 ? dur_format(s->pause_ms, pause) : "");
	note_end(s, status_of(cause), what, true);
	return pause_before_next(s) ? -1 : finish(s, status_of(cause), what);
}

/* Returns true if STATUS may mean that the line looks for its files in the wrong folder. */
static bool may_miss_folder(const struct job *j, int status)
{
	enum { NO_PROGRAM = 127 };
	return job_has_checkpoints(j) && (status == EX_NOINPUT || status == EX_CANTCREAT || status == NO_PROGRAM) &&
		strcmp(j->folder.cwd, j->cwd) != 0;
}

/* Decides after a try. Returns -1 if the line must run again, otherwise the exit status. */
static int decide(struct supervisor *s, struct endings *all)
{
	if (s->stop.count == 1 && !job_has_checkpoints(s->job))
		endings_forgive(all, SIGINT);
	const struct ending *cause = endings_cause(all);
	bool committed = !job_has_checkpoints(s->job) || strcmp(s->now.run, s->run) == 0;
	char what[LAST_TEXT_MAX];
	s->moved = s->moved || (job_has_checkpoints(s->job) && committed);
	/* A second signal means that the user wants to end everything at once. The caller of sp-run must see that a
	 * signal ended it. */
	if (s->stop.count > 1) {
		note_end(s, EX_TEMPFAIL, "a second signal killed the line", false);
		return EX_TEMPFAIL;
	}
	if (!cause || had_enough(all, cause))
		return committed ? finish(s, 0, "done") : no_end(s);
	if (ending_verdict(cause) == VERDICT_AGAIN)
		return again(s, cause);
	ending_describe(cause, what, sizeof what);
	if (may_miss_folder(s->job, cause->status))
		diag("%s: %s; the line runs in %s, not in the current folder: see --chdir", s->job->label, what,
			s->job->folder.cwd);
	else
		diag("%s: %s", s->job->label, what);
	return finish(s, cause->status, what);
}

int supervise(struct job *j)
{
	struct supervisor s = { .job = j, .input = input_position() };
	struct err e = ERR_INIT;
	struct endings all;
	int status = -1;
	stop_request_init(&s.stop);
	last_init(&s.last);
	s.last.running = true;
	(void)buf_adds(&s.last.line, j->o->line);
	if (job_has_checkpoints(j))
		(void)buf_adds(&s.last.dir, j->folder.path);
	if (read_committed(j, &s.before, &e) < 0)
		status = diag_err(&e);
	if (status < 0 && job_has_checkpoints(j))
		last_write(&s.last, j->place);
	while (status < 0)
		status = try_once(&s, &all, &e) < 0 ? finish(&s, diag_err(&e), e.msg) : decide(&s, &all);
	last_release(&s.last);
	if (s.stop.count > 1) {
		signal(s.stop.signal, SIG_DFL);
		raise(s.stop.signal); /* it is blocked until the next call */
		sigprocmask(SIG_SETMASK, &s.stop.mask, NULL);
	}
	return status;
}
