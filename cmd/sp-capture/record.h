/* record.h -- one record of a source: an event that a decoder made of it, or the reason why it is not one. */
#ifndef CAPTURE_RECORD_H
#define CAPTURE_RECORD_H
#include "base/span.h"
#include "text/time.h"

struct format;
struct year_run;

struct record {
	struct span event; /* a JSON object, "{...}"; valid until the decoder's next call */
	/* A newline follows EVENT in the same buffer, so the event and its newline can be written in one piece. */
	bool newline;
	bool checked;  /* the event is known to be valid: this program wrote it, or json_check() accepted it */
	bool has_time; /* TIME is set: the decoder has found the time of the event */
	struct stamp time;
	/* TIME was read from the member "ts" of the event, so that member is not kept as ts_source. */
	bool time_is_ts;
	bool no_ts; /* the event is known to have no members "ts" and "ts_source", so they are not searched for */
	/* Finds the year of a time that --time-format reads without a year, by the earlier times of the source. NULL:
	 * earlier times are not used. */
	struct year_run *years;
	/* The format of the source if it was detected; NULL if --format gave it. */
	const struct format *detected_format;
	struct span raw; /* the original bytes of the record, for --reject; valid until the decoder's next call */
	/* The line of the source where the record begins, counted from 1. For Kafka it is the offset of the message. */
	uint64_t number;
	uint64_t offset; /* byte of the source (after decompression) where RAW begins, from 0 */
	/* KIND and WHY are set only for a rejected record. */
	const char *kind; /* the kind of fault, a static string by which rejected records are counted */
	char why[256];    /* the reason, in one line */
};

/* Marks R as rejected. Sets its kind to KIND, a static string, and its reason to the text of FORMAT and what follows
 * (as in printf), cut to the size of WHY. Always returns NEXT_REJECTED. */
int record_reject(struct record *r, const char *kind, const char *format, ...) __attribute__((format(printf, 3, 4)));
#endif
