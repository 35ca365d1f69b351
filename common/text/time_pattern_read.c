/* time_pattern_read.c -- reads times by a compiled pattern.
 *
 * Each conversion reads its part of the text and moves past it. When all parts are read, they are put together. The
 * conversions accept what strptime(3) accepts in the C locale: names in upper or lower case, in full or by their first
 * three letters, and white space before numbers. %f and %L do not exist in strptime(3). %z and %Z set the offset, which
 * strptime(3) does not apply to the time. */
#include "text/time_pattern_internal.h"
#include <ctype.h>
#include <strings.h>

/* Skips white space. The comparison with ' ' is faster than isspace(3) and ends the loop for most bytes. */
static inline void skip_spaces(struct span *s)
{
	while (s->n && (unsigned char)*s->p <= ' ' && isspace((unsigned char)*s->p)) {
		s->p++;
		s->n--;
	}
}

/* Stores the value V of FIELD in R. Returns 0; -1 if the field was read before with another value. */
static int put(struct reading *r, enum time_field field, int v)
{
	r->contradicts = r->read & 1u << field && r->v[field] != v;
	r->read |= 1u << field;
	r->v[field] = v;
	return r->contradicts ? -1 : 0;
}

/* Reads a number of up to MOST digits into FIELD. Skips white space before the number, as strptime(3) does. Returns 0;
 * -1 if there is no number, or it is not from LOW to HIGH. */
static inline int read_number(struct span *s, struct reading *r, enum time_field field, int most, int low, int high)
{
	int64_t v;
	skip_spaces(s);
	if (time_digits(s, most, &v) == 0 || v < low || v > high)
		return -1;
	return put(r, field, (int)v);
}

/* Reads one of the COUNT NAMES, in full or by its first three letters, in upper or lower case. Returns its index; -1
 * if S begins with none of NAMES. */
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

/* Reads the name of a month, after white space. Returns 0; -1 if there is no such name, or if it contradicts a month
 * that was read before. */
static int read_month(struct span *s, struct reading *r)
{
	static const char *const names[] = { "January", "February", "March", "April", "May", "June", "July", "August",
		"September", "October", "November", "December" };
	skip_spaces(s);
	int i = read_name(s, names, 12);
	return i < 0 ? -1 : put(r, FIELD_MONTH, i + 1);
}

/* Reads the name of a weekday, after white space. Returns 0; -1 if there is no such name, or if it contradicts a weekday
 * that was read before. */
static int read_weekday(struct span *s, struct reading *r)
{
	static const char *const names[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
		"Saturday" };
	skip_spaces(s);
	int i = read_name(s, names, 7);
	return i < 0 ? -1 : put(r, FIELD_WEEKDAY, i);
}

/* Reads the number of a weekday by ISO 8601: 1 is Monday, and 7 is Sunday. Returns 0; -1 for any other text. */
static int read_iso_weekday(struct span *s, struct reading *r)
{
	int64_t v;
	skip_spaces(s);
	if (time_digits(s, 1, &v) == 0 || v < 1 || v > 7)
		return -1;
	return put(r, FIELD_WEEKDAY, (int)v % 7);
}

/* Reads "am" or "pm", in upper or lower case. Returns 0; -1 if S begins with neither. */
static int read_am_pm(struct span *s, struct reading *r)
{
	skip_spaces(s);
	if (s->n < 2 || (s->p[1] | 32) != 'm' || ((s->p[0] | 32) != 'a' && (s->p[0] | 32) != 'p'))
		return -1;
	int pm = (s->p[0] | 32) == 'p';
	s->p += 2;
	s->n -= 2;
	return put(r, FIELD_PM, pm);
}

/* Reads %s, the seconds since 1970, which may be negative. Returns 0; -1 if there is no digit. */
static int read_epoch(struct span *s, struct reading *r)
{
	bool minus = s->n && *s->p == '-';
	if (minus) {
		s->p++;
		s->n--;
	}
	if (time_digits(s, 12, &r->epoch) == 0)
		return -1;
	r->epoch = minus ? -r->epoch : r->epoch;
	return 0;
}

/* Reads LEAST to three digits of milliseconds. LEAST is 3 for %L and 1 for %-L. Returns 0; -1 if there are fewer
 * digits. */
static int read_milliseconds(struct span *s, int least, struct time_parts *t)
{
	int64_t v;
	if (time_digits(s, 3, &v) < least)
		return -1;
	t->nsec = (int32_t)v * 1000000;
	t->digits = 3;
	return 0;
}

/* Runs the conversion with the letter C: reads its text from S into R. Returns 0; -1 if S does not fit. Each value is
 * checked by itself. Whether the date exists is checked later, when all parts are known. */
