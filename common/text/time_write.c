/* time_write.c -- writes times as text, by RFC 3339 or strftime(3), and reads the times that windows have as bounds.
 *
 * Times are written by RFC 3339 in UTC. Each instant has one form for each number of digits, so that equal times have
 * equal bytes. Bounds of windows may lie outside the years 0000 to 9999; their years have the expanded form of ISO
 * 8601, such as +10000. */
#include "text/time.h"
#include <inttypes.h>

/* Writes V, which is below 100, as two digits. Returns the position after them. */
static char *put_two(char *p, unsigned v)
{
	p[0] = (char)('0' + v / 10);
	p[1] = (char)('0' + v % 10);
	return p + 2;
}

/* Writes YEAR with four digits. A year outside 0000 to 9999 has a sign and at least four digits. Returns the position
 * after the year. */
static char *put_year(char *p, int64_t year)
{
	if (year < 0 || year > 9999) {
		*p++ = year < 0 ? '-' : '+';
		uint64_t v = year < 0 ? (uint64_t)-year : (uint64_t)year;
		char digits[24];
		int n = snprintf(digits, sizeof digits, "%04" PRIu64, v);
		memcpy(p, digits, (size_t)n);
		return p + n;
	}
	return put_two(put_two(p, (unsigned)year / 100), (unsigned)year % 100);
}

/* Writes byte by byte, because printf(3) is much slower. */
size_t time_write(struct stamp t, char out[TIME_TEXT_MAX])
{
	/* Division truncates toward zero, but the date of a time before 1970 must be rounded down. */
	int64_t days = (t.sec >= 0 ? t.sec : t.sec - 86399) / 86400, year;
	unsigned of_day = (unsigned)(t.sec - days * 86400);
	int month, day;
	time_civil_from_days(days, &year, &month, &day);
	char *p = put_year(out, year);
	*p++ = '-';
	p = put_two(p, (unsigned)month);
	*p++ = '-';
	p = put_two(p, (unsigned)day);
	*p++ = 'T';
	p = put_two(p, of_day / 3600);
	*p++ = ':';
	p = put_two(p, of_day / 60 % 60);
	*p++ = ':';
	p = put_two(p, of_day % 60);
	int digits = t.digits < 0 ? 0 : t.digits > 9 ? 9 : t.digits;
	if (digits > 0) {
		uint32_t v = (uint32_t)t.nsec;
		*p++ = '.';
		for (int i = digits; i < 9; i++)
			v /= 10;
		for (int i = digits; i-- > 0; v /= 10)
			p[i] = (char)('0' + v % 10);
		p += digits;
	}
	*p++ = 'Z';
	return (size_t)(p - out);
}

size_t time_write_ms(int64_t ms, char out[TIME_TEXT_MAX])
{
	int64_t sec = (ms >= 0 ? ms : ms - 999) / 1000;
	int32_t rest = (int32_t)(ms - sec * 1000);
	return time_write((struct stamp){ sec, rest * 1000000, rest ? 3 : 0 }, out);
}

/* First tries the form with a four-digit year, which nearly all times have. A year with a sign is in the expanded
 * form. */
int time_read_ms(struct span text, int64_t *ms)
{
	if (time_read_fast(text, ms) == 0)
		return 0;
	if (text.n < 6 || (text.p[0] != '+' && text.p[0] != '-'))
		return -1;
	size_t n = 1;
	int64_t year = 0;
	while (n < text.n && n < 8 && text.p[n] >= '0' && text.p[n] <= '9')
		year = year * 10 + (text.p[n++] - '0');
	if (n < 5 || n == 8 || text.n - n > 20)
		return -1;
	/* The calendar repeats every 400 years (146,097 days). So the text is read with a year of 0000 to 0399 that has
	 * the same place in the cycle, and then whole cycles are added: +12024-05-01 is 0024-05-01 and 30 cycles. */
	year = text.p[0] == '-' ? -year : year;
	int64_t cycle = (year >= 0 ? year : year - 399) / 400;
	char local[TIME_TEXT_MAX];
	char *p = put_year(local, year - cycle * 400);
	memcpy(p, text.p + n, text.n - n);
	if (time_read_fast((struct span){ local, (size_t)(p - local) + text.n - n }, ms) < 0)
		return -1;
	*ms += cycle * 146097 * 86400000;
	return 0;
}

/* Appends FORMAT to OUT, with %s replaced by SEC. strftime(3) would compute %s with mktime(3) in the zone of TZ, which
 * is wrong for UTC. Returns 0; -1 if OUT is full. */
static int expand_seconds(const char *format, int64_t sec, struct buf *out)
{
	for (; *format; format++) {
		if (format[0] == '%' && format[1] == 's') {
			if (buf_add_i64(out, sec) < 0)
				return -1;
			format++;
			continue;
		}
		if (buf_addc(out, *format) < 0)
			return -1;
		if (format[0] == '%' && format[1] && buf_addc(out, *++format) < 0)
			return -1;
	}
	/* strftime(3) returns 0 both for an empty result and for too little room. So a blank is added, which makes
	 * every result non-empty. time_strftime() removes the blank. */
	return buf_addc(out, ' ');
}

/* The compiler cannot check the format, because the user gives it. */
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* localtime_r(3) uses ZONE because zone_open() has set TZ to that zone. */
int time_strftime(const char *format, int64_t ms, const struct zone *zone, struct buf *out)
{
	time_t sec = (time_t)((ms >= 0 ? ms : ms - 999) / 1000);
	struct tm tm;
	struct buf copy;
	int r = -1;
	buf_init(&copy, 1 << 16);
	const char *text = expand_seconds(format, sec, &copy) == 0 ? buf_string(&copy) : NULL;
	if (!text || !(zone ? localtime_r(&sec, &tm) : gmtime_r(&sec, &tm)))
		goto out;
	/* strftime(3) does not say how much room it needs, so the room grows until the result fits. */
	for (size_t room = 256, left = out->max - out->n; r < 0 && room <= 1 << 20; room *= 4) {
		size_t size = room < left ? room : left;
		char *to = buf_room(out, size);
		size_t n = to ? strftime(to, size, text, &tm) : 0;
		if (n > 0) {
			out->n += n - 1;
			r = 0;
		}
	}
out:
	buf_release(&copy);
	return r;
}
