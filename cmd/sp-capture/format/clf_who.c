/* clf_who.c -- reads the front of a line of an access log, up to the closing bracket of the time:
 *
 *   [vhost[:port] ][forwarded ]client ident user [17/May/2015:10:05:03 +0000]
 *
 * Servers write neither quotes nor escapes around the fields before the time, and the name of the user may contain
 * blanks and brackets. So the time is found first: it is in brackets, and the quote of the request follows it. No name
 * of a user can imitate this, because Apache and nginx escape a quote that comes from a client. Each word before the
 * time is then recognised by its form: an address, a list with commas, or "-". The word "-" usually stands for ident
 * (RFC 1413), which servers no longer ask for. */
#include "sp-capture/format/clf.h"
#include "sp-capture/format/log_cursor.h"
#include <ctype.h>

/* ---- words ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct log_cursor *c)
{
	while (c->p < c->end && is_blank(*c->p))
		c->p++;
}

/* Returns the next word and moves C past it. The word is empty if only blanks are left. */
static struct span next_word(struct log_cursor *c)
{
	skip_blanks(c);
	const char *start = c->p;
	while (c->p < c->end && !is_blank(*c->p))
		c->p++;
	return (struct span){ start, (size_t)(c->p - start) };
}

/* Returns the word that comes after AHEAD other words, without moving C. The word is empty if there are too few
 * words. */
static struct span peek_word(const struct log_cursor *c, unsigned ahead)
{
	struct log_cursor copy = *c;
	struct span word;
	do
		word = next_word(&copy);
	while (ahead-- > 0 && word.n > 0);
	return word;
}

/* Returns S without the brackets or quotes around it, if S has any. */
static struct span unwrap(struct span s)
{
	bool wrapped = s.n >= 2 && ((s.p[0] == '[' && s.p[s.n - 1] == ']') || (s.p[0] == '"' && s.p[s.n - 1] == '"'));
	return wrapped ? (struct span){ s.p + 1, s.n - 2 } : s;
}

/* Returns true if S is an address of IPv4 or IPv6, perhaps in brackets and perhaps with a zone ("fe80::1%eth0"). */
static bool is_address(struct span s)
{
	size_t dots = 0, colons = 0;
	s = unwrap(s);
	for (size_t i = 0; i < s.n && s.p[i] != '%'; i++) {
		dots += s.p[i] == '.';
		colons += s.p[i] == ':';
		if (s.p[i] != '.' && s.p[i] != ':' && !isxdigit((unsigned char)s.p[i]))
			return false;
		if (isalpha((unsigned char)s.p[i]) && dots > 0)
			return false;
	}
	return colons >= 2 || (colons == 0 && dots == 3 && isdigit((unsigned char)s.p[0]));
}

static bool has_comma(struct span s)
{
	return s.n > 0 && memchr(s.p, ',', s.n);
}

/* Returns true if S has the form "name:80" or "[::1]:80". An IPv6 address without brackets is not accepted, because
 * its last digits look like a port. */
bool clf_has_port(struct span s)
{
	const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
	if (!colon || colon + 1 == s.p + s.n || colon == s.p)
		return false;
	for (const char *p = colon + 1; p < s.p + s.n; p++)
		if (*p < '0' || *p > '9')
			return false;
	return colon[-1] == ']' || !memchr(s.p, ':', (size_t)(colon - s.p));
}

/* ---- the parts ---- */

/* Returns true if the first word at C is a virtual host, and false if it is the client. A virtual host is followed by
 * the client, which is usually an address. The client is followed by ident, which is usually "-", and by a user of one
 * or more words. */
static bool begins_with_vhost(const struct log_cursor *c)
{
	struct span first = peek_word(c, 0), second = peek_word(c, 1), third = peek_word(c, 2);
	if (third.n == 0 || clf_unknown(first) || has_comma(first) || is_address(first))
		return false;
	if (is_address(second) || has_comma(second))
		return true;
	if (peek_word(c, 3).n == 0)
		return false;
	if (clf_unknown(second))
		return peek_word(c, 4).n > 0 && is_address(third);
	return clf_has_port(first) || clf_unknown(third);
}

/* Reads a list of addresses such as "198.51.100.97, 10.36.42.175". Sets F->forwarded to the list, and F->client to its
 * first address. */
static void read_list(struct log_cursor *c, struct clf_entry *f)
{
	struct span last = next_word(c);
	const char *start = last.p, *comma = memchr(last.p, ',', last.n);
	while (last.n > 0 && last.p[last.n - 1] == ',' && peek_word(c, 0).n > 0)
		last = next_word(c);
	f->forwarded = (struct span){ start, (size_t)(c->p - start) };
	f->client = (struct span){ start, (size_t)(comma - start) };
}

