/* options.c -- the options of checkpoints, and what is refused under a checkpoint. */
#include "sp-capture/checkpoint/options.h"
#include "base/dur.h"
#include "sp-capture/source/table.h"
#include <sys/stat.h>
#include <unistd.h>

const struct opt checkpoint_option_table[] = {
	{ OPT_CHECKPOINT, "checkpoint", "DIR", "keep checkpoints in DIR, and go on where the last run was committed" },
	{ OPT_CHECKPOINT_EVERY, "checkpoint-every", "DUR", "time between two checkpoints (default 1s)" },
	{ OPT_CHECKPOINT_END, "end", NULL, "with checkpoints: no more will come, so all windows close" },
	{ OPT_LOST_OK, "lost-ok", NULL, "with checkpoints: go on without files that vanished before they were read" },
	{ OPT_UPGRADE, "upgrade", NULL, "with checkpoints: go on although --format or the like has changed" },
	{ OPT_ANY_FS, "any-fs", NULL, "with checkpoints: DIR may be on a network file system" },
	OPT_END,
};

int checkpoint_options_set(struct checkpoint_given *g, int id, const char *value, struct err *e)
{
	switch (id) {
	case OPT_CHECKPOINT:
		g->dir = value;
		return *value ? 0 : err_set(e, EX_USAGE, "--checkpoint needs the name of a folder");
	case OPT_CHECKPOINT_EVERY:
		g->any = "--checkpoint-every";
		if (dur_parse(value, &g->every_ms, e) < 0)
			return -1;
		return g->every_ms > 0 ? 0 : err_set(e, EX_USAGE, "the time must be longer than 0");
	case OPT_CHECKPOINT_END: g->any = "--end"; return (g->end = true), 0;
	case OPT_LOST_OK: g->any = "--lost-ok"; return (g->lost_ok = true), 0;
	case OPT_UPGRADE: g->any = "--upgrade"; return (g->upgrade = true), 0;
	default: g->any = "--any-fs"; return (g->any_fs = true), 0;
	}
}

int checkpoint_options_finish(const struct checkpoint_given *g, struct checkpoint_settings *out, struct err *e)
{
	if (checkpoint_settings_read(out, e) < 0)
		return -1;
	if (g->dir && out->supervised)
		return err_set(e, EX_USAGE, "--checkpoint %s: sp-run has set the folder already: %s", g->dir, out->dir);
	if (g->dir)
		out->dir = g->dir;
	if (g->any && !out->dir)
		return err_set(e, EX_USAGE, "%s is for a run with --checkpoint DIR or under sp-run", g->any);
	out->end = out->end || g->end;
	out->lost_ok = out->lost_ok || g->lost_ok;
	out->upgrade = out->upgrade || g->upgrade;
	out->any_fs = out->any_fs || g->any_fs;
	out->every_ms = g->every_ms > 0 ? g->every_ms : out->every_ms;
	return 0;
}

/* Refuses standard input unless it is a regular file. Returns 0, or -1 with E set. */
static int check_standard_input(struct err *e)
{
	struct stat st;
	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	return err_set(e, EX_USAGE,
		"standard input is not a file, so it cannot be replayed after a crash; write it to a file first, "
		"and read that under the checkpoint");
}

int checkpoint_options_check(const struct options *o, const struct source_type *const *types, struct err *e)
{
	if (o->limit != UINT64_MAX)
		return err_set(e, EX_USAGE, "--limit cannot be used under a checkpoint: each run would count anew");
	if (o->follow)
		return err_set(e, EX_USAGE,
			"--follow under a checkpoint comes with a later version; run the line again when the files have "
			"grown, and it goes on where it stopped");
	for (size_t i = 0; i < o->operand_count; i++) {
		const struct source_type *type = source_type_of(types, o->operands[i]);
		if (type)
			return err_set(e, EX_USAGE, "%s: sources %s:// under a checkpoint come with a later version",
				o->operands[i], type->scheme);
		if (strcmp(o->operands[i], "-") == 0 && check_standard_input(e) < 0)
			return -1;
	}
	return 0;
}
