/* time_format.c -- reads times in the format of their source: RFC 3339, epochs, or a pattern.
 *
 * An epoch is a number of seconds, milliseconds, microseconds or nanoseconds since 1970. It is read from its decimal
 * digits, never as a double: 1714560000.123456789 keeps its nanoseconds. The format auto guesses the unit from the
 * number of digits before the point. Up to 11 digits are seconds (until the year 5138), 12 to 14 milliseconds, 15 to 17
 * microseconds, and more are nanoseconds. So milliseconds, microseconds and nanoseconds are recognised for times from
 * 1973 on. */
#include "base/opt.h"
#include "text/time_internal.h"
#include "text/time_pattern.h"

/* The order is that of the names in time_format_new(). From FORMAT_S to FORMAT_NS it is also that of enum time_unit. */
enum time_format_kind { FORMAT_AUTO, FORMAT_S, FORMAT_MS, FORMAT_US, FORMAT_NS, FORMAT_RFC3339, FORMAT_PATTERN };

struct time_format {
	enum time_format_kind kind;
	const struct zone *zone;      /* borrowed */
	struct time_pattern *pattern; /* owned; NULL unless kind is FORMAT_PATTERN */
	struct year_run *years;       /* borrowed; finds the years of times without one; may be NULL */
	char text[64];                /* the format as the user gave it, for messages */
};

/* ---- epochs ---- */

enum { DIGITS_MAX = 40 };

/* A decimal number: 0.DDD... x 10^point, without leading zeros. Digits after the 40th are dropped: either they are
 * finer than a nanosecond, or the number is out of range. */
struct epoch_decimal {
	char digits[DIGITS_MAX];
	int count, point;
	/* The precision of the source: the number of digits after the point in the text, minus the exponent. */
	int fraction;
	bool minus;
};

/* Reads consecutive digits of S into D. FRACTION is true for the digits after the point. Returns the number of digits
 * read. */
static int read_digits(struct span *s, struct epoch_decimal *d, bool fraction)
{
	int n = 0;
	for (; s->n && *s->p >= '0' && *s->p <= '9'; s->p++, s->n--, n++) {
		if (d->count == 0 && *s->p == '0') {
			/* A leading zero is not kept. In the fraction it moves the point: 0.05 is 0.5 x 10^-1. */
			d->point -= fraction && d->point > -1000;
			continue;
		}
		if (d->count < DIGITS_MAX)
			d->digits[d->count++] = (char)(*s->p - '0');
		if (!fraction && d->point < 1000)
			d->point++;
	}
	return n;
}

/* Reads all of S as a decimal number into D. Returns 0; -1 if S is not a decimal number. */
static int read_decimal(struct span s, struct epoch_decimal *d)
{
	*d = (struct epoch_decimal){ .minus = s.n && *s.p == '-' };
	if (s.n && (*s.p == '-' || *s.p == '+')) {
		s.p++;
		s.n--;
	}
	int whole = read_digits(&s, d, false);
	if (whole == 0)
		return -1;
	if (s.n && *s.p == '.') {
		s.p++;
		s.n--;
		d->fraction = read_digits(&s, d, true);
		if (d->fraction == 0)
			return -1;
	}
	if (s.n && (*s.p | 32) == 'e') {
		s.p++;
		s.n--;
		bool minus = s.n && *s.p == '-';
		if (s.n && (*s.p == '-' || *s.p == '+')) {
			s.p++;
			s.n--;
		}
		int64_t v;
		if (time_digits(&s, 3, &v) == 0)
			return -1;
		d->point += minus ? -(int)v : (int)v;
		d->fraction -= minus ? -(int)v : (int)v;
	}
	return s.n ? -1 : 0;
}

/* Returns the digits [FROM, TO) of D as an integer; digit 0 is the first one. Digits that D does not have count as
 * 0. */
static int64_t digits_at(const struct epoch_decimal *d, int from, int to)
{
	int64_t v = 0;
	for (int i = from; i < to; i++)
		v = v * 10 + (i >= 0 && i < d->count ? d->digits[i] : 0);
	return v;
}

int time_parse_epoch(struct span text, enum time_unit unit, struct stamp *out)
{
	struct epoch_decimal d;
	if (read_decimal(text, &d) < 0)
		return -1;
	if (unit == TIME_BY_SIZE)
		unit = d.count == 0 || d.point <= 11 ? TIME_S :
			d.point <= 14                ? TIME_MS :
			d.point <= 17                ? TIME_US :
						       TIME_NS;
	/* The point moves left by three digits for each unit below the second. */
	int shift = 3 * (int)unit;
	d.point -= shift;
	/* The number of seconds up to the year 9999 has at most 12 digits. */
	if (d.count && d.point > 12)
		return -1;
	int64_t sec = d.point > 0 ? digits_at(&d, 0, d.point) : 0;
	int64_t nsec = d.point > -9 ? digits_at(&d, d.point, d.point + 9) : 0;
	int first_cut = d.point > -9 ? d.point + 9 : 0;
	/* True if some digit finer than a nanosecond is not zero. */
	bool cut = false;
	for (int i = first_cut < 0 ? 0 : first_cut; i < d.count; i++)
		cut |= d.digits[i] != 0;
	if (d.minus) {
		/* The time is rounded down. For a time before 1970 that is away from zero. */
		nsec = -nsec - cut;
		sec = -sec;
		if (nsec < 0) {
			sec--;
			nsec += 1000000000;
		}
	}
	if (sec < TIME_MS_MIN / 1000 || sec > TIME_MS_MAX / 1000)
		return -1;
	int digits = (d.fraction < 0 ? 0 : d.fraction) + shift;
	*out = (struct stamp){ sec, (int32_t)nsec, digits > 9 ? 9 : digits };
	return 0;
}

