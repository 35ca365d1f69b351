/* options.c -- the command line of sp-sink: the table of its options, and the checks of their values.
 *
 * Options may come in any order, so their values are only stored at first. When the TARGET is known, an option that the
 * target does not use is an error. Without this check a user who gave --key for a CSV file would find duplicate rows
 * much later. The part of --help about targets is made from the table of targets (target.h). */
#include "sp-sink/options.h"
#include "base/amount.h"
#include "base/dur.h"
#include "base/helper.h"
#include "stream/reader.h"

enum {
	OPT_DELIMITER = 256,
	OPT_ROLL_SIZE,
	OPT_ROLL_EVERY,
	OPT_MAX_OPEN,
	OPT_TZ,
	OPT_REJECT,
	OPT_STATUS,
	OPT_METRICS,
	OPT_MAX_EVENT,
	OPT_FORMAT,
	OPT_APPEND,
	OPT_COLUMNS,
	OPT_CHECKPOINT,
	OPT_LOOSE,
	OPT_UPGRADE,
	OPT_ADOPT,
};

enum {
	ROLL_BYTES = 128 << 20,        /* query engines read a few large files faster than many small ones */
	ROLL_EVERY_MS = 5 * 60 * 1000, /* longest time that an event waits until readers see it */
	MAX_OPEN = 100,                /* an open file has buffers of about half a megabyte */
	MAX_OPEN_LIMIT = 1000,         /* less than the usual limit of 1,024 open files of a process */
	FORMS_MAX_BYTES = 2000,
};

