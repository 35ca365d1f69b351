/* record.h -- one record of a source: an event that a decoder made of it, or the reason why it is not one. */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H
#include "base/span.h"
#include "text/time.h"

struct format;

struct record {
	struct span event; /* a JSON object, "{...}"; valid until the decoder's next call */
	bool newline;  /* event.p[event.n] is the source's own '\n': event and newline can be written in one piece */
	bool checked;  /* the event is known to be valid: written by us, or accepted by json_check() */
	bool has_time; /* TIME is set: the format itself says when the event happened */
	struct stamp time;
	bool time_is_ts; /* TIME was read from the event's own member "ts": replace that one, do not keep it as ts_source */
	bool no_ts;      /* the event has no member "ts" or "ts_source", so that none has to be looked for */
	const struct format
		*detected_format; /* the source's format if it was detected, NULL if it was given with --format */
	struct span raw;          /* the bytes of the record, for the dead letter; valid as long as EVENT */
	uint64_t number;          /* line of the source where it begins, from 1 */
	uint64_t offset;          /* byte of the source (after decompression) where RAW begins, from 0 */
	/* Set only for a record that was rejected: */
	const char *kind; /* the kind of fault, a static string by which rejects are counted */
	char why[256];    /* the reason, in one line */
};

/* Makes R a rejected record: KIND is a static string, the reason is in printf style and is cut to fit. Always returns
 * NEXT_REJECTED. */
int record_reject(struct record *r, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
#endif
