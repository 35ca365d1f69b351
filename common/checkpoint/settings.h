/* settings.h -- what sp-run tells the programs of its line through the environment.
 *
 *	SP_CHECKPOINT=DIR	the folder of checkpoints, an absolute path
 *	SP_RUN=HEX		the run: 32 hexadecimal digits, new at each try
 *	SP_STATUS=FILE		each program appends the line "ID STATUS" when it exits
 *	SP_CHECKPOINT_OPTIONS	words separated by commas: end, every=MS, upgrade, adopt, lost-ok, any-fs
 *
 * The options --checkpoint, --checkpoint-every, ... of the programs have the same effect without sp-run. */
#ifndef CHECKPOINT_SETTINGS_H
#define CHECKPOINT_SETTINGS_H
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

struct checkpoint_settings {
	const char *dir;  /* borrowed; NULL: no checkpoints */
	const char *run;  /* SP_RUN; NULL: the source makes a run of its own */
	bool supervised;  /* sp-run started the program: SP_CHECKPOINT is set */
	bool end;         /* the source writes end instead of stop */
	bool upgrade;     /* state of another configuration is used where possible */
	bool adopt;       /* the end accepts a store that knows nothing of the job */
	bool lost_ok;     /* a file that vanished with unread bytes is not an error */
	bool any_fs;      /* network file systems are accepted */
	int64_t every_ms; /* the interval between barriers; 0: the default, 1 s */
};

/* Reads the environment. Returns 0, or -1 with E set (EX_USAGE) if a variable is wrong. */
int checkpoint_settings_read(struct checkpoint_settings *s, struct err *e) MUST_USE;
/* Appends "ID STATUS" to the file SP_STATUS, if it is set. Every program calls it as the last thing before it exits. A
 * failure is ignored: sp-run then uses the exit status that the shell reports. */
void checkpoint_settings_report(const char *id, int status);
#endif
