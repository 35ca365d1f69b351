/* detect.c -- detects the format of a source from its first lines.
 *
 * A probe is the function of a format that says whether a line looks like the format. Each line counts for the first
 * format of the table whose probe accepts it. The format with the most lines is the result. One line alone would be
 * weak evidence: a source may begin with a banner, a comment, or the second half of a line that "tail -c" or a rotation
 * has cut. If no format has half of the lines, the source is text.
 *
 * The result does not depend on how many bytes each read returns, with one exception: if the input pauses
 * (DETECT_PAUSE), the lines so far may decide. A user who waits for the first event must not wait for a hundred
 * lines. */
#include "sp-capture/format/table.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static struct span trim(struct span s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* Sets SAMPLE to the first lines of FIRST that are not blank. If the last line lacks its newline, this line counts only
 * if END is true (the source ends there), or if it is the only line. */
static void take_sample(struct span first, bool end, struct format_sample *sample)
{
	sample->count = 0;
	sample->last_whole = true;
	const char *p = first.p, *stop = first.p + first.n;
	while (p < stop && sample->count < SAMPLE_LINES) {
		const char *newline = memchr(p, '\n', (size_t)(stop - p));
		struct span line = { p, (size_t)((newline ? newline : stop) - p) };
		p = newline ? newline + 1 : stop;
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (trim(line).n == 0 || (!newline && !end && sample->count > 0))
			continue;
		sample->line[sample->count++] = line;
		sample->last_whole = newline || end;
	}
}

/* Sets MINE[I] to true for each line I of SAMPLE that the format F accepts. TAKEN[I] is true if an earlier format has
 * accepted line I. */
static void ask(const struct format *f, const struct format_sample *sample, const bool *taken, bool *mine)
{
	if (f->probe_sample) {
		f->probe_sample(sample, mine);
		return;
	}
	for (size_t i = 0; f->probe && i < sample->count; i++)
		if (!taken[i])
			mine[i] = f->probe(trim(sample->line[i]), i + 1 < sample->count || sample->last_whole);
}

/* Returns the format that accepts the most lines of SAMPLE, or the text format if no format accepts half of them.
 * Comments, which are lines that begin with '#' and that no format accepts, do not count. */
static const struct format *by_majority(const struct format_sample *sample)
{
	bool taken[SAMPLE_LINES] = { false };
	const struct format *best = NULL;
	size_t most = 0, comments = 0, left = sample->count; /* LEFT: lines that no format has accepted yet */
	for (int f = 0; formats[f] && left > 0; f++) {
		bool mine[SAMPLE_LINES] = { false };
		size_t lines = 0;
		ask(formats[f], sample, taken, mine);
		for (size_t i = 0; i < sample->count; i++) {
			lines += mine[i] && !taken[i];
			taken[i] |= mine[i];
		}
		left -= lines;
		if (lines > most) {
			most = lines;
			best = formats[f];
		}
	}
	for (size_t i = 0; i < sample->count; i++)
		comments += !taken[i] && sample->line[i].p[0] == '#';
	return best && 2 * most >= sample->count - comments ? best : format_with(FORMAT_TEXT);
}

const struct format *format_detect(struct span first, unsigned flags)
{
	/* A line that begins within SAMPLE_BYTES and ends beyond them does not count, unless it is the only one. */
	if (first.n > SAMPLE_BYTES && memchr(first.p, '\n', SAMPLE_BYTES)) {
		first.n = SAMPLE_BYTES;
		flags = (flags & ~(unsigned)DETECT_END) | DETECT_FULL;
	}
	struct format_sample sample;
	take_sample(first, flags & DETECT_END, &sample);
	const struct format *f = by_majority(&sample);
	if ((flags & (DETECT_END | DETECT_FULL)) || (sample.count == SAMPLE_LINES && sample.last_whole))
		return f;
	bool text = f->flags & FORMAT_TEXT, whole = sample.count > 0 && sample.last_whole;
	bool enough = sample.count > f->second_look || (text && (flags & DETECT_TEXT));
	return (flags & DETECT_PAUSE) && whole && enough ? f : NULL;
}
