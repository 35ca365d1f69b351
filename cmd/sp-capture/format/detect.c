/* detect.c -- detecting the format of a source.
 *
 * The probe of each format, in the order of the table, sees the first line that is not blank. The first format whose
 * probe accepts it is the result; if there is none, the source is text. Where this is weak evidence, a few lines after
 * the first are examined, too: the first line of ndjson is sometimes something else (a banner, an event that a rotation
 * has cut), and then most of the other lines are events. The result depends only on the content, not on how many bytes
 * the first reads happened to give: while it could still change with more bytes, more bytes are requested. */
#include "json/json.h"
#include "sp-capture/format/json_scan.h"
#include "sp-capture/format/table.h"

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

/* Removes the next line that is not blank from *REST and returns it. Sets *WHOLE to whether its newline was there. */
static struct span take_line(struct span *rest, bool *whole)
{
	struct span s = skip_space(*rest);
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = newline ? (size_t)(newline - s.p) : s.n;
	*whole = newline != NULL;
	*rest = (struct span){ s.p + n, s.n - n };
	return (struct span){ s.p, n };
}

/* Returns the first format whose probe accepts LINE (trimmed, possibly empty), or the format of text. */
static const struct format *by_first_line(struct span line, bool whole)
{
	for (int i = 0; line.n > 0 && formats[i]; i++)
		if (formats[i]->probe && formats[i]->probe(line, whole))
			return formats[i];
	return format_with(FORMAT_TEXT);
}

/* Returns true if LINE, which follows a first line that looked like something else, is an event of ndjson. After TEXT
 * an opening brace is enough, as an event may be torn. After the names of columns LINE must be a whole object, because
 * the first cell of a row may begin with a brace. */
static bool is_event(struct span line, bool text)
{
	struct json_scan scan = { .pos = 0 };
	line = trim(line);
	return line.n > 0 && line.p[0] == '{' && (text || (json_scan(&scan, line) && scan.pos == line.n));
}

enum verdict { UNDECIDED = -1, NOT_EVENTS, EVENTS };

/* Decides whether most of the next LINES lines of REST are events. ALL: there are no more lines than those in REST, so
 * that fewer than LINES can decide. */
static enum verdict mostly_events(struct span rest, unsigned lines, bool text, bool all)
{
	unsigned events = 0, others = 0;
	/* Stop when one side has the majority of LINES: more lines cannot change that. */
	while (2 * events <= lines && 2 * others < lines) {
		bool whole;
		struct span line = take_line(&rest, &whole);
		if (!whole && !all)
			return UNDECIDED;
		if (line.n == 0)
			return events > others ? EVENTS : NOT_EVENTS;
		if (is_event(line, text))
			events++;
		else
			others++;
	}
	return 2 * events > lines ? EVENTS : NOT_EVENTS;
}

const struct format *format_detect(struct span first, unsigned flags)
{
	bool whole, all = flags & (DETECT_END | DETECT_FULL);
	struct span rest = first, line = take_line(&rest, &whole);
	if (!whole && !all)
		return NULL;
	const struct format *f = by_first_line(trim(line), whole || (flags & DETECT_END));
	bool text = f->flags & FORMAT_TEXT;
	if (f->second_look == 0 || (text && (flags & DETECT_TEXT)))
		return f;
	enum verdict v = mostly_events(rest, f->second_look, text, all);
	return v == UNDECIDED ? NULL : v == EVENTS ? &format_ndjson : f;
}
