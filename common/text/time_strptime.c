/* time_strptime.c -- strptime(3) formats, compiled once.
 *
 * The conversions that occur in practice are our own (time_conversion.c), because strptime(3) knows no fractions of a
 * second, ignores the offset of %z, depends on the locale, and reads its format anew each time. A format with a rare
 * conversion (%U, %G, ...) is cut at the conversions that only we have (%f, %L, %z, %s, %Z), and the pieces between
 * them are left to strptime(3). */
#include "text/time_conversion.h"
#include <ctype.h>

enum { PATTERN_MAX = 256 }; /* bytes of an expanded format, with its NUL */

/* Kinds of conversions besides the letters of strptime(3). */
enum { CONV_LITERAL = 1, CONV_SPACE = 2, CONV_LIBRARY = 3 };

/* One element of a compiled format. */
struct conversion {
	unsigned char kind;    /* a conversion's letter, or CONV_... */
	unsigned char literal; /* CONV_LITERAL: the byte */
	uint16_t at;           /* CONV_LIBRARY: where its format begins in text */
};

struct time_pattern {
	struct conversion conversions[PATTERN_MAX];
	size_t count;
	char text[2 * PATTERN_MAX]; /* the formats of the pieces for strptime(3), each with its NUL */
	size_t text_n;
	bool has_year, has_month, has_day, has_yday, has_epoch, uses_library;
};

/* Returns what conversion C is short for, by strptime(3) in the C locale; NULL if it is not short for others. */
static const char *expansion(char c)
{
	switch (c) {
	case 'T':
	case 'X': return "%H:%M:%S";
	case 'R': return "%H:%M";
	case 'F': return "%Y-%m-%d";
	case 'D':
	case 'x': return "%m/%d/%y";
	case 'r': return "%I:%M:%S %p";
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'h': return "%b";
	case 'n':
	case 't': return " ";
	default: return NULL;
	}
}

/* Copies TEXT to OUT with its short forms written out. Returns -1 with E set for a conversion that does not exist. */
static int pattern_expand(const char *text, char out[PATTERN_MAX], struct err *e)
{
	/* The conversions of strptime(3), its modifiers and flags, and ours. */
	static const char known[] = "aAbBcCdDeFgGhHIjklmMnprRsStTuUVwWxXyYzZ%EO-_0^#fLP";
	size_t n = 0;
	for (; *text; text++) {
		if (text[0] == '%' && text[1] && !strchr(known, text[1]))
			return err_set(e, EX_USAGE, "time format has %%%c, which strptime(3) does not have", text[1]);
		const char *more = text[0] == '%' ? expansion(text[1]) : NULL;
		char plain[3] = { text[0], text[0] == '%' ? text[1] : '\0', '\0' };
		size_t length = strlen(more ? more : plain);
		if (n + length >= PATTERN_MAX)
			return err_set(e, EX_USAGE, "time format is too long: at most %d bytes", PATTERN_MAX - 1);
		memcpy(out + n, more ? more : plain, length);
		n += length;
		if (text[0] == '%' && !*++text)
			return err_set(e, EX_USAGE, "time format ends in a lone %%");
	}
	out[n] = '\0';
	return 0;
}

/* Returns true if strptime(3) lacks conversion C, or does less than we want. */
static bool is_own(char c)
{
	return c && strchr("fLzsZ", c);
}

/* Returns true if we run conversion C of strptime(3) ourselves. */
static bool is_native(char c)
{
	return c && strchr("YmdeHkIlMSybBaApPj%", c);
}

/* Remembers which parts of a date the format has. */
static void note_conversion(struct time_pattern *p, char c)
{
	p->has_year |= c == 'Y' || c == 'y';
	p->has_month |= c == 'm' || c == 'b' || c == 'B';
	p->has_day |= c == 'd' || c == 'e';
	p->has_yday |= c == 'j';
	p->has_epoch |= c == 's';
}

/* Adds the piece of F up to the next conversion that only we have, for strptime(3). Returns the position after it. */
static const char *compile_library(struct time_pattern *p, const char *f)
{
	size_t n = 0;
	while (f[n] && !(f[n] == '%' && is_own(f[n + 1])))
		n += f[n] == '%' && f[n + 1] ? 2 : 1;
	p->conversions[p->count++] = (struct conversion){ CONV_LIBRARY, 0, (uint16_t)p->text_n };
	memcpy(p->text + p->text_n, f, n);
	p->text_n += n + 1;
	return f + n;
}

/* Compiles F, an expanded format: first whether strptime(3) is needed, then the conversions one by one. */
static void pattern_compile(struct time_pattern *p, const char *f)
{
	for (const char *c = f; *c; c++)
		if (*c == '%' && !is_native(*++c) && !is_own(*c))
			p->uses_library = true;
	while (*f) {
		struct conversion *conv = &p->conversions[p->count];
		if (*f == '%' && (is_own(f[1]) || (is_native(f[1]) && !p->uses_library))) {
			*conv = (struct conversion){ (unsigned char)f[1], 0, 0 };
			note_conversion(p, f[1]);
			f += 2;
		} else if (p->uses_library) {
			f = compile_library(p, f);
			continue;
		} else if (isspace((unsigned char)*f)) { /* white space matches any amount of it, also none */
			conv->kind = CONV_SPACE;
			f++;
		} else {
			*conv = (struct conversion){ CONV_LITERAL, (unsigned char)*f++, 0 };
		}
		p->count++;
	}
}

