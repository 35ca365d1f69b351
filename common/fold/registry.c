/* registry.c -- the table of functions. Its order is that of --help: common functions first, related ones together. */
#include "fold/registry.h"
#include "base/opt.h"
#include <ctype.h>

struct entry {
	const struct fold_type *type;
	const char *example, *meaning; /* for --help */
};

/* clang-format off */
static const struct entry entries[] = {
	{ &fold_count, "errors=count where .status >= 500", "how many events, or how many that have a value" },
	{ &fold_sum, "bytes=sum(.bytes)", "sum of numbers, exact" },
	{ &fold_avg, "ms=avg(.ms)", "mean of numbers" },
	{ &fold_min, "fastest=min(.ms)", "least value" },
	{ &fold_max, "slowest=max(.ms)", "greatest value" },
	{ &fold_first, "from=first(.path)", "value of the earliest event" },
	{ &fold_last, "to=last(.path)", "value of the latest event" },
	{ &fold_any, "host=any(.host)", "one of the values: the first that came" },
	{ &fold_var, "v=var(.ms)", "variance of the sample" },
	{ &fold_stddev, "sd=stddev(.ms)", "standard deviation of the sample" },
	{ &fold_arg_min, "on=arg_min(.path, .ms)", "EXPR of the event where BY is least" },
	{ &fold_arg_max, "on=arg_max(.path, .ms)", "EXPR of the event where BY is greatest" },
	{ &fold_count_distinct, "users=count_distinct(.user)", "how many different values, exact" },
	{ &fold_approx_distinct, "users=approx_distinct(.user)", "about as many, in little memory" },
	{ &fold_quantile, "p99=quantile(.ms, 0.99)", "the value below which the part P lies, exact" },
	{ &fold_median, "mid=median(.ms)", "quantile(EXPR, 0.5)" },
	{ &fold_approx_quantile, "p99=approx_quantile(.ms, 0.99)", "about that, in little memory" },
	{ &fold_topk, "top=topk(.path, 3)", "the K most frequent values and their counts" },
	{ &fold_histogram, "h=histogram(.ms, 0, 100, 10)", "counts in BINS of equal width" },
	{ &fold_collect, "all=collect(.path)", "list of all values, by event time" },
	{ &fold_collect_set, "pages=collect_set(.path)", "list of the different values" },
	{ &fold_rate, "per_s=rate(.total)", "delta per second" },
	{ &fold_delta, "more=delta(.total)", "last number less the first, by event time" },
	{ &fold_duration, "ms=duration", "milliseconds from the first event to the last" },
};

