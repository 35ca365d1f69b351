/* test_year_run.c -- the years of times without one, against tables of dates. */
#include "text/year_run.h"
#include "text/time.h"
#include "base/diag.h"
#include "check.h"

enum { LINES = 8 };

struct sequence {
	const char *changed;                    /* the last change of the file */
	int first_year;                         /* --year */
	const char *times[LINES], *want[LINES]; /* "MM-DD hh:mm:ss"; the year, or "-" if there is none */
	bool told;                              /* the years are reported as doubtful */
};

static const struct sequence sequences[] = {
	/* The file was last written on New Year's Eve, whatever the day of reading. */
	{ "2024-12-31T23:00:00Z", 0, { "11-24 10:00:00", "11-30 10:00:00", "12-03 10:00:00" },
		{ "2024", "2024", "2024" }, false },
	/* A clock may be ahead by a day, to the second. */
	{ "2024-05-01T10:00:00Z", 0, { "05-02 10:00:00" }, { "2024" }, false },
	{ "2024-05-01T10:00:00Z", 0, { "05-02 10:00:01" }, { "2023" }, false },
	{ "2024-12-31T12:00:00Z", 0, { "01-01 11:00:00" }, { "2025" }, false },
	/* New Year, and lines of the old year that come late. */
	{ "2025-01-02T00:00:00Z", 0, { "12-31 23:59:59", "01-01 00:00:01", "12-31 23:59:58", "01-01 00:00:02" },
		{ "2024", "2025", "2024", "2025" }, false },
	/* A step back of at most 180 days is no New Year; a long silence is no step back. */
	{ "2024-12-01T00:00:00Z", 0, { "07-01 00:00:00", "01-10 00:00:00", "11-30 00:00:00" },
		{ "2024", "2024", "2024" }, false },
	{ "2025-12-01T00:00:00Z", 0, { "11-01 00:00:00", "01-05 00:00:00", "09-01 00:00:00" },
		{ "2025", "2026", "2026" }, true },
	/* Leap days. */
	{ "2026-11-27T00:00:00Z", 0, { "02-29 00:00:00", "03-01 00:00:00" }, { "2024", "2024" }, false },
	{ "2026-11-27T00:00:00Z", 0, { "02-28 00:00:00", "02-29 00:00:00", "03-01 00:00:00" },
		{ "2026", "2024", "2024" }, true },
	{ "2024-03-01T00:00:00Z", 0, { "12-31 00:00:00", "02-29 00:00:00" }, { "2023", "2024" }, false },
	{ "1903-11-27T00:00:00Z", 0, { "02-29 00:00:00" }, { "1896" }, false },
	{ "2026-11-27T00:00:00Z", 2023, { "02-29 00:00:00", "02-28 00:00:00", "02-29 00:00:00" }, { "-", "2023", "-" },
		false },
	/* --year decides, also for years to come; two years and more run on from it. */
	{ "2026-11-27T00:00:00Z", 2021, { "11-24 10:00:00", "03-01 10:00:00", "12-01 10:00:00", "02-01 10:00:00" },
		{ "2021", "2022", "2022", "2023" }, false },
	{ "2026-11-27T00:00:00Z", 2031, { "11-24 10:00:00" }, { "2031" }, false },
	/* A file of several years ends after its last change if its first line gets the newest year. */
	{ "2026-11-27T00:00:00Z", 0, { "11-24 10:00:00", "03-01 10:00:00", "11-24 10:00:00" },
		{ "2026", "2027", "2027" }, true },
	{ "2026-11-27T00:00:00Z", 0, { "02-30 10:00:00", "13-01 10:00:00" }, { "-", "-" }, false },
};

static int64_t seconds(const char *time)
{
	struct stamp t;
	CHECK(time_parse_rfc3339(span_of(time), NULL, &t) == 0);
	return t.sec;
}

/* Finds the years of S. If SAVED is set, each time is found by a new struct that continues at the saved state. */
static void check_sequence(const struct sequence *s, bool saved)
{
	struct year_run r;
	int64_t changed = seconds(s->changed);
	year_run_init(&r, "test", changed * 1000, false, s->first_year);
	for (int i = 0; i < LINES && s->times[i]; i++) {
		CHECK_ROW("%s after %s, line %d%s", s->times[i], s->changed, i + 1, saved ? ", saved" : "");
		int month, day, h, m, sec;
		CHECK(sscanf(s->times[i], "%d-%d %d:%d:%d", &month, &day, &h, &m, &sec) == 5);
		struct year_run_time t = { month, day, h * 3600 + m * 60 + sec };
		int64_t days, year = -1;
		if (year_run_find(&r, NULL, t, &days) == 0)
			time_civil_from_days(days, &year, &month, &day);
		char text[24] = "-";
		if (year >= 0)
			snprintf(text, sizeof text, "%d", (int)year);
		CHECK_STR(text, s->want[i]);
		CHECK(year < 0 || (month == t.month && day == t.day));
		if (saved) {
			struct year_run next;
			year_run_init(&next, "test", changed * 1000 + INT64_C(400) * 86400000, false, s->first_year);
			year_run_restore(&next, year_run_save(&r));
			next.told = r.told;
			r = next;
		}
	}
	CHECK_EQ(r.told, s->told);
}

int main(void)
{
	diag_init("test");
	for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
		check_sequence(&sequences[i], false);
		check_sequence(&sequences[i], true);
	}
	return check_end();
}
