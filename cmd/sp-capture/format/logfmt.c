/* logfmt.c -- reads lines of name=value pairs, as Heroku's router, Go's packages go-kit/log and log/slog, and many
 * other programs write them:
 *
 *   at=info msg="a \"quoted\" value" status=200 cached
 *
 * There is no standard. A value without quotes becomes a number, true, false or null of JSON if it is written as in
 * JSON. Any other value becomes a string. A name alone has the value true, and "name=" has the empty string. A line
 * with a name that occurs twice is rejected, because the event would not be I-JSON (RFC 7493, 2.3). The time of an
 * event is the first value, in the order of time_names, that can be read as a time. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/log_escape.h"
#include "sp-capture/format/table.h"
#include "text/number.h"
#include <stdlib.h>

enum { TIME_NAMES = 7, NUMERIC_TIME_NAMES = 5 };
/* The names whose values may be the time, the most likely one first. "t" and "at" have many other uses. So a number is
 * accepted as a time only if its name is one of the first NUMERIC_TIME_NAMES. */
static const char *const time_names[TIME_NAMES] = { "ts", "time", "timestamp", "@timestamp", "datetime", "t", "at" };

struct logfmt_decoder {
	size_t max;
	struct time_format *time;
	/* OUT holds the event. UNESCAPED and JSON are scratch space for log_escape_string(). */
	struct buf out, unescaped, json;
	struct buf names; /* the names in this line, each as a struct span */
	/* times[i] is the value of the field time_names[i] in this line, or SPAN_NONE if the line lacks the field. */
	struct span times[TIME_NAMES];
	bool plain; /* this line has no backslash and no control character */
};

struct logfmt_pair {
	struct span name, value; /* VALUE is SPAN_NONE if the name stands alone */
	bool quoted;
};

/* Accepts a line that begins with "name=". The name must begin with a letter, "_", "@" or a byte outside ASCII. Its
 * other bytes may also be digits and any of ".-/:". */
