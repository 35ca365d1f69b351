/* clf_read.c -- splits a line of an access log into its fields. In the formats clf and combined a line begins with
 * these fields:
 *
 *   [vhost[:port] ][forwarded ]client ident user [17/May/2015:10:05:03 +0000] "request" status bytes
 *
 * clf_who.c reads the fields up to and including the time. In the format combined the next fields are these:
 *
 *   "referer" "agent"
 *
 * Any text may follow. Many servers add the list of X-Forwarded-For in quotes, and then the duration of the request. In
 * nginx these are the variables $http_x_forwarded_for and $request_time. If there is any other text, all of the text
 * becomes the field extra. If a line ends too early, it is rejected, and the reason names the first field that is
 * missing.
 *
 * Apache's mod_log_config and Debian's apache2.conf name these formats "common", "combined" and "vhost_combined". The
 * module ngx_http_log_module of nginx has "combined". */
#include "sp-capture/format/clf.h"
#include "sp-capture/format/log_time.h"
#include "text/number.h"

static void skip_blanks(struct log_cursor *c)
{
	while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
		c->p++;
}

/* Returns true if QUOTE has an even number of backslashes directly before it, so that it is not escaped. START is the
 * start of the field. */
static bool is_plain_quote(const char *start, const char *quote)
{
	const char *slash = quote;
	while (slash > start && slash[-1] == '\\')
		slash--;
	return (quote - slash) % 2 == 0;
}

/* Sets *OUT to the bytes before the closing quote and moves C past the quote. The closing quote is the first quote
 * that is not escaped. Returns true, or false if there is no closing quote. */
static bool until_closing_quote(struct log_cursor *c, struct span *out)
{
	const char *start = c->p;
	/* Few fields contain an escaped quote, so there is rarely a second round. */
	for (const char *from = start; from < c->end;) {
		const char *quote = memchr(from, '"', (size_t)(c->end - from));
		if (!quote)
			return false;
		if (is_plain_quote(start, quote)) {
			*out = (struct span){ start, (size_t)(quote - start) };
			c->p = quote + 1;
			return true;
		}
		from = quote + 1;
	}
	return false;
}

static bool at_word_end(const struct log_cursor *c)
{
	return c->p == c->end || *c->p == ' ' || *c->p == '\t';
}

/* Reads blanks and a quoted field, or "-" without quotes, and sets *OUT to the text of the field. NAME is the name of
 * the field for a message. next_quoted() calls this function for fields with several blanks, escapes or faults. Returns
 * true, or false with REC rejected. */
static bool next_quoted_slow(struct log_cursor *c, const char *name, struct span *out, struct record *rec)
{
	struct log_cursor ahead = *c;
	skip_blanks(&ahead);
	if (ahead.p == c->p || ahead.p == ahead.end || (*ahead.p != '"' && *ahead.p != '-')) {
		record_reject(rec, "torn line", "no %s in quotes at byte %zu", name, (size_t)(c->p - rec->raw.p) + 1);
		return false;
	}
	*out = (struct span){ ahead.p, 1 };
	c->p = ahead.p + 1;
	if (*ahead.p == '"' && !until_closing_quote(c, out)) {
		record_reject(rec, "torn line", "no closing quote of the %s", name);
		return false;
	}
	if (at_word_end(c))
		return true;
	record_reject(rec, "quotes", "no blank after the %s at byte %zu: a quote in it is not escaped", name,
		(size_t)(c->p - rec->raw.p) + 1);
	return false;
}

/* Reads blanks and a quoted field, and sets *OUT to the text in the quotes. A field may also be "-" without quotes.
 * NAME is the name of the field for a message. Returns true, or false with REC rejected. */
static inline bool next_quoted(struct log_cursor *c, const char *name, struct span *out, struct record *rec)
{
	/* Nearly all fields have one space before them, and no quote inside. */
	if (c->end - c->p > 2 && c->p[0] == ' ' && c->p[1] == '"') {
		const char *start = c->p + 2, *quote = memchr(start, '"', (size_t)(c->end - start));
		if (quote && quote[-1] != '\\' && (quote + 1 == c->end || quote[1] == ' ')) {
			*out = (struct span){ start, (size_t)(quote - start) };
			c->p = quote + 1;
			return true;
		}
	}
	return next_quoted_slow(c, name, out, rec);
}

/* Returns true if C is at a blank, and a status of three digits follows. After the status must come another blank or
 * the end of the line. */
static bool before_status(const struct log_cursor *c)
{
	struct log_cursor ahead = *c;
	skip_blanks(&ahead);
	if (ahead.p == c->p || ahead.end - ahead.p < 3 || log_time_digits(ahead.p, 3) < 0)
		return false;
	ahead.p += 3;
	return at_word_end(&ahead);
}

/* Reads blanks and the request in quotes, and sets F->request. The request ends at the first quote that is not escaped,
 * if a status follows this quote. Some servers do not escape quotes. For them the request ends at the first quote of
 * any kind that a status follows, and F->raw_quotes is set. Returns true, or false with REC rejected. */
