/* syslog.c -- system logs: RFC 3164 (<PRI> optional; its time, or an RFC 3339 one as rsyslog writes
 * them) and RFC 5424. Every event has the same fields; what its line does not say is null. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/decode_line.h"

enum { MINUTE = 12 }; /* "Mmm dd hh:mm" */

struct decoder {
	const struct zone *zone;
	size_t max;
	int64_t newest; /* no message is from behind this second: now and a day of grace */
	struct buf out, a;
	char minute[MINUTE]; /* what this and the zone came to for the line before */
	int64_t minute_sec;
	bool known;
};

/* A message; SPAN_NONE: not said. */
struct message {
	int priority; /* -1: none */
	struct span host, app, pid, msgid, data, text;
};

struct cursor {
	const char *p, *end;
};

static size_t left(const struct cursor *c)
{
	return (size_t)(c->end - c->p);
}

/* Up to the next space (stepped over) or the end. */
static struct span word(struct cursor *c)
{
	const char *space = left(c) ? memchr(c->p, ' ', left(c)) : NULL;
	struct span s = { c->p, space ? (size_t)(space - c->p) : left(c) };
	c->p += s.n + (space != NULL);
	return s;
}

static struct span rest(struct cursor *c)
{
	struct span s = { c->p, left(c) };
	c->p = c->end;
	return s;
}

/* <0> to <191>, or nothing; false: OUT is rejected. */
static bool read_priority(struct cursor *c, struct message *m, struct record *out)
{
	m->priority = -1;
	if (left(c) == 0 || *c->p != '<')
		return true;
	int value = 0, digits = 0;
	const char *p = c->p + 1;
	for (; p < c->end && digits < 4 && *p >= '0' && *p <= '9'; p++, digits++)
		value = value * 10 + (*p - '0');
	if (digits == 0 || digits > 3 || p == c->end || *p != '>' || value > 191) {
		parts_reject(out, "bad priority", "the priority in front is not <0> to <191>");
		return false;
	}
	m->priority = value;
	c->p = p + 1;
	return true;
}

/* ---- RFC 3164 ---- */

/* Midnight of MONTH, DAY in the newest year that is not in the future; -1 if there is none. A 29th of
 * February may be eight years back. */
static int64_t newest_day(const struct decoder *d, int month, int day)
{
	int64_t year;
	int m, n;
	time_civil_from_days(d->newest / 86400, &year, &m, &n);
	for (int64_t y = year + 1; y >= year - 8; y--) { /* in a zone to the east the new year has begun */
		if (!parts_is_date(y, month, day))
			continue;
		int64_t midnight = time_days_from_civil(y, month, day) * 86400;
		if (zone_to_utc(d->zone, midnight) <= d->newest)
			return midnight;
	}
	return -1;
}

/* "Mmm dd hh:mm:ss", the year in between as some write it ("Mmm dd yyyy hh:mm:ss"), a fraction behind it; a day
 * below 10 is " d", "0d" or, against the RFC, "d". Steps over it and the space (or colon) behind; false: it is none. */
static bool read_bsd_time(struct decoder *d, struct cursor *c, struct record *out)
{
	struct cursor at = *c;
	if (left(&at) < 14 || parts_month(at.p) == 0 || at.p[3] != ' ')
		return false;
	size_t n = at.p[4] != ' ' && at.p[5] == ' ' ? 5 : 6; /* as far as the day */
	if (left(&at) < n + 9 || at.p[n] != ' ')
		return false;
	int month = parts_month(at.p),
	    day = n == 6 && at.p[4] != ' ' ? parts_digits(at.p + 4, 2) : parts_digits(at.p + n - 1, 1);
	int year = left(&at) >= n + 14 && at.p[n + 5] == ' ' ? parts_digits(at.p + n + 1, 4) : -1;
	bool same = year < 0 && d->known && memcmp(at.p, d->minute, MINUTE) == 0;
	const char *minute = at.p;
	at.p += n + (year < 0 ? 1 : 6);
	int clock = parts_clock(at.p);
	if (clock < 0 || !parts_is_date(year < 0 ? 2000 : year, month, day))
		return false;
	int second = parts_digits(at.p + 6, 2); /* 60 in a leap second: the one after */
	at.p += 8;
	if (!same) {
		int64_t midnight = year < 0 ? newest_day(d, month, day) :
					      time_days_from_civil(year, month, day) * 86400;
		d->minute_sec = zone_to_utc(d->zone, midnight + clock - second);
		memcpy(d->minute, minute, MINUTE);
		d->known = year < 0;
	}
	out->time = (struct stamp){ .sec = d->minute_sec + second };
	int32_t unit = 100000000;
	if (left(&at) > 1 && at.p[0] == '.' && parts_digits(at.p + 1, 1) >= 0)
		for (at.p++; left(&at) && parts_digits(at.p, 1) >= 0; at.p++, unit /= 10)
			if (unit > 0) {
				out->time.nsec += unit * parts_digits(at.p, 1);
				out->time.digits++;
			}
	if (left(&at) && *at.p == ':')
		at.p++;
	if (left(&at) && *at.p != ' ')
		return false;
	at.p += left(&at) > 0;
	*c = at;
	return out->has_time = true;
}

