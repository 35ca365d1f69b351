/* time.h -- event times as text: RFC 3339, epochs and strptime(3) formats.
 *
 * Event time has two forms. A stamp is what a source wrote, to the nanosecond, with as many fractional digits as it
 * had. Windows calculate with int64_t milliseconds since 1970-01-01T00:00:00Z, rounded down. Both are POSIX time,
 * without leap seconds. Times read from events lie in the years 0000 to 9999 of the proleptic Gregorian calendar. */
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

/* Returns the days from 1970-01-01 to the given date. MONTH is 1 to 12; DAY may be any number and counts from the
 * month's first day. */
int64_t time_days_from_civil(int64_t year, int month, int day);
/* Sets the date that is DAYS after 1970-01-01 (before it, if negative). */
void time_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

/* ---- reading ---- */

/* Reads a time by RFC 3339 and the usual variations of it: ' ' or 't' in place of 'T'; no fraction of a second, or one
 * after '.' or ',' (digits after the ninth are cut); the offset Z, +hh:mm, +hhmm, +hh, or none, which means a wall
 * clock in ZONE; a date alone is its midnight in ZONE. A leap second, 23:59:60, is the second after it. Returns 0; -1
 * if TEXT is not of this form or out of range. */
int time_parse_rfc3339(struct span text, const struct zone *zone, struct stamp *out) MUST_USE;

/* How a source writes times: auto, s, ms, us, ns, rfc3339, or a strptime(3) format. */
struct time_format;
/* Makes a format of TEXT, the argument of --time-format. A format with '%' has the conversions of strptime(3), and %f
 * (fraction of a second, 1 to 9 digits), %L (milliseconds), %z (also Z and +hh:mm) and %s (seconds since 1970). ZONE is
 * that of times without an offset; it is borrowed for the life of the format. Returns 0 with *OUT owned; -1 with
 * EX_USAGE or EX_OSERR. */
int time_format_new(const char *text, const struct zone *zone, struct time_format **out, struct err *e) MUST_USE;
/* F may be NULL. */
void time_format_free(struct time_format *f);
/* Reads TEXT, white space around it allowed, as format F says. auto: RFC 3339, or a number, which is s, ms, us or ns by
 * its size (|v| < 1e11 s, < 1e14 ms, < 1e17 us, else ns); decimals are allowed ("1714560000.123"). Returns 0 and sets
 * *OUT; or -1 with EX_DATAERR, as time_format_mismatch() does. */
int time_parse_text(const struct time_format *f, struct span text, struct stamp *out, struct err *e) MUST_USE;
/* Sets EX_DATAERR and what TEXT should have been by F, with the beginning of TEXT. Always returns -1. */
int time_format_mismatch(const struct time_format *f, struct span text, struct err *e);

/* Returns T in milliseconds, rounded down. */
static inline int64_t stamp_ms(struct stamp t)
{
	return t.sec * 1000 + t.nsec / 1000000;
}

/* ---- writing ---- */

enum { TIME_TEXT_MAX = 36 };
/* Writes T by RFC 3339 in UTC with its fractional digits, "2024-05-01T10:39:58.487Z". Returns the length. */
size_t time_write(struct stamp t, char out[TIME_TEXT_MAX]);
/* Writes MS, with three fractional digits, or none if it is a whole second. Years outside 0000 to 9999 have a sign and
 * four digits at least, as in ISO 8601's expanded form: bounds of windows and watermarks can lie there. Returns the
 * length. */
size_t time_write_ms(int64_t ms, char out[TIME_TEXT_MAX]);
/* Reads the form that sp-capture writes, and only that: "YYYY-MM-DDThh:mm:ss[.f{1,9}]Z". Sets *MS, rounded down.
 * Returns 0; -1 for any other form, which time_parse_rfc3339() may still read. */
int time_read_fast(struct span text, int64_t *ms) MUST_USE;
/* The minute of the time that was read last. Consecutive events are mostly in the same minute, and then only the
 * seconds must be read. All zeros: nothing was read yet. */
struct time_minute {
	char minute[17];   /* "2024-05-01T10:39:" */
	int64_t minute_ms; /* the start of that minute */
};
/* As time_read_fast(), and remembers the minute. */
int time_read_uncached(struct time_minute *near, struct span text, int64_t *ms) MUST_USE;
/* As time_read_fast(). A time with three fractional digits in the minute that CACHE holds is read without a look at the
 * date. */
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
/* Reads what time_write_ms() writes, with years before 0000 ("-0001-...") and after 9999 ("+10000-..."). Returns 0; -1
 * for any other form. */
int time_read_ms(struct span text, int64_t *ms) MUST_USE;
/* Appends the instant MS in ZONE by the conversions of strftime(3), for file names and tables. Returns 0; -1 if OUT is
 * full. */
int time_strftime(const char *format, int64_t ms, const struct zone *zone, struct buf *out) MUST_USE;
#endif