/* The manual page must have the same options; scripts/check-man compares it with --help. */
static const struct opt options[] = {
	{ OPT_FORMAT, "format", "FORMAT",
		"ndjson, csv or tsv, compressed with .gz or .zst after it (default: by the name)" },
	{ OPT_APPEND, "append", NULL, "FILE: add to the file instead of replacing it" },
	{ OPT_COLUMNS, "columns", "A,B,...", "csv, tsv: the columns (default: the first event's fields)" },
	{ OPT_DELIMITER, "delimiter", "CHAR", "csv: what separates the cells (default: a comma)" },
	{ 'k', "key", "A,B,...", "sqlite:, table: an event replaces the row with equal A, B, ..." },
	{ 'p', "partition", "TEMPLATE", "dir: folders by event time and {field}: dt=%Y-%m-%d/app={app}" },
	{ OPT_ROLL_SIZE, "roll-size", "SIZE", "dir: complete a file when it has this size (default 128M)" },
	{ OPT_ROLL_EVERY, "roll-every", "DUR", "dir: ... or when it was opened this long ago (default 5m)" },
	{ OPT_MAX_OPEN, "max-open", "N", "dir: ... or when this many others were used later (default 100)" },
	{ OPT_TZ, "tz", "ZONE", "show times in this zone: csv, tsv, table:, folders of dir: (default UTC)" },
	{ OPT_REJECT, "reject", "FILE", "append rejected lines to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest event (default 1M); 64k more is taken for what sp has added" },
	{ OPT_CHECKPOINT, "checkpoint", "DIR", "commit at the barriers of the stream only, for the job of DIR" },
	{ OPT_LOOSE, "loose", NULL, "checkpoints: let a filter before sp-sink drop or change lines" },
	{ OPT_UPGRADE, "upgrade", NULL, "checkpoints: go on although --key, the table, ... or the line differ" },
	{ OPT_ADOPT, "adopt", NULL, "checkpoints: go on into a store that knows nothing of the job" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_COMMON,
	OPT_END,
};

/* Names of options in other tools, and what to write here instead. The message about an unknown option shows this. */
static const struct opt_hint hints[] = { { "output", "the file as the operand: sp-sink FILE" },
	{ "out", "the file as the operand: sp-sink FILE" }, { "file", "the file as the operand: sp-sink FILE" },
	{ "table", "'sqlite:FILE?table=T', or table: for a table for people" },
	{ "sqlite", "'sqlite:FILE?table=T' as the operand" }, { "db", "'sqlite:FILE?table=T' as the operand" },
	{ "database", "'sqlite:FILE?table=T' as the operand" }, { "csv", "--format csv" }, { "tsv", "--format tsv" },
	{ "json", "--format ndjson" }, { "ndjson", "--format ndjson" }, { "jsonl", "--format ndjson" },
	{ "primary-key", "--key A,B" }, { "keys", "--key A,B" }, { "upsert", "--key A,B" },
	{ "fields", "--columns A,B" }, { "select", "--columns A,B" }, { "sep", "--delimiter CHAR" },
	{ "separator", "--delimiter CHAR" }, { "ofs", "--delimiter CHAR" }, { "compress", "--format ndjson.zst" },
	{ "gzip", "--format ndjson.gz" }, { "compression", "--format ndjson.zst" },
	{ "partition-by", "--partition TEMPLATE" },
	{ "overwrite", "nothing: a file is replaced, unless --append is given" }, { "timezone", "--tz ZONE" },
	{ "time-zone", "--tz ZONE" }, { NULL, NULL } };

/* Letters of version 0.1, which are still accepted. --help does not show them, because the same letters mean --follow,
 * --add and --limit in sp-capture. */
static const struct opt_old_letter old_letters[] = { { 'f', OPT_FORMAT }, { 'a', OPT_APPEND }, { 'c', OPT_COLUMNS },
	{ 0, 0 } };

static const struct opt_program sink_program = {
	.name = "sp-sink",
	.hints = hints,
	.old_letters = old_letters,
	.operands = "TARGET",
	.about = "write events to a store: files, folders, SQLite, a table for people",
	.options = options,
};

/* What the functions below need while the command line is read. */
struct parsed {
	struct config *config;
	char **argv; /* the command line, which a driver reads again */
};

/* Opens the zone NAME of --tz. If --tz is given twice, the last value counts. Returns 0, or -1 with E set. */
static int options_set_zone(struct config *c, const char *name, struct err *e)
{
	zone_free(c->target.zone);
	c->target.zone = NULL;
	c->zone_name = name;
	return zone_open(name, &c->target.zone, e);
}

/* Sets *OUT to VALUE, the names of fields that OPTION lists. Refuses a name that begins with a dot: the user has
 * written the path .a instead of the name a. Returns 0, or -1 with E set (EX_USAGE). */
static int options_set_names(const char **out, const char *option, const char *value, struct err *e)
{
	for (const char *name = value; name; name = strchr(name, ',')) {
		name += *name == ',';
		if (*name == '.')
			return err_set(e, EX_USAGE, "%s '%s': fields have no dot here: write %.*s", option, value,
				(int)strcspn(name + 1, ","), name + 1);
	}
	*out = value;
	return 0;
}

/* Stores option ID. options_operands() checks later whether the target uses the option. Returns 0, or -1 with E set if
 * VALUE is wrong. */
static int options_set(void *arg, int id, const char *value, struct err *e)
{
	struct config *c = ((const struct parsed *)arg)->config;
	struct target_config *t = &c->target;
	switch (id) {
	case OPT_FORMAT: t->format = value; return 0;
	case OPT_APPEND: t->append = true; return 0;
	case OPT_COLUMNS: return options_set_names(&t->encoding.columns, "--columns", value, e);
	case OPT_DELIMITER: t->encoding.delimiter = value; return 0;
	case 'k': return options_set_names(&t->key, "--key", value, e);
	case 'p': t->partition = value; return 0;
	case OPT_ROLL_SIZE: c->given |= TARGET_ROLL_SIZE; return amount_parse_bytes(value, &t->roll_bytes, e);
	case OPT_ROLL_EVERY: c->given |= TARGET_ROLL_EVERY; return dur_parse(value, &t->roll_every_ms, e);
	case OPT_MAX_OPEN:
		c->given |= TARGET_MAX_OPEN;
		return amount_parse_int(value, 1, MAX_OPEN_LIMIT, &t->max_open, e);
	case OPT_TZ: return options_set_zone(c, value, e);
	case OPT_CHECKPOINT: c->checkpoint = value; return 0;
	case OPT_LOOSE: c->loose = true; return 0;
	case OPT_UPGRADE: c->upgrade = true; return 0;
	case OPT_ADOPT: c->adopt = true; return 0;
	case OPT_REJECT: c->reject = value; return 0;
	case OPT_MAX_EVENT: return program_max_event(value, &c->max_event, e);
	case OPT_STATUS: c->status = true; return 0;
	default: c->metrics = value; return 0;
	}
}

/* Appends the part of --help about targets, which is made from the table of targets. Returns 0, or -1 if memory is
 * exhausted. */
static int options_details(void *arg, struct buf *out)
{
	const struct target_type *const *types = ((const struct parsed *)arg)->config->target.types;
	if (buf_adds(out, "TARGET is one of\n") < 0)
		return -1;
	for (size_t i = 0; types[i]; i++)
		if (buf_addf(out, "  %-21s %s\n", types[i]->form, types[i]->help) < 0)
			return -1;
	return buf_adds(out,
		"\nexample:\n"
		"  sp-agg --by .path n=count | sp-sink 'sqlite:stats.db?table=pages' --key window_start,path\n");
}

/* Checks that the target uses all options that were given. Returns 0, or -1 with E set (EX_USAGE). */
static int options_check(const struct config *c, struct err *e)
{
	const struct target_config *t = &c->target;
	unsigned given = (t->append ? TARGET_APPEND : 0u) | (t->format ? TARGET_FORMAT : 0u) |
		(t->encoding.columns ? TARGET_COLUMNS : 0u) | (t->encoding.delimiter ? TARGET_DELIMITER : 0u) |
		(t->zone ? TARGET_TZ : 0u) | (t->key ? TARGET_KEY : 0u) | (t->partition ? TARGET_PARTITION : 0u) |
		c->given;
	return target_check_options(t->types, c->type, given, e);
}

/* Sets E to the error that no TARGET is given. The message lists the targets. Always returns -1. */
static int options_no_target(const struct target_type *const *types, struct err *e)
{
	struct buf forms;
	buf_init(&forms, FORMS_MAX_BYTES);
	const char *text = target_add_forms(types, &forms) < 0 ? NULL : buf_string(&forms);
	err_set(e, EX_USAGE, "no TARGET given; the targets are %s", text ? text : "");
	buf_release(&forms);
	return -1;
}

/* Chooses the target by the only operand and checks that the options fit the target. If the target needs a driver (a
 * separate program), the driver replaces this process. Returns 0, or -1 with E set. */
static int options_operands(void *arg, char **operands, int count, struct err *e)
{
	const struct parsed *p = arg;
	struct config *c = p->config;
	if (count == 0)
		return options_no_target(c->target.types, e);
	if (count > 1)
		return err_set(e, EX_USAGE, "only one TARGET is possible, not also '%s'", operands[1]);
	if (target_choose(c->target.types, operands[0], c->target.format != NULL, &c->target.uri, &c->type, e) < 0 ||
		options_check(c, e) < 0)
		return -1;
	return c->type->driver ? helper_exec(sink_program.name, c->type->driver, operands[0], p->argv, e) : 0;
}

enum program_outcome config_read(struct config *c, const struct target_type *const *types, int argc, char **argv,
	int *status, struct err *e)
{
	static const struct program_options parse = { &sink_program, options_set, options_operands, options_details };
	*c = (struct config){ .target = { .types = types,
				      .roll_bytes = ROLL_BYTES,
				      .roll_every_ms = ROLL_EVERY_MS,
				      .max_open = MAX_OPEN },
		.max_event = EVENT_MAX + EVENT_MAX_EXTRA };
	struct parsed parsed = { c, argv };
	return program_parse(&parse, &parsed, argc, argv, status, e);
}

void config_release(struct config *c)
{
	uri_release(&c->target.uri);
	zone_free(c->target.zone);
}
