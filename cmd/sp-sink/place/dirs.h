/* dirs.h -- folders that are there when a file is put into them, also after a crash. */
#ifndef SINK_PLACE_DIRS_H
#define SINK_PLACE_DIRS_H
#include "base/err.h"

/* Makes PATH and what is missing above it, each durable in the one above. -1: E. */
int dirs_make(const char *path, struct err *e) MUST_USE;
/* Opens the folder BELOW ("a/b"; "": itself) of ROOT, making it likewise. Below ROOT no symbolic link is followed,
 * so that whoever may write there cannot have files put elsewhere. A descriptor
 * for ...at() calls (O_PATH), the caller's; -1: E. */
int dirs_open(const char *root, const char *below, struct err *e) MUST_USE;
/* fsync(2) for a folder (O_PATH will do), named NAME, so that a new name in it survives a crash. */
int dirs_sync(int folder, const char *name, struct err *e) MUST_USE;
#endif
