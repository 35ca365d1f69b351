/* options.h -- the command line of sp-sink. */
#ifndef SINK_OPTIONS_H
#define SINK_OPTIONS_H
#include "program/options.h"
#include "sp-sink/target/target.h"

/* What the command line asks for. config_read() sets it, and it does not change afterwards. Strings are borrowed from
 * argv. */
struct config {
	const struct target_type *type; /* the type of the target */
	struct target_config target;    /* the options of the target; its URI and zone are owned */
	const char *reject, *metrics;   /* --reject FILE, --metrics FILE, or NULL */
	const char *zone_name;          /* --tz ZONE, or NULL */
	const char *checkpoint;         /* --checkpoint DIR, or NULL */
	bool loose, upgrade, adopt;     /* --loose, --upgrade, --adopt */
	size_t max_event;               /* the longest line, in bytes (--max-event) */
	unsigned given;                 /* bit mask: which of TARGET_ROLL_SIZE, _ROLL_EVERY and _MAX_OPEN were given */
	bool status;                    /* --status */
};

/* Reads the command line into C. TYPES are the targets of this program, NULL-terminated. If the TARGET needs a driver
 * (a separate program), the driver replaces this process. Returns PROGRAM_RUN if the events are to be stored;
 * PROGRAM_DONE with *STATUS set if --help or --version was printed; or PROGRAM_FAILED with E set. The caller must call
 * config_release() in all three cases. */
enum program_outcome config_read(struct config *c, const struct target_type *const *types, int argc, char **argv,
	int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
