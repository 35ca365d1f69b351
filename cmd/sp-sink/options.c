/* options.c -- the command line of sp-sink. */
#include "sp-sink/options.h"
#include "base/amount.h"
#include "base/diag.h"
#include "base/dur.h"
#include "sp-sink/encode/encoder.h"
#include "stream/reader.h"
#include "sp-sink/target/target.h"

enum {
	OPT_ROLL_SIZE = 256,
	OPT_ROLL_EVERY,
	OPT_MAX_OPEN,
	OPT_TZ,
	OPT_REJECT,
	OPT_STATUS,
	OPT_METRICS,
	OPT_MAX_EVENT,
};
enum { MAX_OPEN = 100, MAX_OPEN_LIMIT = 1000 };

static const struct opt options[] = {
	{ 'f', "format", "FORMAT", "ndjson, csv or tsv, with .gz or .zst if packed (default: by the name)" },
	{ 'a', "append", NULL, "FILE: add to what is there" },
	{ 'c', "columns", "A,B,...", "csv, tsv: the columns (default: the first event's fields)" },
	{ 'k', "key", "A,B,...", "sqlite:, table: an event replaces the row with equal A, B, ..." },
	{ 'p', "partition", "TEMPLATE", "dir: folders by event time and {field}: dt=%Y-%m-%d/app={app}" },
	{ OPT_ROLL_SIZE, "roll-size", "SIZE", "dir: complete a file when it has this size (default 128M)" },
	{ OPT_ROLL_EVERY, "roll-every", "DUR", "dir: ... or is so old by the clock (default 5m)" },
	{ OPT_MAX_OPEN, "max-open", "N", "dir: ... or when this many others are newer (default 100)" },
	{ OPT_TZ, "tz", "ZONE", "dir:, table: show times in this zone (default UTC)" },
	{ OPT_REJECT, "reject", "FILE", "append what cannot be stored to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest line taken (default 1088k)" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_COMMON,
	OPT_END,
};

const struct opt_program sink_program = {
	.name = "sp-sink",
	.operands = "TARGET",
	.about = "write events to a store: files, folders, SQLite, a table for people",
	.options = options,
	.details = "TARGET is one of\n"
		   "  -                              standard output\n"
		   "  FILE.ndjson FILE.csv FILE.tsv  a file, also .gz and .zst; appears when it is complete\n"
		   "  dir:PATH                       files in folders, rolled by size and time\n"
		   "  sqlite:FILE?table=T            a table in an SQLite database\n"
		   "  table:                         an aligned table for people, on standard output\n"
		   "\nexample:\n"
		   "  sp-agg --by .path n=count | sp-sink 'sqlite:stats.db?table=pages' --key window_start,path\n",
};

static const char *const schemes[] = { "dir", "sqlite", "table", NULL };

static int set_zone(struct config *c, const char *name, struct err *e)
{
	zone_free(c->zone);
	c->zone = NULL;
	return zone_open(name, &c->zone, e);
}

static int set_option(struct config *c, int id, const char *value, struct err *e)
{
	switch (id) {
	case 'f': c->format = value; return 0;
	case 'a': c->append = true; return 0;
	case 'c': c->columns = value; return 0;
	case 'k': c->key = value; return 0;
	case 'p': c->partition = value; return 0;
	case OPT_ROLL_SIZE: return amount_parse_bytes(value, &c->roll_size, e);
	case OPT_ROLL_EVERY: return dur_parse(value, &c->roll_every_ms, e);
	case OPT_MAX_OPEN: return amount_parse_int(value, 1, MAX_OPEN_LIMIT, &c->max_open, e);
	case OPT_TZ: return set_zone(c, value, e);
	case OPT_REJECT: c->reject = value; return 0;
	case OPT_MAX_EVENT: return amount_parse_bytes(value, &c->max_event, e);
	case OPT_STATUS: c->status = true; return 0;
	default: c->metrics = value; return 0;
	}
}

static const char *long_name(int id)
{
	const struct opt *o = options;
	while (o->name && o->id != id)
		o++;
	return o->name ? o->name : "";
}

static int show(int id, int *status)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	(void)(id == 'h' ? opt_help(&sink_program, &b) : opt_version(&sink_program, &b));
	*status = diag_print(buf_span(&b).p, b.n);
	buf_release(&b);
	return 1;
}