/* ---- formats ---- */

int time_format_new(const char *text, const struct zone *zone, struct time_format **out, struct err *e)
{
	static const char *const names[] = { "auto", "s", "ms", "us", "ns", "rfc3339", NULL };
	/* Names that other tools use, each with the name that it has here. */
	static const struct opt_hint hints[] = { { "epoch", "s" }, { "unix", "s" }, { "unixtime", "s" },
		{ "epoch_s", "s" }, { "epoch_sec", "s" }, { "epoch_seconds", "s" }, { "seconds", "s" }, { "sec", "s" },
		{ "timestamp", "s" }, { "epoch_ms", "ms" }, { "epoch_milli", "ms" }, { "epoch_millis", "ms" },
		{ "unix_ms", "ms" }, { "unixms", "ms" }, { "milliseconds", "ms" }, { "millis", "ms" },
		{ "epoch_us", "us" }, { "epoch_micros", "us" }, { "unix_us", "us" }, { "microseconds", "us" },
		{ "micros", "us" }, { "epoch_ns", "ns" }, { "epoch_nanos", "ns" }, { "unix_ns", "ns" },
		{ "nanoseconds", "ns" }, { "nanos", "ns" }, { "iso", "rfc3339 or auto" },
		{ "iso8601", "rfc3339 or auto" }, { "iso-8601", "rfc3339 or auto" }, { "iso_8601", "rfc3339 or auto" },
		{ "rfc-3339", "rfc3339" }, { "rfc3339nano", "rfc3339" }, { "rfc3339_nano", "rfc3339" },
		{ "datetime", "auto" }, { "detect", "auto" }, { NULL, NULL } };
	struct time_format f = { .zone = zone };
	snprintf(f.text, sizeof f.text, "%s", text);
	/* A text with '%' is a pattern, and any other text is a name. A pattern without '%' would be useless, because
	 * it would match only one text. */
	if (strchr(text, '%')) {
		f.kind = FORMAT_PATTERN;
		if (time_pattern_new(text, &f.pattern, e) < 0)
			return -1;
	} else {
		int i = opt_choice_hinted("time format", text, names, hints, e);
		if (i < 0) {
			struct err choice = *e;
			return err_set(e, EX_USAGE,
				"%s (or give a strptime(3) format such as '%%d/%%b/%%Y:%%H:%%M:%%S %%z')", choice.msg);
		}
		f.kind = (enum time_format_kind)i;
	}
	*out = malloc(sizeof **out);
	if (!*out) {
		time_pattern_free(f.pattern);
		return err_oom(e, "a time format");
	}
	**out = f;
	return 0;
}

void time_format_use_years(struct time_format *f, struct year_run *years)
{
	f->years = years;
}

bool time_format_lacks_year(const struct time_format *f)
{
	return f->kind == FORMAT_PATTERN && time_pattern_lacks_year(f->pattern);
}

void time_format_free(struct time_format *f)
{
	if (f)
		time_pattern_free(f->pattern);
	free(f);
}

