/* record_reader.h -- reads records from an input: skips the byte-order mark, detects the format, calls the decoder.
 *
 * Files, followed files and the values of Kafka messages are read in this way. */
#ifndef CAPTURE_SOURCE_RECORD_READER_H
#define CAPTURE_SOURCE_RECORD_READER_H
#include "sp-capture/source/source.h"
#include "text/year_run.h"

enum {
	/* If no bytes come for this time, the lines that came so far decide the format. */
	RECORD_READER_PAUSE_MS = 200,
	/* If lines come one by one, no pause may be as long as RECORD_READER_PAUSE_MS. So once the first line came this
	 * long ago, the format is decided as soon as there are no new bytes. */
	RECORD_READER_TRICKLE_MS = 500,
};

/* The lines that came before the format was decided. They are still in the reader. */
struct record_sample {
	unsigned lines;  /* complete lines that are not blank */
	size_t line;     /* offset in the unread bytes at which the last, incomplete line begins */
	size_t searched; /* number of unread bytes that were searched for newlines */
	/* Monotonic times at which the first complete line and the last bytes came. */
	int64_t first_ms, last_ms;
};

struct record_reader {
	const struct options *options;
	const char *name; /* for diagnostics; borrowed */
	struct reader in;
	bool open;  /* IN must be released */
	bool begun; /* the format is decided, and DECODER exists */
	/* NULL: the format is not decided yet. The caller may set FORMAT before record_reader_open(). */
	const struct format *format;
	struct record_sample sample;
	struct decoder *decoder; /* owned */
	/* The options of the decoder: a copy of those in OPTIONS, with the time when this input was last changed. */
	struct format_options format_options;
	struct year_run years; /* finds the years of times that --time-format reads without a year */
};

/* Makes R read from IN and call the hooks of SET. R owns IN from now on, even after a failure. Returns 0, or -1 with E
 * set if memory is exhausted. */
int record_reader_open(struct record_reader *r, const struct source_set *set, struct input in, const char *name,
	struct err *e) MUST_USE;
/* Makes R ignore --year. Must be called directly after record_reader_open(). */
void record_reader_forget_year(struct record_reader *r);
/* Frees the decoder and closes the input. R may be closed already, or zeroed and never opened. */
void record_reader_close(struct record_reader *r);

/* Skips the byte-order mark, decides the format and opens the decoder. Returns
 * - NEXT_EVENT: records can be read;
 * - NEXT_END: the input has ended but may grow, and there are too few lines to decide;
 * - NEXT_LATER: more bytes are needed to decide, and the input has none now. The caller must try again when more bytes
 *   have come, and after RECORD_READER_PAUSE_MS if record_reader_is_undecided();
 * - NEXT_ERROR with E set. */
enum next record_reader_begin(struct record_reader *r, struct err *e) MUST_USE;

/* Returns true if lines have come, but their format is not decided yet. */
static inline bool record_reader_is_undecided(const struct record_reader *r)
{
	return r->open && !r->begun && r->sample.lines > 0;
}

/* Reads the next record into *OUT. Returns
 * - NEXT_EVENT, or NEXT_REJECTED with the kind and the reason of *OUT set;
 * - NEXT_END: the input has ended;
 * - NEXT_LATER: the input has nothing now (a followed file);
 * - NEXT_ERROR with E set. */
static inline enum next record_reader_next(struct record_reader *r, struct record *out, struct err *e)
{
	if (!r->begun) {
		enum next n = record_reader_begin(r, e);
		if (n != NEXT_EVENT)
			return n;
	}
	out->newline = out->checked = out->has_time = out->time_is_ts = out->no_ts = false;
	out->years = &r->years;
	out->detected_format = r->options->format ? NULL : r->format;
	return (enum next)r->format->next(r->decoder, &r->in, out, e);
}

/* Sets *OUT to the position after the last record, or to the start if no record was read. */
void record_reader_position(const struct record_reader *r, struct position *out);

/* Two calls are needed to continue at a position P. First record_reader_head() reads at the start of the input what
 * later records depend on: the format and the header line. Then the caller moves the input to P->offset, and
 * record_reader_jump() tells the reader and the decoder about the move. record_reader_head() returns NEXT_EVENT when
 * the head is read; NEXT_END if the input ends inside the head; NEXT_LATER if the input has nothing now; or NEXT_ERROR
 * with E set. record_reader_jump() returns 0, or -1 with E set if P cannot be a position of the format. */
enum next record_reader_head(struct record_reader *r, struct err *e) MUST_USE;
int record_reader_jump(struct record_reader *r, const struct position *p, struct err *e) MUST_USE;
#endif
