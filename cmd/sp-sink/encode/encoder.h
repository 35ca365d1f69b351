/* encoder.h -- events as the bytes of a file: NDJSON, CSV, TSV.
 *
 * One row of encoder_types[] is one encoding; a new one is a file that defines a struct encoder_type and a line in
 * encoder.c. An encoder has the state of one file and appends what it writes to a buffer. It does not depend on where
 * the bytes go, or whether they are compressed (compressor.h). */
#ifndef SINK_ENCODE_ENCODER_H
#define SINK_ENCODE_ENCODER_H
#include "base/buf.h"
#include "sp-sink/event.h"

/* An encoding. A function that is NULL does nothing. */
struct encoder_type {
	const char *name;     /* of --format: "csv" */
	const char *suffix;   /* at the end of a file's name: ".csv" */
	bool has_columns;     /* takes --columns */
	bool quoted_newlines; /* a newline between double quotes does not end a line */
	/* Starts a file. Sets *STATE to what the other functions get. COLUMNS is the value of --columns; NULL: the
	 * columns are the first event's fields. Returns 0, or -1 with E. The caller must call release(), even after a
	 * failure. May be NULL. */
	int (*begin)(void **state, const char *columns, struct err *e);
	/* Continues a file that begins with the line HEADER (not empty): what is encoded will be appended to it. PATH
	 * is for messages. Returns 0, or -1 with E (EX_DATAERR) if the file cannot be continued. May be NULL. */
	int (*resume)(void *state, struct span header, const char *path, struct err *e);
	/* Appends EV to OUT. Returns 0; 1 if EV is rejected (E and EV's kind say why), with OUT as before; or -1 with
	 * E. */
	int (*event)(void *state, struct event *ev, struct buf *out, struct err *e);
	/* Appends what the end of a file needs. Returns 0, or -1 with E. May be NULL. */
	int (*end)(void *state, struct buf *out, struct err *e);
	/* Frees STATE. May be NULL. */
	void (*release)(void *state);
};

extern const struct encoder_type encoder_ndjson, encoder_csv, encoder_tsv;
/* All encodings, encoder_ndjson first; NULL-terminated. */
extern const struct encoder_type *const encoder_types[];

/* The encoder of one file. All zero: no encoder; encoder_release() then does nothing. */
struct encoder {
	const struct encoder_type *type;
	void *state; /* owned */
};

/* Starts a file of TYPE. COLUMNS is the value of --columns, or NULL. Returns 0, or -1 with E: EX_USAGE if TYPE has no
 * columns, or if COLUMNS cannot be read. The caller must call encoder_release(), even after a failure. */
int encoder_begin(struct encoder *enc, const struct encoder_type *type, const char *columns, struct err *e) MUST_USE;
void encoder_release(struct encoder *enc);
/* Continues a file whose first line is HEADER; an empty HEADER is accepted. See encoder_type.resume. */
int encoder_resume(struct encoder *enc, struct span header, const char *path, struct err *e) MUST_USE;
/* Appends EV to OUT. See encoder_type.event. */
static inline int encoder_event(struct encoder *enc, struct event *ev, struct buf *out, struct err *e)
{
	return enc->type->event(enc->state, ev, out, e);
}
/* Appends the end of the file. See encoder_type.end. */
int encoder_end(struct encoder *enc, struct buf *out, struct err *e) MUST_USE;
#endif
