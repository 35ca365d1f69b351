/* stop.c -- signals become flags. */
#include "stream/stop.h"
#include <errno.h>
#include <poll.h>
#include <unistd.h>

volatile sig_atomic_t stop_flag;
volatile sig_atomic_t stop_interrupts;
volatile sig_atomic_t status_flag;
static volatile sig_atomic_t stop_policy;
static volatile sig_atomic_t stop_number; /* the first signal */

/* So that the shell sees why. */
static void die_of(int number)
{
	signal(number, SIG_DFL);
	raise(number);
}

static void on_interrupt(int number)
{
	if (stop_policy == DIE_AT_SIGINT || stop_interrupts++ > 0) {
		die_of(number);
		return;
	}
	stop_number = number;
	if (stop_policy != IGNORE_FIRST_SIGINT)
		stop_flag = 1;
}

static void on_usr1(int number)
{
	(void)number;
	status_flag = 1;
}

void stop_init(enum stop_policy policy)
{
	stop_policy = (sig_atomic_t)policy;
	struct sigaction a = { .sa_handler = on_interrupt }; /* no SA_RESTART: waits must end */
	sigemptyset(&a.sa_mask);
	sigaction(SIGINT, &a, NULL);
	if (policy == STOP_AT_SIGTERM)
		sigaction(SIGTERM, &a, NULL);
	a.sa_handler = on_usr1;
	sigaction(SIGUSR1, &a, NULL);
	a.sa_handler = SIG_DFL;
	sigaction(SIGPIPE, &a, NULL);
	a.sa_handler = SIG_IGN; /* past a file size limit write(2) fails, with a message */
	sigaction(SIGXFSZ, &a, NULL);
}

void stop_ignore_pipe(void)
{
	signal(SIGPIPE, SIG_IGN);
}

void stop_die_of_pipe(void)
{
	die_of(SIGPIPE);
}

static void on_alarm(int number)
{
	(void)number;
	die_of(stop_number);
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
	/* Between looking at the flags and falling asleep no signal may come, or it would be slept over. */
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