/* Returns S without blanks and tabs at its ends: some log formats pad their fields with blanks. */
static struct span trim_blanks(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* Returns true if S is "AM" or "PM", which follow times of a clock of 12 hours and are no names of zones. */
static bool is_half_of_day(struct span s)
{
	return s.n == 2 && (s.p[1] | 32) == 'm' && ((s.p[0] | 32) == 'a' || (s.p[0] | 32) == 'p');
}

/* Sets E to EX_DATAERR. The message quotes at most 60 bytes of TEXT, because TEXT may be a whole line. FAULT has the
 * special reason, if there is one. Always returns -1. */
static int mismatch(const struct time_format *f, struct span text, const struct time_fault *fault, struct err *e)
{
	static const char *const units[] = { "", "seconds", "milliseconds", "microseconds", "nanoseconds" };
	int n = text.n > 60 ? 60 : (int)text.n;
	const char *dots = text.n > 60 ? "..." : "";
	if (fault->letter)
		return err_set(e, EX_DATAERR, "'%.*s%s' contradicts itself: %%%c of '%s' does not fit the rest", n,
			text.p, dots, fault->letter, f->text);
	if (fault->zone_name.n && !is_half_of_day(fault->zone_name))
		return err_set(e, EX_DATAERR,
			"'%.*s%s': the zone name %.*s %s; give the zone of these times, such as --tz Europe/Berlin", n,
			text.p, dots, SPAN_ARG(fault->zone_name),
			f->zone ? "is not one that the zone of --tz has" : "is known only with its zone");
	switch (f->kind) {
	case FORMAT_AUTO:
		return err_set(e, EX_DATAERR,
			"'%.*s%s' is no time: no RFC 3339, no epoch; say with --time-format how it is written", n,
			text.p, dots);
	case FORMAT_RFC3339:
		return err_set(e, EX_DATAERR, "'%.*s%s' is no RFC 3339 time of the years 0000 to 9999", n, text.p,
			dots);
	case FORMAT_PATTERN:
		return err_set(e, EX_DATAERR, "'%.*s%s' is no time of the form '%s'", n, text.p, dots, f->text);
	default:
		return err_set(e, EX_DATAERR, "'%.*s%s' is no number of %s since 1970 in the years 0000 to 9999", n,
			text.p, dots, units[f->kind]);
	}
}

int time_format_mismatch(const struct time_format *f, struct span text, struct err *e)
{
	return mismatch(f, text, &(struct time_fault){ 0 }, e);
}

/* The forms of numbers that are also dates. PLACES is the number of digits before the point. FORMAT is the format of
 * the date, and UNIT is the unit that the format auto guesses for such a number. */
static const struct calendar_number {
	size_t places;
	bool fraction; /* digits follow after a point */
	const char *format, *unit;
} calendar_numbers[] = {
	{ 8, false, "%Y%m%d", "s" },
	{ 12, false, "%Y%m%d%H%M", "ms" },
	{ 14, false, "%Y%m%d%H%M%S", "ms" },
	{ 14, true, "%Y%m%d%H%M%S.%f", "ms" },
	{ 17, false, "%Y%m%d%H%M%S%L", "us" },
};

/* Returns the form in which the number TEXT is a date of the years 1970 to 2100, and sets *DATE to the date. Returns
 * NULL if TEXT is no such date. */
static const struct calendar_number *calendar_number(struct span text, struct stamp *date)
{
	size_t n = 0;
	while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	if (n < 8 || memcmp(text.p, "1970", 4) < 0 || memcmp(text.p, "2100", 4) > 0)
		return NULL;
	for (size_t i = 0; i < sizeof calendar_numbers / sizeof calendar_numbers[0]; i++) {
		const struct calendar_number *c = &calendar_numbers[i];
		struct time_pattern *p;
		struct time_fault ignored = { 0 };
		struct err e;
		if (n != c->places || (n < text.n) != c->fraction || time_pattern_new(c->format, &p, &e) < 0)
			continue;
		int r = time_pattern_parse(p, NULL, NULL, text, date, &ignored);
		time_pattern_free(p);
		return r < 0 ? NULL : c;
	}
	return NULL;
}

/* Reads TEXT as a number by the format auto. Returns 0 and sets *OUT; -1 with E set if TEXT is no number, or is also a
 * date. */
static int parse_auto_number(const struct time_format *f, struct span text, struct stamp *out, struct err *e)
{
	struct stamp date;
	if (time_parse_epoch(text, TIME_BY_SIZE, out) < 0)
		return time_format_mismatch(f, text, e);
	const struct calendar_number *c = calendar_number(text, &date);
	if (!c)
		return 0;
	char as_date[TIME_TEXT_MAX + 1], as_number[TIME_TEXT_MAX + 1];
	as_date[time_write(date, as_date)] = '\0';
	as_number[time_write(*out, as_number)] = '\0';
	return err_set(e, EX_DATAERR,
		"'%.*s' may be the date %s or, in %s since 1970, %s: say which with --time-format %s or --time-format %s",
		SPAN_ARG(text), as_date, c->unit, as_number, c->format, c->unit);
}

/* The format auto tries RFC 3339 first. No text has both forms: a date without hyphens needs a T. */
int time_parse_text(const struct time_format *f, struct span text, struct stamp *out, struct err *e)
{
	struct span s = trim_blanks(text);
	struct time_fault fault = { 0 };
	int r;
	if (f->kind == FORMAT_PATTERN)
		r = time_pattern_parse(f->pattern, f->zone, f->years, s, out, &fault);
	else if (f->kind == FORMAT_RFC3339 || f->kind == FORMAT_AUTO)
		r = time_parse_iso(s, f->zone, out, &fault);
	else
		r = time_parse_epoch(s, (enum time_unit)(f->kind - FORMAT_S), out);
	if (r < 0 && f->kind == FORMAT_AUTO && !fault.zone_name.n)
		return parse_auto_number(f, s, out, e);
	return r < 0 ? mismatch(f, text, &fault, e) : 0;
}
