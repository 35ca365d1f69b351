/* fold_types.h -- all functions there are, each defined in the file of its kind. */
#ifndef AGG_FOLD_TYPES_H
#define AGG_FOLD_TYPES_H
#include "fold_parts.h"

/* fold_sum.c */
extern const struct fold_type fold_count, fold_sum, fold_avg, fold_var, fold_stddev;
/* fold_extreme.c */
extern const struct fold_type fold_min, fold_max, fold_arg_min, fold_arg_max;
/* fold_order.c */
extern const struct fold_type fold_first, fold_last, fold_any, fold_delta, fold_rate;
#endif
