/* tempfile.h -- temporary files that do not outlive their run.
 *
 * A temporary file's name ends in TEMPFILE_SUFFIX. The writer of the file holds a lock (flock(2)) on it, which ends
 * with the process. Normally the writer removes the file. If a signal ends the process, the handlers of
 * tempfile_catch_signals() remove it. After SIGKILL or a crash, the next run removes the file, because it can lock
 * it. */
#ifndef SINK_PLACE_TEMPFILE_H
#define SINK_PLACE_TEMPFILE_H
#include "base/err.h"

#define TEMPFILE_SUFFIX ".sp-tmp"
enum { TEMPFILE_MAX = 1024 }; /* most temporary files that are open at a time */

/* From now on SIGTERM, SIGHUP and the second SIGINT remove the temporary files before they end the process. SIGXFSZ is
 * ignored, so at the limit of a file's size write(2) fails with EFBIG. Must be called after stop_init(). */
void tempfile_catch_signals(void);
/* Creates the file PATH, which ends in TEMPFILE_SUFFIX, with permissions MODE, and locks it. PATH is borrowed until
 * tempfile_forget(). FINAL is the final name of the file, for messages. Returns a descriptor, or -1 with E set. */
int tempfile_create(const char *path, unsigned mode, const char *final, struct err *e) MUST_USE;
/* Makes signals ignore PATH, after the file was renamed or removed. PATH must be the pointer that was given to
 * tempfile_create(); NULL and other pointers are ignored. */
void tempfile_forget(const char *path);
/* Removes the files in DIR whose names begin with PREFIX and end in TEMPFILE_SUFFIX and which no process has locked. */
void tempfile_clean(const char *dir, const char *prefix);
#endif
