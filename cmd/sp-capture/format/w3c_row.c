/* w3c_row.c -- makes an event of a row of a log whose columns are named by "#Fields" lines. */
#include "base/vec.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/log_escape.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/w3c_internal.h"
#include <stdio.h>

enum {
	DAY_S = 24 * 60 * 60,
	MOMENT_MAX = 80, /* size of the buffer for a date and a time of day, in bytes */
};

/* ---- fields ---- */

/* Returns the offset in ROW of the quote that closes the quoted text at offset FROM. Sets *DOUBLED to true if the text
 * has doubled quotes. Returns 0 if there is no closing quote, or if text follows the quote without a blank. */
static size_t closing_quote(struct span row, size_t from, bool *doubled)
{
	for (size_t i = from; i < row.n; i++) {
		if (row.p[i] != '"')
			continue;
		if (i + 1 == row.n || row.p[i + 1] == ' ')
			return i;
		if (row.p[i + 1] != '"')
			return 0;
		*doubled = true;
		i++;
	}
	return 0;
}

/* Splits ROW at blanks into the fields of W. A field in quotes may contain blanks, and each quote in it is doubled.
 * Returns 0, or -1 if memory is exhausted. */
static int split_blanks(struct csv_walk *w, struct span row)
{
	for (size_t i = 0; i < row.n;) {
		struct csv_field f = { .offset = i };
		size_t end = row.p[i] == '"' ? closing_quote(row, i + 1, &f.doubled) : 0;
		f.quoted = end > 0;
		if (f.quoted) {
			f.offset++;
		} else {
			const char *blank = memchr(row.p + i, ' ', row.n - i);
			end = blank ? (size_t)(blank - row.p) : row.n;
			f.doubled = false;
		}
		f.n = end - f.offset;
		struct csv_field *fields = vec_room(w->fields, &w->cap, w->count + 1, sizeof *fields);
		if (!fields)
			return -1;
		w->fields = fields;
		fields[w->count++] = f;
		for (i = end + f.quoted; i < row.n && row.p[i] == ' ';)
			i++;
	}
	return 0;
}

/* Splits ROW into the fields of d->walk, and checks their number. Returns NEXT_EVENT, NEXT_REJECTED with OUT
 * rejected, or NEXT_ERROR with E set. */
static int split_row(struct w3c_decoder *d, struct span row, struct record *out, struct err *e)
{
	const struct w3c_columns *c = &d->columns;
	struct csv_walk *w = &d->walk;
	int r;
	csv_walk_start(w);
	if (c->separator == ',') {
		w->dialect.separator = ',';
		enum csv_walked walked = csv_walk(w, row, true);
		if (walked != CSV_DONE && walked != CSV_MEMORY)
			return record_reject(out, "wrong quotes", "a quote is not closed, or text follows it");
		r = walked == CSV_DONE ? 0 : -1;
	} else if (c->separator || memchr(row.p, '\t', row.n)) {
		w->dialect.separator = c->separator ? c->separator : '\t';
		r = csv_split(w, row);
	} else {
		r = split_blanks(w, row);
	}
	if (r < 0)
		return err_oom(e, "the fields of a row");
	if (w->count != c->names.count)
		return record_reject(out, "wrong number of fields", "has %zu field%s, the line #Fields %zu", w->count,
			w->count == 1 ? "" : "s", c->names.count);
	return NEXT_EVENT;
}

/* ---- values ---- */

static bool is_null(const struct w3c_columns *c, struct span s)
{
	return s.n == 0 || span_eq(s, span_of(c->unset)) || span_eq(s, span_of(c->empty));
}

/* Writes S, a single value of TYPE, to TO as JSON. Returns the place after the JSON, or NULL if memory is
 * exhausted. */
static char *put_one(struct w3c_decoder *d, char *to, struct span s, enum w3c_type type)
{
	if (type == W3C_BOOL && s.n == 1 && (s.p[0] == 'T' || s.p[0] == 'F'))
		return s.p[0] == 'T' ? JSON_BUILD_RAW(to, "true") : JSON_BUILD_RAW(to, "false");
	if (type == W3C_ANY && !(d->columns.zeek && memchr(s.p, '\\', s.n)))
		return json_build_value(to, s, false);
	return d->columns.zeek ? log_escape_string(to, s, &d->unescaped, &d->json) : json_build_string(to, s);
}

/* Writes S, a list of values of TYPE, to TO as a JSON array. Returns the place after the array, or NULL if memory is
 * exhausted. */
static char *put_list(struct w3c_decoder *d, char *to, struct span s, enum w3c_type type)
{
	*to++ = '[';
	for (;;) {
		const char *end = memchr(s.p, d->columns.set_separator, s.n);
		struct span one = { s.p, end ? (size_t)(end - s.p) : s.n };
		to = is_null(&d->columns, one) ? JSON_BUILD_RAW(to, "null") : put_one(d, to, one, type);
		if (!to || !end)
			break;
		*to++ = ',';
		s = (struct span){ end + 1, s.n - one.n - 1 };
	}
	if (to)
		*to++ = ']';
	return to;
}

