/* syslog_time.c -- reads the time at the start of a line of a system log.
 *
 * RFC 3164 has one form, "Nov 24 10:00:00". Devices, daemons and journalctl(1) write many others. A form is tried only
 * if the first bytes fit. Each function that reads a form leaves the cursor unchanged if the text is not of this form,
 * so that the next form can be tried. */
#include "sp-capture/format/syslog_time.h"
#include "sp-capture/format/log_time.h"

enum { ZONE_NAME_MAX = 8 }; /* the longest abbreviation of a zone that is looked for */

/* Returns true if the byte at OFFSET of C is BYTE. Returns false if the line ends before OFFSET. */
static bool byte_is(const struct log_cursor *c, size_t offset, char byte)
{
	return log_cursor_left(c) > offset && c->p[offset] == byte;
}

/* Returns true if COUNT digits begin at OFFSET of C. Returns false if the line ends before the last of them. */
static bool digits_at(const struct log_cursor *c, size_t offset, int count)
{
	return log_cursor_left(c) >= offset + (size_t)count && log_time_digits(c->p + offset, count) >= 0;
}

/* Reads a fraction of a second, if there is one at C: a '.' or ',' and digits. The digits after the ninth are
 * ignored. */
static void read_fraction(struct log_cursor *c, struct stamp *t)
{
	if ((!byte_is(c, 0, '.') && !byte_is(c, 0, ',')) || !digits_at(c, 1, 1))
		return;
	int32_t unit = 100000000;
	for (c->p++; digits_at(c, 0, 1); c->p++, unit /= 10)
		if (unit > 0) {
			t->nsec += unit * log_time_digits(c->p, 1);
			t->digits++;
		}
}

/* ---- names of zones ---- */

/* Sets *SEC to the instant at which clocks of the zone NAME show LOCAL. NAME can be UTC, GMT, or a name that K->zone
 * uses (CET, CEST). When summer time ends, an hour occurs twice, and the name says which of the two hours is meant.
 * NAME can also be an offset (+03, -0330), which is written for zones without a name. Returns false if NAME is another
 * zone. */
static bool zone_instant(const struct syslog_clock *k, struct span name, int64_t local, int64_t *sec)
{
	int32_t offset = 0;
	bool known = span_eq(name, SPAN("UTC")) || span_eq(name, SPAN("GMT"));
	if (!known && (name.n == 3 || name.n == 5) && (name.p[0] == '+' || name.p[0] == '-')) {
		int hours = log_time_digits(name.p + 1, 2), minutes = name.n == 5 ? log_time_digits(name.p + 3, 2) : 0;
		known = hours >= 0 && minutes >= 0;
		offset = (hours * 3600 + minutes * 60) * (name.p[0] == '-' ? -1 : 1);
	}
	known = known || zone_named_offset(k->zone, name, local, &offset);
	*sec = local - offset;
	return known;
}

/* Rejects OUT, whose time is in the zone NAME, which is not known. Always returns false. */
static bool reject_zone(struct record *out, struct span name)
{
	record_reject(out, "unknown time zone",
		"the time zone '%.*s' is not known; give the zone with --tz (such as Europe/Athens)", (int)name.n,
		name.p);
	return false;
}

/* ---- RFC 3164 ---- */

/* The parts of a time "Nov 24 10:00:00". */
struct bsd_time {
	int month, day;
	int year;          /* -1: none */
	int clock;         /* seconds since midnight, including SECOND */
	int second;        /* 60 in a leap second */
	struct stamp part; /* the fraction */
	struct span zone;  /* the name of a zone, or an offset; SPAN_NONE: none */
};

/* Reads "Mmm dd ", "Mmm dd yyyy " or "yyyy Mmm dd ", and moves C to the time of day. A day below 10 may have a space, a
 * zero or nothing before its digit, although the RFC allows only the space. Returns false if there is no such date. */
