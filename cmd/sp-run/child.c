/* child.c -- starts a line by posix_spawn(3) and waits for it and for signals with one call, sigtimedwait(2).
 *
 * All signals that matter stay blocked, so none can be lost between a check and the wait. */
#include "sp-run/child.h"
#include "base/clock.h"
#include "base/diag.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SOURCE_RETRY_MS = 50,      /* the source may not have its lock yet */
	LINGER_MS = 5000,          /* a process that runs this long after the shell has ended is reported */
	TOUCH_MS = 60 * 60 * 1000, /* programs that clean /tmp remove files that look old */
};

/* ---- signals ---- */

void stop_request_init(struct stop_request *s)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction old;
	*s = (struct stop_request){ .signal = 0 };
	sigemptyset(&s->set);
	sigaddset(&s->set, SIGCHLD);
	/* A signal that was ignored at the start stays ignored: nohup(1) and "&" in a script rely on that. */
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaddset(&s->set, signals[i]);
	signal(SIGCHLD, SIG_DFL); /* if it were ignored, the kernel would drop the exit statuses */
	sigprocmask(SIG_BLOCK, &s->set, &s->mask);
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
}

/* Waits up to MS for a signal. Returns its number, or 0 if none came. */
static int wait_for_signal(struct stop_request *s, int64_t ms)
{
	const struct timespec limit = { ms / 1000, (long)(ms % 1000) * 1000000 };
	int number = sigtimedwait(&s->set, NULL, &limit);
	if (number > 0 && number != SIGCHLD) {
		s->signal = number;
		s->count++;
	}
	return number > 0 ? number : 0;
}

bool stop_request_wait(struct stop_request *s, int64_t ms)
{
	int64_t until_ms = clock_monotonic_ms() + ms, left_ms = ms;
	do {
		(void)wait_for_signal(s, left_ms > 0 ? left_ms : 0);
		left_ms = until_ms - clock_monotonic_ms();
	} while (s->count == 0 && left_ms > 0);
	return s->count > 0;
}

/* ---- starting ---- */

/* Makes the shell write the statuses of its stages when it exits (endings.h). The user's text follows on the same line
 * of the script, so that line numbers in the shell's messages are those of the user's text. */
static const char note_stages[] = "trap 'echo \"| ${PIPESTATUS[*]}\" >>\"$SP_STATUS\"' EXIT; ";

/* Spawns the shell with SCRIPT. Returns 0 or an errno value. */
static int spawn(struct child *c, char *script, const struct stop_request *s, const char *folder)
{
	char shell[] = "bash", o[] = "-o", pipefail[] = "pipefail", command[] = "-c";
	char *argv[] = { shell, o, pipefail, command, script, NULL };
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGXFSZ };
	posix_spawnattr_t attr;
	posix_spawn_file_actions_t files;
	sigset_t defaults;
	sigemptyset(&defaults);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
		sigaddset(&defaults, signals[i]);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setsigmask(&attr, &s->mask);
	/* A process group in the background that reads the terminal would be stopped by the kernel (SIGTTIN) and never
	 * go on. */
	if (isatty(STDIN_FILENO))
		posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (folder)
		posix_spawn_file_actions_addchdir_np(&files, folder);
	int failed = posix_spawnp(&c->group, shell, &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return failed;
}

int child_start(struct child *c, const struct job *j, const struct stop_request *s, const char *folder, struct err *e)
{
	char *script;
	*c = (struct child){ .group = 0 };
	/* posix_spawn(3) would fail with "No such file or directory" for a missing folder and for a missing shell
	 * alike. */
	if (folder && access(folder, X_OK) < 0)
		return err_errno(e, EX_NOINPUT, errno, "%s, the folder that the line runs in (see --chdir)", folder);
	if (asprintf(&script, "%s%s", note_stages, j->o->line) < 0)
		return err_oom(e, "the line");
	int failed = spawn(c, script, s, folder);
	free(script);
	return failed ? err_errno(e, EX_OSERR, failed, "bash, which runs the line") : 0;
}

/* ---- waiting ---- */

/* Collects processes that have ended. Returns false if none is left. */
static bool reap(struct child *c)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == c->group) {
			c->shell_done = true;
			c->wait_status = status;
		}
	return pid == 0 || errno != ECHILD;
}

/* Passes the first signal to the source. Under checkpoints this is the process that holds the lock of the first program
 * of sp. Without them the whole line gets SIGINT, as from a terminal. */
static void pass_stop(const struct child *c, const struct job *j, struct stop_request *s)
{
	int64_t pid = 0;
	struct err ignored = ERR_INIT;
	if (!job_has_checkpoints(j)) {
		s->passed = true;
		kill(-c->group, SIGINT);
		return;
	}
	const char *source = "sp-capture";
	for (size_t i = j->line.count; i-- > 0;)
		if (j->line.stages[i].ours)
			source = j->line.stages[i].id;
	if (job_program_pid(j, source, &pid, &ignored) == 0 && pid > 0)
		s->passed = kill((pid_t)pid, SIGTERM) == 0;
}

/* Returns how long to wait for the next signal. */
static int64_t timeout_of(const struct child *c, const struct stop_request *s)
{
	if (s->count > 0 && !s->passed)
		return SOURCE_RETRY_MS;
	return c->shell_done ? LINGER_MS : TOUCH_MS;
}

void child_wait(struct child *c, const struct job *j, struct stop_request *s)
{
	bool said = false;
	s->passed = false;
	while (reap(c)) {
		int before = s->count;
		bool quiet = wait_for_signal(s, timeout_of(c, s)) == 0;
		if (s->count > before && s->count == 1)
			diag("%s: SIG%s: the line stops and %s; once more kills it", j->label, sigabbrev_np(s->signal),
				job_has_checkpoints(j) ? "commits" : "gives what it has so far");
		if (s->count > before && s->count > 1)
			kill(-c->group, SIGKILL);
		if (s->count == 1 && !s->passed)
			pass_stop(c, j, s);
		if (quiet)
			(void)futimens(j->lock, NULL);
		if (quiet && c->shell_done && !said && s->count == 0) {
			diag("%s: the shell has ended, but a process of the line still runs; waiting for it", j->label);
			said = true;
		}
	}
}
