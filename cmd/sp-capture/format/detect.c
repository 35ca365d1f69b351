/* detect.c -- detects the format of a source.
 *
 * A probe is the function of a format that says whether a line looks like the format. Detection calls the probes in
 * the order of the table of formats, with the first line that is not blank. The result is the first format whose probe
 * accepts the line, or text if no probe does.
 *
 * If one line is weak evidence, a few lines after it are checked as well. The first line of ndjson is sometimes not an
 * event, but a banner or the second half of an event that was cut when the log was rotated. Then most of the other
 * lines are events.
 *
 * The result depends only on the content, not on the number of bytes that a read returns. As long as more bytes could
 * change the result, detection asks for more bytes. */
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

/* Removes the next line that is not blank from *REST and returns the line without its newline. Sets *WHOLE to whether
 * the line has a newline. */
static struct span take_line(struct span *rest, bool *whole)
{
	struct span s = skip_space(*rest);
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = newline ? (size_t)(newline - s.p) : s.n;
	*whole = newline != NULL;
	*rest = (struct span){ s.p + n, s.n - n };
	return (struct span){ s.p, n };
}

/* Returns the first format whose probe accepts LINE, or the text format if no probe does. LINE has no white space
 * around it and may be empty. WHOLE is true if LINE is complete. */
static const struct format *by_first_line(struct span line, bool whole)
{
	for (int i = 0; line.n > 0 && formats[i]; i++)
		if (formats[i]->probe && formats[i]->probe(line, whole))
			return formats[i];
	return format_with(FORMAT_TEXT);
}

/* Returns true if LINE, a line after the first line, looks like an event of ndjson. If AFTER_TEXT is true, the first
 * line looked like text. Then an opening brace is enough, because the end of LINE may be missing. Otherwise the first
 * line looked like the names of columns. Then LINE must be a complete object, because the first field of a row may
 * begin with a brace. */
static bool is_event(struct span line, bool after_text)
{
	struct json_scan scan = { .pos = 0 };
	line = trim(line);
	return line.n > 0 && line.p[0] == '{' && (after_text || (json_scan(&scan, line) && scan.pos == line.n));
}

enum verdict { UNDECIDED = -1, NOT_EVENTS, EVENTS };

/* Decides whether most of the first LINES lines of REST are events of ndjson. AFTER_TEXT is true if the line before
 * REST looked like text. ALL is true if no bytes follow REST, so that fewer than LINES lines can decide. Returns
 * EVENTS, NOT_EVENTS, or UNDECIDED if more bytes are needed. */
static enum verdict mostly_events(struct span rest, unsigned lines, bool after_text, bool all)
{
	unsigned events = 0, others = 0;
	/* Stop when more than half of LINES are events, or at least half are not. More lines cannot change the
	 * result. */
	while (2 * events <= lines && 2 * others < lines) {
		bool whole;
		struct span line = take_line(&rest, &whole);
		if (!whole && !all)
			return UNDECIDED;
		if (line.n == 0)
			return events > others ? EVENTS : NOT_EVENTS;
		if (is_event(line, after_text))
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
