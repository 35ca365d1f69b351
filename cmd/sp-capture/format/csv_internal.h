/* csv_internal.h -- declares the decoder of CSV and TSV for its source files. csv.c reads records and writes events.
 * csv_head.c reads the start of a table. csv_drop.c rejects records that cannot be read. csv_probe.c recognizes
 * tables. */
#ifndef CAPTURE_FORMAT_CSV_INTERNAL_H
#define CAPTURE_FORMAT_CSV_INTERNAL_H
#include "sp-capture/format/csv_columns.h"
#include "sp-capture/format/csv_walk.h"
#include "sp-capture/format/format.h"

struct csv_decoder {
	struct csv_walk walk;
	unsigned bytes; /* the kinds of bytes in the record (BYTES_CONTROL and others) */
	size_t max;     /* the limit of a record and of an event, in bytes (--max-event) */
	const struct format_options *options;
	struct csv_columns columns;
	bool names_given; /* --columns names the columns, so there is no header line */
	/* OUT holds the event. TEXT holds the text of a field in which each doubled quote was replaced by one quote. */
	struct buf out, text;
	/* A record that begins before this offset of the input must end in its first line. The lines before the offset
	 * were already searched for a closing quote, without success. */
	uint64_t one_line_until;
	bool skipping; /* the next bytes are the rest of a rejected line and must be dropped */
	/* The head is the start of a table up to the names of the columns. STARTED: csv_head() was called, so START and
	 * TO_SKIP are set. SEPARATED: the separator is known. READY: the head is read, and HEAD_END is set. */
	bool started, separated, ready;
	struct position start; /* the place where the head begins */
	/* TO_SKIP is the number of lines that must still be dropped for --skip. HEAD_END is the offset of the input at
	 * which the head ends. */
	uint64_t to_skip, head_end;
};

/* ---- csv.c ---- */

/* Reads the next record that is not empty. Returns NEXT_EVENT with the fields in d->walk, the kinds of bytes in
 * d->bytes, and raw, number and offset of OUT set. Otherwise returns another result of next() of struct format. The
 * caller must call csv_walk_start() after every result except NEXT_LATER. */
int csv_next_record(struct csv_decoder *d, struct reader *in, struct record *out, struct err *e);

/* ---- csv_head.c ---- */

/* This is head() of struct format: reads the head, if it was not read before. Returns NEXT_EVENT when the head is read,
 * otherwise NEXT_END, NEXT_LATER or NEXT_ERROR. */
int csv_head(struct decoder *decoder, struct reader *in, struct err *e);
/* Drops the lines that begin with the character of --comment. Returns NEXT_EVENT if the next line is no comment,
 * otherwise NEXT_END, NEXT_LATER or NEXT_ERROR. */
int csv_skip_comments(struct csv_decoder *d, struct reader *in, struct err *e);

/* ---- csv_probe.c: probe_sample() of struct format ---- */

void csv_probe_csv(const struct format_sample *sample, bool *mine);
void csv_probe_tsv(const struct format_sample *sample, bool *mine);

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
/* Sets the raw text of OUT to the first N unread bytes without the line end at their end. Also sets the line number
 * and the offset of OUT. */
void csv_set_raw(struct record *out, const struct reader *in, size_t n);

/* Each of the next three functions rejects OUT, drops the first unread line, and returns NEXT_REJECTED. SEARCHED is
 * the number of unread bytes in which the end of the record was not found. Every other line in these bytes must then
 * be a record of its own (one_line_until). */

/* Rejects a record with a quote that is not closed. WHERE is the end of the reason and says which bytes were searched,
 * for example "up to the end of the input". Returns NEXT_REJECTED. */
int csv_reject_unclosed(struct csv_decoder *d, struct reader *in, struct record *out, const char *where,
	size_t searched);
/* Rejects a record with text after a closing quote. The text is at d->walk.pos. Returns NEXT_REJECTED. */
int csv_reject_text_after(struct csv_decoder *d, struct reader *in, struct record *out);
/* Rejects a record of more than d->max bytes. Returns NEXT_REJECTED. */
int csv_reject_long(struct csv_decoder *d, struct reader *in, struct record *out, size_t searched);

/* Drops the rest of the line that was rejected last, if the line was not dropped completely. Returns
 * - NEXT_EVENT when the whole line is dropped;
 * - NEXT_END if the input ends before the end of the line;
 * - NEXT_LATER if the input has nothing now;
 * - NEXT_ERROR with E set. */
int csv_skip_rest(struct csv_decoder *d, struct reader *in, struct err *e);
#endif
