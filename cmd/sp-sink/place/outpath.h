/* outpath.h -- what the path of an output file leads to. */
#ifndef SINK_PLACE_OUTPATH_H
#define SINK_PLACE_OUTPATH_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Bytes of PATH in front of its last component. */
size_t outpath_folder(const char *path);
/* Our own descriptor that PATH names (/dev/stdout, /dev/fd/3); -1: none. What it leads to was chosen by the shell,
 * with > or >>. */
int outpath_own(const char *path);
/* Is PATH written where it is (a device, a pipe, a descriptor of ours), rather than a file that appears? */
bool outpath_in_place(const char *path);
/* What PATH leads to over symbolic links, the last of which may lead to a file that is not there yet. Owned by the
 * caller. NULL: E, EX_CANTCREAT for a circle of links. */
char *outpath_follow(const char *path, struct err *e);
#endif
