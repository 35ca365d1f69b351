/* detect.c -- detecting the format of a source.
 *
 * The first line that is not blank is shown to each format of the table; the first that knows it has it, and what no
 * format knows is text. Where that is weak evidence, the lines after it get a second look: the first line of ndjson is
 * sometimes rubbish (a banner, a torn event after a rotation), and most of the lines then say what the source is. The
 * result depends on the content alone, not on how many bytes happened to be there: as long as the answer could change
 * with more bytes, more are asked for. */
#include "json/json.h"
#include "sp-capture/format/json_cut.h"
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

/* Takes the next line that is not blank off *REST. Sets *WHOLE if its newline was there, too. */
static struct span take_line(struct span *rest, bool *whole)
{
	struct span s = skip_space(*rest);
	const char *newline = s.n ? memchr(s.p, '\n', s.n) : NULL;
	size_t n = newline ? (size_t)(newline - s.p) : s.n;
	*whole = newline != NULL;
	*rest = (struct span){ s.p + n, s.n - n };
	return (struct span){ s.p, n };
}

/* The format that knows LINE, which is trimmed. Text is what no format knows, also when there is no line at all. */
static const struct format *by_first_line(struct span line, bool whole)
{
	for (int i = 0; line.n > 0 && formats[i]; i++)
		if (formats[i]->probe && formats[i]->probe(line, whole))
			return formats[i];
	return format_with(FORMAT_TEXT);
}

/* Is LINE an event of ndjson, after a first line that looked like something else? In text an open brace is enough, as
 * the event may be torn. A cell of a table may also begin with a brace, but a whole row is not an object. */
static bool is_event(struct span line, bool text)
{
	struct json_cut cut = { .pos = 0 };
	line = trim(line);
	return line.n > 0 && line.p[0] == '{' && (text || (json_cut(&cut, line) && cut.pos == line.n));
}

enum verdict { UNDECIDED = -1, NOT_EVENTS, EVENTS };

/* Are most of the next LINES lines in REST events? ALL: REST is all that there is, so that fewer lines decide, too. */
static enum verdict mostly_events(struct span rest, unsigned lines, bool text, bool all)
{
	unsigned events = 0, others = 0;
	/* Ends as soon as one side has a majority of LINES, as more lines could not change it. */
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
