/* log_time.h -- the parts of which the times of log lines consist: month names, clock times, days. */
#ifndef CAPTURE_FORMAT_LOG_TIME_H
#define CAPTURE_FORMAT_LOG_TIME_H
#include <stdbool.h>
#include <stdint.h>

/* Returns the value of the COUNT (at most 9) decimal digits at P; -1 if one of them is not a digit. */
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
/* Returns 1 to 12 for "Jan" to "Dec" at P (three bytes are read); 0 for anything else. */
int log_time_month(const char *p);
/* Returns the seconds since midnight of the time hh:mm:ss at P (eight bytes are read); a leap second, :60, counts as
 * the second after it. Returns -1 for anything else. */
int log_time_clock(const char *p);
/* Returns true if DAY is a day of MONTH in YEAR (Gregorian). */
bool log_time_is_date(int64_t year, int month, int day);
#endif
