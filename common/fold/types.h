/* types.h -- all functions there are, each defined in the file of its kind. */
#ifndef FOLD_TYPES_H
#define FOLD_TYPES_H
#include "fold/fold_internal.h"

/* fold_sum.c */
extern const struct fold_type fold_count, fold_sum, fold_avg, fold_var, fold_stddev;
/* fold_extreme.c */
extern const struct fold_type fold_min, fold_max, fold_arg_min, fold_arg_max;
/* fold_order.c */
extern const struct fold_type fold_first, fold_last, fold_any, fold_delta, fold_rate;
/* fold_set.c */
extern const struct fold_type fold_count_distinct, fold_collect_set, fold_topk, fold_approx_distinct;
/* fold_quantile.c */
extern const struct fold_type fold_quantile, fold_median, fold_approx_quantile;
/* fold_collect.c */
extern const struct fold_type fold_collect, fold_histogram;
#endif
