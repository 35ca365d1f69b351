/* time_pattern_date.c -- finds the date of a time from the fields that its format has.
 *
 * Some fields give the date (enum date_basis). All other fields of the date are then compared with it: "Mon 2024-05-01"
 * is no time, because that day was a Wednesday. strptime(3) would ignore the name of the day. */
#include "base/clock.h"
#include "text/time_pattern_internal.h"

/* ---- when the format is compiled ---- */

/* Sets E because the conversion of field F in the format TEXT could only be ignored. WHY is the end of the message, and
 * gives the reason. Always returns -1. */
static int ignored(const struct time_pattern *p, const char *text, enum time_field f, const char *why, struct err *e)
{
	return err_set(e, EX_USAGE, "time format '%s' has %%%c, %s", text, p->letters[f], why);
}

/* Checks the fields of the time of day, the epoch and the century. Returns 0; -1 with E set. */
static int check_time_of_day(const struct time_pattern *p, const char *text, struct err *e)
{
	uint32_t has = p->fields;
	const uint32_t beside_epoch = FIELD(EPOCH) | FIELD(FRACTION) | FIELD(OFFSET) | FIELD(ZONE);
	for (int f = 0; has & FIELD(EPOCH) && f < FIELDS; f++)
		if (has & 1u << f & ~beside_epoch)
			return ignored(p, text, (enum time_field)f, "but %s is the whole time: use one of them", e);
	if (has & FIELD(PM) && !(has & FIELD(HOUR_OF_12)))
		return ignored(p, text, FIELD_PM, "which goes with %I: %H is the hour of a clock of 24 hours", e);
	if (has & FIELD(HOUR_OF_12) && !(has & (FIELD(PM) | FIELD(HOUR))))
		return ignored(p, text, FIELD_HOUR_OF_12,
			"the hour of a clock of 12 hours: add %p, or write %H for 24 hours", e);
	if (has & FIELD(CENTURY) && !(has & (FIELD(SHORT_YEAR) | FIELD(YEAR))))
		return ignored(p, text, FIELD_CENTURY, "a century: add %y, or write %Y", e);
	return 0;
}

/* Sets E because no field of P gives the day. Always returns -1. */
static int no_day(const struct time_pattern *p, const char *text, struct err *e)
{
	uint32_t has = p->fields, iso_year = FIELD(ISO_YEAR) | FIELD(SHORT_ISO_YEAR);
	enum time_field year = has & FIELD(ISO_YEAR) ? FIELD_ISO_YEAR : FIELD_SHORT_ISO_YEAR,
			week = has & FIELD(ISO_WEEK) ? FIELD_ISO_WEEK :
		has & FIELD(MONDAY_WEEK)             ? FIELD_MONDAY_WEEK :
						       FIELD_SUNDAY_WEEK;
	if (has & iso_year && !(has & FIELD(ISO_WEEK)))
		return ignored(p, text, year, "the year of an ISO week, which goes with %V; the year of a date is %Y",
			e);
	if (has & FIELD(ISO_WEEK) && !(has & iso_year))
		return ignored(p, text, FIELD_ISO_WEEK, "an ISO week: add its year, %G", e);
	if (has & FIELDS_WEEK && !(has & FIELD(WEEKDAY)))
		return ignored(p, text, week, "a week: add the day of the week, %u, %w or %a", e);
	if (has & FIELDS_WEEK && !p->has_year)
		return ignored(p, text, week, "a week: add its year", e);
	if (has & FIELD(DAY))
		return err_set(e, EX_USAGE, "time format '%s' lacks a month: add %%m or %%b", text);
	if (has & FIELD(WEEKDAY) && (p->has_year || has & FIELD(MONTH)))
		return ignored(p, text, FIELD_WEEKDAY, "the day of the week: add the day of the month, %d", e);
	return err_set(e, EX_USAGE, "time format '%s' lacks a date: add one, such as %%Y-%%m-%%d", text);
}

/* Sets p->has_year, and sets p->basis if the fields of P give a date. Returns false if they do not. */
static bool choose_basis(struct time_pattern *p)
{
	const uint32_t iso_year = FIELD(ISO_YEAR) | FIELD(SHORT_ISO_YEAR), weeks = FIELDS_WEEK | iso_year;
	uint32_t has = p->fields;
	bool year = has & (FIELD(YEAR) | FIELD(SHORT_YEAR)), month_day = has & FIELD(MONTH) && has & FIELD(DAY);
	bool weekday = has & FIELD(WEEKDAY), iso = has & iso_year && has & FIELD(ISO_WEEK) && weekday;
	p->has_year = year || iso;
	if (month_day && (year || !iso))
		p->basis = BASIS_CALENDAR;
	else if (has & FIELD(YEAR_DAY) && (year || !iso))
		p->basis = BASIS_YEAR_DAY;
	else if (iso)
		p->basis = BASIS_ISO_WEEK;
	else if (year && weekday && has & (FIELD(SUNDAY_WEEK) | FIELD(MONDAY_WEEK)))
		p->basis = BASIS_WEEK;
	else if (p->fields & (weeks | FIELD(WEEKDAY) | FIELD(DAY)) || !(year || has & FIELD(MONTH)))
		return false;
	/* If the format has no year, the year of a time is found later. Numbers of weeks depend on the year, so a
	 * format without a year must not have them. */
	return p->has_year || !(has & weeks);
}

