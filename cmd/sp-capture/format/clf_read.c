/* clf_read.c -- splits a line of an access log into its fields. In both formats a line begins with these fields, of
 * which the first is optional:
 *
 *   [vhost:port ]client ident user [17/May/2015:10:05:03 +0000] "request" status bytes
 *
 * In the format combined the next fields are these, of which the last is optional:
 *
 *   "referer" "agent"[ "forwarded"]
 *
 * In both formats the duration of the request may follow. If a line ends too early, the reason names the first field
 * that is missing.
 *
 * Apache's mod_log_config and Debian's apache2.conf name these formats "common", "combined" and "vhost_combined". The
 * module ngx_http_log_module of nginx has "combined". Many servers add forwarded and duration, which are nginx's
 * variables $http_x_forwarded_for and $request_time. */
#include "sp-capture/format/clf.h"
#include "sp-capture/format/log_cursor.h"
#include "text/number.h"

/* Sets *OUT to the bytes before the closing quote and moves C past the quote. The closing quote is the first quote
 * with an even number of backslashes directly before it. Returns true, or false if there is no closing quote. */
static bool until_closing_quote(struct log_cursor *c, struct span *out)
{
	const char *start = c->p;
	/* Each round of the loop checks whether one quote is escaped. Few fields contain an escaped quote, so there is
	 * rarely a second round. */
	for (const char *from = start; from < c->end;) {
		const char *quote = memchr(from, '"', (size_t)(c->end - from));
		if (!quote)
			return false;
		const char *slash = quote;
		while (slash > start && slash[-1] == '\\')
			slash--;
		if ((quote - slash) % 2 == 0) {
			*out = (struct span){ start, (size_t)(quote - start) };
			c->p = quote + 1;
			return true;
		}
		from = quote + 1;
	}
	return false;
}

/* Reads a space and a quoted field, and sets *OUT to the text in the quotes. NAME is the name of the field for the
 * reason. Returns true, or false with REC rejected. */
static bool next_quoted(struct log_cursor *c, const char *name, struct span *out, struct record *rec)
{
	if (c->end - c->p < 2 || c->p[0] != ' ' || c->p[1] != '"') {
		record_reject(rec, "torn line", "no %s in quotes at byte %zu", name, (size_t)(c->p - rec->raw.p) + 1);
		return false;
	}
	c->p += 2;
	if (until_closing_quote(c, out))
		return true;
	record_reject(rec, "torn line", "no closing quote of the %s", name);
	return false;
}

/* Returns true if S has the form "name:80" or "[::1]:80". An IPv6 address without brackets is not accepted, because
 * its last digits look like a port. */
static bool is_vhost(struct span s)
{
	const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	if (!colon || colon + 1 == s.p + s.n || colon == s.p)
		return false;
	for (const char *p = colon + 1; p < s.p + s.n; p++)
		if (*p < '0' || *p > '9')
			return false;
	return colon[-1] == ']' || !memchr(s.p, ':', (size_t)(colon - s.p));
}

/* Returns the opening bracket of the time, or NULL if there is none. The time begins at the last bracket that directly
 * follows a space and is before the first quote. An earlier bracket may be part of the user's name, which the client
 * chooses. */
static const char *time_bracket(const struct log_cursor *c)
{
	/* In nearly all lines the user is "-", which means that there is no user. */
	if (c->end - c->p > 2 && memcmp(c->p, "- [", 3) == 0)
		return c->p + 2;
	const char *quote = memchr(c->p, '"', (size_t)(c->end - c->p)), *end = quote ? quote : c->end;
	const char *open = NULL;
	for (const char *p = c->p; p < end && (p = memchr(p, '[', (size_t)(end - p))) != NULL; p++)
		if (p > c->p && p[-1] == ' ')
			open = p;
	return open;
}

/* Reads "[vhost:port ]client ident user " and the opening bracket of the time. The field ident (RFC 1413) is dropped,
 * because servers no longer ask for it. Returns true, or false with REC rejected. */
