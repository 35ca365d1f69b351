/* clf.c -- makes events from access logs of the web servers Apache (mod_log_config) and nginx (ngx_http_log_module),
 * in the common and in the combined log format. clf_read.c splits a line into fields, and this file writes the fields
 * as an event.
 *
 * In a quoted field the server writes some bytes as escapes (\" \\ \n \t \xhh). Clients choose the text, so an escape
 * can mean any byte. Bytes that are not UTF-8 become U+FFFD. The members of an event are always in the same order.
 * If the line does not have vhost, port, forwarded, peer, duration or extra, that member is left out. All other members
 * of the format are in every event. */
#include "sp-capture/format/clf.h"
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/json_build.h"
#include "sp-capture/format/log_escape.h"
#include "sp-capture/format/log_time.h"
#include "sp-capture/format/table.h"
#include <stdlib.h>

/* DATE is the length in bytes of "17/May/2015", and ZONE that of " +0000". */
enum { DATE = 11, ZONE = 6, STAMP = CLF_STAMP };
_Static_assert(STAMP == DATE + 9 + ZONE, "a time of day has nine bytes with the colon in front");

struct clf_decoder {
	size_t max;
	bool combined;
	/* OUT holds the event. UNESCAPED and JSON are scratch space for log_escape_string(). */
	struct buf out, unescaped, json;
	/* A cache for the conversion of dates: MIDNIGHT is the instant at which the day of the last line began in the
	 * zone of that line. Nearly all lines have the same day and zone as the line before. */
	char date[DATE], offset[ZONE]; /* the text of the line, such as "17/May/2015" and " +0000" */
	int64_t midnight;              /* seconds since 1970 */
	bool day_known;                /* the cache is set */
	/* True if the line has no backslash, no control character, and no quote inside the request. In the other quoted
	 * fields every quote has a backslash before it, so these fields contain no quote either. Then no byte of the
	 * quoted fields needs an escape in JSON. */
	bool plain;
};

/* ---- the time ---- */

/* Converts the day and the zone of S, a time of STAMP bytes, and stores the result in the cache. Returns false if the
 * day or the zone is not valid. */
