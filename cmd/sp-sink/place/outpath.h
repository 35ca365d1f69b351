/* outpath.h -- what the path of an output file leads to: links, devices, descriptors of this process. */
#ifndef SINK_PLACE_OUTPATH_H
#define SINK_PLACE_OUTPATH_H
#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>

/* Returns the number of bytes of PATH before its last component, including the '/'. */
size_t outpath_folder(const char *path);
/* Returns the descriptor of this process that PATH names (/dev/stdout, /dev/fd/3), or -1 if PATH names none. The caller
 * must write to the descriptor and not open PATH. A new descriptor would start at the beginning of the file, although
 * the shell may have opened it with >>. */
int outpath_own(const char *path);
/* Returns true if PATH must be written in place: it is a device, a pipe or a descriptor of this process. Everything
 * else is a file, which can be replaced by rename(2). */
bool outpath_in_place(const char *path);
/* Follows PATH as long as its last component is a symbolic link. The last link may lead to a file that does not exist.
 * Returns the path at the end, which the caller frees, or NULL with E set (EX_CANTCREAT for a circle of links). */
char *outpath_follow(const char *path, struct err *e);
#endif