int time_pattern_decide(struct time_pattern *p, const char *text, struct err *e)
{
	const uint32_t calendar = FIELD(YEAR) | FIELD(CENTURY) | FIELD(SHORT_YEAR) | FIELD(MONTH) | FIELD(DAY);
	uint32_t has = p->fields;
	if (check_time_of_day(p, text, e) < 0)
		return -1;
	if (has & FIELD(EPOCH))
		return 0;
	if (!choose_basis(p))
		return no_day(p, text, e);
	p->verify = p->basis != BASIS_CALENDAR || has & FIELDS_DATE & ~calendar ||
		(has & FIELD(YEAR) && has & (FIELD(CENTURY) | FIELD(SHORT_YEAR)));
	return 0;
}

/* ---- when a time is read ---- */

/* Returns the weekday, from 0 (Sunday) to 6, of the date that is DAYS days after 1970-01-01. */
static int weekday_of(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
}

/* Returns the year that the two digits V mean by POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068. */
static int full_year(int v)
{
	return v + (v < 69 ? 2000 : 1900);
}

/* Returns the year that the fields of R give. R must have a year. */
static int year_of(const struct time_pattern *p, const struct reading *r)
{
	if (r->read & FIELD(YEAR))
		return r->v[FIELD_YEAR];
	int v = r->v[FIELD_SHORT_YEAR];
	return p->fields & FIELD(CENTURY) ? r->v[FIELD_CENTURY] * 100 + v : full_year(v);
}

/* Returns the Monday on which the ISO week 1 of YEAR begins, in days since 1970. Week 1 is the week that contains
 * January 4. */
static int64_t iso_year_start(int64_t year)
{
	int64_t fourth = time_days_from_civil(year, 1, 4);
	return fourth - (weekday_of(fourth) + 6) % 7;
}

/* Returns the number of the week that contains the day YEAR_DAY (from 0) of a year. WEEKDAY is the number of days from
 * the first day of that week to this day. Week 1 is the first week that begins in the year. Days before week 1 are in
 * week 0. */
static int week_of(int year_day, int weekday)
{
	return (year_day + 7 - weekday) / 7;
}

/* Returns the date that the fields of the basis of P give in YEAR, in days since 1970. If the fields contradict one
 * another, the date can be in another year. The caller must check the result for this. */
static int64_t basis_days(const struct time_pattern *p, const struct reading *r, int64_t year)
{
	int64_t first = time_days_from_civil(year, 1, 1);
	int weekday = r->v[FIELD_WEEKDAY], from_monday = (weekday + 6) % 7;
	switch (p->basis) {
	case BASIS_YEAR_DAY: return first + r->v[FIELD_YEAR_DAY] - 1;
	case BASIS_ISO_WEEK: return iso_year_start(year) + (r->v[FIELD_ISO_WEEK] - 1) * 7 + from_monday;
	case BASIS_WEEK:
		/* Week 1 begins with the first Sunday of the year for %U, and with the first Monday for %W. */
		if (p->fields & FIELD(SUNDAY_WEEK))
			return first + (7 - weekday_of(first)) % 7 + (r->v[FIELD_SUNDAY_WEEK] - 1) * 7 + weekday;
		return first + (8 - weekday_of(first)) % 7 + (r->v[FIELD_MONDAY_WEEK] - 1) * 7 + from_monday;
	default: return time_days_from_civil(year, r->t.month, r->t.day);
	}
}

