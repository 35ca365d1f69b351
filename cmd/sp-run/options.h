/* options.h -- the command line of sp-run. */
#ifndef SP_RUN_OPTIONS_H
#define SP_RUN_OPTIONS_H
#include "program/options.h"
#include <stdint.h>

enum run_mode {
	RUN_CHECKPOINTS, /* sp-run DIR LINE */
	RUN_PLAIN,       /* sp-run -- LINE */
	RUN_STATUS,      /* sp-run DIR --status */
};

/* Strings are borrowed from argv. */
struct run_options {
	enum run_mode mode;
	const char *dir, *line; /* NULL: not given in this mode */
	const char *chdir;      /* NULL: the folder of the first run */
	const char *name;       /* of a job without DIR; NULL: made from LINE */
	int64_t every_ms;       /* 0: the default of sp-capture */
	int64_t wait_ms;        /* for the lock; -1: without a limit */
	int64_t tries;          /* 0: no limit */
	int64_t max_age_ms;     /* -1: no limit */
	bool end, upgrade, adopt, lost_ok, any_fs;
	bool skip;    /* --skip-if-running: a job that runs already is not an error */
	bool restart; /* without DIR: the line runs again after a failure */
	bool dry_run;
	bool json; /* --status=json */
};

/* Reads the command line into O. Returns as program_parse() does. */
enum program_outcome run_options_read(struct run_options *o, int argc, char **argv, int *status, struct err *e);
#endif
