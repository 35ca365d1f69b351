/* encoder.h -- encodes events as lines of a file: NDJSON, CSV or TSV.
 *
 * Each entry of encoder_types[] is an encoding. To add an encoding, define its struct encoder_type in a new file and
 * list it in encoder.c. An encoder has the state of one file and appends what it writes to a buffer. It does not depend
 * on where the bytes go, or whether they are compressed. */
#ifndef SINK_ENCODE_ENCODER_H
#define SINK_ENCODE_ENCODER_H
#include "base/buf.h"
#include "sp-sink/event.h"
#include "text/zone.h"

/* What the command line says about the encoding. Each pointer is borrowed, and NULL if its option was not given. */
struct encoder_options {
	const char *columns;     /* --columns A,B,...; if NULL, a new file gets the fields of the first event */
	const char *delimiter;   /* --delimiter CHAR */
	const struct zone *zone; /* --tz: times are written in this zone; NULL: times are written unchanged */
};

/* An encoding. A function that is NULL does nothing. */
struct encoder_type {
	const char *name;     /* of --format: "csv" */
	const char *suffix;   /* at the end of a file's name: ".csv" */
	bool has_columns;     /* takes --columns */
	bool has_delimiter;   /* takes --delimiter */
	bool has_zone;        /* takes --tz */
	bool quoted_newlines; /* a newline between double quotes does not end a line */
	/* Starts a file. Sets *STATE to the state that the other functions get. Returns 0, or -1 with E set. The caller
	 * must call release(), even after a failure. May be NULL. */
	int (*begin)(void **state, const struct encoder_options *o, struct err *e);
	/* Continues a file that begins with the line HEADER (not empty): more events will be appended to the file. PATH
	 * is for messages. Returns 0, or -1 with E set (EX_DATAERR) if the file cannot be continued. May be NULL. */
	int (*resume)(void *state, struct span header, const char *path, struct err *e);
	/* Appends EV to OUT. Returns 0; 1 if EV is rejected, with OUT unchanged and the reason in E and ev->kind; or -1
	 * with E set. */
	int (*event)(void *state, struct event *ev, struct buf *out, struct err *e);
	/* Ends a file: appends what is still missing. Returns 0, or -1 with E set. May be NULL. */
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

/* Starts a file of TYPE. Returns 0, or -1 with E set. The status is EX_USAGE if TYPE does not take an option in O, or
 * if the value of an option is wrong. The caller must call encoder_release(), even after a failure. */
int encoder_begin(struct encoder *enc, const struct encoder_type *type, const struct encoder_options *o,
	struct err *e) MUST_USE;
void encoder_release(struct encoder *enc);
/* Continues the file PATH, whose first line is HEADER. If HEADER is empty, the file begins like a new one. Returns 0,
 * or -1 with E set (EX_DATAERR) if the file cannot be continued. */
int encoder_resume(struct encoder *enc, struct span header, const char *path, struct err *e) MUST_USE;
/* Appends EV to OUT. Returns 0; 1 if EV is rejected, with the reason in E and ev->kind; or -1 with E set. */
static inline int encoder_event(struct encoder *enc, struct event *ev, struct buf *out, struct err *e)
{
	return enc->type->event(enc->state, ev, out, e);
}
/* Ends the file: appends what is still missing, which is the header of --columns if the file has no event. Returns 0, or
 * -1 with E set. */
int encoder_end(struct encoder *enc, struct buf *out, struct err *e) MUST_USE;
#endif
