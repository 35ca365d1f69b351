/* time.h -- event times as text: RFC 3339, epochs and strptime(3) formats.
 *
 * Event time has two forms. A stamp holds the time that a source wrote, to the nanosecond, and the number of fractional
 * digits that the source wrote. Windows calculate with int64_t milliseconds since 1970-01-01T00:00:00Z, rounded down.
 * Both are POSIX time, without leap seconds. Times read from events lie in the years 0000 to 9999 of the proleptic
 * Gregorian calendar. */
#ifndef TEXT_TIME_H
#define TEXT_TIME_H
#include "base/buf.h"
#include "text/zone.h"
#include <stdbool.h>
#include <stdint.h>

struct stamp {
	int64_t sec;  /* since the epoch, rounded down */
	int32_t nsec; /* 0 to 999,999,999 */
	int digits;   /* fractional digits to write, 0 to 9 */
};

#define TIME_MS_MIN INT64_C(-62167219200000) /* 0000-01-01T00:00:00Z */
#define TIME_MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* ---- dates of the proleptic Gregorian calendar ---- */

/* Returns the days from 1970-01-01 to the given date. MONTH is 1 to 12. DAY may be any number; day 1 is the first day
 * of the month. */
int64_t time_days_from_civil(int64_t year, int month, int day);
/* Sets *YEAR, *MONTH and *DAY to the date DAYS after 1970-01-01, or before it if DAYS is negative. */
void time_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

/* ---- reading ---- */

/* Reads a time by RFC 3339 and ISO 8601 into *OUT. Returns 0; -1 if TEXT does not have this form or the time is out of
 * range.
 *
 * The date may be a week date (2024-W18-3) or an ordinal date (2024-122). A date alone is midnight in ZONE. A ' ' or
 * 't' may replace the 'T'. If there is a T, all hyphens and colons may be left out (20240501T103958Z). The seconds may
 * be missing. A fraction of a second follows '.' or ','; digits after the ninth are cut. A leap second, 23:59:60, is
 * read as the second after it.
 *
 * The offset is Z, +hh:mm, +hhmm or +hh. In its place there may be a name: UTC, GMT, or one that ZONE has (CEST). There
 * may also be both, an offset and then a name. Blanks may come before either. Without an offset and a name the time is
 * wall-clock time in ZONE. */
int time_parse_rfc3339(struct span text, const struct zone *zone, struct stamp *out) MUST_USE;

/* The format of the times of a source: auto, s, ms, us, ns, rfc3339, or a strptime(3) format. */
struct time_format;
/* Makes a format from TEXT, the argument of --time-format. ZONE is the zone of times without an offset; it must stay
 * valid as long as the format. Returns 0 and sets *OUT to the format, which the caller owns; -1 with E set (EX_USAGE or
 * EX_OSERR).
 *
 * A TEXT with '%' is a format of strptime(3). It may also have three new conversions: %f (fraction of a second), %L
 * (milliseconds, three digits) and %-L (milliseconds, one to three digits). %z reads an offset, such as Z or +hh:mm. %Z
 * reads UTC, GMT, Z or a name that ZONE has. %s reads the seconds since 1970. A conversion whose value would have no
 * effect is an error. */
int time_format_new(const char *text, const struct zone *zone, struct time_format **out, struct err *e) MUST_USE;
/* Sets YEARS as the object by which F finds the years of times without a year. YEARS must stay valid until F gets
 * another object or is freed. With NULL, as in a new format, each such time gets the newest year in which it is not
 * more than a day in the future. */
struct year_run;
void time_format_use_years(struct time_format *f, struct year_run *years);
/* Returns true if F is a strptime(3) format without a year. */
bool time_format_lacks_year(const struct time_format *f);
/* Frees F. F may be NULL. */
void time_format_free(struct time_format *f);
/* Reads TEXT, which may have blanks or tabs around the time, in the format F. The format auto means RFC 3339 or a
 * number, whose unit is guessed from its size: v is in s if |v| < 1e11, in ms if < 1e14, in us if < 1e17, and otherwise
 * in ns. Numbers may have decimals ("1714560000.123"). In the format auto, digits that are also a date of the years
 * 1970 to 2100, such as 20241126, are refused. Returns 0 and sets *OUT; -1 with E set to EX_DATAERR. */