static const struct target_type *choose(const struct config *c)
{
	if (!c->uri.scheme)
		return strcmp(c->uri.path, "-") == 0 ? &target_stdout : &target_file;
	switch (*c->uri.scheme) {
	case 'd': return &target_dir;
	case 's': return &target_sqlite;
	default: return &target_table;
	}
}

/* An option that TARGET has no use for is a mistake of the user's: say it before any harm is done. */
static int check_use(const struct config *c, struct err *e)
{
	const struct target_type *t = c->target;
	bool lines = t == &target_stdout || t == &target_file || t == &target_dir;
	const struct {
		bool given, fits;
		const char *text;
	} rules[] = {
		{ c->append, t == &target_file, "--append is for a FILE" },
		{ c->format, lines, "--format is for a FILE, - and dir:" },
		{ c->columns, lines, "--columns is for CSV and TSV files" },
		{ c->key, t == &target_sqlite || t == &target_table, "--key is for sqlite: and table:" },
		{ c->partition, t == &target_dir, "--partition is for dir:" },
	};
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].given && !rules[i].fits)
			return err_set(e, EX_USAGE, "%s", rules[i].text);
	if (c->max_event == 0 || c->max_event > UINT64_C(1) << 30)
		return err_set(e, EX_USAGE, "--max-event: from 1 to 1G");
	return 0;
}

/* "mysql:..." is a file's name as well, but hardly meant as one. */
static int check_scheme(const struct config *c, const char *text, struct err *e)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
	struct shape shape;
	struct err unused = ERR_INIT;
	if (c->uri.scheme || n == 0 || text[n] != ':' || (text[0] >= '0' && text[0] <= '9'))
		return 0;
	if (strncmp(text + n, "://", 3) != 0 && (c->format || shape_of_path(text, &shape, &unused) == 0))
		return 0;
	return err_set(e, EX_USAGE,
		"unknown target '%.*s:'; known are FILE.ndjson, .csv or .tsv, dir:PATH, "
		"sqlite:FILE?table=T, table: and -%s (a file of that name: ./%s)",
		(int)n, text, strncmp(text, "kafka:", 6) == 0 ? "; to Kafka writes sp-publish" : "", text);
}

static int take_operand(struct config *c, const struct opt_parser *o, struct err *e)
{
	int count = 0;
	char **operands = opt_operands(o, &count);
	if (count == 0)
		return err_set(e, EX_USAGE,
			"no TARGET: name a FILE.ndjson, .csv or .tsv, dir:PATH, "
			"sqlite:FILE?table=T, table: or -");
	if (count > 1)
		return err_set(e, EX_USAGE, "one TARGET only, not also '%s'", operands[1]);
	if (uri_parse(&c->uri, operands[0], schemes, e) < 0)
		return -1;
	if (check_scheme(c, operands[0], e) < 0)
		return -1;
	c->target = choose(c);
	return check_use(c, e);
}

int config_init(struct config *c, int argc, char **argv, int *status, struct err *e)
{
	struct opt_parser o;
	const char *value = NULL;
	int id, r = -1;
	*c = (struct config){ .roll_size = 128 << 20,
		.roll_every_ms = 300000,
		.max_open = MAX_OPEN,
		.max_event = EVENT_MAX + EVENT_MAX_EXTRA };
	if (opt_init(&o, &sink_program, argc, argv, e) < 0)
		return -1;
	while ((id = opt_next(&o, &value, e)) > 0) {
		if (id == 'h' || id == 'V') {
			r = show(id, status);
			goto out;
		}
		if (set_option(c, id, value, e) < 0) {
			err_context(e, "--%s", long_name(id));
			goto out;
		}
	}
	if (id == 0)
		r = take_operand(c, &o, e);
out:
	opt_release(&o);
	return r;
}

void config_release(struct config *c)
{
	uri_release(&c->uri);
	zone_free(c->zone);
}
