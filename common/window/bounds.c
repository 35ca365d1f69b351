/* bounds.c -- bounds at the front of events: writing and reading their text.
 *
 * Every event between sp-window and sp-agg carries its bounds, so reading and writing have a fast path each. Reading
 * first compares the line with the exact bytes that bounds_write() produces; a tokenizer reads any other spelling.
 * Writing can reuse the previous text: bounds_move() changes only the digits of the clock time if the day and the
 * length of the text stay the same. The fast paths give exactly the results of the slow ones. */
#include "window/bounds.h"
#include "base/floor.h"
#include "json/json.h"
#include "text/time.h"

/* The fixed texts for each kind of bounds: before the start time, between the start and the end time, and the names of
 * both fields. */
static const struct {
	struct span start, end;
	const char *start_name, *end_name;
} fields[] = {
	[BOUNDS_WINDOW] = { { "{\"window_start\":\"", 17 }, { "\",\"window_end\":\"", 16 }, "window_start",
		"window_end" },
	[BOUNDS_SLICE] = { { "{\"slice_start\":\"", 16 }, { "\",\"slice_end\":\"", 15 }, "slice_start", "slice_end" },
	[BOUNDS_SESSION] = { { "{\"session_start\":\"", 18 }, { "\",\"session_end\":\"", 17 }, "session_start",
		"session_end" },
};

bool bounds_is_name(struct span name)
{
	for (enum bounds_kind kind = BOUNDS_WINDOW; kind <= BOUNDS_SESSION; kind++)
		if (span_eq(name, span_of(fields[kind].start_name)) || span_eq(name, span_of(fields[kind].end_name)))
			return true;
	return false;
}

/* ---- writing ---- */

size_t bounds_write(enum bounds_kind kind, struct bounds b, char out[BOUNDS_TEXT_MAX])
{
	char *p = out;
	memcpy(p, fields[kind].start.p, fields[kind].start.n);
	p += fields[kind].start.n;
	p += time_write_ms(b.start, p);
	memcpy(p, fields[kind].end.p, fields[kind].end.n);
	p += fields[kind].end.n;
	p += time_write_ms(b.end, p);
	memcpy(p, "\",", 2);
	return (size_t)(p + 2 - out);
}

/* Almost all times have milliseconds (TIME_LONG bytes) or whole seconds (TIME_SHORT bytes). */
#define DAY_MS INT64_C(86400000)
enum { TIME_LONG = sizeof "2024-05-01T10:39:58.487Z" - 1, TIME_SHORT = sizeof "2024-05-01T10:39:58Z" - 1 };

/* Changes the text at P from the time OLD to the time MS, both with milliseconds. Returns false, with the text
 * unchanged, if the two times are of different days. Returns false as well if one of them is a whole second, which is
 * written without milliseconds and so is shorter. */
static bool bounds_move_time(char *p, int64_t old, int64_t ms)
{
	int64_t day = floor_div(ms, DAY_MS);
	unsigned v = (unsigned)(ms - day * DAY_MS), fraction = v % 1000, sec = v / 1000, min = sec / 60;
	if (fraction == 0 || old % 1000 == 0 || floor_div(old, DAY_MS) != day)
		return false;
	const unsigned part[] = { min / 60, min % 60, sec % 60 };
	p += sizeof "2024-05-01T" - 1;
	for (int i = 0; i < 3; i++, p += 3) {
		p[0] = (char)('0' + part[i] / 10);
		p[1] = (char)('0' + part[i] % 10);
	}
	p[0] = (char)('0' + fraction / 100);
	p[1] = (char)('0' + fraction / 10 % 10);
	p[2] = (char)('0' + fraction % 10);
	return true;
}

size_t bounds_move(enum bounds_kind kind, struct bounds old, struct bounds b, char text[BOUNDS_TEXT_MAX], size_t n)
{
	size_t start = fields[kind].start.n, end = start + TIME_LONG + fields[kind].end.n;
	if (n != end + TIME_LONG + 2 || old.start % 1000 == 0 || !bounds_move_time(text + end, old.end, b.end) ||
		!bounds_move_time(text + start, old.start, b.start))
		return bounds_write(kind, b, text);
	return n;
}

/* ---- reading: the fast path ---- */

/* Reads the time at the start of *S, of TIME_LONG or TIME_SHORT bytes, and moves *S past it. *S must hold at least
 * TIME_LONG bytes. Returns false if they do not begin with a valid time of either length. */
