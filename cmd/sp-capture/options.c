/* options.c -- the options of sp-capture. */
#include "sp-capture/options.h"
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/helper.h"
#include "base/vec.h"
#include "json/json.h"
#include "sp-capture/source/table.h"
#include "text/utf8.h"
#include <stdlib.h>

enum {
	OPT_EACH = 256,
	OPT_COLUMNS,
	OPT_PATTERN,
	OPT_TIME_FORMAT,
	OPT_TZ,
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
	{ OPT_FORMAT, "format", "NAME", "what the sources hold (default: decided by the first lines)" },
	{ OPT_EACH, "each", "PATH", "json: where in a document the events are" },
	{ OPT_COLUMNS, "columns", "A,B,...", "csv, tsv: names of the columns (default: the first line)" },
	{ OPT_PATTERN, "pattern", "REGEX", "regex: a pattern with named groups" },
	{ 't', "time", "EXPR", "where an event's time is, in jq; now: its arrival (default .ts)" },
	{ OPT_TIME_FORMAT, "time-format", "FMT", "auto, s, ms, us, ns, rfc3339 or a strptime format" },
	{ OPT_TZ, "tz", "ZONE", "zone of times that name none (default UTC)" },
	{ 'a', "add", "KEY=VALUE", "add a field to every event (VALUE: JSON, else a string)" },
	{ OPT_SOURCE_FIELD, "source-field", "NAME", "add a field that holds file:line" },
	{ OPT_IN_ORDER, "in-order", NULL, "take sources one after the other, not by time" },
	{ 'c', "limit", "N", "end after N events" },
	{ OPT_REJECT, "reject", "FILE", "append what is no event to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest event (default 1M)" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_END,
};
static const struct opt common_options[] = { OPT_COMMON, OPT_END };

static const struct opt_program capture_program = {
	.name = "sp-capture",
	.operands = "[SOURCE ...]",
	.about = "turn files, logs and pipes into a stream of timestamped events",
	.details = "A SOURCE is a file, plain, gzip or zstd; - or none is standard input; or kafka://HOST:PORT/TOPIC.\n"
		   "Formats: ndjson, json, csv, tsv, logfmt, clf, combined, syslog, regex, line.\n",
};

/* The name of a field that is added: no reserved one, no two equal. */
static int add_name(struct options *o, const char *option, struct span name, struct err *e)
{
	if (name.n == 0 || utf8_valid(name) != name.n)
		return err_set(e, EX_USAGE, "%s: the name of the field is missing", option);
	if (span_eq(name, SPAN("ts")) || span_eq(name, SPAN("ts_source")) || span_starts(name, SPAN("$sp")))
		return err_set(e, EX_USAGE, "%s: '%.*s' is a name of the stream's own; take another", option,
			SPAN_ARG(name));
	for (size_t i = 0; i < o->added_count; i++)
		if (span_eq(o->added[i], name))
			return err_set(e, EX_USAGE, "%s: '%.*s' is added twice", option, SPAN_ARG(name));
	struct span *added = vec_room(o->added, &o->added_cap, o->added_count + 1, sizeof *added);
	if (!added)
		return err_oom(e, "names of fields");
	o->added = added;
	added[o->added_count++] = name;
	return 0;
}

/* VALUE as JSON if it is JSON, else as a string. */
static int add_value(struct buf *b, struct span value)
{
	const char *end, *why;
	size_t at;
	struct span lead = { json_space(value.p, value.p + value.n), 0 };
	lead.n = (size_t)(value.p + value.n - lead.p);
	bool json = lead.n > 0 && json_check_value(lead, JSON_DEPTH_MAX - 1, &end, &at, &why) == 0 &&
		json_space(end, lead.p + lead.n) == lead.p + lead.n;
	return json ? json_compact((struct span){ lead.p, (size_t)(end - lead.p) }, b) : json_quote(value, b);
}

static int add_field(struct options *o, const char *text, struct err *e)
{
	const char *equals = strchr(text, '=');
	if (!equals)
		return err_set(e, EX_USAGE, "--add '%s': write KEY=VALUE", text);
	struct span name = { text, (size_t)(equals - text) };
	if (add_name(o, "--add", name, e) < 0)
		return -1;
	struct buf *b = &o->added_text;
	if ((b->n > 0 && buf_addc(b, ',') < 0) || json_quote(name, b) < 0 || buf_addc(b, ':') < 0 ||
		add_value(b, span_of(equals + 1)) < 0)
		return err_set(e, EX_USAGE, "--add: more than %d bytes in all", ADDED_MAX);
	return 0;
}

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

/* Options of text whose meaning depends on others are kept and read in finish(). */
struct late {
	const char *format, *time_format, *tz, *from;
};

static int set(struct options *o, struct late *l, int id, const char *value, struct err *e)
{
	switch (id) {
	case 'f': o->follow = true; return 0;
	case OPT_FROM: l->from = value; return set_from(o, value, e);
	case OPT_FORMAT: l->format = value; return 0;
	case OPT_EACH: o->format_options.each = value; return 0;
	case OPT_COLUMNS: o->format_options.columns = value; return 0;
	case OPT_PATTERN: o->format_options.pattern = value; return 0;
	case 't': o->time = value; return 0;
	case OPT_TIME_FORMAT: l->time_format = value; return 0;
	case OPT_TZ: l->tz = value; return 0;
	case 'a': return add_field(o, value, e);
	case OPT_SOURCE_FIELD: o->source_field = value; return 0;
	case OPT_IN_ORDER: o->in_order = true; return 0;
	case 'c': return set_limit(o, value, e);
	case OPT_REJECT: o->reject = value; return 0;
	case OPT_MAX_EVENT: return set_max_event(o, value, e);
	case OPT_STATUS: o->status = true; return 0;
	default: o->metrics = value; return 0;
	}
}

/* An option that only some formats know selects the first of them; with --format, that one has to know it. */
static int set_format(struct options *o, const char *name, struct err *e)
{
	const struct {
		const char *option, *value;
		enum format_flag flag;
	} special[] = {
		{ "--each", o->format_options.each, FORMAT_EACH },
		{ "--columns", o->format_options.columns, FORMAT_COLUMNS },
		{ "--pattern", o->format_options.pattern, FORMAT_PATTERN },
	};
	if (name && !(o->format = format_find(name, e)))
		return -1;
	for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
		if (!special[i].value)
			continue;
		if (!o->format)
			o->format = format_with(special[i].flag);
		if (!(o->format->flags & special[i].flag))
			return err_set(e, EX_USAGE, "%s is for --format %s, not %s", special[i].option,
				format_with(special[i].flag)->name, o->format->name);
	}
	return 0;
}

