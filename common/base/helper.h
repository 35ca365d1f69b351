/* helper.h -- starts drivers: separate programs that do the work which needs a heavy library.
 *
 * A driver is installed as libexec/sp/PROGRAM-DRIVER and takes the command line of PROGRAM. If the command line needs
 * the library, PROGRAM replaces itself by the driver. All other runs of PROGRAM do without the library. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H
#include "base/err.h"

/* Replaces this process by the driver DRIVER of PROGRAM, with the arguments ARGV (NULL-terminated, ARGV[0] included).
 * The driver is searched in the folder that the variable SP_LIBEXEC names. Without SP_LIBEXEC, the folder is
 * ../libexec/sp, relative to the folder of the running program. A set-user-ID program ignores SP_LIBEXEC. WANTED is
 * what needs the driver, such as "kafka://", for the message. Returns only if it fails: -1 with E set (EX_UNAVAILABLE).
 * The message names the package that contains the driver. */
int helper_exec(const char *program, const char *driver, const char *wanted, char *const argv[],
	struct err *e) MUST_USE;
#endif