/* Reads the client. Some servers log the field X-Forwarded-For of the request before the peer, the address that has
 * sent the request. This field is a list of addresses, and the first address is the client. Then the peer is a proxy.
 * If the request lacks the field, "-" is logged in its place, and the peer is the client. */
static void read_client(struct log_cursor *c, struct clf_entry *f)
{
	struct span first = peek_word(c, 0);
	bool before_address = is_address(peek_word(c, 1)) && peek_word(c, 2).n > 0;
	if (has_comma(first)) {
		read_list(c, f);
		if (is_address(peek_word(c, 0)) && peek_word(c, 1).n > 0)
			f->peer = next_word(c);
	} else if (clf_unknown(first) && before_address) {
		(void)next_word(c);
		f->client = next_word(c);
	} else if (is_address(first) && before_address) {
		f->client = f->forwarded = next_word(c);
		f->peer = next_word(c);
	} else {
		f->client = next_word(c);
	}
	f->client = unwrap(f->client);
	f->peer = unwrap(f->peer);
}

/* Sets the fields of F from the words of C, which ends before the time. Returns true, or false if there is no client or
 * no ident. The user may be missing. */
static bool read_words(struct log_cursor *c, struct clf_entry *f)
{
	if (begins_with_vhost(c))
		f->vhost = unwrap(next_word(c));
	read_client(c, f);
	if (f->client.n == 0 || next_word(c).n == 0)
		return false;
	skip_blanks(c);
	while (c->p < c->end && is_blank(c->end[-1]))
		c->end--;
	/* Apache writes "" for an empty name. Other quotes around the whole name come from the configured format of the
	 * log. */
	if (c->p < c->end)
		f->user = *c->p == '"' ? unwrap(log_cursor_rest(c)) : log_cursor_rest(c);
	return true;
}

/* ---- the time ---- */

/* Returns true if P is the opening bracket of a time, and a quoted request follows the time. END is the end of the
 * line. */
static bool is_time_bracket(const char *p, const char *end)
{
	if (end - p < 3 || p[0] != '[' || p[1] < '0' || p[1] > '9')
		return false;
	const char *close = memchr(p, ']', (size_t)(end - p));
	struct log_cursor after = { close ? close + 1 : end, end };
	skip_blanks(&after);
	return after.p < end && *after.p == '"';
}

/* Returns the opening bracket of the time. Returns NULL if there is no time with a request after it. */
static const char *time_bracket(const struct log_cursor *c)
{
	for (const char *p = c->p; p < c->end && (p = memchr(p, '[', (size_t)(c->end - p))) != NULL; p++)
		if (p > c->p && is_blank(p[-1]) && is_time_bracket(p, c->end))
			return p;
	return NULL;
}

/* Reads the start of a line whose time or first fields were not found. Looks for a place where the time may begin.
 * Returns true with C after the opening bracket, so that the caller can report what is wrong after the bracket. Returns
 * false with REC rejected if there is no such place. */
static bool read_torn(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	struct span ident;
	const char *why = NULL, *open = NULL;
	if (!log_cursor_until(c, ' ', &f->client) || f->client.n == 0)
		why = "no client at the start of the line";
	else if (!log_cursor_until(c, ' ', &ident))
		why = "the line ends after the client";
	/* The time would begin at the last bracket that directly follows a space and is before the first quote. */
	const char *quote = why ? NULL : memchr(c->p, '"', log_cursor_left(c)), *end = quote ? quote : c->end;
	for (const char *p = c->p; !why && p < end && (p = memchr(p, '[', (size_t)(end - p))) != NULL; p++)
		if (p > c->p && p[-1] == ' ')
			open = p;
	if (!why && !open)
		why = "no time in brackets after the user";
	if (why) {
		record_reject(rec, "torn line", "%s", why);
		return false;
	}
	c->p = open + 1;
	return true;
}

bool clf_read_who(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	/* Nearly all lines begin with "ADDRESS - - [17/May/2015:10:05:03 +0000] \"". */
	const char *space = c->p < c->end ? memchr(c->p, ' ', log_cursor_left(c)) : NULL;
	if (space && c->end - space > 35 && memcmp(space, " - - [", 6) == 0 && memcmp(space + 32, "] \"", 3) == 0) {
		f->client = (struct span){ c->p, (size_t)(space - c->p) };
		if (f->client.n > 0 && c->p[0] != '[' && !has_comma(f->client)) {
			f->user = SPAN("-");
			f->time = (struct span){ space + 6, 26 };
			c->p = space + 33;
			return true;
		}
	}
	f->client = SPAN_NONE;
	const char *open = time_bracket(c);
	struct log_cursor words = { c->p, open };
	if (!open || !read_words(&words, f)) {
		if (!read_torn(c, f, rec))
			return false;
	} else {
		c->p = open + 1;
	}
	if (log_cursor_until(c, ']', &f->time))
		return true;
	record_reject(rec, "torn line", "no closing bracket of the time");
	return false;
}
