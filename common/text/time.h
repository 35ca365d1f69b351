/* time.h -- event times as text: RFC 3339, strptime formats, epochs; and time zones.
 *
 * A stamp is what a source said, to the nanosecond, with as many fractional digits as it had.
 * Inside windows time is int64_t milliseconds since 1970-01-01T00:00:00Z, floored, without leap
 * seconds (POSIX). Years 0000 to 9999. */
#ifndef TEXT_TIME_H
#define TEXT_TIME_H
#include "base/buf.h"
#include "text/zone.h"
#include <stdbool.h>
#include <stdint.h>

struct stamp {
	int64_t sec;  /* since the epoch, floored */
	int32_t nsec; /* 0 to 999,999,999 */
	int digits;   /* fractional digits to write, 0 to 9 */
};

#define TIME_MS_MIN INT64_C(-62167219200000) /* 0000-01-01T00:00:00Z */
#define TIME_MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* ---- civil dates (proleptic Gregorian) ---- */

int64_t time_days_from_civil(int64_t year, int month, int day); /* days since 1970-01-01 */
void time_civil_from_days(int64_t days, int64_t *year, int *month, int *day);

/* ---- reading ---- */

/* RFC 3339, also with ' ' or 't' for 'T', without seconds' fraction or with 1 to 9 digits (more are
 * cut), offset Z, +hh:mm, +hhmm, +hh, or none (then in ZONE). 23:59:60 is the second after. Only a
 * date is its midnight in ZONE. 0; -1 if TEXT is not of this form or out of range. */
int time_parse_rfc3339(struct span text, const struct zone *zone, struct stamp *out) MUST_USE;

/* How times are written: auto, s, ms, us, ns, rfc3339, or a strptime(3) format. */
struct time_format;
/* TEXT as given to --time-format. Formats know strptime's conversions, and %f (fraction, 1 to 9
 * digits), %L (milliseconds), %z (also Z and +hh:mm), %s. -1: EX_USAGE. *OUT owned. */
int time_format_new(const char *text, const struct zone *zone, struct time_format **out, struct err *e) MUST_USE;
void time_format_free(struct time_format *f);
/* Reads TEXT, white space around it allowed, as format F says. auto: RFC 3339, or a number, which is s, ms, us or ns by
 * its size (|v| < 1e11 s, < 1e14 ms, < 1e17 us, else ns); decimals are allowed ("1714560000.123"). Returns 0 and sets
 * *OUT; or -1 with EX_DATAERR, as time_format_mismatch() does. */
int time_parse_text(const struct time_format *f, struct span text, struct stamp *out, struct err *e) MUST_USE;
/* Sets EX_DATAERR and what TEXT should have been by F, with the beginning of TEXT. Always returns -1. */
int time_format_mismatch(const struct time_format *f, struct span text, struct err *e);

static inline int64_t stamp_ms(struct stamp t)
{
	return t.sec * 1000 + t.nsec / 1000000;
}

/* ---- writing ---- */

enum { TIME_TEXT_MAX = 36 };
/* Writes T as RFC 3339 in UTC with its digits, "2024-05-01T10:39:58.487Z"; returns the length. */
size_t time_write(struct stamp t, char out[TIME_TEXT_MAX]);
/* Milliseconds; without a fraction when they are whole seconds. Returns the length. */
size_t time_write_ms(int64_t ms, char out[TIME_TEXT_MAX]);
/* The stream's own form, fast: exactly "YYYY-MM-DDThh:mm:ss[.f{1,9}]Z". Sets *MS (floored).
 * 0; -1: other form, try time_parse_rfc3339(). */
int time_read_fast(struct span text, int64_t *ms) MUST_USE;
/* The minute of the time that was read last: of events that come one behind the other, most are in the same one.
 * Zeroed: none yet. */
struct time_minute {
	char minute[17];   /* "2024-05-01T10:39:" */
	int64_t minute_ms; /* what it stands for */
};
int time_read_uncached(struct time_minute *near, struct span text, int64_t *ms) MUST_USE;
/* As time_read_fast(); what differs from NEAR's minute only is read where the time has three digits of milliseconds. */
static inline int time_read_cached(struct time_minute *near, struct span text, int64_t *ms)
{
	enum { MINUTE = sizeof near->minute };
	const char *p = text.p;
	if (text.n != 24 || memcmp(p, near->minute, MINUTE) != 0 || p[19] != '.' || p[23] != 'Z')
		return time_read_uncached(near, text, ms);
	unsigned s1 = (unsigned char)p[17] - 48u, s2 = (unsigned char)p[18] - 48u, f1 = (unsigned char)p[20] - 48u,
		 f2 = (unsigned char)p[21] - 48u, f3 = (unsigned char)p[22] - 48u;
	if (s1 > 5 || s2 > 9 || f1 > 9 || f2 > 9 || f3 > 9)
		return -1;
	*ms = near->minute_ms + (s1 * 10 + s2) * 1000 + f1 * 100 + f2 * 10 + f3;
	return 0;
}
/* Reads what time_write_ms() writes, years before 0000 ("-0001-...") and after 9999 ("+10000-...")
 * included: bounds of windows and watermarks can lie there. 0; -1: other form. */
int time_read_ms(struct span text, int64_t *ms) MUST_USE;
/* strftime(3)'s conversions for paths and tables, of the instant MS in ZONE; appends. -1: full. */
int time_strftime(const char *format, int64_t ms, const struct zone *zone, struct buf *out) MUST_USE;
#endif
