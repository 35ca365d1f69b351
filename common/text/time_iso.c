/* time_iso.c -- reads times by RFC 3339 and ISO 8601.
 *
 * Only forms that cannot mean anything else are accepted. So a date without hyphens needs a time of day with a T:
 * 20240501T103958 is a time, but 20240501 could also be a number of seconds. */
#include "text/time_internal.h"
#include <ctype.h>

/* If the next byte is one of ANY, skips that byte and returns true. Otherwise returns false. */
static bool take(struct span *s, const char *any)
{
	if (s->n == 0 || !*s->p || !strchr(any, *s->p))
		return false;
	s->p++;
	s->n--;
	return true;
}

/* Reads exactly N digits into *VALUE. Returns false if there are fewer. */
static bool digits(struct span *s, int n, int *value)
{
	int64_t v;
	if (time_digits(s, n, &v) != n)
		return false;
	*value = (int)v;
	return true;
}

/* Sets the date of T to day DAY of its year, from 1. Returns false if the year does not have that day. */
static bool set_year_day(struct time_parts *t, int day)
{
	int64_t year = t->year;
	time_civil_from_days(time_days_from_civil(year, 1, 1) + day - 1, &t->year, &t->month, &t->day);
	return day > 0 && t->year == year;
}

/* Sets the date of T to WEEKDAY, 1 (Monday) to 7, of the ISO week WEEK of its year. Returns false if the year does not
 * have that week. */
static bool set_week_day(struct time_parts *t, int week, int weekday)
{
	/* Week 1 contains January 4, and a week belongs to the year of its Thursday. 1970-01-05, day 4, was a
	 * Monday. */
	int64_t fourth = time_days_from_civil(t->year, 1, 4), year = t->year, thursday_year;
	int64_t monday = fourth - ((fourth - 4) % 7 + 7) % 7 + (week - 1) * 7;
	int month, day;
	time_civil_from_days(monday + 3, &thursday_year, &month, &day);
	if (week < 1 || weekday < 1 || weekday > 7 || thursday_year != year)
		return false;
	time_civil_from_days(monday + weekday - 1, &t->year, &t->month, &t->day);
	return true;
}

/* Reads the rest of a date after its year, with hyphens if EXTENDED: a month and a day, a day of the year, or a week and
 * a day. Returns false for any other text. */
static bool read_day(struct span *s, bool extended, struct time_parts *t)
{
	int week, day;
	if (take(s, "Ww"))
		return digits(s, 2, &week) && (!extended || take(s, "-")) && digits(s, 1, &day) &&
			set_week_day(t, week, day);
	size_t n = 0;
	while (n < s->n && isdigit((unsigned char)s->p[n]))
		n++;
	if (n == 3)
		return digits(s, 3, &day) && set_year_day(t, day);
	return digits(s, 2, &t->month) && (!extended || take(s, "-")) && digits(s, 2, &t->day);
}

/* Reads the time of day, with colons if EXTENDED. The seconds may be missing. Returns false for any other text. */
static bool read_time_of_day(struct span *s, bool extended, struct time_parts *t)
{
	if (!digits(s, 2, &t->hour) || (extended && !take(s, ":")) || !digits(s, 2, &t->minute))
		return false;
	if (extended ? !take(s, ":") : s->n == 0 || !isdigit((unsigned char)*s->p))
		return true;
	return digits(s, 2, &t->second) && (!take(s, ".,") || time_fraction(s, t) == 0);
}

/* Sets *VALUE to the number of two digits at P. Returns false if one of the bytes is no digit. */
static inline bool two_digits(const char *p, int *value)
{
	unsigned high = (unsigned char)p[0] - 48u, low = (unsigned char)p[1] - 48u;
	*value = (int)(high * 10 + low);
	return high <= 9 && low <= 9;
}

/* Reads the form that nearly all times have, "2024-05-01T10:39:58", and moves *S past it. Returns false, with *S
 * unchanged, for any other text. */
static bool read_usual(struct span *s, struct time_parts *t)
{
	const char *p = s->p;
	int century, year;
	if (s->n < 19 || p[4] != '-' || p[7] != '-' || (p[10] != 'T' && p[10] != ' ' && p[10] != 't') || p[13] != ':' ||
		p[16] != ':' || !two_digits(p, &century) || !two_digits(p + 2, &year) ||
		!two_digits(p + 5, &t->month) || !two_digits(p + 8, &t->day) || !two_digits(p + 11, &t->hour) ||
		!two_digits(p + 14, &t->minute) || !two_digits(p + 17, &t->second))
		return false;
	t->year = century * 100 + year;
	s->p += 19;
	s->n -= 19;
	return true;
}

/* Reads a date, and a time of day if one follows. Returns false for any other text. */
static bool read_any(struct span *s, struct time_parts *t)
{
	*t = (struct time_parts){ .month = 1, .day = 1 };
	if (time_digits(s, 4, &t->year) != 4)
		return false;
	bool extended = take(s, "-");
	if (!read_day(s, extended, t))
		return false;
	/* A date without hyphens and a time of day, such as 20240501, could also be a number. So it is refused. */
	if (s->n == 0)
		return extended;
	return take(s, extended ? "Tt " : "Tt") && read_time_of_day(s, extended, t);
}

/* Reads blanks, and after them an offset, the name of a zone, or an offset and then a name. Returns false for any other
 * text. */
static bool read_offset(struct span *s, struct time_parts *t)
{
	while (take(s, " "))
		;
	bool name = s->n > 1 && isalpha((unsigned char)*s->p);
	if ((name ? time_zone_name(s, t) : time_zone_offset(s, t)) < 0)
		return false;
	/* Programs in the language Go write both: "+0200 CEST". */
	return name || !take(s, " ") || time_zone_name(s, t) == 0;
}

int time_parse_iso(struct span text, const struct zone *zone, struct stamp *out, struct time_fault *fault)
{
	struct time_parts t = { .digits = 0 };
	struct span s = text;
	if (read_usual(&s, &t)) {
		if (s.n && (*s.p == '.' || *s.p == ',')) {
			s.p++;
			s.n--;
			if (time_fraction(&s, &t) < 0)
				return -1;
		}
	} else if (!read_any(&s, &t)) {
		return -1;
	}
	if ((s.n && !read_offset(&s, &t)) || s.n)
		return -1;
	/* The date must be checked first, because the offset that a name means depends on the date. */
	if (t.zone_name.n && (!time_date_ok(t.year, t.month, t.day) || time_apply_zone_name(&t, zone, fault) < 0))
		return -1;
	return time_assemble(&t, zone, out);
}

int time_parse_rfc3339(struct span text, const struct zone *zone, struct stamp *out)
{
	struct time_fault ignored = { 0 };
	return time_parse_iso(text, zone, out, &ignored);
}
