/* report.h -- the status line and the metrics of sp-agg. */
#ifndef AGG_REPORT_H
#define AGG_REPORT_H
#include "sp-agg/agg.h"

void report_init(struct agg *a);
#endif
