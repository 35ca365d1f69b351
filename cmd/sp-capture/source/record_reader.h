/* record_reader.h -- an input cut into records: byte-order mark, format, decoder.
 *
 * What files, followed files and the values of Kafka messages have in common. */
#ifndef CAPTURE_SOURCE_RECORD_READER_H
#define CAPTURE_SOURCE_RECORD_READER_H
#include "sp-capture/source/source.h"

struct record_reader {
	const struct options *options;
	const char *name; /* for diagnostics; not owned */
	struct reader in;
	bool open;
	bool begun;                  /* the format is decided, and the decoder exists */
	const struct format *format; /* NULL: not decided yet; may be set by the caller before the first record */
	struct decoder *decoder;     /* owned */
};

/* Starts to read IN, which it owns from now on, also when it fails. The hooks are those of SET. -1: E. */
int record_reader_open(struct record_reader *r, const struct source_set *set, struct input in, const char *name,
	struct err *e) MUST_USE;
void record_reader_close(struct record_reader *r); /* may be called again, or for a reader that was never opened */

/* Decides the format and opens the decoder. NEXT_EVENT, or as reader_fill(). */
enum next record_reader_begin(struct record_reader *r, struct err *e) MUST_USE;

/* The next record, as format.next(). */
static inline enum next record_reader_next(struct record_reader *r, struct record *out, struct err *e)
{
	if (!r->begun) {
		enum next n = record_reader_begin(r, e);
		if (n != NEXT_EVENT)
			return n;
	}
	out->newline = out->checked = out->has_time = out->time_is_ts = out->no_ts = false;
	out->detected_format = r->options->format ? NULL : r->format;
	return (enum next)r->format->next(r->decoder, &r->in, out, e);
}

/* The position after the last record. */
void record_reader_position(const struct record_reader *r, struct position *out);

/* To go on at a position takes two calls. record_reader_head() reads from the start of the input what later records
 * depend on: the format and the header line. Then the caller moves the input to P->offset, and record_reader_jump()
 * tells reader and decoder. record_reader_head() returns NEXT_EVENT, or as format.head(); record_reader_jump() -1 with
 * E. */
enum next record_reader_head(struct record_reader *r, struct err *e) MUST_USE;
int record_reader_jump(struct record_reader *r, const struct position *p, struct err *e) MUST_USE;
#endif