static bool bounds_take_time(struct span *s, int64_t *ms)
{
	size_t n = s->p[TIME_SHORT - 1] == 'Z' ? TIME_SHORT : TIME_LONG;
	if (time_read_fast((struct span){ s->p, n }, ms) < 0)
		return false;
	*s = (struct span){ s->p + n, s->n - n };
	return true;
}

/* Returns true if P begins with TEXT, one of the texts in fields[]. These have 15 to 18 bytes, so the first 15 and the
 * last 4 bytes cover each of them. The lengths are constants, so each comparison compiles to a few loads. */
static inline bool bounds_text_eq(const char *p, struct span text)
{
	return span_bytes_eq(p, text.p, 15) && span_bytes_eq(p + text.n - 4, text.p + text.n - 4, 4);
}

/* Reads bounds of KIND that are spelled exactly as bounds_write() spells them. Returns false if LINE does not begin
 * with such bounds; *B may then have changed. */
static bool bounds_read_exact(struct span line, enum bounds_kind kind, struct bounds *b, size_t *prefix)
{
	const struct span start = fields[kind].start, end = fields[kind].end;
	struct span s = { line.p + start.n, line.n - start.n };
	if (line.n < start.n + end.n + 2 * (TIME_LONG + 2) || !bounds_text_eq(line.p, start))
		return false;
	if (!bounds_take_time(&s, &b->start) || !bounds_text_eq(s.p, end))
		return false;
	s = (struct span){ s.p + end.n, s.n - end.n };
	/* If white space follows the comma, it belongs to the prefix too. Leave such a line to the tokenizer. */
	if (!bounds_take_time(&s, &b->end) || s.p[0] != '"' || s.p[1] != ',' || s.p[2] <= ' ')
		return false;
	*prefix = (size_t)(s.p + 2 - line.p);
	return true;
}

/* ---- reading: any spelling ---- */

/* Skips white space at the start of *S. If C follows, moves *S past it; otherwise returns false. */
static bool bounds_take_char(struct span *s, char c)
{
	const char *end = s->p + s->n, *p = json_space(s->p, end);
	if (p >= end || *p != c)
		return false;
	*s = (struct span){ p + 1, (size_t)(end - p - 1) };
	return true;
}

/* Sets *OUT to the text of the JSON string at the start of *S, up to the first quote, and moves *S past it. An escaped
 * quote would end the text too early, which does no harm: no name or time of bounds contains a quote. */
static bool bounds_take_string(struct span *s, struct span *out)
{
	if (!bounds_take_char(s, '"'))
		return false;
	const char *quote = memchr(s->p, '"', s->n);
	if (!quote)
		return false;
	*out = (struct span){ s->p, (size_t)(quote - s->p) };
	*s = (struct span){ quote + 1, s->n - out->n - 1 };
	return true;
}

/* Reads the field NAME, whose value is a time, at the start of *S and moves *S past it. Returns false if there is no
 * such field. */
static bool bounds_take_field(struct span *s, const char *name, int64_t *ms)
{
	struct span text;
	return bounds_take_string(s, &text) && span_eq(text, span_of(name)) && bounds_take_char(s, ':') &&
		bounds_take_string(s, &text) && time_read_ms(text, ms) == 0;
}

enum bounds_kind bounds_read(struct span line, struct bounds *b, size_t *prefix)
{
	struct span s = line, name;
	for (enum bounds_kind kind = BOUNDS_WINDOW; kind <= BOUNDS_SESSION; kind++)
		if (bounds_read_exact(line, kind, b, prefix))
			return kind;
	if (!bounds_take_char(&s, '{'))
		return BOUNDS_NONE;
	const struct span fields_begin = s;
	if (!bounds_take_string(&s, &name))
		return BOUNDS_NONE;
	for (enum bounds_kind kind = BOUNDS_WINDOW; kind <= BOUNDS_SESSION; kind++) {
		if (!span_eq(name, span_of(fields[kind].start_name)))
			continue;
		s = fields_begin;
		if (!bounds_take_field(&s, fields[kind].start_name, &b->start) || !bounds_take_char(&s, ',') ||
			!bounds_take_field(&s, fields[kind].end_name, &b->end))
			return BOUNDS_NONE;
		/* An event without further fields has no comma after its bounds. */
		(void)bounds_take_char(&s, ',');
		*prefix = (size_t)(json_space(s.p, s.p + s.n) - line.p);
		return *prefix < line.n ? kind : BOUNDS_NONE;
	}
	return BOUNDS_NONE;
}
