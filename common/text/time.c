/* time.c -- dates of the calendar, the stream's own form of times, and the parts of all other forms.
 *
 * Most programs read, for every event, the form that the stream itself uses: "2024-05-01T10:39:58.487Z". This form is
 * checked and converted eight bytes at a time, within 64-bit words (SWAR), without a loop. Every other form is read
 * character by character (time_iso.c, time_pattern_read.c), with the functions at the end of this file. Both ways give
 * the same time for a text that both accept. */
#include "text/offset.h"
#include "text/time_internal.h"
#include <ctype.h>
#include <endian.h>
#include <strings.h>

static const uint8_t month_length[13] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

static inline bool leap(unsigned year)
{
	return (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Uses the algorithm of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013). Years begin in March
 * here, so that the leap day is the last day of its year. Month m, with March as 0, then begins on day (153 m + 2) / 5
 * of the year. An era is the cycle of the calendar, 400 years or 146,097 days. The epoch is day 719,468, counted from
 * 0000-03-01. */
int64_t time_days_from_civil(int64_t year, int month, int day)
{
	year -= month <= 2;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void time_civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t of_era = days - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

bool time_date_ok(int64_t year, int month, int day)
{
	if (year < 0 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= month_length[month] + (month == 2 && leap((unsigned)year));
}

/* ---- the stream's own form ---- */

static inline uint64_t load8(const char *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return le64toh(v);
}

/* Returns true if all eight bytes of V have the right form. V is the text XORed with its pattern, such as "0000-00-".
 * So a separator must have become 0, and a digit 0 to 9. LIMITS has 0x7f for each separator and 0x76 for each digit.
 * When LIMITS is added, a byte that is too large gets its top bit set. */
static inline bool matches_form(uint64_t v, uint64_t limits)
{
	return ((v | (v + limits)) & UINT64_C(0x8080808080808080)) == 0;
}

/* Returns the days from 1970-01-01 to a date in the years 0000 to 9999, without a division by a variable, which would
 * be slow. Years begin in March. 400 years are added at first and their days are subtracted at the end, so that the
 * calculation has no negative numbers. */
static inline int64_t days_fast(unsigned year, unsigned month, unsigned day)
{
	static const uint16_t march_start[13] = { 0, 306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275 };
	unsigned y = year + 400 - (month < 3), century = y / 100;
	return (int64_t)(y * 365 + y / 4 - century + century / 4 + march_start[month] + day) - (146097 + 719469);
}

/* Reads TEXT, a fraction with at least one digit and a Z, such as ".487Z", into *MS, 0 to 999. Returns false if TEXT
 * has another form. */
static inline bool read_fraction(struct span text, unsigned *ms)
{
	const char *p = text.p;
	uint32_t v;
	if (p[0] != '.')
		return false;
	if (text.n == 5) {
		memcpy(&v, p + 1, sizeof v);
		v = le32toh(v) ^ UINT32_C(0x5a303030);
		*ms = (v & 0xff) * 100 + (v >> 8 & 0xff) * 10 + (v >> 16);
		return ((v | (v + UINT32_C(0x7f767676))) & UINT32_C(0x80808080)) == 0;
	}
	unsigned weight = 100;
	*ms = 0;
	for (size_t i = 1; i + 1 < text.n; i++, weight /= 10) {
		unsigned d = (unsigned char)p[i] - 48u;
		if (d > 9)
			return false;
		*ms += d * weight;
	}
	return true;
}

int time_read_fast(struct span text, int64_t *ms)
{
	const char *p = text.p;
	if (text.n < 20 || text.n > 30 || text.n == 21 || p[text.n - 1] != 'Z' || p[10] != 'T')
		return -1;
	uint64_t a = load8(p) ^ UINT64_C(0x2d30302d30303030);      /* 0000-00- */
	uint64_t b = load8(p + 11) ^ UINT64_C(0x30303a30303a3030); /* 00:00:00 */
	unsigned d1 = (unsigned char)p[8] - 48u, d2 = (unsigned char)p[9] - 48u;
	if (!matches_form(a, UINT64_C(0x7f76767f76767676)) || !matches_form(b, UINT64_C(0x76767f76767f7676)) ||
		d1 > 3 || d2 > 9)
		return -1;
	/* Each two neighbouring digits become one number, in the lower of their two bytes. */
	a = a * 10 + (a >> 8);
	b = b * 10 + (b >> 8);
	unsigned year = (unsigned)(a & 0xff) * 100 + (unsigned)(a >> 16 & 0xff);
	unsigned month = (unsigned)(a >> 40 & 0xff), day = d1 * 10 + d2;
	unsigned hour = (unsigned)(b & 0xff), minute = (unsigned)(b >> 24 & 0xff), second = (unsigned)(b >> 48 & 0xff);
	if (month - 1 > 11 || day == 0 || hour > 23 || minute > 59 || second > 59)
		return -1;
	/* The length of the month matters only after day 28. */
	if (day > 28 && day > month_length[month] + (unsigned)(month == 2 && leap(year)))
		return -1;
	unsigned fraction = 0;
	if (text.n > 20 && !read_fraction((struct span){ p + 19, text.n - 19 }, &fraction))
		return -1;
	*ms = (days_fast(year, month, day) * 86400 + (int64_t)(hour * 3600 + minute * 60 + second)) * 1000 + fraction;
	return 0;
}

/* Rounds the minute down by hand, because % gives a negative result for a time before 1970. */
int time_read_uncached(struct time_minute *cache, struct span text, int64_t *ms)
{
	if (time_read_fast(text, ms) < 0)
		return -1;
	memcpy(cache->minute, text.p, sizeof cache->minute);
	cache->minute_ms = *ms - (*ms % 60000 + 60000) % 60000;
	return 0;
}

/* ---- every other form ---- */

/* Scales the fraction to nanoseconds, and keeps the number of its digits, so that the time can be written with as many
 * digits. */
int time_fraction(struct span *s, struct time_parts *t)
{
	int64_t v;
	int n = time_digits(s, 9, &v);
	if (n == 0)
		return -1;
	t->digits = n;
	for (; n < 9; n++)
		v *= 10;
	t->nsec = (int32_t)v;
	/* Digits finer than a nanosecond are skipped. */
	while (s->n && *s->p >= '0' && *s->p <= '9') {
		s->p++;
		s->n--;
	}
	return 0;
}

int time_zone_offset(struct span *s, struct time_parts *t)
{
	t->has_offset = offset_read(s, &t->offset) == 0;
	return t->has_offset ? 0 : -1;
}

int time_zone_name(struct span *s, struct time_parts *t)
{
	size_t n = 0;
	if (s->n && (*s->p == '+' || *s->p == '-')) {
		bool had = t->has_offset;
		int32_t before = t->offset;
		return time_zone_offset(s, t) < 0 || (had && t->offset != before) ? -1 : 0;
	}
	while (n < s->n && isalpha((unsigned char)s->p[n]))
		n++;
	if (n == 0)
		return -1;
	t->zone_name = (struct span){ s->p, n };
	s->p += n;
	s->n -= n;
	return 0;
}

int time_apply_zone_name(struct time_parts *t, const struct zone *zone, struct time_fault *fault)
{
	static const char *const utc[] = { "UTC", "GMT", "Z" };
	struct span name = t->zone_name;
	if (name.n == 0)
		return 0;
	for (size_t i = 0; i < sizeof utc / sizeof utc[0]; i++) {
		if (strlen(utc[i]) != name.n || strncasecmp(utc[i], name.p, name.n) != 0)
			continue;
		if (t->has_offset && t->offset != 0) {
			fault->letter = 'Z';
			return -1;
		}
		t->has_offset = true;
		t->offset = 0;
		return 0;
	}
	/* A name after an offset is not looked up, because the offset is enough and many names are ambiguous (IST,
	 * CST). */
	if (t->has_offset)
		return 0;
	int64_t local = time_days_from_civil(t->year, t->month, t->day) * 86400 + t->hour * 3600 + t->minute * 60 +
		t->second;
	t->has_offset = zone_named_offset(zone, name, local, &t->offset);
	if (!t->has_offset)
		fault->zone_name = name;
	return t->has_offset ? 0 : -1;
}

int time_assemble(const struct time_parts *t, const struct zone *zone, struct stamp *out)
{
	if (!time_date_ok(t->year, t->month, t->day) || t->hour > 23 || t->minute > 59 || t->second > 60)
		return -1;
	/* Second 60, a leap second, is accepted in minute 59 of any hour. Whether that hour really had a leap second is
	 * not checked. */
	if (t->second == 60 && t->minute != 59)
		return -1;
	int64_t sec = time_days_from_civil(t->year, t->month, t->day) * 86400 + t->hour * 3600 + t->minute * 60 +
		t->second;
	sec = t->has_offset ? sec - t->offset : zone_to_utc(zone, sec);
	if (sec < TIME_MS_MIN / 1000 || sec > TIME_MS_MAX / 1000)
		return -1;
	*out = (struct stamp){ sec, t->nsec, t->digits };
	return 0;
}