/* ---- the type of the sources ---- */

/* Options of source types that were given: noted until the operands are known, which choose the type. */
struct given {
	const struct source_type *type; /* of the first one; NULL: none was given */
	bool alone;                     /* one of them needs no operand to choose TYPE */
	void *own;                      /* TYPE's options so far; owned */
};

static int set_given(struct given *g, const struct source_type *type, int id, const char *value, struct err *e)
{
	g->alone = g->alone || (type->is_alone && type->is_alone(id, value));
	if (!g->type && type->options_new && !(g->own = type->options_new(e)))
		return -1;
	g->type = g->type ? g->type : type;
	return type->options_set && type == g->type ? type->options_set(g->own, id, value, e) : 0;
}

/* An option of a type was given, but no source of that type: names all such options. */
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

/* Decides what all operands are. A type that this program cannot read itself is handed to its driver. */
static int choose_type(struct options *o, const struct source_type *const *types, struct given *g, char **argv,
	struct err *e)
{
	const struct source_type *found = NULL;
	for (size_t i = 0; i < o->operand_count && !found; i++)
		found = source_type_of(types, o->operands[i]);
	if (!found && g->alone)
		found = g->type;
	if (found && found->helper) {
		char wanted[64];
		snprintf(wanted, sizeof wanted, "%s://", found->scheme);
		return helper_exec(capture_program.name, found->helper, wanted, argv, e);
	}
	if (!found && g->type)
		return misplaced(g->type, e);
	o->type = found ? found : o->follow ? &source_follow : &source_file;
	if (!found || !found->options_new)
		return 0;
	if (!g->own && !(g->own = found->options_new(e)))
		return -1;
	o->source_options = g->own;
	g->own = NULL;
	return 0;
}

/* ---- all options together ---- */

/* Standard input is given once at most, and cannot be followed by name. */
static int check_standard_input(struct options *o, struct err *e)
{
	for (size_t i = 0, seen = 0; i < o->operand_count; i++) {
		if (strcmp(o->operands[i], "-") != 0)
			continue;
		if (seen++ > 0)
			return err_set(e, EX_USAGE, "standard input is given twice");
		if (o->follow && o->operand_count > 1)
			return err_set(e, EX_USAGE, "standard input cannot be followed along with files");
		o->follow = false; /* it is read as it comes in any case */
	}
	return 0;
}

