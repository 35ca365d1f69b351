/* registry.h -- the functions that exist, by name.
 *
 * A new function needs changes in these files: its struct fold_type in the .c file of its kind or in a new one; its
 * declaration here; its row in the table of registry.c; a second implementation in tests/tools/reference.py; its use
 * in tests/tools/diff_pipeline.py; and its description in man/sp-agg.1. */
#ifndef FOLD_REGISTRY_H
#define FOLD_REGISTRY_H
#include "fold/fold.h"

/* sum.c */
extern const struct fold_type fold_count, fold_sum, fold_avg, fold_var, fold_stddev;
/* extreme.c */
extern const struct fold_type fold_min, fold_max, fold_arg_min, fold_arg_max;
/* order.c */
extern const struct fold_type fold_first, fold_last, fold_any, fold_delta, fold_rate, fold_duration;
/* set.c */
extern const struct fold_type fold_collect_set, fold_topk;
/* count_distinct.c */
extern const struct fold_type fold_count_distinct, fold_approx_distinct;
/* quantile.c */
extern const struct fold_type fold_quantile, fold_median, fold_approx_quantile;
/* collect.c */
extern const struct fold_type fold_collect, fold_histogram;

/* Returns the function called NAME, or NULL with E set (EX_USAGE) if there is none. If NAME is a function of other
 * tools, such as "mean", the message says what to write instead: avg(EXPR). Otherwise the message names the function
 * with the most similar name, if there is one. */
const struct fold_type *fold_find(const char *name, struct err *e) MUST_USE;
/* Returns true if there is a function called NAME. */
bool fold_exists(struct span name);
/* Appends the lines of --help about functions to OUT: for each function its usage, an example and its meaning. Returns
 * 0, or -1 if memory is exhausted. */
int fold_help(struct buf *out) MUST_USE;
#endif
