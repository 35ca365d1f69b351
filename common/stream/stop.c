/* stop.c -- signals become flags.
 *
 * Handlers do only what signal-safety(7) allows: set flags, or raise the signal again with its default action. */
#include "stream/stop.h"
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

volatile sig_atomic_t stop_flag;
volatile sig_atomic_t stop_interrupts;
volatile sig_atomic_t status_flag;
static volatile sig_atomic_t stop_policy;
static volatile sig_atomic_t stop_number; /* number of the first signal */

/* Ends the process by signal NUMBER, not by exit(3), so that the shell sees which signal it was. */
static void stop_die_of(int number)
{
	signal(number, SIG_DFL);
	raise(number);
}

/* Handles SIGINT and SIGTERM. After the first signal the program may take long to finish its work, so a second signal
 * always kills. */
static void on_interrupt(int number)
{
	if (stop_policy == DIE_AT_SIGINT || stop_interrupts++ > 0) {
		stop_die_of(number);
		return;
	}
	stop_number = number;
	if (stop_policy != IGNORE_FIRST_SIGINT)
		stop_flag = 1;
}

/* Handles SIGUSR1. Only sets a flag, because a handler must not print. The next status_poll() prints the status
 * line. */
static void on_usr1(int number)
{
	(void)number;
	status_flag = 1;
}

void stop_init(enum stop_policy policy)
{
	bool left = stop_policy == LEAVE_TO_SOURCE, leave = policy == LEAVE_TO_SOURCE;
	stop_policy = (sig_atomic_t)policy;
	/* SA_RESTART is not set, so a signal ends a wait for input (EINTR). */
	struct sigaction a = { .sa_handler = leave ? SIG_IGN : on_interrupt };
	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, NULL);
	if (policy == STOP_AT_SIGTERM || leave)
		sigaction(SIGTERM, &a, NULL);
	else if (left)
		signal(SIGTERM, SIG_DFL);
	a.sa_handler = on_usr1;
	sigaction(SIGUSR1, &a, NULL);
	a.sa_handler = SIG_DFL;
	sigaction(SIGPIPE, &a, NULL);
	/* If a file reaches its size limit, write(2) fails with EFBIG, and the program reports the error. */
	a.sa_handler = SIG_IGN;
	sigaction(SIGXFSZ, &a, NULL);
}

void stop_ignore_pipe(void)
{
	signal(SIGPIPE, SIG_IGN);
}

/* Ends the process by SIGPIPE, so that the shell sees the usual exit status although stop_ignore_pipe() was called. */
void stop_die_of_pipe(void)
{
	stop_die_of(SIGPIPE);
}

/* Handles SIGALRM, which comes when the time of stop_within() is over: ends the process by the first signal. */
static void on_alarm(int number)
{
	(void)number;
	stop_die_of(stop_number);
}

void stop_within(unsigned seconds)
{
	if (!stop_flag)
		return;
	signal(SIGALRM, on_alarm);
	alarm(seconds);
}

int stop_poll(struct pollfd *fds, unsigned long count, int64_t timeout_ms)
{
	/* A signal between the test of the flags and the wait would not end the wait. So signals are blocked during the
	 * test, and ppoll(2) unblocks them at the moment when it begins to wait. */
	sigset_t block, old;
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &old);
	int n = -1;
	if (stop_flag || status_flag) {
		errno = EINTR;
	} else {
		struct timespec t = { timeout_ms / 1000, timeout_ms % 1000 * 1000000 };
		n = ppoll(fds, count, timeout_ms < 0 ? NULL : &t, &old);
	}
	int saved = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	return n;
}
