/* dur.h -- reads and writes durations as users type them: "1h30m". */
#ifndef BASE_DUR_H
#define BASE_DUR_H
#include "base/err.h"
#include <stdint.h>

/* Reads TEXT into *MS, from 0 to 366,000 days. TEXT is one or more numbers, each with a unit (ms, s, m, h or d), such
 * as "1h30m", "500ms" or "1.5s"; "0" needs no unit. Returns 0; or -1 with E set (EX_USAGE). */
int dur_parse(const char *text, int64_t *ms, struct err *e) MUST_USE;

/* Writes MS to OUT, which has at least 32 bytes, in a form that dur_parse() reads, such as "1m30s" or "250ms". A
 * negative MS gets a '-' in front, which dur_parse() does not read. Returns OUT. */
char *dur_format(int64_t ms, char *out);
#endif