static int convert(unsigned char c, struct span *s, struct reading *r)
{
	switch (c) {
	case 'Y': return read_number(s, r, FIELD_YEAR, 4, 0, 9999);
	case 'C': return read_number(s, r, FIELD_CENTURY, 2, 0, 99);
	case 'y': return read_number(s, r, FIELD_SHORT_YEAR, 2, 0, 99);
	case 'm': return read_number(s, r, FIELD_MONTH, 2, 1, 12);
	case 'd':
	case 'e': return read_number(s, r, FIELD_DAY, 2, 1, 31);
	case 'j': return read_number(s, r, FIELD_YEAR_DAY, 3, 1, 366);
	case 'u': return read_iso_weekday(s, r);
	case 'w': return read_number(s, r, FIELD_WEEKDAY, 1, 0, 6);
	case 'U': return read_number(s, r, FIELD_SUNDAY_WEEK, 2, 0, 53);
	case 'W': return read_number(s, r, FIELD_MONDAY_WEEK, 2, 0, 53);
	case 'G': return read_number(s, r, FIELD_ISO_YEAR, 4, 0, 9999);
	case 'g': return read_number(s, r, FIELD_SHORT_ISO_YEAR, 2, 0, 99);
	case 'V': return read_number(s, r, FIELD_ISO_WEEK, 2, 1, 53);
	case 'H':
	case 'k': return read_number(s, r, FIELD_HOUR, 2, 0, 23);
	case 'I': /* the hour of a 12-hour clock; %p may come before or after it */
	case 'l': return read_number(s, r, FIELD_HOUR_OF_12, 2, 1, 12);
	case 'M': return read_number(s, r, FIELD_MINUTE, 2, 0, 59);
	case 'S': return read_number(s, r, FIELD_SECOND, 2, 0, 60);
	case 'b':
	case 'B':
	case 'h': return read_month(s, r);
	case 'a':
	case 'A': return read_weekday(s, r);
	case 'p':
	case 'P': return read_am_pm(s, r);
	case 'f': return time_fraction(s, &r->t);
	case 'L': return read_milliseconds(s, 3, &r->t);
	case CONV_SHORT_MS: return read_milliseconds(s, 1, &r->t);
	case 'z': skip_spaces(s); return time_zone_offset(s, &r->t);
	case 'Z': skip_spaces(s); return time_zone_name(s, &r->t);
	case 's': return read_epoch(s, r);
	default: return -1;
	}
}

/* Returns true if S begins with the optional fraction whose first element is CONV. */
static bool has_fraction(const struct conversion *conv, const struct span *s)
{
	if (s->n == 0)
		return false;
	return conv->kind == CONV_LITERAL ? (unsigned char)*s->p == conv->literal : *s->p >= '0' && *s->p <= '9';
}

/* Matches S with CONV, one element of a pattern. Returns 0; -1 if S does not fit. */
static int pattern_step(const struct conversion *conv, struct span *s, struct reading *r)
{
	if (conv->kind == CONV_SPACE) {
		skip_spaces(s);
		return 0;
	}
	if (conv->kind != CONV_LITERAL)
		return convert(conv->kind, s, r);
	if (s->n == 0 || (unsigned char)*s->p != conv->literal)
		return -1;
	s->p++;
	s->n--;
	return 0;
}

/* Sets the time of day of r->t from the fields of R. Returns 0; -1 if the hour of %I and %p is not the hour of %H. */
static int set_time_of_day(struct reading *r)
{
	struct time_parts *t = &r->t;
	t->hour = r->v[FIELD_HOUR];
	t->minute = r->v[FIELD_MINUTE];
	t->second = r->v[FIELD_SECOND];
	if (!(r->read & FIELD(PM)))
		return 0;
	int hour = r->v[FIELD_HOUR_OF_12] % 12 + 12 * r->v[FIELD_PM];
	bool same = !(r->read & FIELD(HOUR)) || hour == t->hour;
	t->hour = hour;
	return same ? 0 : -1;
}

/* Puts the parts of R together into *OUT. Returns 0; -1 if there is no such time, with FAULT set if there is a special
 * reason. */
static int reading_finish(const struct time_pattern *p, struct reading *r, const struct zone *zone,
	struct year_run *years, struct stamp *out, struct time_fault *fault)
{
	struct time_parts *t = &r->t;
	if (p->fields & FIELD(EPOCH)) {
		*out = (struct stamp){ r->epoch, t->nsec, t->digits };
		return out->sec < TIME_MS_MIN / 1000 || out->sec > TIME_MS_MAX / 1000 ? -1 : 0;
	}
	if (set_time_of_day(r) < 0) {
		fault->letter = p->letters[FIELD_HOUR_OF_12];
		return -1;
	}
	if (time_pattern_date(p, r, zone, years, fault) < 0 || time_apply_zone_name(t, zone, fault) < 0)
		return -1;
	return time_assemble(t, zone, out);
}

int time_pattern_parse(const struct time_pattern *p, const struct zone *zone, struct year_run *years, struct span text,
	struct stamp *out, struct time_fault *fault)
{
	struct reading r = { .t.has_offset = p->utc };
	for (size_t i = 0; i < p->count; i++) {
		const struct conversion *conv = &p->conversions[i];
		if (conv->optional && !has_fraction(conv, &text)) {
			i += conv->optional - 1u;
		} else if (pattern_step(conv, &text, &r) < 0) {
			fault->letter = r.contradicts ? (char)conv->kind : 0;
			return -1;
		}
	}
	skip_spaces(&text);
	return text.n ? -1 : reading_finish(p, &r, zone, years, out, fault);
}