static bool read_bsd_date(struct log_cursor *c, struct bsd_time *t)
{
	bool year_first = digits_at(c, 0, 4) && byte_is(c, 4, ' ');
	t->year = year_first ? log_time_digits(c->p, 4) : -1;
	c->p += year_first ? 5 : 0;
	t->month = log_cursor_left(c) < 14 ? 0 : log_time_month(c->p);
	if (t->month == 0 || c->p[3] != ' ')
		return false;
	/* N is the number of bytes before the space after the day. */
	size_t n = c->p[4] != ' ' && c->p[5] == ' ' ? 5 : 6;
	if (log_cursor_left(c) < n + 9 || c->p[n] != ' ')
		return false;
	t->day = n == 6 && c->p[4] != ' ' ? log_time_digits(c->p + 4, 2) : log_time_digits(c->p + n - 1, 1);
	c->p += n + 1;
	if (!year_first && log_cursor_left(c) >= 13 && c->p[4] == ' ') {
		t->year = log_time_digits(c->p, 4);
		c->p += t->year < 0 ? 0 : 5;
	}
	return true;
}

/* Reads what may follow the time of day: a fraction of the second, a year from 1970 to 2099, an offset, and the name of
 * a zone. Names other than UTC and GMT are only accepted in messages of Cisco's devices, whose text begins with '%'. A
 * colon may come last. Returns false if other text follows directly. */
static bool read_bsd_rest(struct log_cursor *c, struct bsd_time *t)
{
	read_fraction(c, &t->part);
	bool ends = byte_is(c, 5, ' ') || (byte_is(c, 5, ':') && byte_is(c, 6, ' '));
	if (t->year < 0 && byte_is(c, 0, ' ') && digits_at(c, 1, 4) && ends) {
		int year = log_time_digits(c->p + 1, 4);
		if (year >= 1970 && year < 2100) {
			t->year = year;
			c->p += 5;
		}
	}
	/* Reads an offset such as "+0200". */
	if (byte_is(c, 0, ' ') && (byte_is(c, 1, '+') || byte_is(c, 1, '-')) && digits_at(c, 2, 4) &&
		byte_is(c, 6, ' ')) {
		t->zone = (struct span){ c->p + 1, 5 };
		c->p += 6;
	}
	/* Reads UTC or GMT, which are no names of hosts. Other names of zones are only read before ": %". */
	size_t n = 0;
	while (n < ZONE_NAME_MAX && log_cursor_left(c) > n + 1 && c->p[n + 1] >= 'A' && c->p[n + 1] <= 'Z')
		n++;
	bool utc = n == 3 && byte_is(c, 4, ' ') && (memcmp(c->p + 1, "UTC", 3) == 0 || memcmp(c->p + 1, "GMT", 3) == 0);
	bool cisco = n > 0 && byte_is(c, n + 1, ':') && byte_is(c, n + 2, ' ') && byte_is(c, n + 3, '%');
	if ((utc || cisco) && c->p[0] == ' ') {
		t->zone = (struct span){ c->p + 1, n };
		c->p += n + 1;
	}
	c->p += byte_is(c, 0, ':');
	return log_cursor_left(c) == 0 || *c->p == ' ';
}

/* Sets *SEC to the instant at which the minute of T begins. Returns false with OUT rejected if the date is not possible
 * or the zone is not known. */
static bool bsd_minute(struct syslog_clock *k, const struct bsd_time *t, struct record *out, int64_t *sec)
{
	int64_t days = time_days_from_civil(t->year, t->month, t->day);
	struct year_run_time time = { t->month, t->day, t->clock };
	if (t->year < 0 && year_run_find(&k->years, k->zone, time, &days) < 0) {
		record_reject(out, "no such date", "February %d is no day of the year that this time has by --year",
			t->day);
		return false;
	}
	int64_t local = days * 86400 + t->clock - t->second;
	if (!t->zone.p)
		*sec = zone_to_utc(k->zone, local);
	else if (!zone_instant(k, t->zone, local, sec))
		return reject_zone(out, t->zone);
	return true;
}

