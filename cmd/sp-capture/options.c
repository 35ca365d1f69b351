/* options.c -- the options of sp-capture. */
#include "sp-capture/options.h"
#include "base/amount.h"
#include "base/clock.h"
#include "base/diag.h"
#include "json/json.h"
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

static const struct opt options[] = {
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
	{ 'G', "group", "GROUP", "kafka: read as a member of a consumer group" },
	{ 'p', "partitions", "LIST", "kafka: read only partitions such as 0,2 or 0-5" },
	{ 'o', "offset", "WHERE", "kafka: beginning, end, stored, N, -N, s@TIME; e@TIME: until then" },
	{ 'e', "exit", NULL, "kafka: end where the partitions ended at the start" },
	{ OPT_SHARD, "shard", "I/N", "kafka: read the I-th of N shares of the partitions" },
	{ OPT_ENVELOPE, "envelope", NULL, "kafka: an event is the whole message: key, headers, value" },
	{ OPT_REGISTRY, "registry", "skip", "kafka: take the schema registry's prefix off JSON" },
	{ OPT_WAIT, "wait", "DUR", "kafka: wait so long for a partition at its end (default 0)" },
	{ 'L', "list", NULL, "kafka: list brokers, topics, offsets, groups and their lag" },
	{ 'J', "json", NULL, "kafka: with -L, as JSON" },
	{ 'X', "property", "NAME=VALUE", "kafka: a librdkafka property; -X list shows them all" },
	{ 'F', "config", "FILE", "kafka: read properties, passwords too, from FILE" },
	OPT_COMMON,
	OPT_END,
};

const struct opt_program capture_program = {
	.name = "sp-capture",
	.operands = "[SOURCE ...]",
	.about = "turn files, logs and pipes into a stream of timestamped events",
	.options = options,
	.details = "A SOURCE is a file, plain, gzip or zstd; - or none is standard input; or kafka://HOST:PORT/TOPIC.\n"
		   "Formats: ndjson, json, csv, tsv, logfmt, clf, combined, syslog, regex, line.\n",
};

