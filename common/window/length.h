/* length.h -- the length of a window: a duration, or a number of calendar units. */
#ifndef WINDOW_LENGTH_H
#define WINDOW_LENGTH_H
#include "base/err.h"
#include <stdint.h>

enum window_length_unit { LENGTH_MS, LENGTH_DAY, LENGTH_WEEK, LENGTH_MONTH };

/* A duration, or a number of calendar units. The length of a calendar unit varies: a day may have 23 hours. */
struct window_length {
	int64_t ms; /* the duration, if unit is LENGTH_MS; otherwise 0 */
	enum window_length_unit unit;
	int32_t count; /* how many units, 1 or more (a quarter is 3 months, a year is 12); 0 if unit is LENGTH_MS */
};

/* Reads TEXT into *OUT. TEXT is a duration such as "10m", or "day", "week", "month", "quarter" or "year", with or
 * without a number before it ("3month"). Returns 0, or -1 with E set (EX_USAGE) if TEXT is not a length. */
int window_length_parse(const char *text, struct window_length *out, struct err *e) MUST_USE;

enum { WINDOW_LENGTH_TEXT_MAX = 32 };
/* Writes L, whose unit must not be LENGTH_MS, to OUT in a form that window_length_parse() can read. Months
 * are written in the longest unit that fits: 3 are "quarter", and 24 are "2year". Returns OUT. */
char *window_length_text(struct window_length l, char out[WINDOW_LENGTH_TEXT_MAX]);

/* Sets *SHORTEST and *LONGEST to a lower and an upper bound of the duration of L in UTC, in ms. They are equal unless L
 * is in months. */
void window_length_range(struct window_length l, int64_t *shortest, int64_t *longest);
#endif