/* Writes the value of field I of ROW to TO as JSON. A value in quotes is always a string. Returns the place after the
 * JSON, or NULL if memory is exhausted. */
static char *put_field(struct w3c_decoder *d, char *to, struct span row, size_t i)
{
	const struct w3c_columns *c = &d->columns;
	const struct csv_field *f = &d->walk.fields[i];
	struct span s = { row.p + f->offset, f->n };
	enum w3c_type type = i < c->types.n ? (enum w3c_type)c->types.p[i] : W3C_ANY;
	if (f->doubled && !(s = csv_undouble(s, &d->unescaped)).p)
		return NULL;
	if (f->quoted)
		return json_build_string(to, s);
	if (is_null(c, s))
		return JSON_BUILD_RAW(to, "null");
	if (type == W3C_LIST || type == W3C_STRINGS_LIST)
		return put_list(d, to, s, type == W3C_LIST ? W3C_ANY : W3C_STRING);
	return put_one(d, to, s, type);
}

/* ---- the time ---- */

/* Sets the time of OUT from DAY, a date, and CLOCK, a time of day. If DAY comes from a line "#Date", LATE is the time
 * of day in that line, in seconds, and the row may be from the day after DAY. Otherwise LATE is -1. Returns
 * NEXT_EVENT, or NEXT_REJECTED if DAY and CLOCK are not a time. */
static int set_time(const struct w3c_decoder *d, struct record *out, struct span day, struct span clock, int late)
{
	char text[MOMENT_MAX];
	int n = snprintf(text, sizeof text, "%.*sT%.*s", (int)day.n, day.p, (int)clock.n, clock.p);
	struct span moment = { text, n > 0 && (size_t)n < sizeof text ? (size_t)n : 0 };
	/* Times of this format are in UTC, unless a line "#Time Format: Local" says otherwise. The firewall of Windows
	 * writes that line. */
	const struct zone *zone = d->columns.local ? d->options->zone : NULL;
	if (day.n != 10 || time_parse_rfc3339(moment, zone, &out->time) < 0)
		return record_reject(out, "no time that can be read", "date and time: '%.40s' is no time", text);
	/* A row can be a little earlier than the line "#Date", because rows are written late. If its time of day is
	 * more than half a day earlier, the row is from the next day. */
	int second = clock.n >= 8 ? log_time_clock(clock.p) : -1;
	if (late >= 0 && second >= 0 && late - second > DAY_S / 2)
		out->time.sec += DAY_S;
	out->has_time = true;
	return NEXT_EVENT;
}

/* Finds the time of the row in OUT->raw. It is in two columns with date and time of day, or else in one column with
 * both. If there is only a time of day, the day comes from the last line "#Date". Returns NEXT_EVENT, also if the row
 * has no time, or NEXT_REJECTED if the time cannot be read. */
static int find_time(const struct w3c_decoder *d, struct record *out)
{
	const struct w3c_columns *c = &d->columns;
	const struct csv_field *fields = d->walk.fields;
	struct span row = out->raw, clock = SPAN_NONE;
	if (c->time != SIZE_MAX)
		clock = (struct span){ row.p + fields[c->time].offset, fields[c->time].n };
	if (clock.p && is_null(c, clock))
		clock = SPAN_NONE;
	if (c->date != SIZE_MAX && clock.p) {
		struct span day = { row.p + fields[c->date].offset, fields[c->date].n };
		return is_null(c, day) ? NEXT_EVENT : set_time(d, out, day, clock, -1);
	}
	if (c->moment != SIZE_MAX) {
		struct span moment = { row.p + fields[c->moment].offset, fields[c->moment].n };
		struct err ignored = ERR_INIT;
		out->has_time = time_parse_text(d->auto_time, moment, &out->time, &ignored) == 0;
		out->time_is_ts = out->has_time && c->moment_is_ts;
		return NEXT_EVENT;
	}
	return clock.p && c->day[0] ? set_time(d, out, span_of(c->day), clock, c->day_second) : NEXT_EVENT;
}

int w3c_row(struct w3c_decoder *d, struct record *out, struct err *e)
{
	const struct csv_columns *names = &d->columns.names;
	if (names->count == 0)
		return record_reject(out, "no columns", "no line #Fields before this row names its columns");
	int r = split_row(d, out->raw, out, e);
	if (r == NEXT_EVENT)
		r = find_time(d, out);
	if (r != NEXT_EVENT)
		return r;
	/* In addition to its key and its text, a field needs at most 8 bytes, for null or for the brackets and quotes
	 * of a list. */
	char *to = json_build_room(&d->out, names->keys.n + 8 * names->count + 8, out->raw.n, e);
	size_t key_at = 0;
	for (size_t i = 0; to && i < names->count; i++) {
		to = json_build_raw(to, csv_columns_key(names, i, &key_at));
		to = put_field(d, to, out->raw, i);
	}
	if (!to)
		return err_oom(e, "a record");
	*to++ = '}';
	out->no_ts = names->no_ts;
	return json_build_event(out, &d->out, to, d->options->max_event);
}
