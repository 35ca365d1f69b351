/* options.h -- the command line of sp-sink. */
#ifndef SINK_OPTIONS_H
#define SINK_OPTIONS_H
#include "base/opt.h"
#include "sp-sink/target/target.h"

/* What the command line asks for. Set by config_init(), constant afterwards; strings are borrowed from argv. */
struct config {
	const struct target_type *type; /* of the target */
	struct target_config target;    /* its URI and zone are owned */
	const char *reject, *metrics;   /* --reject FILE, --metrics FILE, or NULL */
	uint64_t max_event;             /* --max-event, in bytes */
	bool status;                    /* --status */
};

/* Reads the command line. Returns 0; 1 if --help or --version was answered, *STATUS is then the exit status; or -1 with
 * E. config_release() must follow in all three cases. */
int config_init(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
