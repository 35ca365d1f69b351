/* logfmt.c -- name=value name="quoted \"value\"" flag, as Heroku, go-kit and slog write it.
 *
 * A bare value that matches JSON's grammar of numbers, true, false and null is that; other text is a
 * string; a name alone is true; name= is "". A name that stands twice rejects the line (RFC 7493). The time
 * is the first of the names below whose value reads as one. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/decode_line.h"
#include "text/number.h"

enum { TIMES = 7, TIMES_NUMBERS = 5 };
/* The last two are short for many things: numbers there are no times. */
static const char *const time_names[TIMES] = { "ts", "time", "timestamp", "@timestamp", "datetime", "t", "at" };

struct decoder {
	size_t max;
	struct time_format *time;
	struct buf out, a, b;
	struct buf names;         /* struct span each, of this line */
	struct span times[TIMES]; /* values of time_names in this line */
	bool plain;               /* this line: no backslash, no control character */
};

struct pair {
	struct span name, value; /* value.p NULL: a name alone */
	bool quoted;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* The quoted value at P (behind its quote), up to the closing one. */
static const char *closing_quote(const char *p, const char *end)
{
	for (; p < end && *p != '"'; p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p : NULL;
}

/* Reads the pair at *P, which is no space; false: OUT is rejected. */
static bool read_pair(const char **at, const char *end, struct pair *pair, struct record *out)
{
	const char *p = *at, *start = p, *line = out->raw.p;
	while (p < end && *p != '=' && *p != '"' && !is_space(*p))
		p++;
	*pair = (struct pair){ .name = { start, (size_t)(p - start) } };
	if (p == start || (p < end && *p == '"')) {
		parts_reject(out, "not logfmt",
			*p == '"' ? "quote in a name at byte %zu" : "no name before '=' at byte %zu",
			(size_t)(p - line) + 1);
		return false;
	}
	if (p < end && *p == '=') {
		start = ++p;
		pair->quoted = p < end && *p == '"';
		if (pair->quoted)
			p = closing_quote(++start, end);
		else
			while (p < end && !is_space(*p))
				p++;
		if (!p) {
			parts_reject(out, "no closing quote", "no closing quote of the value of '%.*s'",
				pair->name.n > 64 ? 64 : (int)pair->name.n, pair->name.p);
			return false;
		}
		pair->value = (struct span){ start, (size_t)(p - start) };
		p += pair->quoted;
	}
	if (p < end && !is_space(*p)) {
		parts_reject(out, "not logfmt", "text behind a closing quote at byte %zu", (size_t)(p - line) + 1);
		return false;
	}
	*at = p;
	return true;
}

static bool is_word(struct span s)
{
	if (s.n < 4 || s.n > 5)
		return false;
	return span_eq(s, SPAN("true")) || span_eq(s, SPAN("false")) || span_eq(s, SPAN("null"));
}

static char *put_pair(struct decoder *d, char *to, const struct pair *pair)
{
	to = d->plain ? put_plain(to, pair->name) : put_string(to, pair->name);
	*to++ = ':';
	if (!pair->value.p)
		return PUT(to, "true");
	if (pair->quoted)
		return d->plain ? put_plain(to, pair->value) : put_unescaped(to, pair->value, &d->a, &d->b);
	return is_word(pair->value) ? put(to, pair->value) : put_value(to, pair->value, false);
}

static void note_time(struct decoder *d, const struct pair *pair)
{
	/* Nearly all names are sorted out by their first letter. */
	if (!memchr("td@a", pair->name.p[0], 4) && pair->name.n != 2)
		return;
	for (int i = 0; i < TIMES; i++)
		if (pair->value.n > 0 && span_eq(pair->name, span_of(time_names[i])))
			d->times[i] = pair->value;
}

static void find_time(const struct decoder *d, struct record *out)
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

/* All pairs of the line into the event; NEXT_EVENT, NEXT_REJECTED or -1. */
static int read_pairs(struct decoder *d, struct record *out, char *to, struct err *e)
{
	const char *p = out->raw.p, *end = p + out->raw.n;
	bool any_value = false;
	char open = '{';
	for (;;) {
		while (p < end && is_space(*p))
			p++;
		if (p == end)
			break;
		struct pair pair;
		if (!read_pair(&p, end, &pair, out))
			return NEXT_REJECTED;
		if (parts_reserved(pair.name))
			return parts_reject(out, "reserved name", "the name '$sp...' is reserved");
		any_value |= pair.value.p != NULL;
		note_time(d, &pair);
		*to++ = open;
		open = ',';
		to = put_pair(d, to, &pair);
		if (!to || buf_add(&d->names, &pair.name, sizeof pair.name) < 0)
			return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	}
	if (!any_value)
		return parts_reject(out, "not logfmt", "no name=value in it");
	*to++ = '}';
	struct span twice = parts_twice((struct span *)(void *)d->names.p, d->names.n / sizeof(struct span));
	if (twice.p)
		return parts_reject(out, "name twice", "the name '%.*s' stands twice", twice.n > 64 ? 64 : (int)twice.n,
			twice.p);
	return parts_event(out, &d->out, to, d->max);
}

static int logfmt_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	unsigned bytes;
	int r = parts_line(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	/* What surrounds a name ('"":true,') is more than the line has for it. */
	char *to = parts_room(&d->out, 64 + 4 * out->raw.n, out->raw.n, e);
	if (!to)
		return -1;
	d->plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH));
	buf_reset(&d->names);
	memset(d->times, 0, sizeof d->times);
	r = read_pairs(d, out, to, e);
	if (r == NEXT_EVENT)
		find_time(d, out);
	return r;
}

static void logfmt_close(struct decoder *d)
{
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
	struct decoder *d = *out = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->a, SIZE_MAX / 2);
	buf_init(&d->b, SIZE_MAX / 2);
	buf_init(&d->names, SIZE_MAX / 2);
	if (time_format_new("auto", o->zone, &d->time, e) < 0) {
		logfmt_close(d);
		*out = NULL;
		return -1;
	}
	return 0;
}

const struct format format_logfmt = {
	.name = "logfmt",
	.help = "lines of name=value pairs",
	.open = logfmt_open,
	.next = logfmt_next,
	.close = logfmt_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
