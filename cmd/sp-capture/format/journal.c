/* journal.c -- reads the export format of systemd's journal (journalctl -o export;
 * systemd.io/JOURNAL_EXPORT_FORMATS).
 *
 * An entry is a block of fields, and ends with an empty line. A field is a line NAME=VALUE if its value is plain text.
 * Otherwise the field is a line NAME, the length of the value as 8 bytes (little-endian), the value, and a newline.
 *
 * The event has the same members as in the output of journalctl -o json. A value is a string, or an array of numbers if
 * its bytes are not UTF-8. If an entry has a name several times, the member is an array of all its values. The time of
 * the event is __REALTIME_TIMESTAMP. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/json_group.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/table.h"
#include "text/utf8.h"
#include <stdlib.h>

enum { LENGTH_BYTES = 8, NAME_MAX_BYTES = 64 };
/* A length is cut to this limit, so that it fits in the state of a position. A greater length is always a fault of the
 * file. */
#define LENGTH_LIMIT (UINT64_C(1) << 60)

struct journal_decoder {
	size_t max;     /* the longest event, in bytes */
	struct buf out; /* the event */
	struct json_group fields;
	/* The next entry begins at the first unread byte. Its first SCANNED bytes are complete fields, and FIRST is the
	 * length of the first field. */
	size_t scanned;
	size_t first;
	bool skipping; /* the rest of a rejected entry is skipped */
	/* While skipping: the first unread byte is inside a line, and the rest of this line is skipped first. */
	bool in_line;
	uint64_t left; /* while skipping: bytes of a value that are still to be skipped */
};

/* The results of look(), which say what is at a place of an entry. */
enum field { FIELD_MORE, FIELD_GOOD, FIELD_END, FIELD_LONG, FIELD_BAD };

/* ---- the bytes of an entry ---- */

/* Returns true if NAME is a name of a field: capital letters, digits and '_', without a digit at the start. */
static bool is_name(struct span name)
{
	bool good = name.n > 0 && name.n <= NAME_MAX_BYTES && !(name.p[0] >= '0' && name.p[0] <= '9');
	for (size_t i = 0; i < name.n && good; i++)
		good = (name.p[i] >= 'A' && name.p[i] <= 'Z') || (name.p[i] >= '0' && name.p[i] <= '9') ||
			name.p[i] == '_';
	return good;
}

/* Looks at the field at byte AT of S. MAX is the greatest length that a value may have. Returns
 * - FIELD_GOOD with *NAME and *VALUE set, and *NEXT set to the byte after the field;
 * - FIELD_END if there is an empty line, which ends the entry, with *NEXT set to the byte after the line;
 * - FIELD_MORE if more bytes are needed;
 * - FIELD_LONG if the value is longer than MAX, with *NEXT set to the first byte of the value and *LENGTH to its
 *   length;
 * - FIELD_BAD if there is no valid field, with *NEXT set to the byte after the wrong line or value. */
static enum field look(struct span s, size_t at, size_t max, struct span *name, struct span *value, size_t *next,
	uint64_t *length)
{
	const char *line = s.p + at, *newline = at < s.n ? memchr(line, '\n', s.n - at) : NULL;
	if (!newline)
		return FIELD_MORE;
	*next = (size_t)(newline - s.p) + 1;
	if (newline == line)
		return FIELD_END;
	const char *equals = memchr(line, '=', (size_t)(newline - line));
	*name = (struct span){ line, (size_t)((equals ? equals : newline) - line) };
	if (!is_name(*name))
		return FIELD_BAD;
	if (equals) {
		*value = (struct span){ equals + 1, (size_t)(newline - equals) - 1 };
		return FIELD_GOOD;
	}
	if (s.n - *next < LENGTH_BYTES)
		return FIELD_MORE;
	*length = 0;
	for (size_t i = LENGTH_BYTES; i-- > 0;)
		*length = *length << 8 | (unsigned char)s.p[*next + i];
	*length = *length < LENGTH_LIMIT ? *length : LENGTH_LIMIT;
	*next += LENGTH_BYTES;
	if (*length > max)
		return FIELD_LONG;
	*value = (struct span){ s.p + *next, (size_t)*length };
	if (s.n - *next < *length + 1)
		return FIELD_MORE;
	*next += *length + 1;
	return s.p[*next - 1] == '\n' ? FIELD_GOOD : FIELD_BAD;
}