static bool learn_day(struct clf_decoder *d, struct span s)
{
	int day = log_time_digits(s.p, 2), month = log_time_month(s.p + 3), year = log_time_digits(s.p + 7, 4);
	if (s.p[2] != '/' || s.p[6] != '/' || year < 0 || !log_time_is_date(year, month, day))
		return false;
	/* The zone is a space, a sign, two digits for the hours and two digits for the minutes. */
	const char *z = s.p + s.n - ZONE;
	int hours = log_time_digits(z + 2, 2), minutes = log_time_digits(z + 4, 2);
	if (z[0] != ' ' || (z[1] != '+' && z[1] != '-') || hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	int offset = hours * 3600 + minutes * 60;
	d->midnight = time_days_from_civil(year, month, day) * 86400 - (z[1] == '-' ? -offset : offset);
	memcpy(d->date, s.p, DATE);
	memcpy(d->offset, z, ZONE);
	return d->day_known = true;
}

/* Parses S, a time that does not have the usual form "17/May/2015:10:05:03 +0000", and sets *OUT. Two other forms are
 * accepted. In the manual of Apache a fraction follows the seconds: "17/May/2015:10:05:03.123 +0000". The variable
 * $time_iso8601 of nginx has the form of RFC 3339. Returns false if S has neither form. */
static bool read_other_time(struct clf_decoder *d, struct span s, struct stamp *out)
{
	char usual[STAMP];
	size_t fraction = s.n > STAMP + 1 ? s.n - STAMP - 1 : 0; /* digits after the point */
	if (fraction == 0 || fraction > 9 || s.p[STAMP - ZONE] != '.')
		return time_parse_rfc3339(s, NULL, out) == 0;
	memcpy(usual, s.p, STAMP - ZONE);
	memcpy(usual + STAMP - ZONE, s.p + s.n - ZONE, ZONE);
	int clock = usual[DATE] == ':' ? log_time_clock(usual + DATE + 1) : -1;
	int nsec = log_time_digits(s.p + STAMP - ZONE + 1, (int)fraction);
	if (clock < 0 || nsec < 0 || !learn_day(d, (struct span){ usual, STAMP }))
		return false;
	for (size_t i = fraction; i < 9; i++)
		nsec *= 10;
	*out = (struct stamp){ d->midnight + clock, nsec, (int)fraction };
	return true;
}

/* Parses S, the text between the brackets of the time, and sets the time of REC. Returns true, or false with REC
 * rejected if S is not a valid time. */
static bool read_time(struct clf_decoder *d, struct span s, struct record *rec)
{
	/* If the day and the zone are those of the cache, only the time of day has to be converted. */
	bool same = s.n == STAMP && d->day_known && memcmp(s.p, d->date, DATE) == 0 &&
		memcmp(s.p + s.n - ZONE, d->offset, ZONE) == 0;
	int clock = s.n == STAMP && s.p[DATE] == ':' ? log_time_clock(s.p + DATE + 1) : -1;
	bool usual = clock >= 0 && (same || learn_day(d, s));
	if (!usual && !read_other_time(d, s, &rec->time)) {
		record_reject(rec, "bad time", "the time [%.*s] is not of the form [17/May/2015:10:05:03 +0000]",
			s.n > 64 ? 64 : (int)s.n, s.p);
		return false;
	}
	if (usual)
		rec->time = (struct stamp){ .sec = d->midnight + clock };
	rec->has_time = true;
	return true;
}

/* ---- writing ---- */

/* Writes KEY, and then S, the text of a quoted field, as a JSON string to TO. Escapes of the log are resolved. If S is
 * "-" or SPAN_NONE, the value is null. Returns the place after the value, or NULL if memory is exhausted. */
static char *put_text(struct clf_decoder *d, char *to, struct span key, struct span s)
{
	to = json_build_raw(to, key);
	if (!s.p || clf_unknown(s))
		return JSON_BUILD_RAW(to, "null");
	return d->plain ? json_build_plain(to, s) : log_escape_string(to, s, &d->unescaped, &d->json);
}

/* Writes KEY, and then S, the text of a field without quotes around it, as a JSON string to TO. If S is "-" or
 * SPAN_NONE, the value is null. S may contain quotes even if d->plain is true, so S is always searched for bytes to
 * escape. Returns the place after the value, or NULL if memory is exhausted. */
static char *put_unquoted(struct clf_decoder *d, char *to, struct span key, struct span s)
{
	to = json_build_raw(to, key);
	return !s.p || clf_unknown(s) ? JSON_BUILD_RAW(to, "null") : log_escape_string(to, s, &d->unescaped, &d->json);
}

/* Returns true if each backslash in S, the name of a user, begins an escape that a server writes. IIS writes the name
 * unchanged. Then a backslash, as in "CORP\nancy", is a part of the name. */
static bool is_escaped(struct span s)
{
	const char *end = s.p + s.n;
	for (const char *p = s.p; p < end && (p = memchr(p, '\\', (size_t)(end - p))) != NULL; p += 2)
		if (end - p < 2 || !memchr("\\\"x", p[1], 3))
			return false;
	return true;
}

/* Writes the member user with the name S. If a backslash in S begins no escape, all backslashes are kept. Returns the
 * place after the member, or NULL if memory is exhausted. */
static char *put_user(struct clf_decoder *d, char *to, struct span s)
{
	if (d->plain || !s.p || is_escaped(s))
		return put_unquoted(d, to, SPAN(",\"user\":"), s);
	to = JSON_BUILD_RAW(to, ",\"user\":");
	return json_build_string(to, s);
}

/* Writes KEY, and then the number S, to TO. JSON forbids leading zeros, so they are removed: the status 000, which
 * nginx can log, becomes 0. If S is "-", the value is null. Returns the place after the value. */
static char *put_count(char *to, struct span key, struct span s)
{
	to = json_build_raw(to, key);
	if (clf_unknown(s))
		return JSON_BUILD_RAW(to, "null");
	while (s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9') {
		s.p++;
		s.n--;
	}
	return json_build_raw(to, s);
}

/* Returns true if S can be the method of a request. A method consists of letters, "-" and "_", for example M-SEARCH or
 * RPC_IN_DATA. */
static bool is_method(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = (char)(s.p[i] | 0x20);
		if ((c < 'a' || c > 'z') && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return s.n > 0;
}

/* Returns true if S looks like "HTTP/1.1": capital letters, a slash, a digit, and at most three more bytes. */
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

/* Returns true if S, the text after METHOD, can be the target of a request (RFC 9112, 3.2). A target has no space. */
static bool is_target(struct span method, struct span s)
{
	if (s.n == 0 || memchr(s.p, ' ', s.n))
		return false;
	return *s.p == '/' || *s.p == '*' || memmem(s.p, s.n, "://", 3) || span_eq(method, SPAN("CONNECT"));
}

/* Writes the members method, path, query and protocol of the request S. S has the form "METHOD PATH[?QUERY][
 * PROTOCOL]". A request of HTTP/0.9 has no protocol, and the member protocol is then null. If S has another form, all
 * of S becomes the path, and the other three members are null. For example, S has another form if a client sends TLS to
 * a port for plain HTTP. Returns the place after the members, or NULL if memory is exhausted. */
static char *put_request(struct clf_decoder *d, char *to, struct span s)
{
	struct span method = SPAN_NONE, path = s, query = SPAN_NONE, protocol = SPAN_NONE;
	while (s.n > 0 && s.p[s.n - 1] == ' ')
		s.n--;
	/* A path may contain spaces, so the protocol begins after the last space, not after the second space. */
	const char *first = s.n ? memchr(s.p, ' ', s.n) : NULL, *last = first ? memrchr(s.p, ' ', s.n) : NULL;
	if (first && is_method((struct span){ s.p, (size_t)(first - s.p) })) {
		struct span m = { s.p, (size_t)(first - s.p) }, z = { last + 1, (size_t)(s.p + s.n - last - 1) };
		bool full = last > first + 1 && z.n > 0 && is_protocol(z);
		struct span target = { first + 1, (size_t)((full ? last : s.p + s.n) - first - 1) };
		if (full || is_target(m, target)) {
			method = m;
			protocol = full ? z : SPAN_NONE;
			path = target;
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

/* Writes S, a virtual host such as "name" or "name:80", as the member vhost. If S has a port, writes the member port as
 * well. Returns the place after the members. */
static char *put_vhost(char *to, struct span s)
{
	const char *colon = clf_has_port(s) ? memrchr(s.p, ':', s.n) : NULL;
	to = JSON_BUILD_RAW(to, ",\"vhost\":");
	to = json_build_string(to, (struct span){ s.p, colon ? (size_t)(colon - s.p) : s.n });
	if (!colon)
		return to;
	struct span port = { colon + 1, (size_t)(s.p + s.n - colon - 1) };
	return put_count(to, SPAN(",\"port\":"), port);
}

/* Writes those of the members forwarded, peer, duration and extra that F has. The standard formats have none of them.
 * Returns the place after the members, or NULL if memory is exhausted. */
static char *put_more(struct clf_decoder *d, char *to, const struct clf_entry *f)
{
	if (f->forwarded.p)
		to = put_unquoted(d, to, SPAN(",\"forwarded\":"), f->forwarded);
	if (to && f->peer.p)
		to = put_unquoted(d, to, SPAN(",\"peer\":"), f->peer);
	if (to && f->duration.p)
		to = put_count(to, SPAN(",\"duration\":"), f->duration);
	if (to && f->extra.p) {
		/* The quotes and escapes in extra are kept, because they show where its fields begin and end. */
		to = JSON_BUILD_RAW(to, ",\"extra\":");
		to = json_build_string(to, f->extra);
	}
	return to;
}

/* Writes the fields F as an event. Returns the place after the event, or NULL if memory is exhausted. */
static char *put_entry(struct clf_decoder *d, char *to, const struct clf_entry *f)
{
	to = put_unquoted(d, to, SPAN("{\"client\":"), f->client);
	if (to && f->vhost.p)
		to = put_vhost(to, f->vhost);
	if (to && (to = put_user(d, to, f->user)) && (to = put_request(d, to, f->request))) {
		to = put_count(to, SPAN(",\"status\":"), f->status);
		to = put_count(to, SPAN(",\"bytes\":"), f->bytes);
	}
	if (to && d->combined && (to = put_text(d, to, SPAN(",\"referer\":"), f->referer)))
		to = put_text(d, to, SPAN(",\"agent\":"), f->agent);
	if (to && (f->forwarded.p || f->peer.p || f->duration.p || f->extra.p))
		to = put_more(d, to, f);
	if (to)
		*to++ = '}';
	return to;
}

/* ---- the formats ---- */

static int clf_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct clf_decoder *d = (struct clf_decoder *)decoder;
	unsigned bytes;
	int r = decode_line_next(in, false, out, &bytes, e);
	if (r != NEXT_EVENT)
		return r;
	struct clf_entry f = { .client = SPAN_NONE };
	if (!clf_read(d->combined, &f, out) || !read_time(d, f.time, out))
		return NEXT_REJECTED;
	/* 256 bytes are enough for the names of all members and for all values that are null. Some bytes of the line
	 * are written twice: the first address of forwarded is also the client, and extra can contain forwarded and
	 * duration. */
	char *to = json_build_room(&d->out, 256, 2 * out->raw.n, e);
	if (!to)
		return NEXT_ERROR;
	d->plain = !(bytes & (BYTES_CONTROL | BYTES_SLASH)) && !f.raw_quotes;
	to = put_entry(d, to, &f);
	if (!to)
		return err_set(e, EX_OSERR, "out of memory for a line of %zu bytes", out->raw.n);
	out->no_ts = true;
	return json_build_event(out, &d->out, to, d->max);
}

static int open_log(struct decoder **out, bool combined, const struct format_options *o, struct err *e)
{
	struct clf_decoder *d = calloc(1, sizeof *d);
	*out = (struct decoder *)d;
	if (!d)
		return err_oom(e, "a decoder");
	d->combined = combined;
	d->max = o->max_event;
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->unescaped, SIZE_MAX / 2);
	buf_init(&d->json, SIZE_MAX / 2);
	return 0;
}

static int clf_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_log(out, false, o, e);
}

static int combined_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	return open_log(out, true, o, e);
}

static void clf_close(struct decoder *decoder)
{
	struct clf_decoder *d = (struct clf_decoder *)decoder;
	if (d) {
		buf_release(&d->out);
		buf_release(&d->unescaped);
		buf_release(&d->json);
	}
	free(d);
}

const struct format format_clf = {
	.name = "clf",
	.help = "access logs in the common log format (Apache, nginx)",
	.flags = FORMAT_OWN_TIMES,
	.probe = clf_probe_common,
	.open = clf_open,
	.next = clf_next,
	.close = clf_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
const struct format format_combined = {
	.name = "combined",
	.help = "access logs in the combined log format (Apache, nginx)",
	.flags = FORMAT_OWN_TIMES,
	.probe = clf_probe_combined,
	.open = combined_open,
	.next = clf_next,
	.close = clf_close,
	.position = decode_line_position,
	.seek = decode_line_seek,
};
