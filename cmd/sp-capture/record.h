/* record.h -- one record of a source: an event that a decoder made of it, or the reason why it is not one. */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H
#include "base/span.h"
#include "text/time.h"

struct format;

struct record {
	struct span event; /* a JSON object, "{...}"; valid until the decoder's next call */
	bool newline;      /* event.p[event.n] is '\n' in the same buffer, so both can be written in one piece */
	bool checked;      /* the event is known to be valid: this program wrote it, or json_check() accepted it */
	bool has_time;     /* TIME is set: the format has the time of the event */
	struct stamp time;
	bool time_is_ts; /* TIME is the value of the member "ts" of the event: do not keep that value as ts_source */
	bool no_ts;      /* the event has neither "ts" nor "ts_source", so nobody needs to search for them */
	/* The format of the source if it was detected; NULL if --format gave it. */
	const struct format *detected_format;
	struct span raw; /* the bytes of the record, for the dead letter; valid until the decoder's next call */
	uint64_t number; /* line of the source where the record begins, from 1; for Kafka the offset of the message */
	uint64_t offset; /* byte of the source (after decompression) where RAW begins, from 0 */
	/* The last two are set only for a rejected record: */
	const char *kind; /* the kind of fault, a static string by which rejected records are counted */
	char why[256];    /* the reason, in one line */
};

/* Makes R a rejected record: sets KIND, a static string, and the reason, in printf style and cut to the size of WHY.
 * Always returns NEXT_REJECTED. */
int record_reject(struct record *r, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
#endif