static bool logfmt_probe(struct span line, bool whole)
{
	(void)whole;
	size_t i = 0;
	for (; i < line.n; i++) {
		char c = line.p[i];
		bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '@' ||
			(unsigned char)c >= 0x80;
		if (!letter && (i == 0 || c == '\0' || !strchr("0123456789.-/:", c)))
			break;
	}
	return i > 0 && i < line.n && line.p[i] == '=';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Returns the closing quote of a value, or NULL if there is none before END. P must be directly after the opening
 * quote. */
static const char *closing_quote(const char *p, const char *end)
{
	/* The byte after a backslash is escaped, even if it is a quote or another backslash. */
	for (; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p : NULL;
}

/* Reads the value at *NEXT, which is directly after the '=', into PAIR, and moves *NEXT past the value. Returns true,
 * or false with OUT rejected if the closing quote is missing. */
static bool read_value(const char **next, const char *end, struct logfmt_pair *pair, struct record *out)
{
	const char *p = *next, *start = p;
	pair->quoted = p < end && *p == '"';
	if (pair->quoted)
		p = closing_quote(++start, end);
	else
		while (p < end && !is_space(*p))
			p++;
	if (!p) {
		record_reject(out, "no closing quote", "no closing quote of the value of '%.*s'",
			pair->name.n > 64 ? 64 : (int)pair->name.n, pair->name.p);
		return false;
	}
	pair->value = (struct span){ start, (size_t)(p - start) };
	*next = p + pair->quoted;
	return true;
}

/* Reads the pair at *NEXT into *PAIR and moves *NEXT past the pair. There must be no space at *NEXT. Returns true, or
 * false with OUT rejected if the text at *NEXT is not a pair. */
static bool read_pair(const char **next, const char *end, struct logfmt_pair *pair, struct record *out)
{
	/* A name ends before '=', a quote or a space. If a name ends before a quote, the line is rejected, because the
	 * quote probably begins a value without a name. */
	const char *p = *next, *start = p, *line = out->raw.p;
	while (p < end && *p != '=' && *p != '"' && !is_space(*p))
		p++;
	*pair = (struct logfmt_pair){ .name = { start, (size_t)(p - start) } };
	if (p == start || (p < end && *p == '"')) {
		record_reject(out, "not logfmt",
			*p == '"' ? "quote in a name at byte %zu" : "no name before '=' at byte %zu",
			(size_t)(p - line) + 1);
		return false;
	}
	if (p < end && *p == '=') {
		p++;
		if (!read_value(&p, end, pair, out))
			return false;
	}
	if (p < end && !is_space(*p)) {
		record_reject(out, "not logfmt", "text after a closing quote at byte %zu", (size_t)(p - line) + 1);
		return false;
	}
	*next = p;
	return true;
}

/* Returns true if S, a value without quotes, is true, false or null. JSON writes these values in the same way. */
static bool is_literal(struct span s)
{
	if (s.n < 4 || s.n > 5)
		return false;
	return span_eq(s, SPAN("true")) || span_eq(s, SPAN("false")) || span_eq(s, SPAN("null"));
}

/* Writes PAIR as a member of the event. Returns the place after the member, or NULL if memory is exhausted. */
static char *put_pair(struct logfmt_decoder *d, char *to, const struct logfmt_pair *pair)
{
	to = d->plain ? json_build_plain(to, pair->name) : json_build_string(to, pair->name);
	*to++ = ':';
	if (!pair->value.p)
		return JSON_BUILD_RAW(to, "true");
	if (pair->quoted)
		return d->plain ? json_build_plain(to, pair->value) :
				  log_escape_string(to, pair->value, &d->unescaped, &d->json);
	return is_literal(pair->value) ? json_build_raw(to, pair->value) : json_build_value(to, pair->value, false);
}

/* Stores the value of PAIR in d->times if the name of PAIR is one of time_names. */
static void note_time(struct logfmt_decoder *d, const struct logfmt_pair *pair)
{
	/* All time_names begin with one of these four bytes. The test skips the comparison for most other names. */
	if (!memchr("td@a", pair->name.p[0], 4) && pair->name.n != 2)
		return;
	for (int i = 0; i < TIME_NAMES; i++)
		if (pair->value.n > 0 && span_eq(pair->name, span_of(time_names[i])))
			d->times[i] = pair->value;
}

/* Sets the time of OUT to the first value in d->times that can be read as a time. If there is no such value, OUT is
 * not rejected, because --time may get the time from another member. */
static void find_time(const struct logfmt_decoder *d, struct record *out)
{
	struct err ignored;
	for (int i = 0; i < TIME_NAMES && !out->has_time; i++) {
		struct span s = d->times[i];
		if (!s.p || (i >= NUMERIC_TIME_NAMES && num_valid(s)))
			continue;
		out->has_time = time_parse_text(d->time, s, &out->time, &ignored) == 0;
		out->time_is_ts = out->has_time && i == 0;
	}
}

/* Writes all pairs of the line OUT->raw as an event to TO. Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
static int read_pairs(struct logfmt_decoder *d, struct record *out, char *to, struct err *e)
{
	const char *p = out->raw.p, *end = p + out->raw.n;
	/* The loop collects the names in d->names. After the loop the names are searched for a name that occurs
	 * twice. */
	bool any_value = false;
	char open = '{';
	for (;;) {
		while (p < end && is_space(*p))
			p++;
		if (p == end)
			break;
		struct logfmt_pair pair;
		if (!read_pair(&p, end, &pair, out))
			return NEXT_REJECTED;
		/* Control lines have names that begin with "$sp", and an event must not look like a control line. */
		if (json_build_reserved(pair.name))
			return record_reject(out, "reserved name", "the name '$sp...' is reserved");
		any_value |= pair.value.p != NULL;
		note_time(d, &pair);
		*to++ = open;
		open = ',';
		to = put_pair(d, to, &pair);
		if (!to || buf_add(&d->names, &pair.name, sizeof pair.name) < 0)
			return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	}
	/* A line without any '=' consists only of words and is probably prose. */
	if (!any_value)
		return record_reject(out, "not logfmt", "no name=value in it");
	*to++ = '}';
	struct span twice = json_build_twice((struct span *)(void *)d->names.p, d->names.n / sizeof(struct span));
	if (twice.p)
		return record_reject(out, "name twice", "the name '%.*s' occurs twice",
			twice.n > 64 ? 64 : (int)twice.n, twice.p);
	return json_build_event(out, &d->out, to, d->max);
}

static int logfmt_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct logfmt_decoder *d = (struct logfmt_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	/* In the event a pair needs at most 8 bytes more than in the line: a name alone gets '"":true,'. In the line a
	 * pair has at least two bytes, a byte of its name and a space. So 4 more bytes for each byte of the line are
	 * enough. */
	char *to = json_build_room(&d->out, 64 + 4 * out->raw.n, out->raw.n, e);
	if (!to)
		return NEXT_ERROR;
	/* PLAIN means that names and quoted values can be copied as they are. In a line without a backslash a quote
	 * ends a quoted value, so the value contains no quote. read_pair() rejects a quote in a name. But a value
	 * without quotes around it can contain a quote (a=b"c), so put_pair() never copies such a value unchecked. */
	d->plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH));
	buf_reset(&d->names);
	memset(d->times, 0, sizeof d->times);
	r = read_pairs(d, out, to, e);
	if (r == NEXT_EVENT)
		find_time(d, out);
	return r;
}

static void logfmt_close(struct decoder *decoder)
{
	struct logfmt_decoder *d = (struct logfmt_decoder *)decoder;
	if (d) {
		time_format_free(d->time);
		buf_release(&d->out);
		buf_release(&d->unescaped);
		buf_release(&d->json);
		buf_release(&d->names);
	}
	free(d);
}

static int logfmt_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	*out = NULL;
	struct logfmt_decoder *d = calloc(1, sizeof *d);
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->unescaped, SIZE_MAX / 2);
	buf_init(&d->json, SIZE_MAX / 2);
	buf_init(&d->names, SIZE_MAX / 2);
	if (time_format_new("auto", o->zone, &d->time, e) < 0) {
		logfmt_close((struct decoder *)d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

const struct format format_logfmt = {
	.name = "logfmt",
	.help = "lines of name=value pairs",
	.probe = logfmt_probe,
	.open = logfmt_open,
	.next = logfmt_next,
	.close = logfmt_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
