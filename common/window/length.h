/* length.h -- the lengths of windows: durations, and units of the calendar. */
#ifndef WINDOW_LENGTH_H
#define WINDOW_LENGTH_H
#include "base/err.h"
#include <stdint.h>

/* A duration, or a number of calendar units. The length of a calendar unit varies: a day may have 23 hours. */
struct window_length {
	int64_t ms; /* the duration, if unit is LENGTH_MS; otherwise 0 */
	enum { LENGTH_MS, LENGTH_DAY, LENGTH_WEEK, LENGTH_MONTH } unit;
	int32_t count; /* how many units, from 1; 0 if unit is LENGTH_MS. A quarter is 3 months, a year is 12. */
};

/* Parses TEXT: a duration such as "10m", or "day", "week", "month", "quarter" or "year", also several of them, such as
 * "3month". Returns 0, or -1 with E set (EX_USAGE). */
int window_length_parse(const char *text, struct window_length *out, struct err *e) MUST_USE;

enum { WINDOW_LENGTH_TEXT_MAX = 32 };
/* Writes L, whose unit is not LENGTH_MS, to OUT in a form that window_length_parse() reads: always the same one for the
 * same length, such as "quarter" for 3 months and "2year" for 24. Returns OUT. */
char *window_length_text(struct window_length l, char out[WINDOW_LENGTH_TEXT_MAX]);

/* Sets *SHORTEST and *LONGEST to bounds of the duration of L in UTC, in ms. */
void window_length_range(struct window_length l, int64_t *shortest, int64_t *longest);
#endif