static bool next_request(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	struct log_cursor start = *c;
	skip_blanks(&start);
	if (start.p == c->p || start.p == start.end || *start.p != '"')
		return next_quoted(c, "request", &f->request, rec);
	struct log_cursor after = { start.p + 1, start.end };
	const char *first = after.p;
	bool found = until_closing_quote(&after, &f->request) && before_status(&after);
	for (const char *p = first; !found && p < start.end && (p = memchr(p, '"', (size_t)(start.end - p))); p++) {
		after.p = p + 1;
		f->request = (struct span){ first, (size_t)(p - first) };
		found = f->raw_quotes = before_status(&after);
	}
	if (!found)
		return next_quoted(c, "request", &f->request, rec);
	c->p = after.p;
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

/* Reads the status and the byte count into F. If the referer directly follows the status, the byte count becomes "-".
 * Returns true, or false with REC rejected. */
static bool read_counts(struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	skip_blanks(c);
	f->status = log_cursor_word(c);
	if (f->status.n == 0) {
		record_reject(rec, "torn line", "no status after the request");
		return false;
	}
	skip_blanks(c);
	/* A quote here begins the referer. Then the server has logged no byte count. */
	bool none = c->p < c->end && *c->p == '"';
	f->bytes = none ? (struct span){ f->status.p + f->status.n, 0 } : log_cursor_word(c);
	if (f->bytes.n == 0 && !none) {
		record_reject(rec, "torn line", "no byte count after the status");
		return false;
	}
	/* Apache logs "-" as the byte count (%b) if it has sent no byte of a body. */
	const char *wrong = !is_count(f->status) && !clf_unknown(f->status) ? "status" :
		!none && !is_count(f->bytes) && !clf_unknown(f->bytes)      ? "byte count" :
									      NULL;
	if (wrong) {
		struct span s = wrong[0] == 's' ? f->status : f->bytes;
		record_reject(rec, "bad number", "the %s '%.*s' is not a number", wrong, s.n > 40 ? 40 : (int)s.n, s.p);
	}
	/* The byte count was read together with the space after it. Move C back to the end of the byte count, because
	 * the next field begins with a blank. */
	c->p = f->bytes.p + f->bytes.n;
	f->bytes = none ? SPAN("-") : f->bytes;
	return !wrong;
}

/* Returns true if S, a quoted field after the agent, looks like a list of addresses. S must have at least two dots or
 * colons. All other bytes must be hexadecimal digits, commas, spaces or brackets. */
static bool is_forwarded(struct span s)
{
	size_t marks = 0;
	for (size_t i = 0; i < s.n; i++) {
		marks += s.p[i] == '.' || s.p[i] == ':';
		if (!memchr("0123456789abcdefABCDEF.:, []", s.p[i], 28))
			return false;
	}
	return marks > 1;
}

/* Returns true if S is a number with three decimals, as nginx writes $request_time. */
static bool is_request_time(struct span s)
{
	return s.n > 4 && s.p[s.n - 4] == '.' && num_valid(s);
}

/* Returns true if the number of quotes in S that are not escaped is odd. Then the last of these quotes is not
 * closed. */
static bool has_open_quote(struct span s)
{
	bool open = false;
	for (const char *p = s.p, *end = s.p + s.n; p < end && (p = memchr(p, '"', (size_t)(end - p))) != NULL; p++)
		open ^= is_plain_quote(s.p, p);
	return open;
}

/* Reads the text after the last field of the format. If COMBINED is true, the text may begin with forwarded. The
 * duration of the request may follow. If there is any other text, all of the text becomes extra, because the fields of
 * an unknown format can mean anything. Then forwarded and duration are set only if their form leaves no doubt. Returns
 * true, or false with REC rejected if the text ends inside quotes. */
static bool read_rest(bool combined, struct log_cursor *c, struct clf_entry *f, struct record *rec)
{
	if (c->p == c->end)
		return true;
	while (c->end > c->p && (c->end[-1] == ' ' || c->end[-1] == '\t'))
		c->end--;
	skip_blanks(c);
	struct span all = { c->p, log_cursor_left(c) }, quoted = SPAN_NONE, number = SPAN_NONE;
	if (all.n == 0)
		return true;
	if (combined && !f->forwarded.p && *c->p == '"') {
		c->p++;
		if (!until_closing_quote(c, &quoted) || !at_word_end(c))
			quoted = SPAN_NONE;
		skip_blanks(c);
	}
	struct span word = log_cursor_word(c);
	if (clf_unknown(word) || num_valid(word) || is_count(word))
		number = word;
	if (c->p == c->end && (quoted.p || *all.p != '"') && (number.p || word.n == 0)) {
		f->forwarded = quoted.p ? quoted : f->forwarded;
		f->duration = number;
		return true;
	}
	if (has_open_quote(all)) {
		record_reject(rec, "torn line", "no closing quote in the text after the %s",
			combined ? "agent" : "byte count");
		return false;
	}
	f->extra = all;
	if (quoted.p && (clf_unknown(quoted) || is_forwarded(quoted))) {
		f->forwarded = quoted;
		if (number.p && is_request_time(number))
			f->duration = number;
	}
	return true;
}

bool clf_read(bool combined, struct clf_entry *f, struct record *rec)
{
	struct log_cursor c = { rec->raw.p, rec->raw.p + rec->raw.n };
	if (!clf_read_who(&c, f, rec) || !next_request(&c, f, rec) || !read_counts(&c, f, rec))
		return false;
	if (combined && !next_quoted(&c, "referer", &f->referer, rec))
		return false;
	/* Some configurations log no agent. */
	if (combined && log_cursor_left(&c) > 0 && !next_quoted(&c, "agent", &f->agent, rec))
		return false;
	return read_rest(combined, &c, f, rec);
}
