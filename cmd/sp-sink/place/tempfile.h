/* tempfile.h -- temporary files: known to the signal handler, which removes them, and found again by the
 * next run when this one had no chance to.
 *
 * A temporary name ends in TEMPFILE_SUFFIX, and whoever writes the file holds a lock (flock(2)) on it: one
 * that can be locked belongs to nobody alive. */
#ifndef SINK_PLACE_TEMPFILE_H
#define SINK_PLACE_TEMPFILE_H
#include "base/err.h"

#define TEMPFILE_SUFFIX ".sp-tmp"
enum { TEMPFILE_MAX = 1024 };

/* Has SIGTERM, SIGHUP and a second SIGINT remove the temporary files before they end the process, and a
 * file that outgrows its limit give an error. After stop_init(). */
void tempfile_catch_signals(void);
/* Creates PATH (which ends in TEMPFILE_SUFFIX) with permissions MODE, locked. The descriptor; -1 with E, which names
 * FINAL, what the file is for. PATH is borrowed until tempfile_forget(). */
int tempfile_create(const char *path, unsigned mode, const char *final, struct err *e) MUST_USE;
/* PATH is renamed or removed: nothing of ours any more. */
void tempfile_forget(const char *path);
/* Removes files in DIR whose names begin with PREFIX, end in TEMPFILE_SUFFIX and belong to nobody. */
void tempfile_clean(const char *dir, const char *prefix);
#endif
