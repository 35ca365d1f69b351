/* dur.h -- durations as people type and read them. */
#ifndef BASE_DUR_H
#define BASE_DUR_H
#include "base/err.h"
#include <stdint.h>

/* Reads TEXT, one or more of NUMBER ms|s|m|h|d ("1h30m", "500ms", "1.5s"); "0" needs no unit. Sets *MS in milliseconds,
 * 0 to 366,000 days. Returns 0; or -1 with EX_USAGE, and E says what is wrong. */
int dur_parse(const char *text, int64_t *ms, struct err *e) MUST_USE;

/* Writes MS in the same form, "1m30s" or "250ms", to OUT, which has at least 32 bytes. Returns OUT. */
char *dur_format(int64_t ms, char *out);
#endif