/* Consumes N unread bytes of IN and adds the number of their newlines to the line number. */
static void take(struct reader *in, size_t n)
{
	const char *p = reader_unread(in).p;
	for (const char *end = p + n; p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		in->number++;
	reader_take(in, n);
}

/* Finds how many of the unread bytes S belong to a rejected entry, and updates the state of the skipping. Returns the
 * number of bytes that the caller must consume, or 0 if more bytes are needed. */
static size_t skip_some(struct journal_decoder *d, struct span s)
{
	struct span name, value;
	size_t next = 0;
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
	if (d->left > 0) {
		next = d->left < s.n ? (size_t)d->left : s.n;
		d->left -= next;
	} else if (d->in_line || (!newline && s.n > d->max)) {
		d->in_line = !newline;
		next = newline ? (size_t)(newline - s.p) + 1 : s.n;
	} else {
		enum field f = look(s, 0, 0, &name, &value, &next, &d->left);
		d->left += f == FIELD_LONG;
		d->skipping = f != FIELD_END;
		next = f == FIELD_MORE ? 0 : next;
	}
	return next;
}

/* Skips the rest of a rejected entry, if there is one. Returns NEXT_EVENT after the rest, NEXT_END at the end of the
 * input, NEXT_LATER or NEXT_ERROR. */
static int skip(struct journal_decoder *d, struct reader *in, struct err *e)
{
	while (d->skipping) {
		size_t n = skip_some(d, reader_unread(in));
		take(in, n);
		int r = n > 0 ? NEXT_EVENT : reader_fill(in, e);
		if (r != NEXT_EVENT)
			return r;
	}
	return NEXT_EVENT;
}

/* Consumes the first N bytes of the entry at the first unread byte of IN, and starts the skipping of the rest. OUT gets
 * the place of the entry and the first bytes of RAW, a part of the entry, for --reject. The caller must set the reason.
 * Returns NEXT_REJECTED. */
static int reject(struct journal_decoder *d, struct reader *in, struct record *out, struct span raw, size_t n)
{
	enum { RAW_KEPT_BYTES = 256 };
	out->raw = (struct span){ raw.p, raw.n < RAW_KEPT_BYTES ? raw.n : RAW_KEPT_BYTES };
	out->number = in->number + 1;
	out->offset = in->offset;
	take(in, n);
	d->scanned = 0;
	d->skipping = true;
	return NEXT_REJECTED;
}

/* Handles the end of the input inside an entry. The empty line after the last entry may be missing. Returns NEXT_EVENT
 * with *N set to the length of the entry if all fields of the entry are complete. Returns NEXT_REJECTED with OUT
 * rejected if a field is not complete. Returns NEXT_END if no byte is left, or if the run was asked to stop. */
static int at_end(struct journal_decoder *d, struct reader *in, struct record *out, size_t *n)
{
	struct span s = reader_unread(in);
	*n = d->scanned;
	if (s.n == 0 || in->stopped)
		return NEXT_END;
	if (d->scanned == s.n)
		return NEXT_EVENT;
	(void)reject(d, in, out, s, s.n);
	return record_reject(out, "torn entry", "the input ends inside an entry");
}

/* Reads until an entry is complete. Returns NEXT_EVENT with *N set to the length of the entry, NEXT_REJECTED with OUT
 * rejected, NEXT_END, NEXT_LATER or NEXT_ERROR. */
static int find_entry(struct journal_decoder *d, struct reader *in, struct record *out, size_t *n, struct err *e)
{
	for (;;) {
		struct span s = reader_unread(in), name, value;
		uint64_t length = 0;
		enum field f = look(s, d->scanned, d->max, &name, &value, n, &length);
		if (f == FIELD_END && d->scanned > 0)
			return NEXT_EVENT;
		if (f == FIELD_END)
			take(in, *n); /* empty lines may come before an entry */
		/* The limit must not depend on how many bytes a read returns. So an entry is too long if its first
		 * d->max bytes do not contain all bytes of its fields. An unfinished field counts with all unread
		 * bytes, whatever kind of field it may become. */
		size_t seen = f == FIELD_MORE ? s.n : *n;
		if (f == FIELD_LONG || (f != FIELD_END && seen > d->max)) {
			d->left = f == FIELD_LONG ? length + 1 : 0;
			(void)reject(d, in, out, (struct span){ s.p, d->scanned ? d->first : 0 },
				f == FIELD_LONG ? *n : d->scanned);
			return record_reject(out, "event too long", "an entry of more than %zu bytes (see --max-event)",
				d->max);
		}
		if (f == FIELD_BAD) {
			(void)reject(d, in, out, (struct span){ s.p + d->scanned, *n - d->scanned }, *n);
			return record_reject(out, "no journal entry",
				"a line is not NAME=VALUE, nor a name before a value whose length is right");
		}
		if (f == FIELD_GOOD) {
			d->first = d->scanned == 0 ? *n : d->first;
			d->scanned = *n;
		}
		int r = f == FIELD_MORE ? reader_fill(in, e) : NEXT_EVENT;
		if (r != NEXT_EVENT)
			return r == NEXT_END ? at_end(d, in, out, n) : r;
	}
}

/* ---- the event ---- */

/* Writes TEXT as a JSON string, or as an array of numbers if TEXT is not UTF-8. Returns the place after the value.
 * json_group_put() calls this function for each value. */
static char *put_value(void *arg, char *to, struct span text)
{
	(void)arg;
	if (utf8_valid(text) == text.n)
		return json_build_string(to, text);
	for (size_t i = 0; i < text.n; i++) {
		unsigned byte = (unsigned char)text.p[i];
		*to++ = i == 0 ? '[' : ',';
		*to = (char)('0' + byte / 100);
		to += byte >= 100;
		*to = (char)('0' + byte / 10 % 10);
		to += byte >= 10;
		*to++ = (char)('0' + byte % 10);
	}
	*to++ = ']';
	return to;
}

/* Sets the time of OUT to VALUE, microseconds since 1970. Returns false if VALUE is no such number. */
static bool set_time(struct span value, struct record *out)
{
	int64_t us = 0;
	if (value.n == 0 || value.n > 18)
		return false;
	for (size_t i = 0; i < value.n; i++) {
		int digit = log_time_digits(value.p + i, 1);
		if (digit < 0)
			return false;
		us = us * 10 + digit;
	}
	out->time = (struct stamp){ us / 1000000, (int32_t)(us % 1000000) * 1000, 6 };
	return out->has_time = true;
}

/* Makes the event of OUT from an entry of N bytes, which are all unread. Returns NEXT_EVENT, NEXT_REJECTED or
 * NEXT_ERROR. */
static int make_event(struct journal_decoder *d, struct reader *in, struct record *out, size_t n, struct err *e)
{
	struct span s = { reader_unread(in).p, n }, name, value;
	uint64_t length;
	json_group_reset(&d->fields);
	out->raw = s;
	out->number = in->number + 1;
	out->offset = in->offset;
	take(in, n);
	d->scanned = 0;
	for (size_t at = 0, next; look(s, at, d->max, &name, &value, &next, &length) == FIELD_GOOD; at = next) {
		if (span_eq(name, SPAN("__REALTIME_TIMESTAMP")) && !set_time(value, out))
			return record_reject(out, "bad time", "__REALTIME_TIMESTAMP is no number of microseconds");
		if (json_group_add(&d->fields, name, value) < 0)
			return err_oom(e, "the fields of an entry");
	}
	/* A field needs at most 8 bytes beside its text: four quotes, a colon, a comma and two brackets. */
	char *to = json_build_room(&d->out, 64 + 8 * d->fields.count, n, e);
	if (!to)
		return NEXT_ERROR;
	to = json_group_put(&d->fields, to, put_value, NULL);
	out->no_ts = true;
	return json_build_event(out, &d->out, to, d->max);
}

static int journal_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct journal_decoder *d = (struct journal_decoder *)decoder;
	size_t n;
	int r = skip(d, in, e);
	if (r == NEXT_EVENT)
		r = find_entry(d, in, out, &n, e);
	return r == NEXT_EVENT ? make_event(d, in, out, n, e) : r;
}

