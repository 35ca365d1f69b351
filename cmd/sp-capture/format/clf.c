/* clf.c -- access logs of Apache and nginx: the common log format and the combined one.
 *
 * Quoted fields are escaped with backslashes (\" \\ \n \t \xhh); what they stand for may be any bytes,
 * and such as are not UTF-8 become U+FFFD. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/clf.h"

enum { DATE = 11, ZONE = 6, STAMP = DATE + 9 + ZONE }; /* "17/May/2015", " +0000", all of it */

struct decoder {
	size_t max;
	bool combined;
	struct buf out, bytes, text; /* the event; an unescaped field; the same as a JSON string */
	char date[DATE], offset[ZONE];
	int64_t midnight; /* of date at offset; lines of one day ask for it again and again */
	bool known;
	bool plain; /* this line: what stands between quotes may be copied as it is */
};

/* ---- the time ---- */

static bool learn_day(struct decoder *d, struct span s)
{
	int day = parts_digits(s.p, 2), month = parts_month(s.p + 3), year = parts_digits(s.p + 7, 4);
	if (s.p[2] != '/' || s.p[6] != '/' || year < 0 || !parts_is_date(year, month, day))
		return false;
	const char *z = s.p + s.n - ZONE;
	int hours = parts_digits(z + 2, 2), minutes = parts_digits(z + 4, 2);
	if (z[0] != ' ' || (z[1] != '+' && z[1] != '-') || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	int offset = hours * 3600 + minutes * 60;
	d->midnight = time_days_from_civil(year, month, day) * 86400 - (z[1] == '-' ? -offset : offset);
	memcpy(d->date, s.p, DATE);
	memcpy(d->offset, z, ZONE);
	return d->known = true;
}

/* Reads the time; strptime(3) for every line would cost more than all the rest. */
static bool read_time(struct decoder *d, struct span s, struct record *rec)
{
	bool same = s.n == STAMP && d->known && memcmp(s.p, d->date, DATE) == 0 &&
		memcmp(s.p + s.n - ZONE, d->offset, ZONE) == 0;
	int clock = s.n == STAMP && s.p[DATE] == ':' ? parts_clock(s.p + DATE + 1) : -1;
	if (clock < 0 || (!same && !learn_day(d, s))) {
		parts_reject(rec, "bad time", "the time [%.*s] is not of the form [17/May/2015:10:05:03 +0000]",
			s.n > 64 ? 64 : (int)s.n, s.p);
		return false;
	}
	rec->time = (struct stamp){ .sec = d->midnight + clock };
	rec->has_time = true;
	return true;
}

/* ---- writing ---- */

/* KEY and the text S, unescaped; "-" and what is not there are null. NULL: out of memory. */
static char *put_text(struct decoder *d, char *to, struct span key, struct span s)
{
	to = put(to, key);
	if (!s.p || clf_unknown(s))
		return PUT(to, "null");
	return d->plain ? put_plain(to, s) : put_unescaped(to, s, &d->bytes, &d->text);
}

/* The same for what stands outside quotes, where a quote is nothing special. */
static char *put_name(struct decoder *d, char *to, struct span key, struct span s)
{
	to = put(to, key);
	return clf_unknown(s) ? PUT(to, "null") : put_unescaped(to, s, &d->bytes, &d->text);
}

/* Digits as a JSON number, which has no leading zeros (nginx writes status 000). */
static char *put_count(char *to, struct span key, struct span s)
{
	to = put(to, key);
	if (clf_unknown(s))
		return PUT(to, "null");
	while (s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9') {
		s.p++;
		s.n--;
	}
	return put(to, s);
}

static bool is_method(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = (char)(s.p[i] | 0x20);
		if ((c < 'a' || c > 'z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return s.n > 0;
}

/* "HTTP/1.1" and its like: letters, a slash, a digit. */
static bool is_protocol(struct span s)
{
	const char *slash = memchr(s.p, '/', s.n);
	if (!slash || slash == s.p || slash + 1 == s.p + s.n)
		return false;
	for (const char *p = s.p; p < slash; p++)
		if (*p < 'A' || *p > 'Z')
			return false;
	return slash[1] >= '0' && slash[1] <= '9' && (size_t)(s.p + s.n - slash) <= 5;
}

/* METHOD PATH[?QUERY] PROTOCOL; a request that is anything else stays whole, as the path. */
static char *put_request(struct decoder *d, char *to, struct span s)
{
	struct span method = SPAN_NONE, path = s, query = SPAN_NONE, protocol = SPAN_NONE;
	const char *first = s.n ? memchr(s.p, ' ', s.n) : NULL, *last = s.n ? memrchr(s.p, ' ', s.n) : NULL;
	if (first && last > first + 1) {
		struct span a = { s.p, (size_t)(first - s.p) }, z = { last + 1, (size_t)(s.p + s.n - last - 1) };
		if (is_method(a) && z.n > 0 && is_protocol(z)) {
			method = a;
			protocol = z;
			path = (struct span){ first + 1, (size_t)(last - first - 1) };
			const char *mark = memchr(path.p, '?', path.n);
			if (mark) {
				query = (struct span){ mark + 1, (size_t)(path.p + path.n - mark - 1) };
				path.n = (size_t)(mark - path.p);
			}
		}
	}
	if ((to = put_text(d, to, SPAN(",\"method\":"), method)) && (to = put_text(d, to, SPAN(",\"path\":"), path)) &&
		(to = put_text(d, to, SPAN(",\"query\":"), query)))
		to = put_text(d, to, SPAN(",\"protocol\":"), protocol);
	return to;
}

static char *put_vhost(char *to, struct span s)
{
	const char *colon = memrchr(s.p, ':', s.n);
	to = PUT(to, ",\"vhost\":");
	to = put_string(to, (struct span){ s.p, (size_t)(colon - s.p) });
	struct span port = { colon + 1, (size_t)(s.p + s.n - colon - 1) };
	return put_count(to, SPAN(",\"port\":"), port);
}

static char *put_entry(struct decoder *d, char *to, const struct clf_entry *f)
{
	to = put_name(d, to, SPAN("{\"client\":"), f->client);
	if (to && f->vhost.p)
		to = put_vhost(to, f->vhost);
	if (to && (to = put_name(d, to, SPAN(",\"user\":"), f->user)) && (to = put_request(d, to, f->request))) {
		to = put_count(to, SPAN(",\"status\":"), f->status);
		to = put_count(to, SPAN(",\"bytes\":"), f->bytes);
	}
	if (to && d->combined && (to = put_text(d, to, SPAN(",\"referer\":"), f->referer)))
		to = put_text(d, to, SPAN(",\"agent\":"), f->agent);
	if (to && f->forwarded.p)
		to = put_text(d, to, SPAN(",\"forwarded\":"), f->forwarded);
	if (to && f->duration.p)
		to = put_count(to, SPAN(",\"duration\":"), f->duration);
	if (to)
		*to++ = '}';
	return to;
}

/* ---- the format ---- */

static int clf_next(struct decoder *d, struct reader *in, struct record *out, struct err *e)
{
	unsigned bytes;
	int r = parts_line(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	struct clf_entry f = { .client = SPAN_NONE };
	if (!clf_read(d->combined, &f, out) || !read_time(d, f.time, out))
		return NEXT_REJECTED;
	char *to = parts_room(&d->out, 256, out->raw.n, e);
	if (!to)
		return -1;
	d->plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH));
	to = put_entry(d, to, &f);
	if (!to)
		return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	out->no_ts = true;
	return parts_event(out, &d->out, to, d->max);
}

static int clf_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct decoder *d = *out = calloc(1, sizeof *d);
	if (!d)
		return err_set(e, EX_OSERR, "out of memory");
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->bytes, SIZE_MAX / 2);
	buf_init(&d->text, SIZE_MAX / 2);
	return 0;
}

static int combined_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	int r = clf_open(out, o, e);
	if (r == 0)
		(*out)->combined = true;
	return r;
}

static void clf_close(struct decoder *d)
{
	if (d) {
		buf_release(&d->out);
		buf_release(&d->bytes);
		buf_release(&d->text);
	}
	free(d);
}

const struct format format_clf = {
	.name = "clf",
	.help = "access logs in the common log format (Apache, nginx)",
	.open = clf_open,
	.next = clf_next,
	.close = clf_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
const struct format format_combined = {
	.name = "combined",
	.help = "access logs in the combined log format (Apache, nginx)",
	.open = combined_open,
	.next = clf_next,
	.close = clf_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
