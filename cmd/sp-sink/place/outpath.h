/* outpath.h -- what the path of an output file leads to: links, devices, descriptors of this process. */
#ifndef SINK_PLACE_OUTPATH_H
#define SINK_PLACE_OUTPATH_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Returns the number of bytes of PATH before its last component, including the '/'. */
size_t outpath_folder(const char *path);
/* Returns the descriptor of this process that PATH names (/dev/stdout, /dev/fd/3), or -1 if it names none. It is
 * written through, not opened again: the shell has chosen with > or >> where writing starts. */
int outpath_own(const char *path);
/* Returns true if PATH must be written in place: it is a device, a pipe or a descriptor of this process. Everything
 * else is a file, which can be replaced by rename(2). */
bool outpath_in_place(const char *path);
/* Follows the symbolic links of PATH's last component, the last of which may lead to a file that does not exist.
 * Returns the path at their end, which the caller frees, or NULL with E (EX_CANTCREAT for a circle of links). */
char *outpath_follow(const char *path, struct err *e);
#endif