int time_parse_text(const struct time_format *f, struct span text, struct stamp *out, struct err *e) MUST_USE;
/* Sets E to EX_DATAERR for a TEXT that is no time in the format F. The message quotes the beginning of TEXT and says
 * what F expects. Always returns -1. */
int time_format_mismatch(const struct time_format *f, struct span text, struct err *e);

/* Returns T in milliseconds, rounded down. */
static inline int64_t stamp_ms(struct stamp t)
{
	return t.sec * 1000 + t.nsec / 1000000;
}

/* ---- writing ---- */

enum { TIME_TEXT_MAX = 36 };
/* Writes T by RFC 3339 in UTC with t.digits fractional digits: "2024-05-01T10:39:58.487Z". Returns the length. */
size_t time_write(struct stamp t, char out[TIME_TEXT_MAX]);
/* Writes MS by RFC 3339 in UTC, with three fractional digits, or with none if MS is a whole second. Bounds of windows
 * and watermarks can have years outside 0000 to 9999. Such a year has a sign and at least four digits, as in the
 * expanded form of ISO 8601. Returns the length. */
size_t time_write_ms(int64_t ms, char out[TIME_TEXT_MAX]);
/* Reads only the form that sp-capture writes: "YYYY-MM-DDThh:mm:ss[.f{1,9}]Z". Sets *MS, rounded down. Returns 0; -1
 * for any other form, which time_parse_rfc3339() may still read. */
int time_read_fast(struct span text, int64_t *ms) MUST_USE;
/* The minute of the time that was read last. Consecutive events are mostly in the same minute, and then only the
 * seconds must be read. All bytes are zero before the first time. */
struct time_minute {
	char minute[17];   /* "2024-05-01T10:39:" */
	int64_t minute_ms; /* the start of that minute */
};
/* Does the same as time_read_fast(), and stores the minute of the time in CACHE. */
int time_read_uncached(struct time_minute *cache, struct span text, int64_t *ms) MUST_USE;
/* Does the same as time_read_fast(). A time with three fractional digits in the minute of CACHE is read faster: only
 * its seconds are converted. */
static inline int time_read_cached(struct time_minute *cache, struct span text, int64_t *ms)
{
	enum { MINUTE = sizeof cache->minute };
	const char *p = text.p;
	if (text.n != 24 || memcmp(p, cache->minute, MINUTE) != 0 || p[19] != '.' || p[23] != 'Z')
		return time_read_uncached(cache, text, ms);
	unsigned s1 = (unsigned char)p[17] - 48u, s2 = (unsigned char)p[18] - 48u, f1 = (unsigned char)p[20] - 48u,
		 f2 = (unsigned char)p[21] - 48u, f3 = (unsigned char)p[22] - 48u;
	if (s1 > 5 || s2 > 9 || f1 > 9 || f2 > 9 || f3 > 9)
		return -1;
	*ms = cache->minute_ms + (s1 * 10 + s2) * 1000 + f1 * 100 + f2 * 10 + f3;
	return 0;
}
/* Reads the form that time_write_ms() writes, including years before 0000 ("-0001-...") and after 9999 ("+10000-...").
 * Returns 0; -1 for any other form. */
int time_read_ms(struct span text, int64_t *ms) MUST_USE;
/* Appends the wall-clock time of ZONE at the instant MS to OUT, by the conversions of strftime(3) in FORMAT. Returns 0;
 * -1 if OUT is full. */
int time_strftime(const char *format, int64_t ms, const struct zone *zone, struct buf *out) MUST_USE;
#endif
