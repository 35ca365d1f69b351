/* lock.h -- the lock of a job: a file that one sp-run holds with flock(2).
 *
 * Its content, {"pid":"17","run":"","since":"2026-11-28T00:40:00Z"}, is for messages only. The kernel gives the lock up
 * when the process ends, however it ends. */
#ifndef SP_RUN_LOCK_H
#define SP_RUN_LOCK_H
#include "base/err.h"
#include <stdint.h>

enum { LOCK_SINCE_MAX = 32 };

struct lock_holder {
	int64_t pid;                /* 0: nobody holds the lock, or it is not known who */
	char since[LOCK_SINCE_MAX]; /* RFC 3339; "" if not known */
};

/* Takes the lock PATH, and makes the file if it is missing. Waits for the lock up to WAIT_MS (negative: without a
 * limit). Returns the descriptor, which is close-on-exec and holds the lock until it is closed. Returns -1 with E set
 * on failure. If another process holds the lock, E has EX_TEMPFAIL, and *HOLDER is that process. */
int lock_take(const char *path, int64_t wait_ms, struct lock_holder *holder, struct err *e) MUST_USE;
/* Sets *HOLDER to the process that holds PATH now. Returns 1, or 0 if nobody does. Holds the lock for an instant, for
 * which lock_take() waits. */
int lock_probe(const char *path, struct lock_holder *holder) MUST_USE;
#endif