/* The name of a field that is added: no reserved one, no two equal. */
static int add_name(struct options *c, const char *option, struct span name, struct err *e)
{
	if (name.n == 0 || utf8_valid(name) != name.n)
		return err_set(e, EX_USAGE, "%s: the name of the field is missing", option);
	if (span_eq(name, SPAN("ts")) || span_eq(name, SPAN("ts_source")) || span_starts(name, SPAN("$sp")))
		return err_set(e, EX_USAGE, "%s: '%.*s' is a name of the stream's own; take another", option,
			SPAN_ARG(name));
	for (size_t i = 0; i < c->added_count; i++)
		if (span_eq(c->added[i], name))
			return err_set(e, EX_USAGE, "%s: '%.*s' is added twice", option, SPAN_ARG(name));
	struct span *added = realloc(c->added, (c->added_count + 1) * sizeof *added);
	if (!added)
		return err_set(e, EX_OSERR, "out of memory");
	c->added = added;
	added[c->added_count++] = name;
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

static int add_field(struct options *c, const char *text, struct err *e)
{
	const char *equals = strchr(text, '=');
	if (!equals)
		return err_set(e, EX_USAGE, "--add '%s': write KEY=VALUE", text);
	struct span name = { text, (size_t)(equals - text) };
	if (add_name(c, "--add", name, e) < 0)
		return -1;
	struct buf *b = &c->added_text;
	if ((b->n > 0 && buf_addc(b, ',') < 0) || json_quote(name, b) < 0 || buf_addc(b, ':') < 0 ||
		add_value(b, span_of(equals + 1)) < 0)
		return err_set(e, EX_USAGE, "--add: more than %d bytes in all", ADDED_MAX);
	return 0;
}

static int set_max_event(struct options *c, const char *value, struct err *e)
{
	uint64_t n;
	if (amount_parse_bytes(value, &n, e) < 0)
		return err_context(e, "--max-event");
	if (n < 64 || n > (1U << 30))
		return err_set(e, EX_USAGE, "--max-event %s is out of range: 64 bytes to 1G", value);
	c->max_event = (size_t)n;
	return 0;
}

static int set_from(struct options *c, const char *value, struct err *e)
{
	static const char *const names[] = { "start", "end", NULL };
	int i = opt_choice("value of --from", value, names, e);
	c->from_end = i == 1;
	return i < 0 ? -1 : 0;
}

static int set_limit(struct options *c, const char *value, struct err *e)
{
	int64_t n;
	if (amount_parse_int(value, 0, INT64_MAX, &n, e) < 0)
		return err_context(e, "--limit");
	c->limit = (uint64_t)n;
	return 0;
}

/* Options of text whose meaning depends on others are kept and read in finish(). */
struct late {
	const char *format, *time_format, *tz, *from;
};

static int set(struct options *c, struct late *l, int id, const char *value, struct err *e)
{
	if (kafka_option_is(id))
		return kafka_options_set(&c->kafka, id, value, e);
	switch (id) {
	case 'f': c->follow = true; return 0;
	case OPT_FROM: l->from = value; return set_from(c, value, e);
	case OPT_FORMAT: l->format = value; return 0;
	case OPT_EACH: c->format_options.each = value; return 0;
	case OPT_COLUMNS: c->format_options.columns = value; return 0;
	case OPT_PATTERN: c->format_options.pattern = value; return 0;
	case 't': c->time = value; return 0;
	case OPT_TIME_FORMAT: l->time_format = value; return 0;
	case OPT_TZ: l->tz = value; return 0;
	case 'a': return add_field(c, value, e);
	case OPT_SOURCE_FIELD: c->source_field = value; return 0;
	case OPT_IN_ORDER: c->in_order = true; return 0;
	case 'c': return set_limit(c, value, e);
	case OPT_REJECT: c->reject = value; return 0;
	case OPT_MAX_EVENT: return set_max_event(c, value, e);
	case OPT_STATUS: c->status = true; return 0;
	default: c->metrics = value; return 0;
	}
}

/* An option that only some formats know selects the first of them; with --format, that one has to know it. */
static int set_format(struct options *c, const char *name, struct err *e)
{
	const struct {
		const char *option, *value;
		enum format_flag flag;
	} special[] = {
		{ "--each", c->format_options.each, FORMAT_EACH },
		{ "--columns", c->format_options.columns, FORMAT_COLUMNS },
		{ "--pattern", c->format_options.pattern, FORMAT_PATTERN },
	};
	if (name && !(c->format = format_find(name, e)))
		return -1;
	for (size_t i = 0; i < sizeof special / sizeof special[0]; i++) {
		if (!special[i].value)
			continue;
		if (!c->format)
			c->format = format_with(special[i].flag);
		if (!(c->format->flags & special[i].flag))
			return err_set(e, EX_USAGE, "%s is for --format %s, not %s", special[i].option,
				format_with(special[i].flag)->name, c->format->name);
	}
	return 0;
}

/* What the options mean together. */
static int finish(struct options *c, char **argv, const struct late *l, struct err *e)
{
	static char standard_input[] = "-";
	static char *no_sources[] = { standard_input };
	if (c->source_count == 0) {
		c->sources = no_sources;
		c->source_count = 1;
	}
	if (kafka_options_finish(&c->kafka, argv, c->sources, c->source_count, e) < 0)
		return -1;
	if (c->kafka.active && c->follow)
		return err_set(e, EX_USAGE, "a topic is followed anyway, unless -e says otherwise: leave --follow out");
	for (size_t i = 0, seen = 0; i < c->source_count; i++) {
		if (strcmp(c->sources[i], "-") != 0)
			continue;
		if (seen++ > 0)
			return err_set(e, EX_USAGE, "standard input is given twice");
		if (c->follow && c->source_count > 1)
			return err_set(e, EX_USAGE, "standard input cannot be followed along with files");
		c->follow = false; /* it is read as it comes, in any case */
	}
	if (l->from && !c->follow)
		return err_set(e, EX_USAGE, "--from is for --follow with files");
	if (l->tz && zone_open(l->tz, &c->zone, e) < 0)
		return -1;
	if (set_format(c, l->format, e) < 0)
		return -1;
	const char *form = l->time_format ? l->time_format : "auto";
	if (time_format_new(form, c->zone, &c->time_format, e) < 0)
		return -1;
	c->time_plain = strcmp(form, "auto") == 0 || strcmp(form, "rfc3339") == 0;
	c->time_now = c->time && strcmp(c->time, "now") == 0;
	c->time_kafka = c->kafka.active && c->time && strcmp(c->time, "kafka") == 0;
	if (c->time_kafka || c->kafka.envelope)
		c->time = NULL;
	if (c->time && strcmp(c->time, ".ts") == 0)
		c->time = NULL;
	if (c->source_field && add_name(c, "--source-field", span_of(c->source_field), e) < 0)
		return -1;
	c->format_options.zone = c->zone;
	c->format_options.max_event = c->max_event;
	c->format_options.now_ms = clock_realtime_ms();
	return 0;
}

static int print(int id, int *status, struct err *e)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	int r = id == 'h' ? opt_help(&capture_program, &b) : opt_version(&capture_program, &b);
	if (r == 0)
		*status = diag_print(b.p, b.n);
	buf_release(&b);
	return r < 0 ? err_set(e, EX_OSERR, "out of memory") : 1;
}

int options_parse(struct options *c, int argc, char **argv, int *status, struct err *e)
{
	*c = (struct options){ .limit = UINT64_MAX, .max_event = EVENT_MAX };
	buf_init(&c->added_text, ADDED_MAX);
	kafka_options_init(&c->kafka);
	struct late late = { NULL, NULL, NULL, NULL };
	struct opt_parser o;
	if (opt_init(&o, &capture_program, argc, argv, e) < 0)
		return -1;
	const char *value;
	int id, r = 0;
	while (r == 0 && (id = opt_next(&o, &value, e)) != 0)
		r = id < 0 ? -1 : id == 'h' || id == 'V' ? print(id, status, e) : set(c, &late, id, value, e);
	if (r == 0) {
		int n;
		c->sources = opt_operands(&o, &n);
		c->source_count = (size_t)n;
		r = finish(c, argv, &late, e);
	}
	opt_release(&o);
	return r;
}

void options_release(struct options *c)
{
	kafka_options_release(&c->kafka);
	zone_free(c->zone);
	time_format_free(c->time_format);
	buf_release(&c->added_text);
	free(c->added);
}
