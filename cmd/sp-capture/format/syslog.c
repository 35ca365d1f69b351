/* syslog.c -- reads system logs in the forms of RFC 3164 (BSD syslog) and RFC 5424. Messages of RFC 3164 are accepted
 * as daemons send them. They are also accepted as rsyslog and syslog-ng write them to files: without <PRI>, and often
 * with an RFC 3339 time.
 *
 * Every event has the same members in the same order. A member is null if the line does not have its value. Times of
 * RFC 3164 have no year; text/year_run.h finds it. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/log_cursor.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/syslog_data.h"
#include "sp-capture/format/table.h"
#include "text/year_run.h"
#include <stdlib.h>

enum { MINUTE = 12 }; /* bytes of "Mmm dd hh:mm" */

struct syslog_decoder {
	const struct zone *zone;
	size_t max; /* the longest event, in bytes */
	struct year_run years;
	/* OUT holds the event. SCRATCH holds a value of structured data without its escapes. */
	struct buf out, scratch;
	/* A cache for the conversion of times: MINUTE_SEC is the instant at which the minute of the last line began.
	 * If the next line has the same minute, only its seconds are converted. */
	char minute[MINUTE]; /* as in the line, such as "May  1 10:39" */
	int64_t minute_sec;  /* seconds since 1970 */
	bool minute_known;   /* the cache is set */
};

/* The fields of a message. A field that the line does not have is SPAN_NONE. */
struct syslog_message {
	/* The priority is facility * 8 + severity, or -1 if the line does not have a priority. */
	int priority;
	struct span host, app, pid, msgid, data, text;
};

/* Reads the priority, "<0>" to "<191>", if the line begins with '<'. Returns true, also if the line does not begin
 * with '<'. Returns false with OUT rejected if there is a '<' but no valid priority. */
static bool read_priority(struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	m->priority = -1;
	if (log_cursor_left(c) == 0 || *c->p != '<')
		return true;
	int value = 0, digits = 0;
	const char *p = c->p + 1;
	for (; p < c->end && digits < 4 && *p >= '0' && *p <= '9'; p++, digits++)
		value = value * 10 + (*p - '0');
	if (digits == 0 || digits > 3 || p == c->end || *p != '>' || value > 191) {
		record_reject(out, "bad priority", "the priority is not <0> to <191>");
		return false;
	}
	m->priority = value;
	c->p = p + 1;
	return true;
}

/* Accepts a line that begins with a priority or with a time of RFC 3164. Accepts a line with an RFC 3339 time only if a
 * host and a tag follow, because other logs begin with such a time as well. */
static bool syslog_probe(struct span s, bool whole)
{
	(void)whole;
	if (s.p[0] == '<') {
		size_t i = 1;
		while (i < s.n && i < 4 && log_time_digits(s.p + i, 1) >= 0)
			i++;
		return i > 1 && i < s.n && s.p[i] == '>';
	}
	if (s.n >= 16 && log_time_month(s.p) > 0) {
		size_t n = s.p[4] != ' ' && s.p[5] == ' ' ? 5 : 6; /* bytes before the space after the day */
		return s.p[3] == ' ' && s.p[n] == ' ' &&
			(log_time_clock(s.p + n + 1) >= 0 || (s.n >= n + 15 && log_time_clock(s.p + n + 6) >= 0));
	}
	struct log_cursor c = { s.p, s.p + s.n };
	struct span time, host, tag;
	struct stamp t;
	if (!log_cursor_until(&c, ' ', &time) || time.n < 19 || time_parse_rfc3339(time, NULL, &t) < 0)
		return false;
	if (!log_cursor_until(&c, ' ', &host) || host.n == 0)
		return false;
	tag = log_cursor_word(&c);
	return tag.n > 0 && tag.p[tag.n - 1] == ':';
}

/* ---- RFC 3164 ---- */

/* Reads the time "Mmm dd hh:mm:ss" and the space after it. Cisco's devices may add a year before the time of day, and
 * a fraction and a colon after it: "Mmm dd yyyy hh:mm:ss.sss:". A day below 10 may be written " d", "0d" or "d",
 * although the RFC does not allow "d". Returns true with the time of OUT set, or false with C unchanged if there is no
 * such time at C. */
