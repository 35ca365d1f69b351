/* options.h -- the command line of sp-sink. */
#ifndef SINK_OPTIONS_H
#define SINK_OPTIONS_H
#include "program/options.h"
#include "sp-sink/target/target.h"

/* What the command line asks for. Set by config_read(), constant afterwards; strings are borrowed from argv. */
struct config {
	const struct target_type *type; /* of the target */
	struct target_config target;    /* its URI and zone are owned */
	const char *reject, *metrics;   /* --reject FILE, --metrics FILE, or NULL */
	uint64_t max_event;             /* --max-event, in bytes */
	bool status;                    /* --status */
};

/* Reads the command line into C. TYPES are the targets of this program, NULL-terminated. If the TARGET needs a driver,
 * the driver replaces this process, and the function does not return. Otherwise returns PROGRAM_RUN; PROGRAM_DONE with
 * *STATUS set if --help or --version was printed; or PROGRAM_FAILED with E. The caller must call config_release() in
 * all three cases. */
enum program_outcome config_read(struct config *c, const struct target_type *const *types, int argc, char **argv,
	int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
