/* dur.h -- durations, sizes and counts as people type and read them. */
#ifndef BASE_DUR_H
#define BASE_DUR_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

/* TEXT is one or more of NUMBER ms|s|m|h|d, "1h30m", "500ms", "1.5s"; "0" needs no unit.
 * Sets *MS (milliseconds, 0 to 366,000 days). -1: err says what is wrong (EX_USAGE). */
int dur_parse(const char *text, int64_t *ms, struct err *e) MUST_USE;

/* Writes MS as a person would, "1m30s", "250ms", into OUT of at least 32 bytes; returns OUT. */
char *dur_format(int64_t ms, char *out);
/* Writes 1234567 as "1,234,567" into OUT of at least 32 bytes; returns OUT. */
char *count_format(uint64_t n, char *out);

/* TEXT is NUMBER with an optional k, M, G, T (powers of 1,024). Sets *BYTES. -1: EX_USAGE. */
int size_parse(const char *text, uint64_t *bytes, struct err *e) MUST_USE;

/* A decimal integer in [LOW, HIGH]. -1: EX_USAGE, the message names the bounds. */
int int_parse(const char *text, int64_t low, int64_t high, int64_t *value, struct err *e) MUST_USE;
#endif
