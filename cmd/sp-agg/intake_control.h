/* intake_control.h -- control lines: windows, the watermark, what this program does not know. */
#ifndef AGG_INTAKE_CONTROL_H
#define AGG_INTAKE_CONTROL_H
#include "sp-agg/agg.h"

int intake_control(struct agg *a, struct span line, struct err *e) MUST_USE;
/* Where events have their time, for functions that go by it. */
int intake_time(struct agg *a, struct err *e) MUST_USE;
/* The watermark has moved: fires and forgets what it passed. */
int intake_advance(struct agg *a, struct err *e) MUST_USE;
#endif