int time_pattern_new(const char *text, struct time_pattern **out, struct err *e)
{
	char full[PATTERN_MAX];
	if (pattern_expand(text, full, e) < 0)
		return -1;
	struct time_pattern *p = calloc(1, sizeof *p);
	if (!p)
		return err_oom(e, "a time format");
	pattern_compile(p, full);
	const char *lacks = NULL; /* a time needs a date; %j, %s or a rare conversion may supply it */
	if (p->uses_library || p->has_epoch || p->has_yday)
		lacks = NULL;
	else if (!p->has_year && !p->has_month)
		lacks = "a date: add one, such as %Y-%m-%d";
	else if (p->has_day && !p->has_month)
		lacks = "a month: add %m or %b";
	if (lacks) {
		free(p);
		return err_set(e, EX_USAGE, "time format '%s' lacks %s", text, lacks);
	}
	*out = p;
	return 0;
}

void time_pattern_free(struct time_pattern *p)
{
	free(p);
}

/* ---- reading ---- */

/* Runs strptime(3) on S. It needs a NUL-terminated copy; times are short, and what is cut off does not match anyway. */
static int convert_by_library(const char *format, struct span *s, struct time_reading *r)
{
	char copy[PATTERN_MAX];
	size_t n = s->n < sizeof copy - 1 ? s->n : sizeof copy - 1;
	memcpy(copy, s->p, n);
	copy[n] = '\0';
	const char *end = strptime(copy, format, &r->tm);
	if (!end)
		return -1;
	s->p += end - copy;
	s->n -= (size_t)(end - copy);
	return 0;
}

/* Matches one element of the format. Returns -1 if S does not fit. */
static int pattern_step(const struct time_pattern *p, const struct conversion *conv, struct span *s,
	struct time_reading *r)
{
	if (conv->kind == CONV_SPACE) {
		time_skip_spaces(s);
		return 0;
	}
	if (conv->kind == CONV_LIBRARY)
		return convert_by_library(p->text + conv->at, s, r);
	if (conv->kind != CONV_LITERAL && conv->kind != '%')
		return time_convert((char)conv->kind, s, r);
	char c = conv->kind == '%' ? '%' : (char)conv->literal;
	if (s->n == 0 || *s->p != c)
		return -1;
	s->p++;
	s->n--;
	return 0;
}

/* Sets *OUT to a time without a year (syslog): the latest one that is not in the future, where a day is allowed for
 * clocks that differ. Ten years are tried, since 29 February may be eight years back. */
static int guess_year(struct time_parts *t, const struct zone *zone, struct stamp *out)
{
	time_t now = time(NULL);
	struct tm tm;
	if (!gmtime_r(&now, &tm))
		return -1;
	t->year = tm.tm_year + 1901;
	for (int tries = 0; tries < 10; tries++, t->year--)
		if (time_assemble(t, zone, out) == 0 && out->sec <= now + 86400)
			return 0;
	return -1;
}

/* Puts the parts together: an epoch alone decides; otherwise the date, from the parts or from strptime(3). */
static int reading_finish(const struct time_pattern *p, struct time_reading *r, const struct zone *zone,
	struct stamp *out)
{
	struct time_parts *t = &r->t;
	bool has_year = p->has_year;
	if (r->has_epoch) {
		*out = (struct stamp){ r->epoch, t->nsec, t->digits };
		return out->sec < TIME_MS_MIN / 1000 || out->sec > TIME_MS_MAX / 1000 ? -1 : 0;
	}
	if (p->uses_library) {
		has_year = r->tm.tm_year != TIME_NO_YEAR;
		t->year = r->tm.tm_year + 1900;
		t->month = r->tm.tm_mon + 1;
		t->day = r->tm.tm_mday;
		t->hour = r->tm.tm_hour;
		t->minute = r->tm.tm_min;
		t->second = r->tm.tm_sec;
	}
	if (r->twelve)
		t->hour = t->hour % 12 + (r->pm ? 12 : 0);
	if (!has_year)
		return guess_year(t, zone, out);
	if (r->yday) {
		time_civil_from_days(time_days_from_civil(t->year, 1, 1) + r->yday - 1, &t->year, &t->month, &t->day);
		if (r->yday == 366 && t->month == 1) /* day 366 of a year of 365 */
			return -1;
	}
	return time_assemble(t, zone, out);
}

int time_pattern_parse(const struct time_pattern *p, const struct zone *zone, struct span text, struct stamp *out)
{
	struct time_reading r = { .t = { .month = 1, .day = 1 } };
	if (p->uses_library)
		r.tm = (struct tm){ .tm_year = TIME_NO_YEAR, .tm_mday = 1 };
	for (size_t i = 0; i < p->count; i++)
		if (pattern_step(p, &p->conversions[i], &text, &r) < 0)
			return -1;
	time_skip_spaces(&text);
	return text.n ? -1 : reading_finish(p, &r, zone, out);
}
