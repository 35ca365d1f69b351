/* logfmt.c -- lines of name=value pairs, as Heroku's router, Go's go-kit/log and log/slog and many others write them:
 *
 *   at=info msg="a \"quoted\" value" status=200 cached
 *
 * There is no standard. Here a bare value that matches JSON's grammar of numbers, true, false and null is that; other
 * text is a string; a name alone is true; name= is the empty string. A line that has a name twice is rejected, as the
 * event would not be I-JSON (RFC 7493, 2.3). The time is the first of the names below whose value can be read as one. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/log_escape.h"
#include "sp-capture/format/table.h"
#include "text/number.h"
#include <stdlib.h>

enum { TIMES = 7, TIMES_NUMBERS = 5 };
/* The names under which a time is looked for, the best first. "t" and "at" have many other uses, so that a number is
 * accepted as a time only under the first TIMES_NUMBERS names. */
static const char *const time_names[TIMES] = { "ts", "time", "timestamp", "@timestamp", "datetime", "t", "at" };

struct logfmt_decoder {
	size_t max;
	struct time_format *time;
	struct buf out, a, b;     /* the event; scratch space for unescaping */
	struct buf names;         /* struct span each: the names of this line */
	struct span times[TIMES]; /* values of time_names in this line */
	bool plain;               /* this line has no backslash and no control character */
};

struct logfmt_pair {
	struct span name, value; /* value.p NULL: a name alone */
	bool quoted;
};

/* Accepts a line that begins with "name=". */
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

/* Returns the closing quote of the value that begins at P, after its opening quote; NULL if there is none. */
static const char *closing_quote(const char *p, const char *end)
{
	/* The byte after a backslash is escaped, whatever it is. */
	for (; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p : NULL;
}

/* Reads the value at *P, after its '='. Returns false with OUT rejected if its closing quote is missing. */
static bool read_value(const char **at, const char *end, struct logfmt_pair *pair, struct record *out)
{
	const char *p = *at, *start = p;
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
	*at = p + pair->quoted;
	return true;
}

/* Reads the pair at *AT, which is not a space, and moves *AT past it. Returns false with OUT rejected if it is not one. */
static bool read_pair(const char **at, const char *end, struct logfmt_pair *pair, struct record *out)
{
	/* A name ends at these bytes. A quote in a name is a mistake: probably a value without its name. */
	const char *p = *at, *start = p, *line = out->raw.p;
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
	*at = p;
	return true;
}

/* Returns true if a bare value S is a literal of JSON. In quotes it would be a string. */
static bool is_word(struct span s)
{
	if (s.n < 4 || s.n > 5)
		return false;
	return span_eq(s, SPAN("true")) || span_eq(s, SPAN("false")) || span_eq(s, SPAN("null"));
}

/* Writes PAIR as a member. Returns the place after it; NULL when memory is exhausted. */
static char *put_pair(struct logfmt_decoder *d, char *to, const struct logfmt_pair *pair)
{
	to = d->plain ? json_build_plain(to, pair->name) : json_build_string(to, pair->name);
	*to++ = ':';
	if (!pair->value.p)
		return JSON_BUILD_RAW(to, "true");
	if (pair->quoted)
		return d->plain ? json_build_plain(to, pair->value) : log_escape_string(to, pair->value, &d->a, &d->b);
	return is_word(pair->value) ? json_build_raw(to, pair->value) : json_build_value(to, pair->value, false);
}

/* Remembers the value of PAIR if it has one of the time_names. */
static void note_time(struct logfmt_decoder *d, const struct logfmt_pair *pair)
{
	/* The first letter or the length rules out nearly all names. */
	if (!memchr("td@a", pair->name.p[0], 4) && pair->name.n != 2)
		return;
	for (int i = 0; i < TIMES; i++)
		if (pair->value.n > 0 && span_eq(pair->name, span_of(time_names[i])))
			d->times[i] = pair->value;
}

/* Sets the time of OUT to the first value of time_names that can be read as a time. If there is none, the line is not
 * rejected here: --time may find its time elsewhere. */
static void find_time(const struct logfmt_decoder *d, struct record *out)
{
	struct err ignored;
	for (int i = 0; i < TIMES && !out->has_time; i++) {
		struct span s = d->times[i];
		if (!s.p || (i >= TIMES_NUMBERS && num_valid(s)))
			continue;
		out->has_time = time_parse_text(d->time, s, &out->time, &ignored) == 0;
		out->time_is_ts = out->has_time && i == 0;
	}
}

/* Makes an event of all pairs of the line. Returns NEXT_EVENT, NEXT_REJECTED or NEXT_ERROR. */
static int read_pairs(struct logfmt_decoder *d, struct record *out, char *to, struct err *e)
{
	const char *p = out->raw.p, *end = p + out->raw.n;
	/* Names are collected first and compared at the end, when all of them are known. */
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
		/* Only control lines have such names. */
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
	/* A line of bare words only is prose. */
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
	/* In the event a pair takes at most 8 bytes more than its text ('"":true,'); in the line it takes at least two, its
	 * first byte and a space. */
	char *to = json_build_room(&d->out, 64 + 4 * out->raw.n, out->raw.n, e);
	if (!to)
		return NEXT_ERROR;
	/* A quote inside a plain line is always the delimiter of a value, so text between quotes needs no escape. */
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
		buf_release(&d->a);
		buf_release(&d->b);
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
	buf_init(&d->a, SIZE_MAX / 2);
	buf_init(&d->b, SIZE_MAX / 2);
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
