/* year_run.c -- finds the years of times that are written without one.
 *
 * The state is the day of the last time, and the latest instant that a time of the source can have. Both fit in one
 * number. A later run of the program that has this number can continue at any place of the source. */
#include "text/year_run.h"
#include "base/clock.h"
#include "base/diag.h"
#include "text/time_internal.h"
#include <inttypes.h>

enum {
	NEW_YEAR_DAYS = 180, /* a step back of more days means that a new year has begun */
	LATE_DAYS = 30,      /* how old a line of December may be if it comes after a line of January */
	LEAP_YEARS = 8,      /* years between two leap years, at most (1896 and 1904) */
};

void year_run_init(struct year_run *r, const char *name, int64_t changed_ms, bool live, int first_year)
{
	*r = (struct year_run){ .name = name,
		.newest_sec = changed_ms / 1000 + YEAR_RUN_GRACE_SEC,
		.first_year = first_year,
		.live = live };
}

/* Returns the year of DAYS, which are days since 1970. */
static int64_t year_of(int64_t days)
{
	int64_t year;
	int month, day;
	time_civil_from_days(days, &year, &month, &day);
	return year;
}

/* Returns the instant of T in the year YEAR. */
static int64_t instant(const struct zone *zone, struct year_run_time t, int64_t year)
{
	return zone_to_utc(zone, time_days_from_civil(year, t.month, t.day) * 86400 + t.second);
}

/* Returns the newest year in which T exists and is not after R->newest_sec, or -1 if there is none. */
static int64_t newest_year(const struct year_run *r, const struct zone *zone, struct year_run_time t)
{
	/* The loop begins with the next year, which may already have begun east of UTC. */
	int64_t year = year_of(r->newest_sec / 86400) + 1;
	for (int64_t first = year - 1 - LEAP_YEARS; year >= first; year--)
		if (time_date_ok(year, t.month, t.day) && instant(zone, t, year) <= r->newest_sec)
			return year;
	return -1;
}

/* Returns the year of T, chosen by the day of the time before T. Returns -1 if T does not exist in that year. In a year
 * that is not a leap year, February 29 counts as March 1 when days are compared. */
static int64_t next_year(const struct year_run *r, struct year_run_time t)
{
	int64_t year = year_of(r->last_day), days = time_days_from_civil(year, t.month, t.day);
	if (days < r->last_day - NEW_YEAR_DAYS)
		year++;
	else if (days > r->last_day && time_days_from_civil(year - 1, t.month, t.day) >= r->last_day - LATE_DAYS)
		year--;
	return time_date_ok(year, t.month, t.day) ? year : -1;
}

/* Writes DAYS, which are days since 1970, to OUT as "2024-05-01" and returns OUT. */
static const char *date_text(int64_t days, char out[16])
{
	int64_t year;
	int month, day;
	time_civil_from_days(days, &year, &month, &day);
	snprintf(out, 16, "%04d-%02d-%02d", (int)year, month, day);
	return out;
}

/* Reports once if the time of T on DAYS is after R->newest_sec. */
static void check_newest(struct year_run *r, const struct zone *zone, struct year_run_time t, int64_t days)
{
	/* No zone is more than a day away from UTC, so most times need no exact comparison. */
	if (r->told || r->first_year || (days + 1) * 86400 + t.second <= r->newest_sec)
		return;
	int64_t at = zone_to_utc(zone, days * 86400 + t.second);
	if (at > r->newest_sec && r->live)
		r->newest_sec = clock_realtime_ms() / 1000 + YEAR_RUN_GRACE_SEC;
	if (at <= r->newest_sec)
		return;
	char date[16], end[16];
	diag("%s: a time without a year is read as %s, after %s (%s); give the year of the first time with --year",
		r->name, date_text(days, date), r->live ? "today" : "the last change of the file",
		date_text((r->newest_sec - YEAR_RUN_GRACE_SEC) / 86400, end));
	r->told = true;
}

int year_run_find(struct year_run *r, const struct zone *zone, struct year_run_time t, int64_t *days)
{
	int64_t year = r->begun ? next_year(r, t) : r->first_year;
	/* If T is February 29 and its year has no such day, the years so far were wrong. Then the newest possible year
	 * is taken. But if the user has given the first year (--year), the function fails. */
	bool leap_fault = r->begun && year < 0;
	if (!r->first_year && (!r->begun || leap_fault))
		year = newest_year(r, zone, t);
	if (year < 0 || !time_date_ok(year, t.month, t.day))
		return -1;
	*days = time_days_from_civil(year, t.month, t.day);
	char date[16], before[16];
	if (leap_fault && !r->told)
		diag("%s: a time without a year is read as %s, a leap day, but the one before it as %s; "
		     "give the year of the first time with --year",
			r->name, date_text(*days, date), date_text(r->last_day, before));
	r->told = r->told || leap_fault;
	r->last_day = *days;
	r->begun = true;
	check_newest(r, zone, t, *days);
	return 0;
}

/* ---- positions ---- */

/* The lower DAY_BITS bits of the state are the day of the last time, counted from 1 for 0000-01-01. They are 0 if there
 * was no time. The other bits are R->newest_sec, or 0 if it is negative. */
enum { DAY_BITS = 23 };
#define FIRST_DAY (-INT64_C(719528)) /* 0000-01-01 */

uint64_t year_run_save(const struct year_run *r)
{
	uint64_t newest = r->newest_sec > 0 ? (uint64_t)r->newest_sec : 0;
	return newest << DAY_BITS | (r->begun ? (uint64_t)(r->last_day - FIRST_DAY + 1) : 0);
}

void year_run_restore(struct year_run *r, uint64_t state)
{
	uint64_t day = state & ((UINT64_C(1) << DAY_BITS) - 1);
	r->newest_sec = (int64_t)(state >> DAY_BITS);
	r->begun = day > 0;
	r->last_day = (int64_t)day - 1 + FIRST_DAY;
}
