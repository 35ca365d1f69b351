/* dirs.h -- makes and opens the folders that files are put into.
 *
 * After a folder is made, the folder above it is synced (fsync(2)). Without this, a loss of power could lose the new
 * folder's name and all files in it. */
#ifndef SINK_PLACE_DIRS_H
#define SINK_PLACE_DIRS_H
#include "base/err.h"

/* Makes the folder PATH and the missing folders above it. Returns 0, or -1 with E set. */
int dirs_make(const char *path, struct err *e) MUST_USE;
/* Opens the folder ROOT/BELOW ("a/b"; "" is ROOT itself), and makes its missing folders. ROOT must exist. No symbolic
 * link below ROOT is followed, so that others who may write there cannot redirect files to another place. Returns an
 * O_PATH descriptor for ...at() calls, which the caller closes, or -1 with E set. */
int dirs_open(const char *root, const char *below, struct err *e) MUST_USE;
/* Makes the names in FOLDER durable (fsync(2)). FOLDER may be O_PATH. NAME is for messages. Returns 0, or -1 with E
 * set. */
int dirs_sync(int folder, const char *name, struct err *e) MUST_USE;
#endif
