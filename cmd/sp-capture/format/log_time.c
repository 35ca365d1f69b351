/* log_time.c -- reads the parts of the times in log lines. strptime(3) is not used, because it would take more time
 * than all other work on a line. */
#include "sp-capture/format/log_time.h"
#include "text/time.h"
#include <string.h>

int log_time_month(const char *p)
{
	/* Logs use the English names in every locale (RFC 3164, 4.1.2). */
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	for (int i = 0; i < 12; i++)
		if (memcmp(names + (size_t)i * 3, p, 3) == 0)
			return i + 1;
	return 0;
}

int log_time_clock(const char *p)
{
	int h = log_time_digits(p, 2), m = log_time_digits(p + 3, 2), s = log_time_digits(p + 6, 2);
	if (p[2] != ':' || p[5] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
		return -1;
	return h * 3600 + m * 60 + s;
}

bool log_time_is_date(int64_t year, int month, int day)
{
	if (month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	/* A day that does not exist, such as April 31, is converted to a day number and back. The result is then a day
	 * of the next month. */
	int64_t y;
	int m, d;
	time_civil_from_days(time_days_from_civil(year, month, day), &y, &m, &d);
	return y == year && m == month && d == day;
}
