/* command_line.c -- reads the command line of sp-capture.
 *
 * The table of options has the options of the program first, then those of each source type (kafka). Most options are
 * stored when they are read. Options whose meaning depends on other options are interpreted when all options are known.
 * The operands decide the type of the sources. If this program cannot read that type, its driver replaces the process
 * and gets the same command line. */
#include "sp-capture/command_line.h"
#include "base/amount.h"
#include "base/diag.h"
#include "base/helper.h"
#include "base/vec.h"
#include "program/options.h"
#include "sp-capture/checkpoint/options.h"
#include "sp-capture/option_hints.h"
#include "sp-capture/source/table.h"
#include <stdlib.h>

enum {
	OPT_EACH = 256,
	OPT_COLUMNS,
	OPT_DELIMITER,
	OPT_QUOTE,
	OPT_DECIMAL,
	OPT_SKIP,
	OPT_COMMENT,
	OPT_PATTERN,
	OPT_TIME_FORMAT,
	OPT_TZ,
	OPT_YEAR,
	OPT_SOURCE_FIELD,
	OPT_IN_ORDER,
	OPT_FROM,
	OPT_REJECT,
	OPT_MAX_EVENT,
	OPT_STATUS,
	OPT_METRICS,
	OPT_FORMAT,
};

static const struct opt own_options[] = {
	{ 'f', "follow", NULL, "follow files by name, through growth and rotation" },
	{ OPT_FROM, "from", "start|end", "with --follow: where to begin (default start)" },
	{ OPT_FORMAT, "format", "NAME", "format of the sources (default: detected from the first lines)" },
	{ OPT_EACH, "each", "PATH", "json: where the events are in a document" },
	{ OPT_COLUMNS, "columns", "A,B,...", "csv, tsv: names of the columns (default: the first line)" },
	{ OPT_DELIMITER, "delimiter", "CHAR", "csv: what separates the fields (default: the first lines decide)" },
	{ OPT_QUOTE, "quote", "double|none", "csv, tsv: whether quotes are text (default double: they are not)" },
	{ OPT_DECIMAL, "decimal", ".|,", "csv, tsv: the decimal sign of numbers (default .)" },
	{ OPT_SKIP, "skip", "N", "csv, tsv: lines before the header line" },
	{ OPT_COMMENT, "comment", "CHAR", "csv, tsv: skip lines that begin with CHAR" },
	{ OPT_PATTERN, "pattern", "REGEX", "regex: a pattern with named groups" },
	{ 't', "time", "EXPR", "where the event's time is, in jq; now: its arrival (default .ts)" },
	{ OPT_TIME_FORMAT, "time-format", "FMT", "auto, s, ms, us, ns, rfc3339 or a strptime format" },
	{ OPT_TZ, "tz", "ZONE", "zone of times without one, such as Europe/Athens or +02:00 (default UTC)" },
	{ OPT_YEAR, "year", "YYYY", "year of a source's first time, if its times have none" },
	{ 'a', "add", "KEY=VALUE", "add a field to every event (VALUE: JSON, else a string)" },
	{ OPT_SOURCE_FIELD, "source-field", "NAME", "add a field that holds file:line" },
	{ OPT_IN_ORDER, "in-order", NULL, "read sources one after the other, not by event time" },
	{ 'c', "limit", "N", "end after N events" },
	{ OPT_REJECT, "reject", "FILE", "append rejected lines to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest event (default 1M)" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_END,
};
/* The options that every program of the project has, such as --help. */
static const struct opt common_options[] = { OPT_COMMON, OPT_END };

static const struct opt_program capture_program = {
	.name = "sp-capture",
	.hints = option_hints,
	.operands = "[SOURCE ...]",
	.about = "turn files, logs and pipes into a stream of timestamped events",
	.details = "A SOURCE is a file, plain, gzip or zstd; - or none is standard input; or kafka://HOST:PORT/TOPIC.\n"
		   "Formats: ndjson, json, csv, tsv, w3c, logfmt, clf, combined, syslog, journal, regex, line.\n",
};

/* The state while a command line is read. */
struct parsing {
	struct options *options;
	const struct source_type *const *types;
	char **argv;
	const char *format, *time_format, *tz, *from, *source_field; /* values of options; NULL: not given */
	struct checkpoint_given checkpoint;                          /* the options of checkpoints */
	/* The members below are for the options of source types, such as --group of kafka. These options are read
	 * before the operands are known. */
	const struct source_type *given_type; /* the type of the first of these options; NULL: none was given */
	void *type_options;   /* owned: the values of these options, made by GIVEN_TYPE->options_new() */
	bool needs_no_source; /* one of these options asks for something that needs no source, such as -X list */
};

/* ---- one option ---- */

static int set_max_event(struct options *o, const char *value, struct err *e)
{
	uint64_t n;
	if (amount_parse_bytes(value, &n, e) < 0)
		return err_context(e, "--max-event");
	if (n < 64 || n > (1U << 30))
		return err_set(e, EX_USAGE, "--max-event %s is out of range: 64 bytes to 1G", value);
	o->max_event = (size_t)n;
	return 0;
}

static int set_from(struct options *o, const char *value, struct err *e)
{
	static const char *const names[] = { "start", "end", NULL };
	int i = opt_choice("value of --from", value, names, e);
	o->from_end = i == 1;
	return i < 0 ? -1 : 0;
}

static int set_limit(struct options *o, const char *value, struct err *e)
{
	int64_t n;
	if (amount_parse_int(value, 0, INT64_MAX, &n, e) < 0)
		return err_context(e, "--limit");
	o->limit = (uint64_t)n;
	return 0;
}

static int set_year(struct options *o, const char *value, struct err *e)
{
	int64_t n;
	if (amount_parse_int(value, 1, 9999, &n, e) < 0)
		return err_context(e, "--year");
	o->format_options.first_year = (int)n;
	return 0;
}

/* Stores VALUE of option ID, which belongs to source type TYPE. The type of the operands is not known yet, so the
 * values are collected in P->type_options. If a driver reads TYPE, VALUE is not stored, because the driver will parse
 * the option itself. Returns 0, or -1 with E set. */
static int set_of_type(struct parsing *p, const struct source_type *type, int id, const char *value, struct err *e)
{
	p->needs_no_source = p->needs_no_source || (type->needs_no_source && type->needs_no_source(id, value));
	if (!p->given_type && type->options_new && !(p->type_options = type->options_new(e)))
		return -1;
	p->given_type = p->given_type ? p->given_type : type;
	return type->options_set && type == p->given_type ? type->options_set(p->type_options, id, value, e) : 0;
}

/* program_options.option: stores VALUE of option ID. Returns 0, or -1 with E set if VALUE is wrong. */
static int set(void *arg, int id, const char *value, struct err *e)
{
	struct parsing *p = arg;
	struct options *o = p->options;
	const struct source_type *type = source_type_of_option(p->types, id);
	if (type)
		return set_of_type(p, type, id, value, e);
	if (checkpoint_options_have(id))
		return checkpoint_options_set(&p->checkpoint, id, value, e);
	switch (id) {
	case 'f': o->follow = true; return 0;
	case OPT_FROM: p->from = value; return set_from(o, value, e);
	case OPT_FORMAT: p->format = value; return 0;
	case OPT_EACH: o->format_options.each = value; return 0;
	case OPT_COLUMNS: o->format_options.columns = value; return 0;
	case OPT_DELIMITER: o->format_options.csv.delimiter = value; return 0;
	case OPT_DECIMAL: o->format_options.csv.decimal = value; return 0;
	case OPT_SKIP: o->format_options.csv.skip = value; return 0;
	case OPT_COMMENT: o->format_options.csv.comment = value; return 0;
	case OPT_QUOTE: o->format_options.csv.quote = value; return 0;
	case OPT_PATTERN: o->format_options.pattern = value; return 0;
	case 't': o->time = value; return 0;
	case OPT_TIME_FORMAT: p->time_format = value; return 0;
	case OPT_TZ: p->tz = value; return 0;
	case OPT_YEAR: return set_year(o, value, e);
	case 'a': return added_fields_add(&o->added, value, e);
	case OPT_SOURCE_FIELD: p->source_field = value; return 0;
	case OPT_IN_ORDER: o->in_order = true; return 0;
	case 'c': return set_limit(o, value, e);
	case OPT_REJECT: o->reject = value; return 0;
	case OPT_MAX_EVENT: return set_max_event(o, value, e);
	case OPT_STATUS: o->status = true; return 0;
	default: o->metrics = value; return 0;
	}
}

/* ---- the type of the sources ---- */

/* Sets E to the fault that an option of TYPE was given without a source of that type. The message names all options of
 * TYPE. Always returns -1. */
static int misplaced(const struct source_type *type, struct err *e)
{
	char names[512] = "";
	for (const struct opt *o = type->options; o->name; o++) {
		size_t n = strlen(names);
		const char *before = n == 0 ? "" : o[1].name ? ", " : " and ";
		if (o->id < 256)
			snprintf(names + n, sizeof names - n, "%s-%c", before, o->id);
		else
			snprintf(names + n, sizeof names - n, "%s--%s", before, o->name);
	}
	return err_set(e, EX_USAGE, "%s are for a source %s://...", names, type->scheme);
}

/* Decides the type of all operands. If this program cannot read that type, its driver replaces the process. Then the
 * function returns only if the driver cannot be started. Returns 0, or -1 with E set. */
static int choose_type(struct parsing *p, struct err *e)
{
	struct options *o = p->options;
	const struct source_type *found = NULL;
	for (size_t i = 0; i < o->operand_count && !found; i++)
		found = source_type_of(p->types, o->operands[i]);
	if (!found && p->needs_no_source)
		found = p->given_type;
	if (found && found->helper) {
		char wanted[64];
		snprintf(wanted, sizeof wanted, "%s://", found->scheme);
		return helper_exec(capture_program.name, found->helper, wanted, p->argv, e);
	}
	if (!found && p->given_type)
		return misplaced(p->given_type, e);
	o->type = found ? found : o->follow ? &source_follow : &source_file;
	if (!found || !found->options_new)
		return 0;
	if (!p->type_options && !(p->type_options = found->options_new(e)))
		return -1;
	o->source_options = p->type_options;
	p->type_options = NULL;
	return 0;
}

/* Checks that standard input is an operand at most once, and that no file is an operand beside it if --follow is given.
 * Turns --follow off for standard input, which is always read until its writer closes it. Returns 0, or -1 with E
 * set. */
static int check_standard_input(struct options *o, struct err *e)
{
	for (size_t i = 0, seen = 0; i < o->operand_count; i++) {
		if (strcmp(o->operands[i], "-") != 0)
			continue;
		if (seen++ > 0)
			return err_set(e, EX_USAGE, "standard input is given twice");
		if (o->follow && o->operand_count > 1)
			return err_set(e, EX_USAGE, "standard input cannot be followed along with files");
		o->follow = false;
		o->type = &source_file;
	}
	return 0;
}

/* ---- all options together ---- */

/* program_options.operands: interprets the options that depend on other options or on the operands. Returns 0, or -1
 * with E set. */
static int finish(void *arg, char **operands, int count, struct err *e)
{
	static char standard_input[] = "-";
	static char *no_operands[] = { standard_input };
	struct parsing *p = arg;
	struct options *o = p->options;
	o->operands = count > 0 ? operands : no_operands;
	o->operand_count = count > 0 ? (size_t)count : 1;
	if (checkpoint_options_finish(&p->checkpoint, &o->checkpoint, e) < 0)
		return -1;
	/* The driver would refuse the source with the same message, but only after it was loaded. */
	if (o->checkpoint.dir && checkpoint_options_check(o, p->types, e) < 0)
		return -1;
	if (choose_type(p, e) < 0)
		return -1;
	bool paths = o->type == &source_file || o->type == &source_follow;
	if (paths && check_standard_input(o, e) < 0)
		return -1;
	if (p->from && !o->follow)
		return err_set(e, EX_USAGE, "--from is for --follow with files");
	if (options_set_format(o, p->format, e) < 0 || options_set_time(o, p->time_format, p->tz, e) < 0 ||
		options_check_year(o, p->time_format, e) < 0 ||
		(p->source_field && added_fields_add_source(&o->added, p->source_field, e) < 0))
		return -1;
	return o->type->options_finish ? o->type->options_finish(o->source_options, o, e) : 0;
}

/* ---- the table of options ---- */

/* Appends the options of MORE to *TABLE, which has *COUNT options, and ends *TABLE with OPT_END. Returns 0, or -1 with
 * E set if memory is exhausted. */
static int append_options(struct opt **table, size_t *count, size_t *cap, const struct opt *more, struct err *e)
{
	for (; more->name; more++) {
		struct opt *grown = vec_room(*table, cap, *count + 2, sizeof *grown);
		if (!grown)
			return err_oom(e, "the table of options");
		*table = grown;
		grown[(*count)++] = *more;
		grown[*count] = (struct opt)OPT_END;
	}
	return 0;
}

/* Sets *TABLE to the options of the program, then the options of TYPES, then the options that all programs have. The
 * caller must free *TABLE, even after a failure. Returns 0, or -1 with E set if memory is exhausted. */
static int make_table(const struct source_type *const *types, struct opt **table, struct err *e)
{
	size_t count = 0, cap = 0;
	*table = NULL;
	int r = append_options(table, &count, &cap, own_options, e);
	if (r == 0)
		r = append_options(table, &count, &cap, checkpoint_option_table, e);
	for (; r == 0 && *types; types++)
		if ((*types)->options)
			r = append_options(table, &count, &cap, (*types)->options, e);
	return r < 0 ? -1 : append_options(table, &count, &cap, common_options, e);
}

/* The table of options is built at run time, because sp-capture and its drivers know different source types. */
enum program_outcome command_line_parse(struct options *o, const struct source_type *const *types, int argc,
	char **argv, int *status, struct err *e)
{
	*o = (struct options){ .limit = UINT64_MAX, .max_event = EVENT_MAX };
	added_fields_init(&o->added);
	struct opt_program program = capture_program;
	struct program_options command_line = { .program = &program, .option = set, .operands = finish };
	struct parsing p = { .options = o, .types = types, .argv = argv };
	struct opt *table;
	enum program_outcome outcome = PROGRAM_FAILED;
	if (make_table(types, &table, e) == 0) {
		program.options = table;
		outcome = program_parse(&command_line, &p, argc, argv, status, e);
	}
	free(table);
	if (p.type_options)
		p.given_type->options_free(p.type_options);
	if (outcome == PROGRAM_RUN && o->type->run_instead && o->type->run_instead(o->source_options, status))
		return PROGRAM_DONE;
	return outcome;
}

void command_line_release(struct options *o)
{
	if (o->source_options)
		o->type->options_free(o->source_options);
	zone_free(o->zone);
	time_format_free(o->time_format);
	added_fields_release(&o->added);
}
