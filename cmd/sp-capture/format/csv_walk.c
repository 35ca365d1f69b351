/* csv_walk.c -- splits a CSV record into its fields.
 *
 * A field that begins with a quote ends at the next quote that is not doubled (RFC 4180, 2.5 to 2.7). Every other
 * field ends at the next separator or newline. A quote inside such a field is text: the RFC forbids this, but most
 * programs accept it. Reading can stop at any byte and continue when more bytes are there, because struct csv_walk
 * holds the whole state. */
#include "sp-capture/format/csv_walk.h"
#include "base/vec.h"
#include <stdlib.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

void csv_walk_init(struct csv_walk *w, struct csv_dialect dialect)
{
	*w = (struct csv_walk){ .dialect = dialect };
}

void csv_walk_release(struct csv_walk *w)
{
	free(w->fields);
	csv_walk_init(w, w->dialect);
}

/* Does not free the array of fields, because the next record uses the array again. */
void csv_walk_start(struct csv_walk *w)
{
	w->start = w->pos = w->record_end = w->count = 0;
	w->quoted = w->doubled = w->any_quoted = false;
}

/* Returns the offset of the first SEPARATOR or newline in P[0..N), or N if there is none. */
static size_t find_end(const char *p, size_t n, char separator)
{
	size_t i = 0;
#ifdef __SSE2__
	const __m128i va = _mm_set1_epi8(separator), vb = _mm_set1_epi8('\n');
	for (; n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(v, va), _mm_cmpeq_epi8(v, vb)));
		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
#endif
	while (i < n && p[i] != separator && p[i] != '\n')
		i++;
	return i;
}

/* Makes room for N more fields. Returns 0, or -1 if memory is exhausted. */
static int make_room(struct csv_walk *w, size_t n)
{
	if (w->cap - w->count >= n)
		return 0;
	struct csv_field *fields = vec_room(w->fields, &w->cap, w->count + n, sizeof *fields);
	if (!fields)
		return -1;
	w->fields = fields;
	return 0;
}

/* Appends the field that begins at w->start and ends before END. The next field begins at NEXT. Returns 0, or -1 if
 * memory is exhausted. */
static int add_field(struct csv_walk *w, size_t end, size_t next)
{
	if (make_room(w, 1) < 0)
		return -1;
	struct csv_field *f = &w->fields[w->count++];
	*f = (struct csv_field){ w->start, end - w->start, w->quoted, w->doubled };
	/* For a quoted field, END is the offset of the closing quote. So only the opening quote must be removed. */
	if (w->quoted) {
		f->offset++;
		f->n--;
	}
	w->start = w->pos = next;
	w->quoted = w->doubled = false;
	return 0;
}

int csv_split(struct csv_walk *w, struct span record)
{
	size_t i = 0, start = 0;
#ifdef __SSE2__
	const __m128i separator = _mm_set1_epi8(w->dialect.separator);
	for (; record.n - i >= 16; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(record.p + i));
		unsigned mask = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, separator));
		/* The mask has a bit for each separator among the 16 bytes. Each separator ends a field. */
		if (make_room(w, 16) < 0)
			return -1;
		for (; mask; mask &= mask - 1) {
			size_t end = i + (size_t)__builtin_ctz(mask);
			w->fields[w->count++] = (struct csv_field){ start, end - start, false, false };
			start = end + 1;
		}
	}
#endif
	/* Each of the remaining bytes can be a separator, and one field follows the last separator. */
	if (make_room(w, 16 + record.n - i) < 0)
		return -1;
	for (; i < record.n; i++) {
		if (record.p[i] != w->dialect.separator)
			continue;
		w->fields[w->count++] = (struct csv_field){ start, i - start, false, false };
		start = i + 1;
	}
	w->fields[w->count++] = (struct csv_field){ start, record.n - start, false, false };
	return 0;
}

/* Each field sets w->record_end to RECORD_END, the offset after this field. So after the last field w->record_end is
 * the end of the record. Returns CSV_DONE. */
static enum csv_walked done(struct csv_walk *w, size_t record_end)
{
	w->record_end = record_end;
	return CSV_DONE;
}