/* "app:", "app[pid]:" in front of the text; else C stays. */
static void read_tag(struct cursor *c, struct message *m)
{
	const char *p = c->p;
	while (p < c->end && *p != '[' && *p != ':' && *p != ' ')
		p++;
	struct span app = { c->p, (size_t)(p - c->p) }, pid = SPAN_NONE;
	if (p < c->end && *p == '[') {
		const char *close = memchr(p, ']', (size_t)(c->end - p));
		if (!close)
			return;
		pid = (struct span){ p + 1, (size_t)(close - p - 1) };
		p = close + 1;
	}
	bool colon = p < c->end && *p == ':';
	p += colon;
	if (app.n == 0 || (!colon && !pid.p) || (p < c->end && *p != ' '))
		return;
	m->app = app;
	m->pid = pid;
	c->p = p + (p < c->end);
}

/* Host, tag and text. Local messages have no host: their first word is the tag. */
static void read_content(struct cursor *c, struct message *m)
{
	read_tag(c, m);
	if (!m->app.p) {
		m->host = word(c);
		read_tag(c, m);
	}
	m->text = rest(c);
}

static bool read_3164(struct decoder *d, struct cursor *c, struct message *m, struct record *out)
{
	struct cursor at = *c;
	struct span first = word(&at);
	if (read_bsd_time(d, c, out)) {
		read_content(c, m);
	} else if (first.n >= 19 && time_parse_rfc3339(first, d->zone, &out->time) == 0) {
		out->has_time = true;
		*c = at;
		read_content(c, m);
	} else if (m->priority >= 0) {
		m->text = rest(c); /* RFC 3164, 4.3.2 and 4.3.3: no time that can be read, all is content */
	} else {
		parts_reject(out, "no time", "no time in front ('May  1 10:39:58', or RFC 3339)");
		return false;
	}
	return true;
}

/* ---- RFC 5424 ---- */

/* Behind the structured data at P; NULL if it is none. */
static const char *skip_data(const char *p, const char *end)
{
	while (p < end && *p == '[') {
		for (bool quote = false; ++p < end && (quote || *p != ']');) {
			if (*p == '\\' && quote)
				p++;
			else if (*p == '"')
				quote = !quote;
		}
		if (p++ >= end)
			return NULL;
	}
	return p;
}

static struct span or_nil(struct span s)
{
	return s.n == 1 && s.p[0] == '-' ? SPAN_NONE : s;
}

static bool read_5424(struct decoder *d, struct cursor *c, struct message *m, struct record *out)
{
	struct span time = word(c);
	if (or_nil(time).p && time_parse_rfc3339(time, d->zone, &out->time) < 0) {
		parts_reject(out, "bad time", "the time '%.*s' is not RFC 3339", time.n > 64 ? 64 : (int)time.n,
			time.p);
		return false;
	}
	out->has_time = or_nil(time).p != NULL;
	m->host = or_nil(word(c));
	m->app = or_nil(word(c));
	m->pid = or_nil(word(c));
	m->msgid = or_nil(word(c));
	const char *behind = left(c) == 0 ? NULL :
		*c->p == '-'              ? c->p + 1 :
		*c->p == '['              ? skip_data(c->p, c->end) :
					    NULL;
	if (!behind || (behind < c->end && *behind != ' ')) {
		parts_reject(out, "torn line",
			left(c) ? "structured data without its end" : "the line ends before the structured data");
		return false;
	}
	m->data = or_nil((struct span){ c->p, (size_t)(behind - c->p) });
	c->p = behind + (behind < c->end);
	if (span_starts((struct span){ c->p, left(c) }, SPAN("\xef\xbb\xbf")))
		c->p += 3;
	m->text = left(c) ? rest(c) : SPAN_NONE;
	return true;
}

/* A parameter's value up to its closing quote, which *P is moved behind; only ", \ and ] are escaped. */
static char *put_param(struct decoder *d, char *to, const char **at, const char *end)
{
	const char *p = *at;
	buf_reset(&d->a);
	char *text = buf_room(&d->a, (size_t)(end - p) + 1);
	if (!text)
		return NULL;
	size_t n = 0;
	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end && (p[1] == '"' || p[1] == '\\' || p[1] == ']'))
			p++;
		text[n++] = *p;
	}
	*at = p + (p < end);
	return put_string(to, (struct span){ text, n });
}

/* [id name="value" ...][...] as {"id":{"name":"value",...},...}. NULL: out of memory, or (REASON set) not
 * well-formed. */
