/* options.c -- the command line of sp-agg: one table that reads, documents and completes the options.
 *
 * Options may come in any order, so what refers to a column (--order, --per) is kept as text until all columns are
 * known; check() then looks it up and refuses options that contradict each other. */
#include "sp-agg/options.h"
#include "base/amount.h"
#include "fold/registry.h"
#include "base/diag.h"
#include "base/dur.h"
#include "base/opt.h"
#include "stream/reader.h"

enum {
	OPT_COUNT = 256,
	OPT_EMIT,
	OPT_TOP,
	OPT_ORDER,
	OPT_PER,
	OPT_MAX_KEYS,
	OPT_OVERFLOW,
	OPT_MAX_STATE,
	OPT_LATE,
	OPT_REJECT,
	OPT_MAX_EVENT,
	OPT_STATUS,
	OPT_METRICS
};

static const struct opt options[] = {
	{ 'b', "by", "[NAME=]EXPR", "group by a path or expression; may be given several times" },
	{ OPT_COUNT, "count", "N", "a row for every N events of a key; for streams without windows" },
	{ OPT_EMIT, "emit", "WHEN",
		"close: rows of complete windows (default); update: each change; or every DURATION" },
	{ OPT_TOP, "top", "N", "only the N best rows of each window, by --order" },
	{ OPT_ORDER, "order", "[-]NAME", "the result that ranks: greatest first; with - in front least first" },
	{ OPT_PER, "per", "KEY", "a top of its own for each value of this key of --by; may be given several times" },
	{ OPT_MAX_KEYS, "max-keys", "N", "at most N keys in a window (default no limit)" },
	{ OPT_OVERFLOW, "overflow", "WHAT", "beyond --max-keys: error (default), or other: one row __other__" },
	{ OPT_MAX_STATE, "max-state", "SIZE", "at most this much memory for groups (default no limit)" },
	{ OPT_LATE, "late", "FILE", "append late events of sessions to FILE, as they were before sp-window" },
	{ OPT_REJECT, "reject", "FILE", "append lines that are no good events to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest line (default 1M, and 64k for what was added)" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE every 10 s" },
	OPT_COMMON,
	OPT_END,
};

static struct opt_program program = {
	.name = "sp-agg",
	.operands = "[[NAME=]FUNCTION[ where EXPR] ...]",
	.about = "fold the events of each key and window into one row",
	.options = options,
};

/* Options that name columns, which may come later on the command line. Borrowed from argv. */
struct deferred {
	const char *order, *per[KEYS_MAX];
	size_t per_count;
};

static int read_emit(struct config *c, const char *v, struct err *e)
{
	struct err ignored = ERR_INIT;
	if (strcmp(v, "close") == 0 || strcmp(v, "update") == 0) {
		c->emit = *v == 'c' ? EMIT_CLOSE : EMIT_UPDATE;
		return 0;
	}
	c->emit = EMIT_EVERY;
	if (dur_parse(v, &c->emit_ms, &ignored) < 0 || c->emit_ms <= 0)
		return err_set(e, EX_USAGE, "--emit '%s': close, update, or a duration such as 10s", v);
	return 0;
}

static int read_number(const char *option, const char *v, int64_t high, int64_t *out, struct err *e)
{
	return amount_parse_int(v, 1, high, out, e) < 0 ? err_context(e, "--%s", option) : 0;
}

static int read_limits(struct config *c, int id, const char *v, struct err *e)
{
	static const char *const overflows[] = { "error", "other", NULL };
	int64_t n;
	uint64_t bytes;
	if (id == OPT_MAX_KEYS) {
		if (read_number("max-keys", v, UINT32_MAX - 1, &n, e) < 0)
			return -1;
		c->max_keys = (uint64_t)n;
		return 0;
	}
	if (id == OPT_OVERFLOW) {
		int choice = opt_choice("--overflow", v, overflows, e);
		c->overflow_other = choice == 1;
		return choice < 0 ? -1 : 0;
	}
	const char *name = id == OPT_MAX_STATE ? "max-state" : "max-event";
	if (amount_parse_bytes(v, &bytes, e) < 0)
		return err_context(e, "--%s", name);
	if (id == OPT_MAX_STATE) {
		c->max_state = bytes;
		return bytes ? 0 : err_set(e, EX_USAGE, "--max-state 0: groups need some memory");
	}
	if (bytes < 64 || bytes > (256U << 20))
		return err_set(e, EX_USAGE, "--max-event '%s': from 64 bytes to 256M", v);
	c->max_event = (size_t)bytes + EVENT_MAX_EXTRA;
	return 0;
}

static int read_option(struct config *c, struct plan *p, struct deferred *d, int id, const char *v, struct err *e)
{
	switch (id) {
	case 'b': return plan_add_key(p, v, e);
	case OPT_COUNT: return read_number("count", v, INT64_MAX, &c->count, e);
	case OPT_EMIT: return read_emit(c, v, e);
	case OPT_TOP: return read_number("top", v, 10000000, &c->top, e);
	case OPT_ORDER: d->order = v; return 0;
	case OPT_PER:
		if (d->per_count == KEYS_MAX)
			return err_set(e, EX_USAGE, "--per: more than %d keys", KEYS_MAX);
		d->per[d->per_count++] = v;
		return 0;
	case OPT_LATE: c->late = v; return 0;
	case OPT_REJECT: c->reject = v; return 0;
	case OPT_STATUS: c->status = true; return 0;
	case OPT_METRICS: c->metrics = v; return 0;
	default: return read_limits(c, id, v, e);
	}
}

static int find_order(struct config *c, const struct plan *p, const char *text, struct err *e)
{
	const char *names[FOLDS_MAX + 1] = { NULL };
	c->ascending = text[0] == '-';
	for (size_t i = 0; i < p->folds.fold_count; i++)
		names[i] = p->folds.folds[i].name;
	int i = opt_choice("--order", text + c->ascending, names, e);
	c->order = (size_t)(i < 0 ? 0 : i);
	return i < 0 ? -1 : 0;
}

static int find_per(struct config *c, const struct plan *p, const struct deferred *d, struct err *e)
{
	const char *names[KEYS_MAX + 1] = { NULL };
	for (size_t i = 0; i < p->key_count; i++)
		names[i] = p->keys[i].name;
	for (size_t i = 0; i < d->per_count; i++) {
		const char *text = d->per[i][0] == '.' ? d->per[i] + 1 : d->per[i];
		int k = opt_choice("--per", text, names, e);
		if (k < 0)
			return -1;
		c->per[k] = true;
	}
	return 0;
}

/* Refuses options that contradict or miss each other, and looks up the columns they name. */
static int check(struct config *c, struct plan *p, const struct deferred *d, struct err *e)
{
	if (plan_finish(p, e) < 0)
		return -1;
	if (!c->top != !d->order)
		return err_set(e, EX_USAGE, "--top N and --order NAME need each other");
	if (d->per_count && !c->top)
		return err_set(e, EX_USAGE, "--per needs --top N and --order NAME");
	if (c->top && c->emit != EMIT_CLOSE)
		return err_set(e, EX_USAGE, "--top ranks the rows of a complete window: leave out --emit");
	if (c->top && c->count)
		return err_set(e, EX_USAGE,
			"--top ranks the keys of a window, but --count writes one key at a time: leave one out");
	if (c->overflow_other && !c->max_keys)
		return err_set(e, EX_USAGE, "--overflow other needs --max-keys N");
	if (d->order && find_order(c, p, d->order, e) < 0)
		return -1;
	return find_per(c, p, d, e);
}

/* --help ends with the functions, from the same table that reads them. */
static int print_help(struct err *e)
{
	struct buf text, details;
	buf_init(&text, 1 << 20);
	buf_init(&details, 1 << 20);
	int r = buf_adds(&details, "Functions:\n");
	if (r == 0)
		r = fold_help(&details);
	program.details = r == 0 ? buf_string(&details) : NULL;
	int status = EX_OSERR;
	if (!program.details || opt_help(&program, &text) < 0)
		err_oom(e, "the help text");
	else
		status = diag_print(text.p, text.n);
	program.details = NULL;
	buf_release(&text);
	buf_release(&details);
	return status;
}

static int print_version(void)
{
	struct buf text;
	buf_init(&text, 4096);
	int status = opt_version(&program, &text) < 0 ? EX_OSERR : diag_print(text.p, text.n);
	buf_release(&text);
	return status;
}

/* Returns 0 when all options are read, 1 after help or version, or -1. */
static int read_all(struct config *c, struct plan *p, struct opt_parser *o, struct deferred *d, int *status,
	struct err *e)
{
	const char *v;
	int id;
	while ((id = opt_next(o, &v, e)) > 0) {
		if (id == 'h' || id == 'V') {
			*status = id == 'h' ? print_help(e) : print_version();
			return 1;
		}
		if (read_option(c, p, d, id, v, e) < 0)
			return -1;
	}
	return id;
}

int options_read(struct config *c, struct plan *p, int argc, char **argv, int *status, struct err *e)
{
	struct opt_parser o;
	struct deferred d = { .order = NULL };
	*c = (struct config){ .max_event = EVENT_MAX + EVENT_MAX_EXTRA };
	if (opt_init(&o, &program, argc, argv, e) < 0)
		return -1;
	int r = read_all(c, p, &o, &d, status, e), count;
	char **operands = opt_operands(&o, &count);
	for (int i = 0; r == 0 && i < count; i++)
		r = plan_add_fold(p, operands[i], e);
	if (r == 0)
		r = check(c, p, &d, e);
	opt_release(&o);
	return r;
}
