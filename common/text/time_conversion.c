/* time_conversion.c -- the conversions of time formats: %Y, %b, %H, %f and so on, each reading its part of a text.
 *
 * They accept what strptime(3) accepts in the C locale: names in any case and cut to three letters, and white space
 * before numbers. %f, %L and %s are our own; %z and %Z set the offset, which strptime(3) does not. */
#include "text/time_conversion.h"
#include <ctype.h>
#include <strings.h>

/* The first test is for the common case that there is no white space. */
void time_skip_spaces(struct span *s)
{
	while (s->n && (unsigned char)*s->p <= ' ' && isspace((unsigned char)*s->p)) {
		s->p++;
		s->n--;
	}
}

/* Reads a number of up to MOST digits from LOW to HIGH. As in strptime(3), white space before it is skipped. */
static int read_number(struct span *s, int most, int64_t low, int64_t high, int *value)
{
	int64_t v;
	time_skip_spaces(s);
	if (time_digits(s, most, &v) == 0 || v < low || v > high)
		return -1;
	*value = (int)v;
	return 0;
}

/* Reads one of COUNT names, in full or by its first three letters, in any case. Returns its index; -1 if S begins with
 * none of them. */
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

/* Reads the name of a month into *MONTH, 1 to 12. */
static int read_month(struct span *s, int *month)
{
	static const char *const names[] = { "January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December" };
	time_skip_spaces(s);
	*month = read_name(s, names, 12) + 1;
	return *month > 0 ? 0 : -1;
}

/* Reads the name of a weekday. It must be one, but the date alone decides. */
static int read_weekday(struct span *s)
{
	static const char *const names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday" };
	time_skip_spaces(s);
	return read_name(s, names, 7) < 0 ? -1 : 0;
}

/* Reads "am" or "pm", in any case. */
static int read_am_pm(struct span *s, bool *pm)
{
	time_skip_spaces(s);
	if (s->n < 2 || (s->p[1] | 32) != 'm' || ((s->p[0] | 32) != 'a' && (s->p[0] | 32) != 'p'))
		return -1;
	*pm = (s->p[0] | 32) == 'p';
	s->p += 2;
	s->n -= 2;
	return 0;
}

/* Reads the name of a zone. Such names are ambiguous (IST, CST), so only those of UTC are accepted. */
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

/* Reads %s, which may be negative. */
static int read_epoch(struct span *s, struct time_reading *r)
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

/* Reads %L, exactly three digits. */
static int read_milliseconds(struct span *s, struct time_parts *t)
{
	int64_t v;
	if (time_digits(s, 3, &v) != 3)
		return -1;
	t->nsec = (int32_t)v * 1000000;
	t->digits = 3;
	return 0;
}

/* Reads %y. By POSIX 69 to 99 mean 1969 to 1999, and 00 to 68 mean 2000 to 2068. */
static int read_year_of_century(struct span *s, int64_t *year)
{
	int v;
	if (read_number(s, 2, 0, 99, &v) < 0)
		return -1;
	*year = v + (v < 69 ? 2000 : 1900);
	return 0;
}

/* The ranges are those of strptime(3); whether the date exists is checked once it is complete. */
int time_convert(char c, struct span *s, struct time_reading *r)
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
	case 'I': /* the hour of a clock of twelve hours; %p may come before or after it */
	case 'l': r->twelve = true; return read_number(s, 2, 1, 12, &t->hour);
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
	case 'z': time_skip_spaces(s); return time_zone_offset(s, t);
	case 'Z': return read_zone(s, t);
	case 's': return read_epoch(s, r);
	default: return -1;
	}
}