static bool read_bsd_time(struct syslog_decoder *d, struct log_cursor *c, struct record *out)
{
	/* The function moves a copy of the cursor, so C is unchanged if the text is not a time. */
	struct log_cursor ahead = *c;
	if (log_cursor_left(&ahead) < 14 || log_time_month(ahead.p) == 0 || ahead.p[3] != ' ')
		return false;
	size_t n = ahead.p[4] != ' ' && ahead.p[5] == ' ' ? 5 : 6; /* bytes before the space after the day */
	if (log_cursor_left(&ahead) < n + 9 || ahead.p[n] != ' ')
		return false;
	int month = log_time_month(ahead.p),
	    day = n == 6 && ahead.p[4] != ' ' ? log_time_digits(ahead.p + 4, 2) : log_time_digits(ahead.p + n - 1, 1);
	int year = log_cursor_left(&ahead) >= n + 14 && ahead.p[n + 5] == ' ' ? log_time_digits(ahead.p + n + 1, 4) :
										-1;
	/* Only times without a year use the cache. In a time with a year the first MINUTE bytes do not contain the
	 * minute. */
	bool same = year < 0 && d->minute_known && memcmp(ahead.p, d->minute, MINUTE) == 0;
	const char *minute = ahead.p;
	ahead.p += n + (year < 0 ? 1 : 6);
	int clock = log_time_clock(ahead.p);
	if (clock < 0 || !log_time_is_date(year < 0 ? 2000 : year, month, day))
		return false;
	/* In a leap second SECOND is 60, and the result is the first instant of the next minute. */
	int second = log_time_digits(ahead.p + 6, 2);
	ahead.p += 8;
	if (!same) {
		int64_t days = time_days_from_civil(year, month, day);
		if (year < 0 &&
			year_run_find(&d->years, d->zone, (struct year_run_time){ month, day, clock }, &days) < 0)
			return false;
		d->minute_sec = zone_to_utc(d->zone, days * 86400 + clock - second);
		memcpy(d->minute, minute, MINUTE);
		d->minute_known = year < 0;
	}
	out->time = (struct stamp){ .sec = d->minute_sec + second };
	/* The fraction may have any number of digits. The digits after the ninth are ignored. */
	int32_t unit = 100000000;
	if (log_cursor_left(&ahead) > 1 && ahead.p[0] == '.' && log_time_digits(ahead.p + 1, 1) >= 0)
		for (ahead.p++; log_cursor_left(&ahead) && log_time_digits(ahead.p, 1) >= 0; ahead.p++, unit /= 10)
			if (unit > 0) {
				out->time.nsec += unit * log_time_digits(ahead.p, 1);
				out->time.digits++;
			}
	if (log_cursor_left(&ahead) && *ahead.p == ':')
		ahead.p++;
	if (log_cursor_left(&ahead) && *ahead.p != ' ')
		return false;
	ahead.p += log_cursor_left(&ahead) > 0;
	*c = ahead;
	return out->has_time = true;
}

/* Sets app and pid of M to the tag at C, which is "app:", "app[pid]:" or "app[pid]". Moves C past the tag and the
 * space after it. Changes nothing if there is no tag at C. */