/* Reads a field without quotes. Returns CSV_DONE with *AGAIN set to whether another field follows, CSV_MORE if the end
 * of the field was not read yet, or CSV_MEMORY. */
static enum csv_walked walk_plain(struct csv_walk *w, struct span s, bool end, bool *again)
{
	w->pos += find_end(s.p + w->pos, s.n - w->pos, w->dialect.separator);
	if (w->pos == s.n && !end)
		return CSV_MORE;
	/* The end of the input counts as a newline. A "\r" directly before the newline belongs to the line end, not to
	 * the field. */
	bool newline = w->pos == s.n || s.p[w->pos] == '\n';
	size_t at = w->pos, text = at;
	if (newline && text > w->start && s.p[text - 1] == '\r')
		text--;
	if (add_field(w, text, at + 1) < 0)
		return CSV_MEMORY;
	*again = !newline;
	return done(w, at < s.n ? at + 1 : at);
}

/* Reads what follows the closing quote at w->pos - 1: a separator, a line end, or the end of the input. Returns
 * CSV_DONE with *AGAIN set to whether another field follows, CSV_MORE if more bytes are needed, CSV_TEXT_AFTER if
 * other text follows, or CSV_MEMORY. */
static enum csv_walked walk_after(struct csv_walk *w, struct span s, bool end, bool *again)
{
	/* After the quote a "\r" is only accepted as the beginning of a line end. */
	size_t at = w->pos, quote = at - 1;
	if (at < s.n && s.p[at] == '\r' && (at + 1 == s.n || s.p[at + 1] == '\n')) {
		/* The byte after the "\r" was not read yet. The next call begins at the quote again. */
		if (at + 1 == s.n && !end) {
			w->pos = quote;
			return CSV_MORE;
		}
		at++;
	}
	if (at < s.n && s.p[at] != '\n' && s.p[at] != w->dialect.separator)
		return CSV_TEXT_AFTER;
	*again = at < s.n && s.p[at] == w->dialect.separator;
	if (add_field(w, quote, at + 1) < 0)
		return CSV_MEMORY;
	return done(w, at < s.n ? at + 1 : at);
}

/* Reads a field in quotes, or the rest of the field if earlier calls have read its beginning. Returns CSV_DONE with
 * *AGAIN set to whether another field follows, or another result of enum csv_walked. */
static enum csv_walked walk_quoted(struct csv_walk *w, struct span s, bool end, bool *again)
{
	for (;;) {
		const char *quote = w->pos < s.n ? memchr(s.p + w->pos, '"', s.n - w->pos) : NULL;
		w->pos = quote ? (size_t)(quote - s.p) : s.n;
		if (!quote)
			return end ? CSV_UNCLOSED : CSV_MORE;
		/* The next byte decides whether the quote is doubled. */
		if (w->pos + 1 == s.n && !end)
			return CSV_MORE;
		w->pos++;
		if (w->pos == s.n || s.p[w->pos] != '"')
			return walk_after(w, s, end, again);
		/* Two quotes mean one quote in the text, and the field continues. */
		w->doubled = true;
		w->pos++;
	}
}

/* Each round of the loop reads one field. The first byte of the field decides whether the field is quoted. If this
 * byte was not read yet, a later call decides. */
enum csv_walked csv_walk(struct csv_walk *w, struct span s, bool end)
{
	bool again = false;
	enum csv_walked r;
	do {
		if (w->dialect.quotes && !w->quoted && w->pos == w->start && w->start < s.n && s.p[w->start] == '"') {
			w->quoted = w->any_quoted = true;
			w->pos++;
		}
		again = false;
		r = w->quoted ? walk_quoted(w, s, end, &again) : walk_plain(w, s, end, &again);
	} while (again && r == CSV_DONE);
	return r;
}

struct span csv_undouble(struct span s, struct buf *scratch)
{
	buf_reset(scratch);
	char *to = buf_room(scratch, s.n);
	if (!to)
		return SPAN_NONE;
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		to[n++] = s.p[i];
		i += s.p[i] == '"'; /* skip the second quote of a pair */
	}
	return (struct span){ to, n };
}
