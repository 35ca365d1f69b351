/* options.c -- reads the command line of sp-agg.
 *
 * Options may come in any order. So the names of columns in --order and --per are kept as text until all columns are
 * known. config_check() then looks the names up and refuses options that contradict each other. */
#include "sp-agg/options.h"
#include "base/amount.h"
#include "base/dur.h"
#include "fold/registry.h"
#include "sp-agg/columns.h"
#include "sp-agg/derived.h"
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
	OPT_TORN_OK,
	OPT_LOOSE,
	OPT_REJECT,
	OPT_MAX_EVENT,
	OPT_STATUS,
	OPT_METRICS
};

/* --help, the shell completion and the check of the manual page use this table as well. */
static const struct opt option_table[] = {
	{ 'b', "by", "[NAME=]EXPR,...", "group by paths or expressions; may be given several times" },
	{ OPT_COUNT, "count", "N", "write a row for every N events of a key; for streams without windows" },
	{ OPT_EMIT, "emit", "close|update|DUR",
		"write rows when a window is complete (close, the default), at each change, or every DUR" },
	{ OPT_TOP, "top", "N", "write only the N best rows of each window, by --order" },
	{ OPT_ORDER, "order", "[-]NAME", "the result that --top ranks by: greatest first, or least first with -NAME" },
	{ OPT_PER, "per", "KEY,...",
		"rank separately for each value of these keys of --by; may be given several times" },
	{ OPT_MAX_KEYS, "max-keys", "N", "at most N keys in a window (default no limit)" },
	{ OPT_OVERFLOW, "overflow", "error|other",
		"for keys over --max-keys: an error (default), or one row __other__" },
	{ OPT_MAX_STATE, "max-state", "SIZE", "at most this much memory for groups (default no limit)" },
	{ OPT_LATE, "late", "FILE", "append late events of sessions to FILE, as sp-window read them" },
	{ OPT_TORN_OK, "torn-ok", NULL, "write the open windows even if the input was cut off" },
	{ OPT_LOOSE, "loose", NULL, "under checkpoints, accept that a program before sp-agg drops lines" },
	{ OPT_REJECT, "reject", "FILE", "append rejected lines to FILE" },
	{ OPT_MAX_EVENT, "max-event", "SIZE", "longest event (default 1M); 64k more is taken for what sp has added" },
	{ OPT_STATUS, "status", NULL, "keep a status line on standard error" },
	{ OPT_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE every 10 s" },
	OPT_COMMON,
	OPT_END,
};

/* Users of SQL, Miller and jq may try these names as options. The hint says what to write instead. */
static const struct opt_hint hints[] = { { "group-by", "--by KEY" }, { "group", "--by KEY" }, { "groupby", "--by KEY" },
	{ "key", "--by KEY" }, { "keys", "--by KEY" }, { "partition-by", "--by KEY, or --per KEY beside --top" },
	{ "where", "the condition after the function: 'errors=count where .status >= 500'" },
	{ "filter", "the condition after the function: 'errors=count where .status >= 500'" },
	{ "having", "a filter after sp-agg, such as jq -c 'select(.n > 10)'" },
	{ "sum", "the function as an operand: 'total=sum(.x)'" }, { "avg", "the function as an operand: 'm=avg(.x)'" },
	{ "fn", "the function as an operand: 'total=sum(.x)'" },
	{ "func", "the function as an operand: 'total=sum(.x)'" }, { "order-by", "--order NAME beside --top N" },
	{ "sort", "--order NAME beside --top N" }, { "sort-by", "--order NAME beside --top N" },
	{ "desc", "--order NAME" }, { "asc", "--order -NAME" }, { "limit", "--top N --order NAME" },
	{ "head", "--top N --order NAME" }, { "window", "sp-window --tumbling SIZE in front" },
	{ "tumbling", "sp-window --tumbling SIZE in front" }, { "hopping", "sp-window --hopping SIZE in front" },
	{ "session", "sp-window --session GAP in front" }, { "delay", "sp-window --delay DUR in front" },
	{ "lateness", "sp-window --lateness DUR in front" }, { "time", "sp-window --time PATH in front" },
	{ "tz", "sp-window --tz ZONE in front" }, { "every", "--emit DURATION, or sp-window --tumbling SIZE in front" },
	{ "memory", "--max-state SIZE" }, { "max-memory", "--max-state SIZE" }, { NULL, NULL } };

static const struct opt_program program = {
	.hints = hints,
	.name = "sp-agg",
	.operands = "[[NAME=]FUNCTION[ where EXPR] | NAME=EXPR ...]",
	.about = "fold the events of each key and window into one row",
	.options = option_table,
};

/* What was read from the command line so far. Strings are borrowed from argv. */
struct parsed {
	struct config *config;
	struct plan *plan;
	/* --order and --per name columns, which may come later on the command line. */
	const char *order, *per[KEYS_MAX];
	size_t per_count;
};

/* Reads --emit, which is one of two words, or a duration. The message of dur_parse() is replaced by a message that also
 * names the words. Returns 0, or -1 with E set (EX_USAGE). */
static int set_emit(struct config *c, const char *value, struct err *e)
{
	struct err ignored = ERR_INIT;
	if (strcmp(value, "close") == 0 || strcmp(value, "update") == 0) {
		c->emit = *value == 'c' ? EMIT_CLOSE : EMIT_UPDATE;
		return 0;
	}
	c->emit = EMIT_EVERY;
	if (dur_parse(value, &c->emit_ms, &ignored) < 0 || c->emit_ms <= 0)
		return err_set(e, EX_USAGE, "--emit '%s': expected close, update, or a duration such as 10s", value);
	return 0;
}

/* Reads --max-keys. The largest value is the number of keys that one hash table can hold. */
static int set_max_keys(struct config *c, const char *value, struct err *e)
{
	int64_t n;
	if (amount_parse_int(value, 1, UINT32_MAX - 1, &n, e) < 0)
		return -1;
	c->max_keys = (uint64_t)n;
	return 0;
}

/* Reads --overflow. The default is "error": a row that mixes keys is written only if the user asks for it. */
static int set_overflow(struct config *c, const char *value, struct err *e)
{
	static const char *const names[] = { "error", "other", NULL };
	int choice = opt_choice("--overflow", value, names, e);
	c->overflow_other = choice == 1;
	return choice < 0 ? -1 : 0;
}

/* Reads --max-state. The value 0 is refused: c->max_state == 0 means "no limit", which a user who writes 0 does not
 * expect. */
static int set_max_state(struct config *c, const char *value, struct err *e)
{
	if (amount_parse_bytes(value, &c->max_state, e) < 0)
		return -1;
	return c->max_state ? 0 : err_set(e, EX_USAGE, "--max-state 0: groups need some memory");
}

/* Keeps the names of one --per. find_all_per() looks them up when all keys are known. Returns 0, or -1 with E set
 * (EX_USAGE). */
static int add_per(struct parsed *p, const char *value, struct err *e)
{
	if (p->per_count == KEYS_MAX)
		return err_set(e, EX_USAGE, "--per: more than %d keys", KEYS_MAX);
	p->per[p->per_count++] = value;
	return 0;
}

/* Stores the VALUE of the option ID. program_parse() calls this function for each option. Returns 0, or -1 with E
 * set. */
static int set_option(void *arg, int id, const char *value, struct err *e)
{
	struct parsed *p = arg;
	struct config *c = p->config;
	switch (id) {
	case 'b': return plan_add_keys(p->plan, value, e);
	case OPT_COUNT: return amount_parse_int(value, 1, INT64_MAX, &c->count, e);
	case OPT_EMIT: return set_emit(c, value, e);
	case OPT_TOP: return amount_parse_int(value, 1, 10000000, &c->top, e);
	case OPT_ORDER: p->order = value; return 0;
	case OPT_PER: return add_per(p, value, e);
	case OPT_MAX_KEYS: return set_max_keys(c, value, e);
	case OPT_OVERFLOW: return set_overflow(c, value, e);
	case OPT_MAX_STATE: return set_max_state(c, value, e);
	case OPT_LATE: c->late = value; return 0;
	case OPT_LOOSE: c->loose = true; return 0;
	case OPT_TORN_OK: c->torn_ok = true; return 0;
	case OPT_REJECT: c->reject = value; return 0;
	case OPT_MAX_EVENT: return program_max_event(value, &c->max_event, e);
	case OPT_STATUS: c->status = true; return 0;
	case OPT_METRICS: c->metrics = value; return 0;
	default: return err_set(e, EX_SOFTWARE, "option without a meaning");
	}
}

/* Refuses an operand that is only a part of what the user meant, because the shell has split it at its blanks. Without
 * quotes, `errors=count where .status == 500` has an operand "where", and `n = count` has an operand "=". Returns 0, or
 * -1 with E set (EX_USAGE). */
static int check_quotes(char **operands, int count, struct err *e)
{
	for (int i = 0; i < count; i++)
		if (strcmp(operands[i], "=") == 0 || strcmp(operands[i], "where") == 0 ||
			strncmp(operands[i], "where ", 6) == 0)
			return err_set(e, EX_USAGE,
				"'%s' is a part of an operand, which the shell has split at its blanks: quote the "
				"whole, such as 'errors=count where .status >= 500'",
				operands[i]);
	return 0;
}

/* Adds the operand TEXT to P: the function "NAME=FUNCTION(...) where EXPR" or the derived column "NAME=EXPR". Returns
 * 0, or -1 with E set. */
static int add_result(struct plan *p, const char *text, struct err *e)
{
	struct span name = fold_column_name(text);
	const char *expr = name.p ? strchr(name.p + name.n, '=') + 1 : text;
	if (p->result_count == RESULTS_MAX)
		return err_set(e, EX_USAGE, "more than %d columns of results", RESULTS_MAX);
	int derived = derived_classify(p, text, expr, e);
	if (derived < 0)
		return -1;
	if ((derived ? derived_add(p, name, expr, e) : plan_add_fold(p, text, e)) < 0)
		return -1;
	char *copy = strdup(text);
	p->results[p->result_count - 1].text = copy;
	return copy ? 0 : err_oom(e, "a column");
}

/* Adds the operands, which are functions and derived columns, to the plan. Returns 0, or -1 with E set. */
static int add_results(void *arg, char **operands, int count, struct err *e)
{
	struct parsed *p = arg;
	if (check_quotes(operands, count, e) < 0)
		return -1;
	for (int i = 0; i < count; i++)
		if (add_result(p->plan, operands[i], e) < 0)
			return -1;
	return 0;
}

/* Looks up the result column that --order names, and stores its number in the configuration. Returns 0, or -1 with E
 * set (EX_USAGE). */
static int find_order(const struct parsed *p, struct err *e)
{
	const char *names[RESULTS_MAX + 1] = { NULL };
	bool ascending = p->order[0] == '-';
	for (size_t i = 0; i < p->plan->result_count; i++)
		names[i] = p->plan->results[i].name;
	int i = opt_choice("--order", p->order + ascending, names, e);
	if (i < 0)
		return -1;
	p->config->ascending = ascending;
	p->config->order = (size_t)i;
	return 0;
}

/* Marks the key NAME as one whose values are ranked separately. A dot before the name is ignored: ".country" and
 * "country" name the same key. Returns 0, or -1 with E set (EX_USAGE). */
static int find_per(const struct parsed *p, struct span name, struct err *e)
{
	const struct plan *plan = p->plan;
	const char *names[KEYS_MAX + 1] = { NULL };
	char text[256];
	for (size_t i = 0; i < plan->key_count; i++)
		names[i] = plan->keys[i].name;
	size_t dot = name.n > 0 && name.p[0] == '.';
	snprintf(text, sizeof text, "%.*s", (int)(name.n - dot), name.p + dot);
	int k = opt_choice("--per", text, names, e);
	if (k < 0)
		return -1;
	p->config->per[k] = true;
	return 0;
}

/* Marks the keys that the --per options name. One --per can name several keys, with commas between them. Returns 0, or
 * -1 with E set (EX_USAGE). */
static int find_all_per(const struct parsed *p, struct err *e)
{
	for (size_t i = 0; i < p->per_count; i++)
		for (const char *name = p->per[i];; name++) {
			size_t n = strcspn(name, ",");
			if (find_per(p, (struct span){ name, n }, e) < 0)
				return -1;
			name += n;
			if (*name == '\0')
				break;
		}
	return 0;
}

/* Finishes the plan, and looks up the columns that options name. Returns 0, or -1 with E set, for example if an option
 * contradicts another, or lacks another option that it needs. */
static int config_check(const struct parsed *p, struct err *e)
{
	const struct config *c = p->config;
	if (columns_finish(p->plan, e) < 0)
		return -1;
	plan_finish(p->plan);
	if (!c->top != !p->order)
		return err_set(e, EX_USAGE, "--top N and --order NAME need each other");
	if (p->per_count && !c->top)
		return err_set(e, EX_USAGE, "--per needs --top N and --order NAME");
	/* A row that was written before its window is complete could later drop out of the ranking. No line of the
	 * output would say so. */
	if (c->top && c->emit != EMIT_CLOSE)
		return err_set(e, EX_USAGE, "--top ranks the rows of a complete window: leave out --emit");
	if (c->top && c->count)
		return err_set(e, EX_USAGE,
			"--top ranks the keys of a window, but --count writes one key at a time: leave one out");
	if (c->overflow_other && !c->max_keys)
		return err_set(e, EX_USAGE, "--overflow other needs --max-keys N");
	if (p->order && find_order(p, e) < 0)
		return -1;
	return find_all_per(p, e);
}

/* Appends the list of all functions to OUT, which becomes the end of --help. Returns 0, or -1 if memory is
 * exhausted. */
static int list_functions(void *arg, struct buf *out)
{
	(void)arg;
	return buf_adds(out, "Functions:\n") < 0 ? -1 : fold_help(out);
}

/* The columns are checked last, because only then all names are known. */
enum program_outcome options_read(struct config *c, struct plan *plan, int argc, char **argv, int *status,
	struct err *e)
{
	static const struct program_options options = { .program = &program,
		.option = set_option,
		.operands = add_results,
		.details = list_functions };
	struct parsed p = { .config = c, .plan = plan };
	*c = (struct config){ .max_event = EVENT_MAX + EVENT_MAX_EXTRA };
	enum program_outcome outcome = program_parse(&options, &p, argc, argv, status, e);
	if (outcome == PROGRAM_RUN && config_check(&p, e) < 0)
		outcome = PROGRAM_FAILED;
	return outcome;
}