static bool read_who(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	struct span ident;
	if (!log_cursor_until(c, ' ', &f->client) || f->client.n == 0) {
		record_reject(rec, "torn line", "no client at the start of the line");
		return false;
	}
	if (!log_cursor_until(c, ' ', &ident)) {
		record_reject(rec, "torn line", "the line ends after the client");
		return false;
	}
	const char *open = time_bracket(c);
	if (!open) {
		record_reject(rec, "torn line", "no time in brackets after the user");
		return false;
	}
	/* Two words were read, and what is left before the time should be one word, the user. If two or more words are
	 * left and the first word of the line looks like vhost:port, the line begins with a virtual host. Then client
	 * and ident are the second and the third word. */
	struct log_cursor user = { c->p, open - 1 };
	if (is_vhost(f->client) && user.p < user.end && memchr(user.p, ' ', (size_t)(user.end - user.p))) {
		f->vhost = f->client;
		f->client = ident;
		log_cursor_until(&user, ' ', &ident);
	}
	f->user = (struct span){ user.p, (size_t)(user.end - user.p) };
	c->p = open + 1;
	return true;
}

/* Returns true if S consists of 1 to 19 digits. The largest signed number of 64 bits has 19 digits. */
static bool is_count(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= 19;
}

/* Reads the status and the byte count. Returns true, or false with REC rejected. */
static bool read_counts(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	if (c->p == c->end || *c->p != ' ' || c->p + 1 == c->end) {
		record_reject(rec, "torn line", "no status after the request");
		return false;
	}
	c->p++;
	f->status = log_cursor_word(c);
	bool more = c->p < c->end;
	f->bytes = log_cursor_word(c);
	if (!more || f->bytes.n == 0) {
		record_reject(rec, "torn line", "no byte count after the status");
		return false;
	}
	/* Apache logs "-" as the byte count (%b) if it has sent no byte of a body. */
	const char *wrong = !is_count(f->status) && !clf_unknown(f->status) ? "status" :
		!is_count(f->bytes) && !clf_unknown(f->bytes)               ? "byte count" :
									      NULL;
	if (wrong) {
		struct span s = wrong[0] == 's' ? f->status : f->bytes;
		record_reject(rec, "bad number", "the %s '%.*s' is not a number", wrong, s.n > 40 ? 40 : (int)s.n, s.p);
	}
	/* The byte count was read together with the space after it. Move C back to this space, if there is one,
	 * because read_rest() begins at the space. */
	if (c->p < c->end || c->p[-1] == ' ')
		c->p--;
	return !wrong;
}

/* Reads the optional fields at the end of the line: forwarded, only if COMBINED is true, and the duration of the
 * request. Returns true, or false with REC rejected if other text is left. */
static bool read_rest(bool combined, struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	if (combined && c->end - c->p >= 2 && c->p[1] == '"' && !next_quoted(c, "forwarded", &f->forwarded, rec))
		return false;
	if (c->end - c->p >= 2 && c->p[0] == ' ') {
		struct log_cursor ahead = { c->p + 1, c->end };
		struct span s = log_cursor_word(&ahead);
		if (clf_unknown(s) || num_valid(s) || is_count(s)) {
			f->duration = s;
			c->p = s.p + s.n;
		}
	}
	/* Some configurations write a space at the end of the line. */
	while (c->p < c->end && *c->p == ' ')
		c->p++;
	if (c->p == c->end)
		return true;
	bool quote = *c->p == '"' && !combined;
	record_reject(rec, "unknown field", "unknown text at byte %zu, after the %s%s", (size_t)(c->p - rec->raw.p) + 1,
		combined ? "agent" : "byte count",
		quote ? ": this looks like --format combined" : " (--format regex takes other layouts)");
	return false;
}

bool clf_read(bool combined, struct clf_entry *f, struct record *rec)
{
	struct log_cursor c = { rec->raw.p, rec->raw.p + rec->raw.n };
	if (!read_who(&c, f, rec))
		return false;
	if (!log_cursor_until(&c, ']', &f->time)) {
		record_reject(rec, "torn line", "no closing bracket of the time");
		return false;
	}
	if (!next_quoted(&c, "request", &f->request, rec) || !read_counts(&c, f, rec))
		return false;
	if (combined && (!next_quoted(&c, "referer", &f->referer, rec) || !next_quoted(&c, "agent", &f->agent, rec)))
		return false;
	return read_rest(combined, &c, f, rec);
}