/* Names of functions in SQL, DuckDB, Flink, Miller, Prometheus, pandas and R, and what a user of sp writes instead. */
static const struct opt_hint hints[] = {
	{ "mean", "avg(EXPR)" }, { "average", "avg(EXPR)" }, { "avg_over_time", "avg(EXPR)" },
	{ "total", "sum(EXPR)" }, { "fsum", "sum(EXPR)" }, { "kahan_sum", "sum(EXPR)" }, { "add", "sum(EXPR)" },
	{ "sum_over_time", "sum(EXPR)" }, { "sumif", "sum(EXPR) where EXPR" }, { "sum_if", "sum(EXPR) where EXPR" },
	{ "n", "count" }, { "cnt", "count" }, { "num", "count" }, { "number", "count" }, { "size", "count" },
	{ "len", "count" }, { "length", "count" }, { "rows", "count" }, { "row_count", "count" },
	{ "count_star", "count" }, { "count_all", "count" }, { "count_over_time", "count" }, { "countif", "count where EXPR" },
	{ "count_if", "count where EXPR" }, { "minimum", "min(EXPR)" }, { "least", "min(EXPR)" },
	{ "lowest", "min(EXPR)" }, { "maximum", "max(EXPR)" }, { "greatest", "max(EXPR)" }, { "highest", "max(EXPR)" },
	{ "range", "low=min(EXPR), high=max(EXPR), and a derived column: range=high-low" }, { "variance", "var(EXPR)" }, { "var_samp", "var(EXPR)" },
	{ "stdev", "stddev(EXPR)" }, { "std", "stddev(EXPR)" }, { "sd", "stddev(EXPR)" }, { "stddev_samp", "stddev(EXPR)" },
	{ "standard_deviation", "stddev(EXPR)" },
	{ "var_pop", "var(EXPR), which is the variance of the sample" },
	{ "stdvar", "var(EXPR), which is the variance of the sample" },
	{ "stddev_pop", "stddev(EXPR), which is the deviation of the sample" },
	{ "argmin", "arg_min(EXPR, BY)" }, { "min_by", "arg_min(EXPR, BY)" }, { "bottomk", "arg_min(EXPR, BY), or --top" },
	{ "argmax", "arg_max(EXPR, BY)" }, { "max_by", "arg_max(EXPR, BY)" },
	{ "uniq", "count_distinct(EXPR)" }, { "unique", "count_distinct(EXPR)" }, { "nunique", "count_distinct(EXPR)" },
	{ "n_unique", "count_distinct(EXPR)" }, { "n_distinct", "count_distinct(EXPR)" },
	{ "distinct", "count_distinct(EXPR)" }, { "distinct_count", "count_distinct(EXPR)" },
	{ "distinctcount", "count_distinct(EXPR)" }, { "countdistinct", "count_distinct(EXPR)" },
	{ "count_unique", "count_distinct(EXPR)" }, { "cardinality", "count_distinct(EXPR)" },
	{ "uniqexact", "count_distinct(EXPR)" }, { "dc", "count_distinct(EXPR)" },
	{ "dcount", "approx_distinct(EXPR)" }, { "approx_count_distinct", "approx_distinct(EXPR)" },
	{ "approx_unique", "approx_distinct(EXPR)" }, { "hll", "approx_distinct(EXPR)" },
	{ "hyperloglog", "approx_distinct(EXPR)" },
	{ "avg_distinct", "set=collect_set(EXPR), and a derived column: 'a=(set|add)/(set|length)'" },
	{ "sum_distinct", "set=collect_set(EXPR), and a derived column: 's=set|add'" },
	{ "percentile", "quantile(EXPR, P) with P from 0 to 1, such as 0.95" },
	{ "percentiles", "quantile(EXPR, P) with P from 0 to 1, such as 0.95" },
	{ "perc", "quantile(EXPR, P) with P from 0 to 1, such as 0.95" },
	{ "pct", "quantile(EXPR, P) with P from 0 to 1, such as 0.95" },
	{ "percentile_cont", "quantile(EXPR, P)" }, { "quantile_cont", "quantile(EXPR, P)" },
	{ "quantiles", "quantile(EXPR, P)" }, { "quantile_over_time", "quantile(EXPR, P)" },
	{ "histogram_quantile", "quantile(EXPR, P)" }, { "approx_percentile", "approx_quantile(EXPR, P)" },
	{ "percentile_approx", "approx_quantile(EXPR, P)" }, { "tdigest", "approx_quantile(EXPR, P)" },
	{ "med", "median(EXPR)" }, { "mode", "topk(EXPR, 1)" }, { "top", "topk(EXPR, K)" }, { "top_k", "topk(EXPR, K)" },
	{ "topn", "topk(EXPR, K)" }, { "approx_top_k", "topk(EXPR, K)" }, { "most_frequent", "topk(EXPR, K)" },
	{ "count_values", "topk(EXPR, K)" }, { "value_counts", "topk(EXPR, K)" },
	{ "hist", "histogram(EXPR, LOW, HIGH, BINS)" }, { "bins", "histogram(EXPR, LOW, HIGH, BINS)" },
	{ "first_value", "first(EXPR)" }, { "earliest", "first(EXPR)" }, { "oldest", "first(EXPR)" },
	{ "first_over_time", "first(EXPR)" }, { "last_value", "last(EXPR)" }, { "latest", "last(EXPR)" },
	{ "newest", "last(EXPR)" }, { "last_over_time", "last(EXPR)" }, { "any_value", "any(EXPR)" },
	{ "some", "any(EXPR)" }, { "arbitrary", "any(EXPR)" }, { "sample", "any(EXPR)" },
	{ "list", "collect(EXPR)" }, { "array_agg", "collect(EXPR)" }, { "collect_list", "collect(EXPR)" },
	{ "json_agg", "collect(EXPR)" }, { "group_concat", "collect(EXPR)" }, { "string_agg", "collect(EXPR)" },
	{ "listagg", "collect(EXPR)" }, { "values", "collect(EXPR)" }, { "make_list", "collect(EXPR)" },
	{ "set", "collect_set(EXPR)" }, { "make_set", "collect_set(EXPR)" }, { "collect_distinct", "collect_set(EXPR)" },
	{ "distinct_values", "collect_set(EXPR)" }, { "uniq_values", "collect_set(EXPR)" },
	{ "increase", "delta(EXPR)" }, { "diff", "delta(EXPR)" }, { "idelta", "delta(EXPR)" }, { "irate", "rate(EXPR)" },
	{ "per_second", "rate(EXPR)" }, { "elapsed", "duration" }, { "session_length", "duration" }, { NULL, NULL },
};
/* clang-format on */

enum { ENTRIES = sizeof entries / sizeof entries[0] };

/* Returns true if NAME is "p" or "P" and a number of up to 8 digits, such as p95, the name of a percentile in many
 * tools. If so, writes the second argument of quantile() to P, which has 16 bytes: "0.95" for p95. */
static bool is_percentile(const char *name, char *p)
{
	size_t digits = strspn(name + (*name != '\0'), "0123456789");
	if (tolower((unsigned char)name[0]) != 'p' || digits == 0 || digits > 8 || name[1 + digits] != '\0')
		return false;
	/* p100 means 1, the greatest value. p5 means 0.05, and p999 means 0.999. */
	if (strcmp(name + 1, "100") == 0)
		snprintf(p, 16, "1");
	else
		snprintf(p, 16, "0.%s%s", digits == 1 ? "0" : "", name + 1);
	return true;
}

/* Collects the names in an array at each call. This is cheap enough: there is one call for each column of a program. */
const struct fold_type *fold_find(const char *name, struct err *e)
{
	const char *names[ENTRIES + 1] = { NULL };
	char p[16];
	for (int i = 0; i < ENTRIES; i++)
		names[i] = entries[i].type->name;
	if (is_percentile(name, p)) {
		err_set(e, EX_USAGE, "unknown function '%s'; write quantile(EXPR, %s)", name, p);
		return NULL;
	}
	int i = opt_choice_hinted("function", name, names, hints, e);
	return i < 0 ? NULL : entries[i].type;
}

bool fold_exists(struct span name)
{
	for (int i = 0; i < ENTRIES; i++)
		if (span_eq(name, span_of(entries[i].type->name)))
			return true;
	return false;
}

int fold_help(struct buf *out)
{
	for (int i = 0; i < ENTRIES; i++)
		if (buf_addf(out, "  %-33s %-34s %s\n", entries[i].type->usage, entries[i].example,
			    entries[i].meaning) < 0)
			return -1;
	return 0;
}