/* ---- the format ---- */

/* Sets *OUT to the place of the first unread byte. The state of the position holds left, in_line and skipping, so that
 * a later run can go on with skipping a rejected entry. */
static void journal_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct journal_decoder *d = (const struct journal_decoder *)decoder;
	*out = (struct position){ .offset = in->offset,
		.number = in->number,
		.state = d->left << 2 | (unsigned)d->in_line << 1 | d->skipping };
}

static int journal_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct journal_decoder *d = (struct journal_decoder *)decoder;
	if (p->skip != 0)
		return err_set(e, EX_DATAERR, "the position is not one of this format");
	d->skipping = p->state & 1;
	d->in_line = p->state & 2;
	d->left = p->state >> 2;
	return 0;
}

/* Accepts the whole sample if one of its lines begins with a field that only entries of the journal have. */
static void journal_probe(const struct format_sample *sample, bool *mine)
{
	bool journal = false;
	for (size_t i = 0; i < sample->count; i++)
		journal = journal || span_starts(sample->line[i], SPAN("__CURSOR=")) ||
			span_starts(sample->line[i], SPAN("__REALTIME_TIMESTAMP="));
	for (size_t i = 0; i < sample->count; i++)
		mine[i] = journal;
}

static int journal_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct journal_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	return 0;
}

static void journal_close(struct decoder *decoder)
{
	struct journal_decoder *d = (struct journal_decoder *)decoder;
	if (d) {
		buf_release(&d->out);
		json_group_release(&d->fields);
	}
	free(d);
}

const struct format format_journal = {
	.name = "journal",
	.help = "systemd's journal, as journalctl -o export writes it",
	.flags = FORMAT_OWN_TIMES,
	.probe_sample = journal_probe,
	.open = journal_open,
	.next = journal_next,
	.close = journal_close,
	.position = journal_position,
	.seek = journal_seek,
};
