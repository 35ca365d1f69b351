/* options.h -- the options of checkpoints: --checkpoint DIR and the options that need it.
 *
 * Under sp-run, the environment sets them (checkpoint/settings.h), and the options add to it. */
#ifndef CAPTURE_CHECKPOINT_OPTIONS_H
#define CAPTURE_CHECKPOINT_OPTIONS_H
#include "base/opt.h"
#include "sp-capture/options.h"

enum {
	OPT_CHECKPOINT = 400,
	OPT_CHECKPOINT_EVERY,
	OPT_CHECKPOINT_END,
	OPT_LOST_OK,
	OPT_UPGRADE,
	OPT_ANY_FS,
};

/* The options, ended by OPT_END. */
extern const struct opt checkpoint_option_table[];

/* The options that were given. */
struct checkpoint_given {
	const char *dir; /* --checkpoint, borrowed; NULL: not given */
	int64_t every_ms;
	bool end, lost_ok, upgrade, any_fs;
	const char *any; /* the name of an option other than --checkpoint that was given; NULL: none */
};

/* Returns true if option ID is one of the table. */
static inline bool checkpoint_options_have(int id)
{
	return id >= OPT_CHECKPOINT && id <= OPT_ANY_FS;
}
/* Stores VALUE of option ID in G. Returns 0, or -1 with E set (EX_USAGE). */
int checkpoint_options_set(struct checkpoint_given *g, int id, const char *value, struct err *e) MUST_USE;
/* Sets *OUT to what the environment and G say together. Returns 0, or -1 with E set (EX_USAGE) if they contradict each
 * other, or if an option needs checkpoints and there are none. */
int checkpoint_options_finish(const struct checkpoint_given *g, struct checkpoint_settings *out,
	struct err *e) MUST_USE;

struct source_type;
/* Refuses what cannot be continued exactly after a crash: --limit, --follow, sources that are not files, and standard
 * input that is not a regular file. TYPES is the program's table of source types. Returns 0, or -1 with E set
 * (EX_USAGE). */
int checkpoint_options_check(const struct options *o, const struct source_type *const *types, struct err *e) MUST_USE;
#endif
