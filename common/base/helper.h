/* helper.h -- drivers: programs of their own for what needs a heavy library.
 *
 * A driver is installed as libexec/sp/PROGRAM-DRIVER and takes the command line of PROGRAM. PROGRAM replaces itself by
 * the driver when a command line needs it, so that all other runs do not load the library. */
#ifndef BASE_HELPER_H
#define BASE_HELPER_H
#include "base/err.h"

/* Replaces this process by the driver DRIVER of PROGRAM, run with the arguments ARGV (NULL-terminated, ARGV[0] included).
 * The driver is looked for in the folder that SP_LIBEXEC names (ignored in a set-user-ID program), or else in
 * ../libexec/sp beside the folder of the running program. WANTED says in the message what needs it, such as "kafka://".
 * Returns only if that fails: -1 with E, EX_UNAVAILABLE; the message names the package that contains the driver. */
int helper_exec(const char *program, const char *driver, const char *wanted, char *const argv[],
	struct err *e) MUST_USE;
#endif
