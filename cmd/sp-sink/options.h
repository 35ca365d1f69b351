/* options.h -- what the command line asked for. */
#ifndef SINK_OPTIONS_H
#define SINK_OPTIONS_H
#include "base/opt.h"
#include "base/uri.h"
#include "text/time.h"

struct config {
	struct uri uri;        /* the TARGET, taken apart; uri.scheme NULL: a path or "-" */
	const char *format;    /* --format, or NULL */
	const char *columns;   /* --columns a,b,c, or NULL */
	const char *key;       /* --key a,b, or NULL */
	const char *partition; /* --partition TEMPLATE, or NULL */
	const char *reject, *metrics;
	struct zone *zone; /* --tz; NULL: UTC */
	uint64_t roll_size, max_event;
	int64_t roll_every_ms, max_open;
	bool append, status;
	const struct target_type *target;
};

extern const struct opt_program sink_program;

/* Reads the command line. 1: --help or --version was answered, *STATUS is the exit status; -1: E. */
int config_init(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void config_release(struct config *c);
#endif