static int finish_time(struct options *o, const struct late *l, struct err *e)
{
	if (l->tz && zone_open(l->tz, &o->zone, e) < 0)
		return -1;
	const char *form = l->time_format ? l->time_format : "auto";
	if (time_format_new(form, o->zone, &o->time_format, e) < 0)
		return -1;
	o->time_plain = strcmp(form, "auto") == 0 || strcmp(form, "rfc3339") == 0;
	o->time_now = o->time && strcmp(o->time, "now") == 0;
	if (o->time && strcmp(o->time, ".ts") == 0)
		o->time = NULL;
	return 0;
}

static int finish(struct options *o, const struct late *l, struct err *e)
{
	if (l->from && !o->follow)
		return err_set(e, EX_USAGE, "--from is for --follow with files");
	if (set_format(o, l->format, e) < 0 || finish_time(o, l, e) < 0)
		return -1;
	if (o->source_field && add_name(o, "--source-field", span_of(o->source_field), e) < 0)
		return -1;
	o->format_options.zone = o->zone;
	o->format_options.max_event = o->max_event;
	o->format_options.now_ms = clock_realtime_ms();
	return 0;
}

/* The operands are known: what they are, and what the options mean together. */
static int finish_all(struct options *o, const struct source_type *const *types, struct given *g, char **argv,
	const struct late *l, struct err *e)
{
	static char standard_input[] = "-";
	static char *no_operands[] = { standard_input };
	if (o->operand_count == 0) {
		o->operands = no_operands;
		o->operand_count = 1;
	}
	if (choose_type(o, types, g, argv, e) < 0)
		return -1;
	bool paths = o->type == &source_file || o->type == &source_follow;
	if (paths && check_standard_input(o, e) < 0)
		return -1;
	if (paths && !o->follow)
		o->type = &source_file;
	if (finish(o, l, e) < 0)
		return -1;
	return o->type->options_finish ? o->type->options_finish(o->source_options, o, e) : 0;
}

/* ---- the table of options: the program's own, those of the source types, and -h and -V ---- */

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

/* *TABLE is owned by the caller, also after a failure. */
static int make_table(const struct source_type *const *types, struct opt **table, struct err *e)
{
	size_t count = 0, cap = 0;
	*table = NULL;
	int r = append_options(table, &count, &cap, own_options, e);
	for (; r == 0 && *types; types++)
		if ((*types)->options)
			r = append_options(table, &count, &cap, (*types)->options, e);
	return r < 0 ? -1 : append_options(table, &count, &cap, common_options, e);
}

static int print(const struct opt_program *program, int id, int *status, struct err *e)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	int r = id == 'h' ? opt_help(program, &b) : opt_version(program, &b);
	if (r == 0)
		*status = diag_print(b.p, b.n);
	buf_release(&b);
	return r < 0 ? err_oom(e, "the text of --help") : 1;
}

static int parse(struct options *o, const struct source_type *const *types, const struct opt_program *program, int argc,
	char **argv, int *status, struct err *e)
{
	struct late late = { NULL, NULL, NULL, NULL };
	struct given given = { NULL, false, NULL };
	struct opt_parser parser;
	if (opt_init(&parser, program, argc, argv, e) < 0)
		return -1;
	const char *value;
	int id, r = 0;
	while (r == 0 && (id = opt_next(&parser, &value, e)) != 0) {
		const struct source_type *type = id < 0 ? NULL : source_type_of_option(types, id);
		r = id < 0                     ? -1 :
			id == 'h' || id == 'V' ? print(program, id, status, e) :
			type                   ? set_given(&given, type, id, value, e) :
						 set(o, &late, id, value, e);
	}
	if (r == 0) {
		int n;
		o->operands = opt_operands(&parser, &n);
		o->operand_count = (size_t)n;
		r = finish_all(o, types, &given, argv, &late, e);
	}
	if (given.own)
		given.type->options_free(given.own);
	opt_release(&parser);
	return r;
}

int options_parse(struct options *o, const struct source_type *const *types, int argc, char **argv, int *status,
	struct err *e)
{
	*o = (struct options){ .limit = UINT64_MAX, .max_event = EVENT_MAX };
	buf_init(&o->added_text, ADDED_MAX);
	struct opt_program program = capture_program;
	struct opt *table;
	int r = make_table(types, &table, e);
	program.options = table;
	if (r == 0)
		r = parse(o, types, &program, argc, argv, status, e);
	free(table);
	if (r == 0 && o->type->instead && o->type->instead(o->source_options, status))
		return 1;
	return r;
}

void options_release(struct options *o)
{
	if (o->source_options)
		o->type->options_free(o->source_options);
	zone_free(o->zone);
	time_format_free(o->time_format);
	buf_release(&o->added_text);
	free(o->added);
}
