/* helper.h -- starts drivers: separate programs that do the work which needs a heavy library.
 *
 * A driver is installed as libexec/sp/PROGRAM-DRIVER and takes the command line of PROGRAM. PROGRAM replaces itself by
 * the driver if a command line needs it. So no other run loads the library. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H
#include "base/err.h"

/* Replaces this process by the driver DRIVER of PROGRAM, with the arguments ARGV (NULL-terminated, ARGV[0] included).
 * The driver is searched in the folder that SP_LIBEXEC names, or, without SP_LIBEXEC, in ../libexec/sp beside the
 * folder of the running program. A set-user-ID program ignores SP_LIBEXEC. WANTED is what needs the driver, such as
 * "kafka://", for the message. Returns only if it fails: -1 with E set (EX_UNAVAILABLE). The message names the package
 * that contains the driver. */
int helper_exec(const char *program, const char *driver, const char *wanted, char *const argv[],
	struct err *e) MUST_USE;
#endif
