/* options.c -- the command line of sp-run.
 *
 * The number of operands, and whether "--" comes before them, decide the mode (set_operands()). Options that have no
 * effect in this mode are refused, because the user expects an effect. */
#include "sp-run/options.h"
#include "base/amount.h"
#include "base/dur.h"
#include <string.h>

enum option {
	O_EVERY = 256,
	O_END,
	O_UPGRADE,
	O_ADOPT,
	O_LOST_OK,
	O_ANY_FS,
	O_CHDIR,
	O_WAIT,
	O_SKIP,
	O_TRIES,
	O_NO_RESTART,
	O_RESTART,
	O_NAME,
	O_DRY_RUN,
	O_STATUS,
	O_MAX_AGE,
};

static const struct opt table[] = {
	{ O_EVERY, "every", "DUR", "commit at most once in DUR (default 1s)" },
	{ O_END, "end", NULL, "the input ends for good: close all windows" },
	{ O_UPGRADE, "upgrade", NULL, "LINE was changed: keep the state of what is the same" },
	{ O_ADOPT, "adopt", NULL, "the store knows nothing of this job: go on into it" },
	{ O_LOST_OK, "lost-ok", NULL, "a file that was not read to its end and is gone is no error" },
	{ O_ANY_FS, "any-fs", NULL, "allow DIR and the store on a network file system" },
	{ O_CHDIR, "chdir", "FOLDER", "run LINE in FOLDER from now on (default: where the first run was)" },
	{ O_WAIT, "wait", "[=DUR]", "if the job runs already, wait until it ends, or for DUR" },
	{ O_SKIP, "skip-if-running", NULL, "if the job runs already, exit with 0" },
	{ O_TRIES, "tries", "N", "run LINE N times at most" },
	{ O_NO_RESTART, "no-restart", NULL, "the same as --tries 1" },
	{ O_RESTART, "restart", NULL, "without DIR: run LINE again after a failure; rows may come twice" },
	{ O_NAME, "name", "NAME", "without DIR: the name of the job" },
	{ O_DRY_RUN, "dry-run", NULL, "print what would be done, and do nothing" },
	{ O_STATUS, "status", "[=json]", "show what the job is doing" },
	{ O_MAX_AGE, "max-age", "DUR", "with --status: exit with 2 if the last commit is older" },
	OPT_COMMON,
	OPT_END,
};

static const char details[] =
	"Without checkpoints, but with a lock: sp-run -- 'LINE'\n\n"
	"example:\n"
	"  sp-run web 'sp-capture log/* | sp-window --tumbling 1m | sp-agg n=count | sp-sink \"sqlite:s.db?table=t\"'\n";

static const struct opt_hint hints[] = { { "checkpoint", "the folder as the first operand" },
	{ "interval", "--every DUR" }, { "checkpoint-interval", "--every DUR" }, { "checkpoint-every", "--every DUR" },
	{ "retries", "--tries N" }, { "max-restarts", "--tries N" }, { "drain", "--end" }, { "final", "--end" },
	{ "cwd", "--chdir FOLDER" }, { "timeout", "--wait=DUR" }, { "nonblock", "--skip-if-running" },
	{ "json", "--status=json" }, { NULL, NULL } };

static const struct opt_program program = { .name = "sp-run",
	.operands = "DIR LINE",
	.about = "run a line of sp programs exactly once, and again after a failure",
	.options = table,
	.details = details,
	.hints = hints };

/* What set_option() must remember while the options are read. */
struct parsed {
	struct run_options *o;
	bool status, waits;
	const char *checkpoint_option; /* the last one that needs DIR and LINE; NULL: none */
	const char *plain_option;      /* the last one that needs "--" */
};

static int set_status(struct parsed *p, const char *value, struct err *e)
{
	p->status = true;
	p->o->json = value != NULL;
	return !value || strcmp(value, "json") == 0 ?
		0 :
		err_set(e, EX_USAGE, "unknown form '%s'; write --status or --status=json", value);
}

static int set_wait(struct parsed *p, const char *value, struct err *e)
{
	p->waits = true;
	p->o->wait_ms = -1;
	return value ? dur_parse(value, &p->o->wait_ms, e) : 0;
}

static int set_every(struct run_options *o, const char *value, struct err *e)
{
	if (dur_parse(value, &o->every_ms, e) < 0)
		return -1;
	return o->every_ms > 0 ? 0 : err_set(e, EX_USAGE, "must be at least 1ms");
}

/* Sets FLAG. Returns 0. */
static int set_flag(bool *flag)
{
	*flag = true;
	return 0;
}

static int set_option(void *arg, int id, const char *value, struct err *e)
{
	struct parsed *p = arg;
	struct run_options *o = p->o;
	const struct opt *row = table;
	while (row->id != id)
		row++;
	if (id <= O_CHDIR)
		p->checkpoint_option = row->name;
	if (id == O_RESTART || id == O_NAME)
		p->plain_option = row->name;
	switch (id) {
	case O_EVERY: return set_every(o, value, e);
	case O_END: return set_flag(&o->end);
	case O_UPGRADE: return set_flag(&o->upgrade);
	case O_ADOPT: return set_flag(&o->adopt);
	case O_LOST_OK: return set_flag(&o->lost_ok);
	case O_ANY_FS: return set_flag(&o->any_fs);
	case O_CHDIR: o->chdir = value; return 0;
	case O_WAIT: return set_wait(p, value, e);
	case O_SKIP: return set_flag(&o->skip);
	case O_TRIES: return amount_parse_int(value, 1, 1000000000, &o->tries, e);
	case O_NO_RESTART: o->tries = 1; return 0;
	case O_RESTART: return set_flag(&o->restart);
	case O_NAME: o->name = value; return 0;
	case O_DRY_RUN: return set_flag(&o->dry_run);
	case O_STATUS: return set_status(p, value, e);
	case O_MAX_AGE: return dur_parse(value, &o->max_age_ms, e);
	default: return err_set(e, EX_SOFTWARE, "internal error: option %d is not handled", id);
	}
}