/* Reads a time that is in the same minute as the time of the line before, as in nearly all lines. A blank and a small
 * letter must follow the seconds, so that no year or zone can follow. Returns true, or false with C unchanged. */
static bool read_same_minute(const struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	const char *p = c->p;
	if (!k->minute_known || log_cursor_left(c) < 17 || memcmp(p, k->minute, SYSLOG_MINUTE) != 0 || p[15] != ' ' ||
		p[16] < 'a')
		return false;
	int second = log_time_digits(p + 13, 2);
	if (p[12] != ':' || second < 0 || second > 60)
		return false;
	out->time = (struct stamp){ .sec = k->minute_sec + second };
	c->p += 16;
	return true;
}

/* Reads a time of RFC 3164. Returns true, or false if there is none at C. If the zone of the time is not known, or if
 * the year from --year does not have its date, returns false with OUT rejected. */
static bool read_bsd(struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	struct log_cursor ahead = *c;
	struct bsd_time t = { .zone = SPAN_NONE };
	if (!read_bsd_date(&ahead, &t))
		return false;
	t.clock = log_time_clock(ahead.p);
	if (t.clock < 0)
		return false;
	/* In a leap second SECOND is 60, and the result is the first instant of the next minute. */
	t.second = log_time_digits(ahead.p + 6, 2);
	ahead.p += 8;
	if (!read_bsd_rest(&ahead, &t) || !log_time_is_date(t.year < 0 ? 2000 : t.year, t.month, t.day))
		return false;
	/* The cache compares only the bytes "Mmm dd hh:mm". So times with a year or a zone do not use the cache. */
	bool plain = t.year < 0 && !t.zone.p;
	if (!plain || !k->minute_known || memcmp(c->p, k->minute, SYSLOG_MINUTE) != 0) {
		k->minute_known = false;
		if (!bsd_minute(k, &t, out, &k->minute_sec))
			return false;
		memcpy(k->minute, c->p, SYSLOG_MINUTE);
		k->minute_known = plain;
	}
	out->time = (struct stamp){ k->minute_sec + t.second, t.part.nsec, t.part.digits };
	ahead.p += log_cursor_left(&ahead) > 0;
	*c = ahead;
	return true;
}

/* Reads what Cisco's devices write before a time. This is a sequence number, "45: " or only ": ", and '*' or '.' if the
 * clock is not synchronised. Returns false with C unchanged if there is neither. */
static bool read_cisco_front(struct log_cursor *c)
{
	struct log_cursor ahead = *c;
	while (digits_at(&ahead, 0, 1))
		ahead.p++;
	if (ahead.p > c->p || byte_is(&ahead, 0, ':')) {
		if (!byte_is(&ahead, 0, ':') || !byte_is(&ahead, 1, ' '))
			return false;
		ahead.p += 2;
	}
	if (byte_is(&ahead, 0, '*') || byte_is(&ahead, 0, '.'))
		ahead.p++;
	bool found = ahead.p > c->p;
	*c = ahead;
	return found;
}

/* ---- RFC 3339 and journalctl ---- */

/* Reads a date, a blank and a time of day, such as "2024-11-24 10:00:00". An offset or UTC may follow after another
 * blank. Returns true, or false if there is no such time at C. */
static bool read_blank(const struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	struct log_cursor ahead = *c;
	if (!byte_is(c, 4, '-') || !byte_is(c, 10, ' ') || !byte_is(c, 13, ':') || !digits_at(c, 0, 4))
		return false;
	ahead.p += 11;
	struct span word = log_cursor_word(&ahead), text = { c->p, 11 + word.n };
	struct log_cursor after = ahead;
	word = log_cursor_word(&after);
	bool offset = word.n >= 3 && (word.p[0] == '+' || word.p[0] == '-') && log_time_digits(word.p + 1, 2) >= 0;
	bool utc = span_eq(word, SPAN("UTC")) || span_eq(word, SPAN("GMT")) || span_eq(word, SPAN("Z"));
	if (time_parse_rfc3339(text, utc ? NULL : k->zone, &out->time) < 0)
		return false;
	if (offset) {
		/* RFC 3339 has no blank before the offset. */
		char joined[64];
		if (text.n + word.n > sizeof joined)
			return false;
		memcpy(joined, text.p, text.n);
		memcpy(joined + text.n, word.p, word.n);
		if (time_parse_rfc3339((struct span){ joined, text.n + word.n }, NULL, &out->time) < 0)
			return false;
	}
	*c = offset || utc ? after : ahead;
	return true;
}

