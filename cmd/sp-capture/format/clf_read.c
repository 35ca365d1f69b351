/* clf_read.c -- a line of an access log, split into its fields.
 *
 *   [vhost:port ]client ident user [17/May/2015:10:05:03 +0000] "request" status bytes
 *       combined: "referer" "agent"[ "forwarded"]      both: [ duration]
 *
 * References: httpd's mod_log_config, nginx's ngx_http_log_module. */
#include "sp-capture/format/clf.h"
#include "text/number.h"

struct cursor {
	const char *p, *end;
};

/* Bytes up to STOP, which is stepped over; false if there is none. */
static bool up_to(struct cursor *c, char stop, struct span *out)
{
	const char *at = c->p < c->end ? memchr(c->p, stop, (size_t)(c->end - c->p)) : NULL;
	if (!at)
		return false;
	*out = (struct span){ c->p, (size_t)(at - c->p) };
	c->p = at + 1;
	return true;
}

/* Up to the next space or the end. */
static struct span word(struct cursor *c)
{
	struct span s;
	if (up_to(c, ' ', &s))
		return s;
	s = (struct span){ c->p, (size_t)(c->end - c->p) };
	c->p = c->end;
	return s;
}

/* Up to the closing quote, which is the first one without an odd count of backslashes before it. */
static bool quoted(struct cursor *c, struct span *out)
{
	const char *start = c->p;
	for (const char *from = start; from < c->end;) {
		const char *at = memchr(from, '"', (size_t)(c->end - from));
		if (!at)
			return false;
		const char *slash = at;
		while (slash > start && slash[-1] == '\\')
			slash--;
		if ((at - slash) % 2 == 0) {
			*out = (struct span){ start, (size_t)(at - start) };
			c->p = at + 1;
			return true;
		}
		from = at + 1;
	}
	return false;
}

/* Steps over " \"" and reads a quoted field. */
static bool next_quoted(struct cursor *c, const char *name, struct span *out, struct record *rec)
{
	if (c->end - c->p < 2 || c->p[0] != ' ' || c->p[1] != '"') {
		parts_reject(rec, "torn line", "no %s in quotes at byte %zu", name, (size_t)(c->p - rec->raw.p) + 1);
		return false;
	}
	c->p += 2;
	if (quoted(c, out))
		return true;
	parts_reject(rec, "torn line", "no closing quote of the %s", name);
	return false;
}

/* "name:80", "[::1]:80", but no IPv6 address. */
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

/* The bracket that opens the time: the last one behind a space before the first quote, as a user's
 * name may hold both. */
static const char *time_bracket(const struct cursor *c)
{
	if (c->end - c->p > 2 && memcmp(c->p, "- [", 3) == 0) /* nearly always */
		return c->p + 2;
	const char *quote = memchr(c->p, '"', (size_t)(c->end - c->p)), *end = quote ? quote : c->end;
	const char *open = NULL;
	for (const char *p = c->p; p < end && (p = memchr(p, '[', (size_t)(end - p))) != NULL; p++)
		if (p > c->p && p[-1] == ' ')
			open = p;
	return open;
}

/* [vhost:port] client ident user, up to the time. Ident, which nobody has used since 1993, is left out. */
static bool read_who(struct cursor *c, struct clf_entry *f, struct record *rec)
{
	struct span ident;
	if (!up_to(c, ' ', &f->client) || f->client.n == 0) {
		parts_reject(rec, "torn line", "no client in front");
		return false;
	}
	if (!up_to(c, ' ', &ident)) {
		parts_reject(rec, "torn line", "the line ends behind the client");
		return false;
	}
	const char *open = time_bracket(c);
	if (!open) {
		parts_reject(rec, "torn line", "no time in brackets behind the user");
		return false;
	}
	struct cursor user = { c->p, open - 1 };
	if (is_vhost(f->client) && user.p < user.end && memchr(user.p, ' ', (size_t)(user.end - user.p))) {
		f->vhost = f->client;
		f->client = ident;
		up_to(&user, ' ', &ident);
	}
	f->user = (struct span){ user.p, (size_t)(user.end - user.p) };
	c->p = open + 1;
	return true;
}

static bool is_count(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && s.n <= 19;
}

static bool read_counts(struct cursor *c, struct clf_entry *f, struct record *rec)
{
	if (c->p == c->end || *c->p != ' ' || c->p + 1 == c->end) {
		parts_reject(rec, "torn line", "no status behind the request");
		return false;
	}
	c->p++;
	f->status = word(c);
	bool more = c->p < c->end;
	f->bytes = word(c);
	if (!more || f->bytes.n == 0) {
		parts_reject(rec, "torn line", "no byte count behind the status");
		return false;
	}
	const char *wrong = !is_count(f->status) && !clf_unknown(f->status) ? "status" :
		!is_count(f->bytes) && !clf_unknown(f->bytes)               ? "byte count" :
									      NULL;
	if (wrong) {
		struct span s = wrong[0] == 's' ? f->status : f->bytes;
		parts_reject(rec, "bad number", "the %s '%.*s' is no number", wrong, s.n > 40 ? 40 : (int)s.n, s.p);
	}
	if (c->p < c->end || c->p[-1] == ' ')
		c->p--; /* word() has taken the space behind the count */
	return !wrong;
}

/* What may stand behind: one more quoted field (nginx's "$http_x_forwarded_for"), a request time. */
static bool read_rest(bool combined, struct cursor *c, struct clf_entry *f, struct record *rec)
{
	if (combined && c->end - c->p >= 2 && c->p[1] == '"' && !next_quoted(c, "forwarded", &f->forwarded, rec))
		return false;
	if (c->end - c->p >= 2 && c->p[0] == ' ') {
		struct cursor at = { c->p + 1, c->end };
		struct span s = word(&at);
		if (clf_unknown(s) || num_valid(s) || is_count(s)) {
			f->duration = s;
			c->p = s.p + s.n;
		}
	}
	while (c->p < c->end && *c->p == ' ')
		c->p++;
	if (c->p == c->end)
		return true;
	bool quote = *c->p == '"' && !combined;
	parts_reject(rec, "unknown field", "unknown text at byte %zu, behind the %s%s", (size_t)(c->p - rec->raw.p) + 1,
		combined ? "agent" : "byte count",
		quote ? ": this looks like --format combined" : " (--format regex takes other layouts)");
	return false;
}

bool clf_read(bool combined, struct clf_entry *f, struct record *rec)
{
	struct cursor c = { rec->raw.p, rec->raw.p + rec->raw.n };
	if (!read_who(&c, f, rec))
		return false;
	if (!up_to(&c, ']', &f->time)) {
		parts_reject(rec, "torn line", "no closing bracket of the time");
		return false;
	}
	if (!next_quoted(&c, "request", &f->request, rec) || !read_counts(&c, f, rec))
		return false;
	if (combined && (!next_quoted(&c, "referer", &f->referer, rec) || !next_quoted(&c, "agent", &f->agent, rec)))
		return false;
	return read_rest(combined, &c, f, rec);
}
