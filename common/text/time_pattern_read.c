/* time_pattern_read.c -- reads times by a compiled pattern.
 *
 * Each conversion reads its part of the text and moves past it. When all parts are read, they are put together. The
 * conversions accept what strptime(3) accepts in the C locale: names in any case, in full or by their first three
 * letters, and white space before numbers. %f and %L do not exist in strptime(3). %z and %Z set the offset, which
 * strptime(3) does not apply to the time. */
#include "base/clock.h"
#include "text/time_internal.h"
#include "text/time_pattern_internal.h"
#include <ctype.h>
#include <strings.h>

/* The parts that have been read from one text. */
struct reading {
	struct time_parts t;
	int yday;      /* day of the year, from 1; 0: none was read */
	int64_t epoch; /* seconds since 1970, if has_epoch */
	bool has_epoch, pm;
	bool twelve_hours; /* true: the hour is that of a 12-hour clock */
	struct tm tm;      /* the parts that strptime(3) has read */
};
#define NO_YEAR (-9000) /* the value of tm_year until strptime(3) has read a year */

/* Skips white space. The comparison with ' ' is faster than isspace(3) and ends the loop for most bytes. */
static void skip_spaces(struct span *s)
{
	while (s->n && (unsigned char)*s->p <= ' ' && isspace((unsigned char)*s->p)) {
		s->p++;
		s->n--;
	}
}

/* Reads a number of up to MOST digits into *VALUE. Skips white space before the number, as strptime(3) does. Returns 0;
 * -1 if there is no number, or it is not from LOW to HIGH. */
static int read_number(struct span *s, int most, int64_t low, int64_t high, int *value)
{
	int64_t v;
	skip_spaces(s);
	if (time_digits(s, most, &v) == 0 || v < low || v > high)
		return -1;
	*value = (int)v;
	return 0;
}

/* Reads one of the COUNT NAMES, in full or by its first three letters, in any case. Returns its index; -1 if S begins
 * with none of NAMES. */
static int read_name(struct span *s, const char *const *names, int count)
{
	for (int i = 0; i < count; i++) {
		if (s->n < 3 || (s->p[0] | 32) != (names[i][0] | 32) || strncasecmp(s->p, names[i], 3) != 0)
			continue;
		size_t n = strlen(names[i]);
		n = s->n >= n && strncasecmp(s->p, names[i], n) == 0 ? n : 3;
		s->p += n;
		s->n -= n;
		return i;
	}
	return -1;
}

/* Reads the name of a month into *MONTH, 1 to 12. Returns 0; -1 if S does not begin with such a name. */
static int read_month(struct span *s, int *month)
{
	static const char *const names[] = { "January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December" };
	skip_spaces(s);
	*month = read_name(s, names, 12) + 1;
	return *month > 0 ? 0 : -1;
}

/* Reads the name of a weekday. The weekday is not used: the date alone determines the time. Returns 0; -1 if S does not
 * begin with such a name. */
static int read_weekday(struct span *s)
{
	static const char *const names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday" };
	skip_spaces(s);
	return read_name(s, names, 7) < 0 ? -1 : 0;
}

/* Reads "am" or "pm", in any case. Sets *PM. Returns 0; -1 if S begins with neither. */
static int read_am_pm(struct span *s, bool *pm)
{
	skip_spaces(s);
	if (s->n < 2 || (s->p[1] | 32) != 'm' || ((s->p[0] | 32) != 'a' && (s->p[0] | 32) != 'p'))
		return -1;
	*pm = (s->p[0] | 32) == 'p';
	s->p += 2;
	s->n -= 2;
	return 0;
}

/* Reads the name of a zone. Many names are ambiguous (IST, CST), so only the names of UTC are accepted. Returns 0; -1
 * for any other text. */
static int read_zone(struct span *s, struct time_parts *t)
{
	static const char *const names[] = { "UTC", "GMT", "Z" };
	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(names[i]);
		if (s->n < n || strncasecmp(s->p, names[i], n) != 0 || (s->n > n && isalpha((unsigned char)s->p[n])))
			continue;
		s->p += n;
		s->n -= n;
		t->has_offset = true;
		t->offset = 0;
		return 0;
	}
	return -1;
}

/* Reads %s, the seconds since 1970, which may be negative. Returns 0; -1 if there is no digit. */
static int read_epoch(struct span *s, struct reading *r)
{
	bool minus = s->n && *s->p == '-';
	if (minus) {
		s->p++;
		s->n--;
	}
	if (time_digits(s, 12, &r->epoch) == 0)
		return -1;
	r->has_epoch = true;
	r->epoch = minus ? -r->epoch : r->epoch;
	return 0;
}

/* Reads %L, exactly three digits. Returns 0; -1 if there are fewer. */
static int read_milliseconds(struct span *s, struct time_parts *t)
{
	int64_t v;
	if (time_digits(s, 3, &v) != 3)
		return -1;
	t->nsec = (int32_t)v * 1000000;
	t->digits = 3;
	return 0;
}

/* Reads %y, the year in the century: by POSIX 69 to 99 mean 1969 to 1999, and 00 to 68 mean 2000 to 2068. Returns 0; -1
 * if there is no number. */
static int read_year_of_century(struct span *s, int64_t *year)
{
	int v;
	if (read_number(s, 2, 0, 99, &v) < 0)
		return -1;
	*year = v + (v < 69 ? 2000 : 1900);
	return 0;
}

/* Runs the conversion with the letter C: reads its text from S into R. Returns 0; -1 if S does not fit. The ranges are
 * those of strptime(3). The function does not check that the date exists, because not all parts are known yet. */
