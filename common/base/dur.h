/* dur.h -- durations as people type and read them. */
#ifndef BASE_DUR_H
#define BASE_DUR_H
#include "base/err.h"
#include <stdint.h>

/* TEXT is one or more of NUMBER ms|s|m|h|d, "1h30m", "500ms", "1.5s"; "0" needs no unit.
 * Sets *MS (milliseconds, 0 to 366,000 days). -1: err says what is wrong (EX_USAGE). */
int dur_parse(const char *text, int64_t *ms, struct err *e) MUST_USE;

/* Writes MS as a person would, "1m30s", "250ms", into OUT of at least 32 bytes; returns OUT. */
char *dur_format(int64_t ms, char *out);
#endif
