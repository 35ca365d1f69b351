/* syslog_read.c -- reads the parts of a message of a system log.
 *
 * A message of RFC 5424 has fixed fields. RFC 3164 only describes what programs send. After the time, such a message
 * may have a host and then a tag, "app[pid]:". Both can be missing. */
#include "sp-capture/format/syslog_read.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/syslog_data.h"

/* Returns the length of the byte count that RFC 6587 puts before a message, with the space after it, as in "83 " before
 * a '<'. Returns 0 if S does not begin with such a count. */
static size_t count_length(struct span s)
{
	size_t n = 0;
	if (*s.p > '9')
		return 0;
	while (n < s.n && n < 8 && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	bool count = n > 0 && s.n - n > 2 && s.p[n] == ' ' && s.p[n + 1] == '<' && log_time_digits(s.p + n + 2, 1) >= 0;
	return count ? n + 1 : 0;
}

/* Reads the priority, "<0>" to "<191>", if the line begins with '<'. Returns true, also if the line does not begin
 * with '<'. Returns false with OUT rejected if there is a '<' but no valid priority. */
static bool read_priority(struct log_cursor *c, struct syslog_message *m, struct record *out)
{
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

/* Returns SPAN_NONE if S is "-", with which RFC 5424 marks a field without a value. Otherwise returns S. */
static struct span or_nil(struct span s)
{
	return s.n == 1 && s.p[0] == '-' ? SPAN_NONE : s;
}

/* ---- RFC 3164 ---- */

/* Returns the end of the name of an application that begins at P. The name ends before a blank, a '[', or a colon with
 * a blank, a '[' or END after it. Other colons, as in "Foo::Bar", are part of the name. */
static const char *app_end(const char *p, const char *end)
{
	while (p < end && *p != '[' && *p != ' ' && !(*p == ':' && (p + 1 == end || p[1] == ' ' || p[1] == '[')))
		p++;
	return p;
}

/* Sets app and pid of M to the tag at C, which is "app:", "app[pid]:" or "app[pid]". Moves C past the tag and the
 * space after it. Changes nothing if there is no tag at C. */
static void read_tag(struct log_cursor *c, struct syslog_message *m)
{
	/* A tag has a colon or a pid. Text such as "-- MARK --" has neither, and is not a tag. */
	const char *p = app_end(c->p, c->end);
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
	/* Some programs write no space after the colon if there is a pid, "app[1]:text", or before a bracket,
	 * "kernel:[1.0]". */
	bool glued = colon && p < c->end && *p != ' ' && (pid.p || *p == '[');
	if (app.n == 0 || (!colon && !pid.p) || (p < c->end && *p != ' ' && !glued))
		return;
	m->app = app;
	m->pid = pid;
	c->p = p + (p < c->end && !glued);
}

/* Sets app and pid of M to a tag with blanks at C, such as "Microsoft Word[14463]:", and moves C past the tag. Changes
 * nothing if there is no such tag. To differ from text, the tag must have at most four words, of letters, digits, bytes
 * outside ASCII and ._-+()/. Its pid must be digits with a colon after the bracket. */
static void read_blank_tag(struct log_cursor *c, struct syslog_message *m)
{
	enum { WORDS = 4 };
	const char *p = c->p;
	for (int blanks = 0; p < c->end && *p != '['; p++) {
		bool letter = (*p >= '0' && *p <= '9') || ((*p | 32) >= 'a' && (*p | 32) <= 'z') || (*p & 0x80);
		blanks += *p == ' ';
		if (blanks >= WORDS || (!letter && !(p > c->p && strchr(" ._-+()/", *p))) ||
			(*p == ' ' && p[-1] == ' '))
			return;
	}
	const char *digits = p + 1, *close = digits;
	while (close < c->end && *close >= '0' && *close <= '9')
		close++;
	if (p == c->p || p[-1] == ' ' || close == digits || c->end - close < 2 || close[0] != ']' || close[1] != ':' ||
		(c->end - close > 2 && close[2] != ' '))
		return;
	m->app = (struct span){ c->p, (size_t)(p - c->p) };
	m->pid = (struct span){ digits, (size_t)(close - digits) };
	c->p = c->end - close > 2 ? close + 3 : c->end;
}

/* Reads host, tag and text into M. A message of the local machine may have no host, and then its first word is the
 * tag. */
static void read_content(struct log_cursor *c, struct syslog_message *m)
{
	read_tag(c, m);
	if (!m->app.p) {
		struct span host = log_cursor_word(c);
		m->host = host.n > 0 ? or_nil(host) : SPAN_NONE;
		/* Several spaces before a tag are skipped. Spaces before text are part of the text. */
		struct log_cursor ahead = *c;
		while (log_cursor_left(&ahead) > 0 && *ahead.p == ' ')
			ahead.p++;
		read_tag(&ahead, m);
		if (!m->app.p)
			read_blank_tag(&ahead, m);
		*c = m->app.p ? ahead : *c;
	}
	m->text = log_cursor_rest(c);
}

/* Reads what follows the priority in a line of RFC 3164. Returns true, or false with OUT rejected. */
static bool read_3164(struct syslog_clock *k, struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	/* Some devices write a space after the priority. */
	struct log_cursor ahead = *c;
	ahead.p += m->priority >= 0 && log_cursor_left(c) > 0 && *c->p == ' ';
	m->form = syslog_time_read(k, &ahead, out);
	*c = m->form != TIME_NONE ? ahead : *c;
	if (out->kind)
		return false;
	if (m->form != TIME_NONE) {
		if (m->form == TIME_FULL && span_starts((struct span){ c->p, log_cursor_left(c) }, SPAN("[s="))) {
			record_reject(out, "no syslog", "this is journalctl -o verbose; write -o export or -o json");
			return false;
		}
		read_content(c, m);
	} else if (m->priority >= 0) {
		/* If no valid time follows the priority, the rest of the line is text (RFC 3164, 4.3.2, 4.3.3). */
		m->text = log_cursor_rest(c);
	} else {
		bool indented = log_cursor_left(c) > 0 && (*c->p == ' ' || *c->p == '\t');
		record_reject(out, "no time", "no time at the start ('May  1 10:39:58', or RFC 3339)%s",
			indented ? "; a message of several lines? journalctl -o export keeps it whole" : "");
		return false;
	}
	return true;
}

/* ---- RFC 5424 ---- */

/* Returns true if M is a message of Heroku's Logplex, which writes no structured data, not even "-". In such a message
 * the host is "host", the msgid is "-", and the app is "app" or "heroku". */
static bool is_heroku(const struct syslog_message *m)
{
	return m->host.p && span_eq(m->host, SPAN("host")) && !m->msgid.p && m->app.p &&
		(span_eq(m->app, SPAN("app")) || span_eq(m->app, SPAN("heroku")));
}

/* Reads the structured data, which is "-" or begins with '[', and moves C to the text. Other bytes are text, because
 * some programs write no structured data. Returns true, or false with OUT rejected. */
static bool read_data(struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	bool nil = log_cursor_left(c) > 0 && *c->p == '-' && (log_cursor_left(c) == 1 || c->p[1] == ' ');
	bool heroku = is_heroku(m);
	if (log_cursor_left(c) == 0 && !heroku) {
		record_reject(out, "torn line", "the line ends before the structured data");
		return false;
	}
	if (!nil && (heroku || *c->p != '['))
		return true;
	const char *end = nil ? c->p + 1 : syslog_data_end(c->p, c->end);
	if (!end) {
		record_reject(out, "torn line", "structured data without its closing bracket");
		return false;
	}
	m->data = or_nil((struct span){ c->p, (size_t)(end - c->p) });
	/* Some devices write no space before the text. */
	c->p = end + (end < c->end && *end == ' ');
	return true;
}

/* Reads the time of a line of RFC 5424 at C. A message without a time ("-") is accepted, because --time may get the
 * time from another member. Returns true, or false with OUT rejected. */
static bool read_5424_time(const struct syslog_clock *k, struct log_cursor *c, struct record *out)
{
	enum { DATE = 10 };
	struct span time = log_cursor_word(c);
	out->has_time = or_nil(time).p != NULL;
	if (!out->has_time)
		return true;
	/* Some programs write a space between the date and the time of day. A date alone is no time of a message. */
	if (time.n == DATE && log_cursor_left(c) > 0) {
		struct span clock = log_cursor_word(c);
		time.n = (size_t)(clock.p + clock.n - time.p);
	}
	if (time.n > DATE && time_parse_rfc3339(time, k->zone, &out->time) == 0)
		return true;
	record_reject(out, "bad time", "the time '%.*s' is not RFC 3339", time.n > 64 ? 64 : (int)time.n, time.p);
	return false;
}

/* Reads what follows the version in a line of RFC 5424. Returns true, or false with OUT rejected. */
static bool read_5424(const struct syslog_clock *k, struct log_cursor *c, struct syslog_message *m, struct record *out)
{
	if (!read_5424_time(k, c, out))
		return false;
	m->host = or_nil(log_cursor_word(c));
	m->app = or_nil(log_cursor_word(c));
	m->pid = or_nil(log_cursor_word(c));
	m->msgid = or_nil(log_cursor_word(c));
	if (!read_data(c, m, out))
		return false;
	/* Skip a byte-order mark at the start of the text. It only says that the text is UTF-8. */
	if (span_starts((struct span){ c->p, log_cursor_left(c) }, SPAN("\xef\xbb\xbf")))
		c->p += 3;
	m->text = log_cursor_left(c) ? log_cursor_rest(c) : SPAN_NONE;
	return true;
}

/* Returns true if C is at a message of RFC 5424 without its priority. Some daemons write this form to files. The
 * message must begin with the version 1, an RFC 3339 time and four more words. */
static bool is_bare_5424(const struct log_cursor *c)
{
	struct log_cursor ahead = *c;
	struct stamp t;
	struct span time, word;
	if (log_cursor_left(c) < 22 || c->p[0] != '1' || c->p[1] != ' ')
		return false;
	ahead.p += 2;
	if (!log_cursor_until(&ahead, ' ', &time) || time.n < 19 || time_parse_rfc3339(time, NULL, &t) < 0)
		return false;
	for (int i = 0; i < 4; i++)
		if (!log_cursor_until(&ahead, ' ', &word) || word.n == 0)
			return false;
	return true;
}

/* ---- both ---- */

bool syslog_read(struct syslog_clock *k, struct span line, struct syslog_message *m, struct record *out)
{
	struct log_cursor c = { line.p, line.p + line.n };
	*m = (struct syslog_message){ .priority = -1 };
	c.p += count_length(line);
	if (!read_priority(&c, m, out))
		return false;
	/* In RFC 5424 the version of the protocol, 1, follows the priority. */
	bool version = log_cursor_left(&c) >= 2 && c.p[0] == '1' && c.p[1] == ' ';
	if (version && (m->priority >= 0 || is_bare_5424(&c))) {
		c.p += 2;
		return read_5424(k, &c, m, out);
	}
	return read_3164(k, &c, m, out);
}

bool syslog_is_remark(struct span line)
{
	/* Explanations of messages (journalctl -x) begin with two dashes or with two shaded blocks. */
	static const char shades[] = "\xe2\x96\x91\xe2\x96\x91";
	return span_starts(line, SPAN("-- ")) || span_eq(line, SPAN("--")) || span_starts(line, SPAN(shades));
}

bool syslog_probe(struct span line, bool whole)
{
	(void)whole;
	if (syslog_is_remark(line))
		return span_starts(line, SPAN("-- Logs begin at ")) ||
			span_starts(line, SPAN("-- Journal begins at ")) || span_starts(line, SPAN("-- Boot ")) ||
			span_starts(line, SPAN("-- No entries --"));
	struct log_cursor c = { line.p + count_length(line), line.p + line.n };
	if (*c.p == '<') {
		size_t digits = 0;
		while (log_cursor_left(&c) > digits + 1 && digits < 3 && log_time_digits(c.p + 1 + digits, 1) >= 0)
			digits++;
		return digits > 0 && log_cursor_left(&c) > digits + 1 && c.p[digits + 1] == '>';
	}
	if (is_bare_5424(&c))
		return true;
	/* Which year a date gets does not matter here. The newest year is 2100, so that February 29 exists in one of
	 * the years before, and no warning about future dates is written. */
	struct syslog_clock k = { .zone = NULL };
	struct syslog_message m;
	struct record out;
	year_run_init(&k.years, "", INT64_C(4102444800000), false, 0);
	bool read = syslog_read(&k, line, &m, &out);
	/* A line with an unknown time zone is accepted, because a user may later give the zone with --tz. */
	if (!read)
		return out.kind && strcmp(out.kind, "unknown time zone") == 0;
	/* Other logs also begin with times that are not of RFC 3164. So a tag must follow such a time. A host, a pid or
	 * both must follow as well, depending on the form of the time. */
	bool host = m.host.p && m.host.n > 0;
	switch (m.form) {
	case TIME_BSD: return true;
	case TIME_ISO: return m.app.p && (host || m.pid.p);
	case TIME_BLANK: return m.app.p && host && m.pid.p;
	case TIME_FULL:
	case TIME_UNIX: return m.app.p && host;
	default: return false;
	}
}
