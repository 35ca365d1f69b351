/* registry.c -- the table of functions. Its order is that of --help: common functions first, related ones together. */
#include "fold/registry.h"
#include "base/opt.h"

static const struct fold_type *const fold_types[] = { &fold_count, &fold_sum, &fold_avg, &fold_min, &fold_max,
	&fold_first, &fold_last, &fold_any, &fold_var, &fold_stddev, &fold_arg_min, &fold_arg_max, &fold_count_distinct,
	&fold_approx_distinct, &fold_quantile, &fold_median, &fold_approx_quantile, &fold_topk, &fold_histogram,
	&fold_collect, &fold_collect_set, &fold_rate, &fold_delta };
enum { FOLD_TYPES = sizeof fold_types / sizeof fold_types[0] };

/* Collects the names in an array at each call. This is cheap enough: there is one call for each column of a program. */
const struct fold_type *fold_find(const char *name, struct err *e)
{
	const char *names[FOLD_TYPES + 1] = { NULL };
	for (int i = 0; i < FOLD_TYPES; i++)
		names[i] = fold_types[i]->name;
	int i = opt_choice("function", name, names, e);
	return i < 0 ? NULL : fold_types[i];
}

int fold_help(struct buf *out)
{
	for (int i = 0; i < FOLD_TYPES; i++)
		if (buf_addf(out, "  %s\n", fold_types[i]->usage) < 0)
			return -1;
	return 0;
}