static char *put_data(struct decoder *d, char *to, struct span s, const char **reason)
{
	const char *p = s.p, *end = s.p + s.n;
	*to++ = '{';
	while (p < end) {
		const char *start = ++p; /* behind '[' */
		while (p < end && *p != ' ' && *p != ']' && *p != '"' && *p != '=')
			p++;
		*reason = p == start || p == end || *p == '"' || *p == '=' ? "an element without an id" : NULL;
		if (*reason)
			return NULL;
		to = put_string(to, (struct span){ start, (size_t)(p - start) });
		to = PUT(to, ":{");
		while (p < end && *p == ' ') {
			start = ++p;
			while (p < end && *p != '=' && *p != '"' && *p != ' ' && *p != ']')
				p++;
			if (p == start || end - p < 2 || p[0] != '=' || p[1] != '"') {
				*reason = "a parameter that is not name=\"value\"";
				return NULL;
			}
			to = put_string(to, (struct span){ start, (size_t)(p - start) });
			*to++ = ':';
			p += 2;
			to = put_param(d, to, &p, end);
			if (!to)
				return NULL;
			*to++ = ',';
		}
		if (p == end || *p++ != ']') {
			*reason = "text behind a parameter";
			return NULL;
		}
		to -= to[-1] == ',';
		to = PUT(to, "},");
	}
	to -= to[-1] == ',';
	*to++ = '}';
	return to;
}

/* ---- both ---- */

static char *put_text(char *to, struct span key, struct span s)
{
	to = put(to, key);
	return s.p ? put_string(to, s) : PUT(to, "null");
}

static char *put_head(char *to, const struct message *m)
{
	static const char *const severities[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info",
		"debug" };
	static const char *const facilities[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
		"uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2",
		"local3", "local4", "local5", "local6", "local7" };
	int n = m->priority;
	to = put_text(to, SPAN("{\"host\":"), m->host);
	to = put_text(to, SPAN(",\"app\":"), m->app);
	to = PUT(to, ",\"pid\":");
	to = m->pid.p ? put_value(to, m->pid, false) : PUT(to, "null");
	to = put_text(to, SPAN(",\"severity\":"), n < 0 ? SPAN_NONE : span_of(severities[n % 8]));
	to = put_text(to, SPAN(",\"facility\":"), n < 0 ? SPAN_NONE : span_of(facilities[n / 8]));
	return put_text(to, SPAN(",\"msgid\":"), m->msgid);
}

static int write_message(struct decoder *d, const struct message *m, struct record *out, struct err *e)
{
	const char *reason = NULL;
	char *to = parts_room(&d->out, 256, out->raw.n + 1, e);
	if (!to)
		return -1;
	to = put_text(put_head(to, m), SPAN(",\"message\":"), m->text);
	to = PUT(to, ",\"data\":");
	to = m->data.p ? put_data(d, to, m->data, &reason) : PUT(to, "null");
	if (!to && reason)
		return parts_reject(out, "bad structured data", "structured data with %s", reason);
	if (!to)
		return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	*to++ = '}';
	out->no_ts = true;
	return parts_event(out, &d->out, to, d->max);
}

static int syslog_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	unsigned bytes;
	int r = parts_line(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	struct cursor c = { out->raw.p, out->raw.p + out->raw.n };
	struct message m = { .priority = -1 };
	if (!read_priority(&c, &m, out))
		return NEXT_REJECTED;
	bool new_form = m.priority >= 0 && left(&c) >= 2 && c.p[0] == '1' && c.p[1] == ' ';
	c.p += new_form ? 2 : 0;
	if (new_form ? !read_5424(d, &c, &m, out) : !read_3164(d, &c, &m, out))
		return NEXT_REJECTED;
	return write_message(d, &m, out, e);
}

/* The years of RFC 3164 depend on when the run began: a run that goes on keeps the first one's clock. */
static void syslog_position(const struct decoder *d, const struct reader *in, struct position *out)
{
	*out = (struct position){ .offset = in->offset, .number = in->number, .state = (uint64_t)d->newest };
}

static int syslog_seek(struct decoder *d, const struct position *p, struct err *e)
{
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "not a position of this format");
	d->newest = (int64_t)p->state;
	d->known = false;
	return 0;
}

static int syslog_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct decoder *d = *out = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->zone = o->zone;
	d->max = o->max_event;
	d->newest = o->now_ms / 1000 + 86400;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->a, SIZE_MAX / 2);
	return 0;
}

static void syslog_close(struct decoder *d)
{
	if (d) {
		buf_release(&d->out);
		buf_release(&d->a);
	}
	free(d);
}

const struct format format_syslog = {
	.name = "syslog",
	.help = "system logs, RFC 3164 and RFC 5424",
	.open = syslog_open,
	.next = syslog_next,
	.close = syslog_close,
	.position = syslog_position,
	.seek = syslog_seek,
};
