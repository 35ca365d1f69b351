/* year_run.h -- finds the years of times that are written without one, such as the "Nov 24 10:00:00" of syslog.
 *
 * The times of one source are roughly in order, so their years run forward. The first time gets the year that the user
 * has given, or else the newest year in which the time is not more than a day after the last change of the source. Each
 * further time gets the year of the time before it, or a neighbour of that year:
 * - a step back of more than 180 days is New Year, so the year is the next one;
 * - December after January is a late line of the old year, if the step back is at most 30 days. */
#ifndef TEXT_YEAR_RUN_H
#define TEXT_YEAR_RUN_H
#include "text/zone.h"

struct year_run {
	const char *name;   /* the source, for the message; borrowed */
	int64_t newest_sec; /* the latest instant that a time of the source can have, in seconds since 1970 */
	int first_year;     /* the year of the first time; 0 if it is not given */
	/* True if the source grows while it is read (a pipe, a followed file). NEWEST_SEC then moves with the clock. */
	bool live;
	bool begun;       /* a time was read, so LAST_DAY is set */
	bool told;        /* the message about the years was written */
	int64_t last_day; /* the day of the last time, in days since 1970 */
};

/* A time of day on a date without a year. */
struct year_run_time {
	int month, day; /* from 1 */
	int64_t second; /* seconds since midnight; negative or over 86399 if an offset has led to another day */
};

enum { YEAR_RUN_GRACE_SEC = 86400 }; /* how far a time may be after the last change of its source */

/* Prepares R for the source NAME, which is borrowed. CHANGED_MS is the time of the last change of the source, in
 * milliseconds since 1970. For a source that is LIVE, CHANGED_MS is the present time. FIRST_YEAR is the year of the
 * first time, or 0 if it is not given. */
void year_run_init(struct year_run *r, const char *name, int64_t changed_ms, bool live, int first_year);
/* Finds the year of T, which is wall-clock time in ZONE and comes after the times of all earlier calls in the source.
 * If the date is after R->newest_sec and the user has not given the year, the years are doubtful. Then one message on
 * standard error says so. Returns 0 and sets *DAYS to the date of T, in days since 1970; -1 if no possible year has
 * this date. */
int year_run_find(struct year_run *r, const struct zone *zone, struct year_run_time t, int64_t *days) MUST_USE;

/* Returns one number that holds all that decides the years of further times. A caller stores it with a position in the
 * source, to continue there later. */
uint64_t year_run_save(const struct year_run *r);
/* Makes R, which was just prepared, continue at STATE, a result of year_run_save(). */
void year_run_restore(struct year_run *r, uint64_t state);
#endif
