/* csv_internal.h -- the decoder of CSV and TSV: csv.c reads records and writes events, csv_drop.c gives up what cannot be
 * read. */
#ifndef CAPTURE_FORMAT_CSV_INTERNAL_H
#define CAPTURE_FORMAT_CSV_INTERNAL_H
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/csv_walk.h"
#include "sp-capture/format/format.h"

struct csv_decoder {
	struct csv_walk walk;
	unsigned bytes; /* kinds of bytes in the record */
	size_t max;
	struct csv_columns columns;
	struct buf out, text; /* the event; a field without its doubled quotes */
	uint64_t lone_until;  /* records that begin before this offset of the input have one line */
	bool skipping;        /* inside a line whose rest is dropped */
	uint64_t head_end;    /* offset of the input after the header line; 0: no header was read */
};

/* ---- csv_drop.c ---- */

size_t csv_count_newlines(struct span s);
/* Returns S without the line end at its end, if there is one. */
static inline struct span csv_without_end(struct span s)
{
	if (s.n > 0 && s.p[s.n - 1] == '\n')
		s.n--;
	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}
/* Makes the first N unread bytes, without their line end, the raw text of OUT. */
void csv_set_raw(struct record *out, const struct reader *in, size_t n);

/* The following reject OUT, drop the first unread line, and return NEXT_REJECTED. LOOKED: bytes that were searched for the end
 * of the record; the lines in them must now be records by themselves. */

/* For a quote that is not closed. UNTIL says where the search ended, as the end of a sentence. */
int csv_reject_open(struct csv_decoder *d, struct reader *in, struct record *out, const char *until, size_t looked);
/* For text after a closing quote. */
int csv_reject_text_after(struct csv_decoder *d, struct reader *in, struct record *out);
/* For a record of more than d->max bytes. */
int csv_reject_long(struct csv_decoder *d, struct reader *in, struct record *out, size_t looked);

/* Drops the rest of the line that was rejected last. Returns NEXT_EVENT when that is done; else as reader_fill(). */
int csv_skip_rest(struct csv_decoder *d, struct reader *in, struct err *e);
#endif
