/* stop.h -- signals as DESIGN section 7 has them, in one flag.
 *
 * SIGINT: sets the flag the first time (STOP_AT_SIGINT), or is ignored the first time
 * (IGNORE_FIRST_SIGINT); the second one kills the process in the ordinary way. SIGTERM always does.
 * SIGUSR1 sets another flag: print the status once. Blocking calls return EINTR. */
#ifndef STREAM_STOP_H
#define STREAM_STOP_H
#include <signal.h>

enum stop_policy {
	STOP_AT_SIGINT,
	IGNORE_FIRST_SIGINT,
};

extern volatile sig_atomic_t stop_flag;       /* asked to stop: end after a whole line */
extern volatile sig_atomic_t stop_interrupts; /* SIGINTs so far */
extern volatile sig_atomic_t status_flag;     /* SIGUSR1 came; the program clears it */

void stop_init(enum stop_policy policy);
#endif
