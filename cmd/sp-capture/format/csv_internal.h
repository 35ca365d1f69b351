/* csv_internal.h -- the decoder of CSV and TSV, for its two files: csv.c reads records and writes events, csv_drop.c
 * rejects records that cannot be read. */
#ifndef CAPTURE_FORMAT_CSV_INTERNAL_H
#define CAPTURE_FORMAT_CSV_INTERNAL_H
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/csv_walk.h"
#include "sp-capture/format/format.h"

struct csv_decoder {
	struct csv_walk walk;
	unsigned bytes; /* the kinds of bytes in the record, as decode_line_bytes() returns them */
	size_t max;     /* the longest record and the longest event, in bytes (--max-event) */
	struct csv_columns columns;
	struct buf out, text; /* the event; a field without its doubled quotes */
	/* A record that begins before this offset of the input must end in its first line: the lines before this offset
	 * were searched for a closing quote, without success. */
	uint64_t one_line_until;
	bool skipping;     /* the next bytes are the rest of a rejected line and must be dropped */
	uint64_t head_end; /* offset of the input after the header line; 0 if no header was read */
};

/* ---- csv_drop.c ---- */

size_t csv_count_newlines(struct span s);
/* Returns S without a line end ("\n", "\r\n" or "\r") at its end. */
static inline struct span csv_without_end(struct span s)
{
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}
/* Makes the first N unread bytes, without a line end at their end, the raw text of OUT, and sets number and offset. */
void csv_set_raw(struct record *out, const struct reader *in, size_t n);

/* Each of the next three functions rejects OUT, drops the first unread line, and returns NEXT_REJECTED. SEARCHED is the
 * number of unread bytes that were searched for the end of the record; from now on each other line in them must be a
 * record of its own (one_line_until). */

/* Rejects a record with a quote that is not closed. WHERE ends the sentence of the reason with the place that was
 * searched, such as "up to the end of the input". */
int csv_reject_unclosed(struct csv_decoder *d, struct reader *in, struct record *out, const char *where,
	size_t searched);
/* Rejects a record with text after a closing quote, at d->walk.pos. */
int csv_reject_text_after(struct csv_decoder *d, struct reader *in, struct record *out);
/* Rejects a record of more than d->max bytes. */
int csv_reject_long(struct csv_decoder *d, struct reader *in, struct record *out, size_t searched);

/* Drops the rest of the line that was rejected last. Returns NEXT_EVENT when the line is dropped, or was dropped
 * before; NEXT_END or NEXT_LATER if the input ends, or has nothing now, before the end of the line; NEXT_ERROR with E
 * set. */
int csv_skip_rest(struct csv_decoder *d, struct reader *in, struct err *e);
#endif
