/* log_time.h -- reads the parts of the times in log lines: digits, names of months, times of day, dates. */
#ifndef CAPTURE_FORMAT_LOG_TIME_H
#define CAPTURE_FORMAT_LOG_TIME_H
#include <stdbool.h>
#include <stdint.h>

/* Returns the number that is written at P with COUNT decimal digits, or -1 if one of these bytes is not a digit. COUNT
 * must be at most 9. */
static inline int log_time_digits(const char *p, int count)
{
	int v = 0;
	for (int i = 0; i < count; i++) {
		if (p[i] < '0' || p[i] > '9')
			return -1;
		v = v * 10 + (p[i] - '0');
	}
	return v;
}
/* Returns 1 to 12 if the three bytes at P are "Jan" to "Dec", or 0 if they are not. */
int log_time_month(const char *p);
/* Returns the seconds since midnight if the eight bytes at P are a time "hh:mm:ss", or -1 if they are not. A leap
 * second counts as the second after it: "10:59:60" gives the seconds of 11:00:00. */
int log_time_clock(const char *p);
/* Returns true if YEAR, MONTH and DAY are a date of the Gregorian calendar. */
bool log_time_is_date(int64_t year, int month, int day);
#endif