static void read_tag(struct log_cursor *c, struct syslog_message *m)
{
	/* A tag has a colon or a pid. Text such as "-- MARK --" has neither, and is not a tag. */
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

/* Reads host, tag and text into M. Messages of the local machine may have no host. In such a message the first word is
 * the tag. */
static void read_content(struct log_cursor *c, struct syslog_message *m)
{
	read_tag(c, m);
	if (!m->app.p) {
		m->host = log_cursor_word(c);
		read_tag(c, m);
	}
	m->text = log_cursor_rest(c);
}

/* Reads what follows the priority in a line of RFC 3164. Returns true, or false with OUT rejected. */
static bool read_3164(struct syslog_decoder *d, struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	/* If the line does not begin with a BSD time, its first word may be an RFC 3339 time. */
	struct log_cursor ahead = *c;
	struct span first = log_cursor_word(&ahead);
	if (read_bsd_time(d, c, out)) {
		read_content(c, m);
	} else if (first.n >= 19 && time_parse_rfc3339(first, d->zone, &out->time) == 0) {
		out->has_time = true;
		*c = ahead;
		read_content(c, m);
	} else if (m->priority >= 0) {
		/* If no valid time follows the priority, the rest of the line is text (RFC 3164, 4.3.2, 4.3.3). */
		m->text = log_cursor_rest(c);
	} else {
		record_reject(out, "no time", "no time at the start ('May  1 10:39:58', or RFC 3339)");
		return false;
	}
	return true;
}

/* ---- RFC 5424 ---- */

/* Returns SPAN_NONE if S is "-", with which RFC 5424 marks a field without a value. Otherwise returns S. */
static struct span or_nil(struct span s)
{
	return s.n == 1 && s.p[0] == '-' ? SPAN_NONE : s;
}

/* Reads what follows the version in a line of RFC 5424. Returns true, or false with OUT rejected. */
static bool read_5424(struct syslog_decoder *d, struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	struct span time = log_cursor_word(c);
	if (or_nil(time).p && time_parse_rfc3339(time, d->zone, &out->time) < 0) {
		record_reject(out, "bad time", "the time '%.*s' is not RFC 3339", time.n > 64 ? 64 : (int)time.n,
			time.p);
		return false;
	}
	/* A message without a time ("-") is accepted, because --time may get the time from another member. */
	out->has_time = or_nil(time).p != NULL;
	m->host = or_nil(log_cursor_word(c));
	m->app = or_nil(log_cursor_word(c));
	m->pid = or_nil(log_cursor_word(c));
	m->msgid = or_nil(log_cursor_word(c));
	const char *data_end = log_cursor_left(c) == 0 ? NULL :
		*c->p == '-'                           ? c->p + 1 :
		*c->p == '['                           ? syslog_data_end(c->p, c->end) :
							 NULL;
	if (!data_end || (data_end < c->end && *data_end != ' ')) {
		record_reject(out, "torn line",
			log_cursor_left(c) ? "structured data without its closing bracket" :
					     "the line ends before the structured data");
		return false;
	}
	m->data = or_nil((struct span){ c->p, (size_t)(data_end - c->p) });
	c->p = data_end + (data_end < c->end);
	/* Skip a byte-order mark at the start of the text. It only says that the text is UTF-8. */
	if (span_starts((struct span){ c->p, log_cursor_left(c) }, SPAN("\xef\xbb\xbf")))
		c->p += 3;
	m->text = log_cursor_left(c) ? log_cursor_rest(c) : SPAN_NONE;
	return true;
}

/* ---- events of both forms ---- */

/* Writes KEY and then S as a string, or null if S is SPAN_NONE. Returns the place after the value. */
static char *put_text(char *to, struct span key, struct span s)
{
	to = json_build_raw(to, key);
	return s.p ? json_build_string(to, s) : JSON_BUILD_RAW(to, "null");
}

/* Writes the members before the text of the message. The numbers of severities and facilities are those of RFC 5424,
 * 6.2.1, and their names are those of syslog.conf(5). Returns the place after the members. */
static char *put_head(char *to, const struct syslog_message *m)
{
	static const char *const severities[] = { "emerg", "alert", "crit", "err", "warning", "notice", "info",
		"debug" };
	static const char *const facilities[] = { "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
		"uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1", "local2",
		"local3", "local4", "local5", "local6", "local7" };
	/* The priority is facility * 8 + severity (RFC 5424, 6.2.1). */
	int n = m->priority;
	to = put_text(to, SPAN("{\"host\":"), m->host);
	to = put_text(to, SPAN(",\"app\":"), m->app);
	to = JSON_BUILD_RAW(to, ",\"pid\":");
	to = m->pid.p ? json_build_value(to, m->pid, false) : JSON_BUILD_RAW(to, "null");
	to = put_text(to, SPAN(",\"severity\":"), n < 0 ? SPAN_NONE : span_of(severities[n % 8]));
	to = put_text(to, SPAN(",\"facility\":"), n < 0 ? SPAN_NONE : span_of(facilities[n / 8]));
	return put_text(to, SPAN(",\"msgid\":"), m->msgid);
}

/* Writes the message M as an event and sets the event of OUT. Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
static int write_message(struct syslog_decoder *d, const struct syslog_message *m, struct record *out, struct err *e)
{
	const char *reason = NULL;
	/* 256 bytes are enough for the names of all members and for all values that are null. */
	char *to = json_build_room(&d->out, 256, out->raw.n + 1, e);
	if (!to)
		return NEXT_ERROR;
	to = put_text(put_head(to, m), SPAN(",\"message\":"), m->text);
	to = JSON_BUILD_RAW(to, ",\"data\":");
	to = m->data.p ? syslog_data_put(to, m->data, &d->scratch, &reason) : JSON_BUILD_RAW(to, "null");
	if (!to && reason)
		return record_reject(out, "bad structured data", "structured data with %s", reason);
	if (!to)
		return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	*to++ = '}';
	out->no_ts = true;
	return json_build_event(out, &d->out, to, d->max);
}

static int syslog_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	d->years.name = in->in.name;
	struct log_cursor c = { out->raw.p, out->raw.p + out->raw.n };
	struct syslog_message m = { .priority = -1 };
	if (!read_priority(&c, &m, out))
		return NEXT_REJECTED;
	/* In RFC 5424 the version of the form, 1, follows the priority. */
	bool new_form = m.priority >= 0 && log_cursor_left(&c) >= 2 && c.p[0] == '1' && c.p[1] == ' ';
	c.p += new_form ? 2 : 0;
	if (new_form ? !read_5424(d, &c, &m, out) : !read_3164(d, &c, &m, out))
		return NEXT_REJECTED;
	return write_message(d, &m, out, e);
}

/* Sets *OUT to the place that was reached. Its state is what decides the years of later times, so a later run that
 * continues at this place finds the same years. */
static void syslog_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct syslog_decoder *d = (const struct syslog_decoder *)decoder;
	*out = (struct position){ .offset = in->offset, .number = in->number, .state = year_run_save(&d->years) };
}

static int syslog_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "the position is not one of this format");
	year_run_restore(&d->years, p->state);
	d->minute_known = false;
	return 0;
}

static int syslog_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct syslog_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->zone = o->zone;
	d->max = o->max_event;
	year_run_init(&d->years, "", o->changed_ms, o->live, o->first_year);
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->scratch, SIZE_MAX / 2);
	return 0;
}

static void syslog_close(struct decoder *decoder)
{
	struct syslog_decoder *d = (struct syslog_decoder *)decoder;
	if (d) {
		buf_release(&d->out);
		buf_release(&d->scratch);
	}
	free(d);
}

const struct format format_syslog = {
	.name = "syslog",
	.help = "system logs, RFC 3164 and RFC 5424",
	.flags = FORMAT_YEARLESS,
	.probe = syslog_probe,
	.open = syslog_open,
	.next = syslog_next,
	.close = syslog_close,
	.position = syslog_position,
	.seek = syslog_seek,
};
