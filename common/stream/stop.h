/* stop.h -- signals become flags that the program looks at between events.
 *
 * A first SIGINT asks to stop in good order, a second one kills; what the first one does is the program's policy.
 * SIGTERM kills, except under STOP_AT_SIGTERM. SIGUSR1 asks for the status line. Handlers are installed without
 * SA_RESTART, so that blocking calls return EINTR. */
#ifndef STREAM_STOP_H
#define STREAM_STOP_H
#include <signal.h>
#include <stdint.h>

enum stop_policy {
	STOP_AT_SIGINT,      /* the first SIGINT sets stop_flag: sources */
	IGNORE_FIRST_SIGINT, /* it is ignored: the source before this program stops, and its end of output ends us */
	STOP_AT_SIGTERM,     /* SIGTERM is treated as SIGINT, and the first of them sets stop_flag */
	DIE_AT_SIGINT,       /* the first SIGINT kills: while nothing is begun yet. stop_init() is called again later */
};

extern volatile sig_atomic_t stop_flag;       /* asked to stop: end after a whole line */
extern volatile sig_atomic_t stop_interrupts; /* SIGINTs (and SIGTERMs) so far */
extern volatile sig_atomic_t status_flag;     /* SIGUSR1 came; whoever prints the status clears it */

/* Installs the handlers. Also resets SIGPIPE to its default, so that a closed standard output ends the program
 * silently, and ignores SIGXFSZ, so that a file size limit makes write(2) fail like a full disk. May be called
 * again. */
void stop_init(enum stop_policy policy);

/* For a program that must say goodbye to others when its standard output is closed: after stop_ignore_pipe() the
 * write fails with EPIPE; stop_die_of_pipe() then ends the process as SIGPIPE would have. */
void stop_ignore_pipe(void);
void stop_die_of_pipe(void);

/* If stop_flag is set: lets the process die of the signal that set it unless it has ended within SECONDS. */
void stop_within(unsigned seconds);

/* As poll(2), but returns -1 with EINTR if stop_flag or status_flag is set before or during the call: no signal is
 * slept through. TIMEOUT_MS < 0: no limit. */
struct pollfd;
int stop_poll(struct pollfd *fds, unsigned long count, int64_t timeout_ms);
#endif
