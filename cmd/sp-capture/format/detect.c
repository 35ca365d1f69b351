/* detect.c -- which format the first lines are in. Log formats are known by their shape, CSV by a line of
 * names; what is nothing else is text, for which --format line or regex have to be meant. */
#include "sp-capture/format/table.h"
#include "sp-capture/format/clf.h"
#include "sp-capture/format/csv_walk.h"
#include "sp-capture/format/json_cut.h"

static struct span skip_space(struct span s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t' || s.p[0] == '\r' || s.p[0] == '\n')) {
		s.p++;
		s.n--;
	}
	return s;
}

static struct span trim(struct span s)
{
	s = skip_space(s);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* Takes the next line that is not blank off *REST; *WHOLE: its newline was seen. */
static struct span take_line(struct span *rest, bool *whole)
{
	struct span s = skip_space(*rest);
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = newline ? (size_t)(newline - s.p) : s.n;
	*whole = newline != NULL;
	*rest = (struct span){ s.p + n, s.n - n };
	return (struct span){ s.p, n };
}

/* S begins with '{' or '['. */
static const struct format *detect_json(struct span s, bool whole)
{
	if (s.p[0] == '[') {
		struct span inside = trim((struct span){ s.p + 1, s.n - 1 });
		bool events = inside.n == 0 || inside.p[0] == '{' || inside.p[0] == ']';
		return events ? &format_json : &format_line;
	}
	struct json_cut cut = { .pos = 0 };
	if (json_cut(&cut, s))
		return cut.pos == s.n ? &format_ndjson : &format_json;
	/* An object that goes on in the next line; or a line that is torn. */
	char last = s.p[s.n - 1];
	return !whole || last == '{' || last == '[' || last == ',' ? &format_json : &format_ndjson;
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (unsigned char)c >= 0x80;
}

/* "<34>", "May  1 10:39:58 ", or an RFC 3339 time, a host and "app:" or "app[pid]:". */
static bool is_syslog(struct span s)
{
	if (s.p[0] == '<') {
		size_t i = 1;
		while (i < s.n && i < 4 && parts_digits(s.p + i, 1) >= 0)
			i++;
		return i > 1 && i < s.n && s.p[i] == '>';
	}
	if (s.n >= 16 && parts_month(s.p) > 0) {
		size_t n = s.p[4] != ' ' && s.p[5] == ' ' ? 5 : 6; /* as far as the day */
		return s.p[3] == ' ' && s.p[n] == ' ' &&
			(parts_clock(s.p + n + 1) >= 0 || (s.n >= n + 15 && parts_clock(s.p + n + 6) >= 0));
	}
	const char *space = memchr(s.p, ' ', s.n), *end = s.p + s.n;
	struct stamp t;
	if (!space || space - s.p < 19 || time_parse_rfc3339((struct span){ s.p, (size_t)(space - s.p) }, NULL, &t) < 0)
		return false;
	const char *host = memchr(space + 1, ' ', (size_t)(end - space - 1));
	const char *tag = host ? memchr(host + 1, ' ', (size_t)(end - host - 1)) : NULL;
	return host && host > space + 1 && (tag ? tag : end)[-1] == ':';
}

/* An access log, also when this line of it is torn: what there is of it decides. */
static const struct format *detect_clf(struct span s)
{
	struct record rec = { .raw = s };
	struct clf_entry f = { .client = SPAN_NONE };
	if (clf_read(true, &f, &rec))
		return &format_combined;
	f = (struct clf_entry){ .client = SPAN_NONE };
	if (clf_read(false, &f, &rec))
		return &format_clf;
	/* Torn: "[17/May/2015:10:05:03 +0000]" and the opening quote of the request are enough. */
	if (!f.time.p || f.time.n != 26 || f.time.p[2] != '/' || parts_month(f.time.p + 3) == 0 || f.request.p == NULL)
		return NULL;
	size_t quotes = 0;
	for (size_t i = 0; i < s.n; i++)
		quotes += s.p[i] == '"';
	return quotes > 2 ? &format_combined : &format_clf;
}

/* name= in front. */
static bool is_logfmt(struct span s)
{
	size_t i = 0;
	while (i < s.n &&
		(is_letter(s.p[i]) || (i > 0 && s.p[i] && strchr("0123456789.-/@:", s.p[i])) || s.p[i] == '@'))
		i++;
	return i > 0 && i < s.n && s.p[i] == '=';
}

/* Several names with SEPARATOR between them. */
static bool is_header(struct span s, char separator)
{
	struct csv_walk w;
	csv_walk_init(&w, separator);
	csv_walk_start(&w);
	bool good = csv_walk(&w, s, true) == CSV_DONE && w.count > 1;
	size_t spaced = 0;
	for (size_t i = 0; good && i < w.count; i++) {
		const struct csv_field *f = &w.fields[i];
		struct span name = trim((struct span){ s.p + f->at, f->n });
		spaced += f->n > 0 && s.p[f->at] == ' ';
		/* Text with commas has them before spaces and between words: "ERROR 10:39:58,123 went, as expected" */
		good = f->quoted || f->n == 0 ||
			(name.n > 0 && (is_letter(name.p[0]) || strchr("#@$%", name.p[0])) &&
				!memchr(name.p, ':', name.n) && (s.p[f->at] != ' ' || !memchr(name.p, ' ', name.n)));
	}
	good = good && (spaced == 0 || w.count > 2);
	csv_walk_release(&w);
	return good;
}

/* What the first line S, trimmed, looks like. */
static const struct format *by_shape(struct span s, bool whole)
{
	if (s.n == 0)
		return &format_line;
	if (s.p[0] == '{' || s.p[0] == '[')
		return detect_json(s, whole);
	if (is_syslog(s))
		return &format_syslog;
	const struct format *clf = detect_clf(s);
	if (clf)
		return clf;
	if (is_logfmt(s))
		return &format_logfmt;
	if (memchr(s.p, '\t', s.n))
		return &format_tsv;
	return is_header(s, ',') ? &format_csv : &format_line;
}

/* The line S of a file whose first line is text or column names: is it an event of ndjson? A cell of a table may
 * begin with a brace, a whole row is no object. */
static bool is_event(struct span s, bool text)
{
	struct json_cut cut = { .pos = 0 };
	s = trim(s);
	return s.n > 0 && s.p[0] == '{' && (text || (json_cut(&cut, s) && cut.pos == s.n));
}

/* The first line may be rubbish in front of ndjson: most of the LINES in REST behind it say. 1 ndjson, 0 not, -1
 * more of them are needed. */
static int mostly_events(struct span rest, int lines, bool text, bool all)
{
	int events = 0, others = 0;
	while (2 * events <= lines && 2 * others < lines) {
		bool whole;
		struct span s = take_line(&rest, &whole);
		if (!whole && !all)
			return -1;
		if (s.n == 0)
			return events > others;
		if (is_event(s, text))
			events++;
		else
			others++;
	}
	return 2 * events > lines;
}

const struct format *format_detect(struct span first, unsigned flags)
{
	enum { LINES_BEHIND_TEXT = 5 };
	bool whole, all = flags & (DETECT_END | DETECT_FULL);
	struct span rest = first, line = take_line(&rest, &whole);
	if (!whole && !all)
		return NULL;
	const struct format *f = by_shape(trim(line), whole || (flags & DETECT_END));
	bool text = f == &format_line, named = f == &format_csv || f == &format_tsv;
	if ((!text && !named) || (text && (flags & DETECT_TEXT)))
		return f;
	/* The line behind names costs no waiting: it is the first that makes an event. */
	int most = mostly_events(rest, text ? LINES_BEHIND_TEXT : 1, text, all);
	return most < 0 ? NULL : most ? &format_ndjson : f;
}