/* Sets E for operands that are not "DIR LINE". Always returns -1. */
static int bad_operands(const struct parsed *p, char **operands, int count, struct err *e)
{
	if (count == 0)
		return err_set(e, EX_USAGE, "which line? write sp-run DIR 'sp-capture ... | sp-sink ...'");
	int64_t ms;
	struct err no_duration = ERR_INIT;
	if (count == 3 && p->waits && p->o->wait_ms < 0 && dur_parse(operands[0], &ms, &no_duration) == 0)
		return err_set(e, EX_USAGE, "write --wait=%s: without the '=', %s is an operand", operands[0],
			operands[0]);
	if (count > 2)
		return err_set(e, EX_USAGE,
			"%d operands: put the whole line into quotes: sp-run DIR 'sp-capture ... | sp-sink ...'",
			count);
	if (strchr(operands[0], '|') || strchr(operands[0], ' '))
		return err_set(e, EX_USAGE,
			"no folder: write sp-run DIR 'LINE', or sp-run -- 'LINE' for a line without checkpoints");
	return err_set(e, EX_USAGE, "no line: write sp-run %s 'sp-capture ... | sp-sink ...', or sp-run %s --status",
		operands[0], operands[0]);
}

/* Two operands are DIR and LINE. One operand is DIR with --status, and LINE after "--"; getopt_long(3) leaves the "--"
 * in front of the operands. */
static int set_operands(void *arg, char **operands, int count, struct err *e)
{
	struct parsed *p = arg;
	struct run_options *o = p->o;
	bool dashes = strcmp(operands[-1], "--") == 0;
	o->mode = p->status ? RUN_STATUS : count == 1 && dashes ? RUN_PLAIN : RUN_CHECKPOINTS;
	if (p->status && count == 2)
		return err_set(e, EX_USAGE, "--status takes no line: sp-run %s --status", operands[0]);
	/* "sp-run -- ./job.sh x" would make a folder ./job.sh. */
	if (count == 2 && dashes)
		return err_set(e, EX_USAGE,
			"2 operands after --: put the whole line into quotes, sp-run -- 'LINE'; with a folder of "
			"checkpoints leave out the --");
	if (count != (o->mode == RUN_CHECKPOINTS ? 2 : 1))
		return bad_operands(p, operands, count, e);
	o->dir = o->mode == RUN_PLAIN ? NULL : operands[0];
	o->line = o->mode == RUN_STATUS ? NULL : operands[count - 1];
	if (o->dir && strstr(o->dir, " | "))
		return err_set(e, EX_USAGE, "'%s' is no folder: the folder comes first, sp-run DIR 'LINE'", o->dir);
	if (o->dir && !*o->dir)
		return err_set(e, EX_USAGE, "DIR is empty: name the folder of the job");
	if (o->line && !o->line[strspn(o->line, " \t\n")])
		return err_set(e, EX_USAGE, "LINE is empty: write sp-run DIR 'sp-capture ... | sp-sink ...'");
	return 0;
}

/* Refuses options that have no effect in the mode. Returns 0, or -1 with E set. */
static int check(const struct parsed *p, struct err *e)
{
	const struct run_options *o = p->o;
	if (p->checkpoint_option && o->mode != RUN_CHECKPOINTS)
		return err_set(e, EX_USAGE, "--%s needs a folder and a line: sp-run DIR 'LINE'", p->checkpoint_option);
	if (p->plain_option && o->mode != RUN_PLAIN)
		return err_set(e, EX_USAGE, "--%s is for lines without checkpoints: sp-run -- 'LINE'%s",
			p->plain_option,
			strcmp(p->plain_option, "restart") == 0 ? "; with DIR they are run again anyway" : "");
	if (o->max_age_ms >= 0 && o->mode != RUN_STATUS)
		return err_set(e, EX_USAGE, "--max-age needs --status");
	if (o->skip && p->waits)
		return err_set(e, EX_USAGE, "--wait and --skip-if-running exclude each other");
	if (o->name && (!*o->name || strchr(o->name, '/') || *o->name == '.' || strlen(o->name) > 200))
		return err_set(e, EX_USAGE, "--name '%s': a name has no slash and does not begin with a dot", o->name);
	return 0;
}

enum program_outcome run_options_read(struct run_options *o, int argc, char **argv, int *status, struct err *e)
{
	static const struct program_options options = { .program = &program,
		.option = set_option,
		.operands = set_operands };
	struct parsed p = { .o = o };
	*o = (struct run_options){ .max_age_ms = -1 };
	enum program_outcome outcome = program_parse(&options, &p, argc, argv, status, e);
	if (outcome == PROGRAM_RUN && check(&p, e) < 0)
		outcome = PROGRAM_FAILED;
	return outcome;
}