static int convert(char c, struct span *s, struct reading *r)
{
	struct time_parts *t = &r->t;
	int v;
	switch (c) {
	case 'Y':
		v = read_number(s, 4, 0, 9999, &v) < 0 ? -1 : v;
		t->year = v;
		return v < 0 ? -1 : 0;
	case 'y': return read_year_of_century(s, &t->year);
	case 'm': return read_number(s, 2, 1, 12, &t->month);
	case 'd':
	case 'e': return read_number(s, 2, 1, 31, &t->day);
	case 'j': return read_number(s, 3, 1, 366, &r->yday);
	case 'H':
	case 'k': return read_number(s, 2, 0, 23, &t->hour);
	case 'I': /* the hour of a 12-hour clock; %p may come before or after it */
	case 'l': r->twelve_hours = true; return read_number(s, 2, 1, 12, &t->hour);
	case 'M': return read_number(s, 2, 0, 59, &t->minute);
	case 'S': return read_number(s, 2, 0, 60, &t->second);
	case 'b':
	case 'B': return read_month(s, &t->month);
	case 'a':
	case 'A': return read_weekday(s);
	case 'p':
	case 'P': return read_am_pm(s, &r->pm);
	case 'f': return time_fraction(s, t);
	case 'L': return read_milliseconds(s, t);
	case 'z': skip_spaces(s); return time_zone_offset(s, t);
	case 'Z': return read_zone(s, t);
	case 's': return read_epoch(s, r);
	default: return -1;
	}
}

/* Runs strptime(3) with FORMAT on S. Returns 0; -1 if S does not fit. strptime(3) needs a NUL-terminated copy, which is
 * cut after 255 bytes: no time is longer. */
static int convert_by_library(const char *format, struct span *s, struct reading *r)
{
	char copy[PATTERN_MAX];
	size_t n = s->n < sizeof copy - 1 ? s->n : sizeof copy - 1;
	memcpy(copy, s->p, n);
	copy[n] = '\0';
	const char *end = strptime(copy, format, &r->tm);
	if (!end)
		return -1;
	s->p += end - copy;
	s->n -= (size_t)(end - copy);
	return 0;
}

/* Matches S with CONV, one element of the pattern P. Returns 0; -1 if S does not fit. */
static int pattern_step(const struct time_pattern *p, const struct conversion *conv, struct span *s, struct reading *r)
{
	if (conv->kind == CONV_SPACE) {
		skip_spaces(s);
		return 0;
	}
	if (conv->kind == CONV_LIBRARY)
		return convert_by_library(p->text + conv->text_at, s, r);
	if (conv->kind != CONV_LITERAL && conv->kind != '%')
		return convert((char)conv->kind, s, r);
	char c = conv->kind == '%' ? '%' : (char)conv->literal;
	if (s->n == 0 || *s->p != c)
		return -1;
	s->p++;
	s->n--;
	return 0;
}

/* Sets *OUT to T, a time without a year, whose year YEARS finds. If YEARS is NULL, the year is the newest in which T is
 * not more than a day in the future. Returns 0; -1 if no year fits. */
static int find_year(struct time_parts *t, const struct zone *zone, struct year_run *years, struct stamp *out)
{
	struct year_run alone;
	if (!years) {
		years = &alone;
		year_run_init(years, "", clock_realtime_ms(), true, 0);
	}
	struct year_run_time time = { t->month, t->day, t->hour * 3600 + t->minute * 60 + t->second };
	time.second -= t->has_offset ? t->offset : 0;
	int64_t days;
	if (year_run_find(years, t->has_offset ? NULL : zone, time, &days) < 0)
		return -1;
	time_civil_from_days(days, &t->year, &t->month, &t->day);
	return time_assemble(t, zone, out);
}

/* Puts the parts of R together into *OUT. If the text has an epoch (%s), the date and the time of day are ignored.
 * YEARS is as in time_pattern_parse(). Returns 0; -1 if there is no such time. */
static int reading_finish(const struct time_pattern *p, struct reading *r, const struct zone *zone,
	struct year_run *years, struct stamp *out)
{
	struct time_parts *t = &r->t;
	bool has_year = p->has_year;
	if (r->has_epoch) {
		*out = (struct stamp){ r->epoch, t->nsec, t->digits };
		return out->sec < TIME_MS_MIN / 1000 || out->sec > TIME_MS_MAX / 1000 ? -1 : 0;
	}
	if (p->uses_library) {
		has_year = r->tm.tm_year != NO_YEAR;
		t->year = r->tm.tm_year + 1900;
		t->month = r->tm.tm_mon + 1;
		t->day = r->tm.tm_mday;
		t->hour = r->tm.tm_hour;
		t->minute = r->tm.tm_min;
		t->second = r->tm.tm_sec;
	}
	if (r->twelve_hours)
		t->hour = t->hour % 12 + (r->pm ? 12 : 0);
	if (!has_year)
		return find_year(t, zone, years, out);
	if (r->yday) {
		time_civil_from_days(time_days_from_civil(t->year, 1, 1) + r->yday - 1, &t->year, &t->month, &t->day);
		if (r->yday == 366 && t->month == 1) /* a year of 365 days has no day 366 */
			return -1;
	}
	return time_assemble(t, zone, out);
}

int time_pattern_parse(const struct time_pattern *p, const struct zone *zone, struct year_run *years, struct span text,
	struct stamp *out)
{
	struct reading r = { .t = { .month = 1, .day = 1 } };
	if (p->uses_library)
		r.tm = (struct tm){ .tm_year = NO_YEAR, .tm_mday = 1 };
	for (size_t i = 0; i < p->count; i++)
		if (pattern_step(p, &p->conversions[i], &text, &r) < 0)
			return -1;
	skip_spaces(&text);
	return text.n ? -1 : reading_finish(p, &r, zone, years, out);
}