/* Compares all fields of the date that R has with the date DAYS. Returns 0; -1 with FAULT set if one differs. */
static int verify_date(const struct time_pattern *p, const struct reading *r, int64_t days, struct time_fault *fault)
{
	int64_t year;
	int month, day, weekday = weekday_of(days);
	time_civil_from_days(days, &year, &month, &day);
	int year_day = (int)(days - time_days_from_civil(year, 1, 1));
	/* An ISO week belongs to the year of its Thursday. */
	int64_t iso_year, thursday = days - (weekday + 6) % 7 + 3;
	int m, d;
	time_civil_from_days(thursday, &iso_year, &m, &d);
	const int is[] = {
		[FIELD_YEAR] = (int)year,
		[FIELD_CENTURY] = (int)year / 100,
		[FIELD_SHORT_YEAR] = (int)year % 100,
		[FIELD_MONTH] = month,
		[FIELD_DAY] = day,
		[FIELD_YEAR_DAY] = year_day + 1,
		[FIELD_WEEKDAY] = weekday,
		[FIELD_SUNDAY_WEEK] = week_of(year_day, weekday),
		[FIELD_MONDAY_WEEK] = week_of(year_day, (weekday + 6) % 7),
		[FIELD_ISO_YEAR] = (int)iso_year,
		[FIELD_SHORT_ISO_YEAR] = (int)iso_year % 100,
		[FIELD_ISO_WEEK] = (int)(days - iso_year_start(iso_year)) / 7 + 1,
	};
	for (int f = FIELD_YEAR; f <= FIELD_ISO_WEEK; f++) {
		if (r->read & 1u << f && r->v[f] != is[f]) {
			fault->letter = p->letters[f];
			return -1;
		}
	}
	return 0;
}

/* Finds the year of R, a time without a year, by YEARS. If the format also has the weekday and the user has not given
 * the year, goes back to the newest year in which the date has this weekday. Returns 0 and sets *YEAR; -1 if YEARS
 * finds no year. */
static int find_year(const struct time_pattern *p, const struct reading *r, const struct zone *zone,
	struct year_run *years, int64_t *year)
{
	struct year_run alone;
	if (!years) {
		years = &alone;
		year_run_init(years, "", clock_realtime_ms(), true, 0);
	}
	const struct time_parts *t = &r->t;
	struct year_run_time time = { t->month, t->day, t->hour * 3600 + t->minute * 60 + t->second };
	time.second -= t->has_offset ? t->offset : 0;
	int64_t days, any;
	if (p->basis == BASIS_YEAR_DAY) {
		/* The month and the day are those of the year 2023, which has 365 days. Day 366 becomes December 31. If
		 * the year that is found has no day 366, time_pattern_date() rejects the time. */
		int yday = r->v[FIELD_YEAR_DAY];
		time_civil_from_days(time_days_from_civil(2023, 1, 1) + (yday > 365 ? 365 : yday) - 1, &any,
			&time.month, &time.day);
	}
	int m, d;
	if (year_run_find(years, t->has_offset ? NULL : zone, time, &days) < 0)
		return -1;
	time_civil_from_days(days, year, &m, &d);
	if (!(p->fields & FIELD(WEEKDAY)) || years->first_year)
		return 0;
	/* A date has each weekday at least once in 28 years, or in 40 years if a year such as 1900, which is no leap
	 * year, is among them. */
	for (int64_t y = *year; y >= 0 && y > *year - 40; y--) {
		if (p->basis == BASIS_CALENDAR && !time_date_ok(y, t->month, t->day))
			continue;
		if (weekday_of(basis_days(p, r, y)) == r->v[FIELD_WEEKDAY]) {
			*year = y;
			break;
		}
	}
	return 0;
}

int time_pattern_date(const struct time_pattern *p, struct reading *r, const struct zone *zone, struct year_run *years,
	struct time_fault *fault)
{
	struct time_parts *t = &r->t;
	int64_t year;
	t->month = r->read & FIELD(MONTH) ? r->v[FIELD_MONTH] : 1;
	t->day = r->read & FIELD(DAY) ? r->v[FIELD_DAY] : 1;
	if (!p->has_year) {
		if (find_year(p, r, zone, years, &year) < 0)
			return -1;
	} else if (p->basis == BASIS_ISO_WEEK) {
		year = r->read & FIELD(ISO_YEAR) ? r->v[FIELD_ISO_YEAR] : full_year(r->v[FIELD_SHORT_ISO_YEAR]);
	} else {
		year = year_of(p, r);
	}
	t->year = year;
	/* time_assemble() checks that the date exists. */
	if (!p->verify)
		return 0;
	if (p->basis == BASIS_CALENDAR && !time_date_ok(year, t->month, t->day))
		return -1;
	int64_t days = basis_days(p, r, year);
	time_civil_from_days(days, &t->year, &t->month, &t->day);
	/* A day of the year or a week that YEAR does not have leads into another year. */
	if (p->basis != BASIS_ISO_WEEK && t->year != year) {
		fault->letter = p->letters[p->basis == BASIS_YEAR_DAY ? FIELD_YEAR_DAY : FIELD_WEEKDAY];
		return -1;
	}
	return verify_date(p, r, days, fault);
}
