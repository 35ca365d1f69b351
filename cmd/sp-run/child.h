/* child.h -- the processes of a line: starting them, and waiting until all of them have ended.
 *
 * The line is a process group of its own, so that Ctrl-C on the terminal reaches sp-run alone. sp-run is the subreaper
 * of its descendants (prctl(2)), so it also waits for processes that outlive the shell, such as those of >( ).
 *
 * The programs get no signal when sp-run dies (PR_SET_PDEATHSIG is not used). That signal would reach only the shell,
 * because fork(2) clears the setting, and the programs would go on without their shell. So a line whose sp-run has died
 * goes on to its end and commits, and its locks keep other lines away until then. */
#ifndef SP_RUN_CHILD_H
#define SP_RUN_CHILD_H
#include "sp-run/job.h"
#include <signal.h>
#include <sys/types.h>

struct child {
	pid_t group;     /* the shell's process and the process group of the line */
	bool shell_done; /* wait_status is set */
	int wait_status; /* of the shell, as from waitpid(2) */
};

/* The signals that asked sp-run to stop. */
struct stop_request {
	int signal;    /* the last one; 0: none */
	int count;     /* how many came */
	bool passed;   /* the first one was sent to the source */
	bool reported; /* the message that there is no source to stop was printed */
	sigset_t set;  /* the signals that sp-run waits for; blocked */
	sigset_t mask; /* the earlier signal mask, which the line gets */
};

/* Blocks SIGCHLD, and those of SIGINT, SIGTERM and SIGHUP that are not ignored, so that child_wait() can take them.
 * Makes sp-run a subreaper. */
void stop_request_init(struct stop_request *s);
/* Waits up to MS for a signal that asks to stop. Returns true if one has come, now or before. */
bool stop_request_wait(struct stop_request *s, int64_t ms);

/* Starts the line of J in FOLDER (NULL: here). Returns 0, or -1 with E set. */
int child_start(struct child *c, const struct job *j, const struct stop_request *s, const char *folder,
	struct err *e) MUST_USE;
/* Waits until no process of the line is left. Passes the first stop signal to the source of J. At the second one, kills
 * the group. */
void child_wait(struct child *c, const struct job *j, struct stop_request *s);
#endif
