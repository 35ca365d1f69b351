/* stop.h -- signals become flags that the program checks between events.
 *
 * The program's policy decides what a first SIGINT does; a second one kills. SIGTERM kills, except under
 * STOP_AT_SIGTERM and LEAVE_TO_SOURCE. SIGUSR1 requests the status line. Handlers are installed without SA_RESTART, so
 * that blocking calls fail with EINTR. */
#ifndef STREAM_STOP_H
#define STREAM_STOP_H
#include <signal.h>
#include <stdint.h>

enum stop_policy {
	STOP_AT_SIGINT,      /* the first SIGINT sets stop_flag; for sources */
	IGNORE_FIRST_SIGINT, /* the first SIGINT is ignored: the source gets the signal too and ends the input */
	STOP_AT_SIGTERM,     /* the first SIGINT or SIGTERM sets stop_flag; the second signal kills */
	LEAVE_TO_SOURCE, /* SIGINT and SIGTERM are ignored: the source gets them too and ends the input (checkpoints) */
	DIE_AT_SIGINT,   /* the first SIGINT kills; for the start-up, before stop_init() is called again */
};

extern volatile sig_atomic_t stop_flag;       /* the program must end after a whole line */
extern volatile sig_atomic_t stop_interrupts; /* how often SIGINT came, or SIGTERM under STOP_AT_SIGTERM */
extern volatile sig_atomic_t status_flag;     /* SIGUSR1 was received; status_poll() clears it */

/* Installs the handlers for POLICY. Resets SIGPIPE to its default, so that a closed standard output ends the program
 * without a message. Ignores SIGXFSZ, so that write(2) fails at a limit of the file size, as on a full disk. May be
 * called again with another policy. */
void stop_init(enum stop_policy policy);

/* Ignores SIGPIPE: writing to a closed pipe then fails with EPIPE. This is for a program that must finish some work,
 * such as leaving a Kafka group, after the reader of its output has gone. After this work the program calls
 * stop_die_of_pipe(), which ends the process by SIGPIPE. */
void stop_ignore_pipe(void);
void stop_die_of_pipe(void);

/* If a signal has set stop_flag, gives the process SECONDS to end. If the process still runs then, the same signal
 * kills it. Does nothing if stop_flag is not set. */
void stop_within(unsigned seconds);

/* Waits for COUNT descriptors FDS like poll(2), for at most TIMEOUT_MS, or without a limit if TIMEOUT_MS is negative.
 * Returns the number of ready descriptors, 0 after the timeout, or -1 with errno set. errno is EINTR if stop_flag or
 * status_flag is set before or during the call. */
struct pollfd;
int stop_poll(struct pollfd *fds, unsigned long count, int64_t timeout_ms);
#endif