/* Reads a time of journalctl -o short-full, "Sun 2024-11-24 10:00:00 CET". Returns true, or false if there is none at
 * C. If the time zone is not known, returns false with OUT rejected. */
static bool read_full(const struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	static const char days[] = "MonTueWedThuFriSatSun";
	struct log_cursor ahead = *c;
	bool day = false;
	for (size_t i = 0; i < 7 && log_cursor_left(c) > 24; i++)
		day = day || memcmp(days + 3 * i, c->p, 3) == 0;
	if (!day || c->p[3] != ' ' || c->p[8] != '-' || c->p[14] != ' ' || log_time_clock(c->p + 15) < 0)
		return false;
	ahead.p += 4;
	struct stamp t;
	if (time_parse_rfc3339((struct span){ ahead.p, 19 }, NULL, &t) < 0)
		return false;
	ahead.p += 19;
	read_fraction(&ahead, &t);
	if (!byte_is(&ahead, 0, ' '))
		return false;
	ahead.p++;
	struct span zone = log_cursor_word(&ahead);
	if (zone.n > ZONE_NAME_MAX || !zone_instant(k, zone, t.sec, &t.sec))
		return reject_zone(out, (struct span){ zone.p, zone.n > ZONE_NAME_MAX ? ZONE_NAME_MAX : zone.n });
	out->time = t;
	*c = ahead;
	return true;
}

/* Reads a time of journalctl -o short-unix: seconds since 1970 with six decimals. Returns false if there is none at
 * C. */
static bool read_unix(struct log_cursor *c, struct record *out)
{
	size_t n = 0;
	while (n < 11 && digits_at(c, n, 1))
		n++;
	if (n < 9 || n > 10 || !byte_is(c, n, '.') || !digits_at(c, n + 1, 6) || !byte_is(c, n + 7, ' '))
		return false;
	out->time = (struct stamp){ 0 };
	for (size_t i = 0; i < n; i++)
		out->time.sec = out->time.sec * 10 + (c->p[i] - '0');
	c->p += n;
	read_fraction(c, &out->time);
	c->p++;
	return true;
}

enum syslog_time syslog_time_read(struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	out->kind = NULL;
	if (log_cursor_left(c) == 0)
		return TIME_NONE;
	struct log_cursor ahead = *c;
	enum syslog_time form = TIME_NONE;
	if (read_same_minute(k, &ahead, out) || read_bsd(k, &ahead, out))
		form = TIME_BSD;
	else if (!out->kind && read_full(k, &ahead, out))
		form = TIME_FULL;
	/* The other forms begin with a digit, or with '*', '.' or ':', which Cisco's devices write. In ASCII none of
	 * these bytes is greater than ':'. */
	if (form == TIME_NONE && !out->kind && *c->p <= ':') {
		struct span first = log_cursor_word(&ahead);
		if (first.n >= 19 && time_parse_rfc3339(first, k->zone, &out->time) == 0)
			form = TIME_ISO;
		else if (ahead = *c, read_blank(k, &ahead, out))
			form = TIME_BLANK;
		else if (read_unix(&ahead, out))
			form = TIME_UNIX;
		else if (read_cisco_front(&ahead) && read_bsd(k, &ahead, out))
			form = TIME_BSD;
	}
	if (form != TIME_NONE) {
		out->has_time = true;
		*c = ahead;
	}
	return form;
}
