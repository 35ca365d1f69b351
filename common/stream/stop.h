/* stop.h -- signals as DESIGN section 7 has them, in one flag.
 *
 * SIGINT: sets the flag the first time (STOP_AT_SIGINT), or is ignored the first time
 * (IGNORE_FIRST_SIGINT); the second one kills the process in the ordinary way. SIGTERM always does, but
 * where there is something to finish it is like SIGINT (STOP_AT_SIGTERM). Until there is anything to finish
 * the first SIGINT kills too (DIE_AT_SIGINT): nobody waits for a start that hangs.
 * SIGUSR1 sets another flag: print the status once. Blocking calls return EINTR. */
#ifndef STREAM_STOP_H
#define STREAM_STOP_H
#include <signal.h>
#include <stdint.h>

enum stop_policy {
	STOP_AT_SIGINT,
	IGNORE_FIRST_SIGINT,
	STOP_AT_SIGTERM, /* SIGINT and SIGTERM alike: there is something to finish before the end */
	DIE_AT_SIGINT,   /* a start that may take long; stop_init() is called again when it is over */
};

extern volatile sig_atomic_t stop_flag;       /* asked to stop: end after a whole line */
extern volatile sig_atomic_t stop_interrupts; /* SIGINTs so far */
extern volatile sig_atomic_t status_flag;     /* SIGUSR1 came; the program clears it */

/* Also puts SIGPIPE back to its default, so that a closed standard output ends the program silently, and
 * ignores SIGXFSZ, so that a file size limit is an error like a full disk. */
void stop_init(enum stop_policy policy);

/* With these a closed standard output does not end the program at once: the write fails (EPIPE), there is time to take
 * leave of others, and then stop_die_of_pipe() ends it as SIGPIPE would have. */
void stop_ignore_pipe(void);
void stop_die_of_pipe(void);
/* If a signal asked to stop: dies of it unless the program has ended within SECONDS. */
void stop_within(unsigned seconds);

/* poll(2) that a signal cannot slip past: a flag that was set before the call, or during it, ends it
 * with -1 and EINTR. TIMEOUT_MS < 0: no limit. */
struct pollfd;
int stop_poll(struct pollfd *fds, unsigned long count, int64_t timeout_ms);
#endif
