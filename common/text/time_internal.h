/* time_internal.h -- the steps of reading a time, for time.c, time_iso.c, time_format.c and time_pattern*.c.
 *
 * A function that takes a pointer to a span moves the span past the bytes that it reads. */
#ifndef TEXT_TIME_INTERNAL_H
#define TEXT_TIME_INTERNAL_H
#include "text/time.h"

/* The parts of a time that have been read. */
struct time_parts {
	int64_t year;
	int month, day, hour, minute, second;
	int32_t nsec;
	int digits;     /* fractional digits in the text, 0 to 9 */
	int32_t offset; /* seconds east of UTC, if has_offset */
	bool has_offset;
	struct span zone_name; /* the letters that name the zone ("CEST"), or empty */
};

/* The special reason why a text is no time. All bytes are zero if there is no special reason. */
struct time_fault {
	char letter;           /* the conversion of the format whose value contradicts the others */
	struct span zone_name; /* the name of a zone that is not known; it points into the text */
	struct span format;    /* the format by which a number of digits is a date: "%Y%m%d" */
};

/* Returns true if the day exists and YEAR is 0 to 9999. */
bool time_date_ok(int64_t year, int month, int day);
/* Reads up to MOST digits into *VALUE. Returns the number of digits read. */
static inline int time_digits(struct span *s, int most, int64_t *value)
{
	int n = 0;
	int64_t v = 0;
	while (n < most && (size_t)n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		v = v * 10 + (s->p[n++] - '0');
	s->p += n;
	s->n -= (size_t)n;
	*value = v;
	return n;
}
/* Reads the digits after a point into t->nsec and t->digits; digits after the ninth are cut. Returns 0; -1 if there is
 * no digit. */
int time_fraction(struct span *s, struct time_parts *t) MUST_USE;
/* Reads an offset from UTC, such as Z or +02:00, into t->offset. Returns 0; -1 for any other text. */
int time_zone_offset(struct span *s, struct time_parts *t) MUST_USE;
/* Reads the name of a zone. Letters become t->zone_name. A zone without a name of its own has an offset as its name,
 * such as "+04", which becomes t->offset. Returns 0; -1 for any other text, or if T already has another offset. */
int time_zone_name(struct span *s, struct time_parts *t) MUST_USE;
/* Sets the offset of T by t->zone_name, if there is a name: UTC, GMT, Z, or a name that ZONE has or once had. The date
 * and the time of day of T must be set before. If T has an offset already, the offset is kept. Returns 0. Returns -1
 * with fault->zone_name set if the name is not known, or with fault->letter set if the name means UTC and the offset
 * does not. */
int time_apply_zone_name(struct time_parts *t, const struct zone *zone, struct time_fault *fault) MUST_USE;
/* Reads TEXT by RFC 3339 or ISO 8601 into *OUT, in all forms that time_parse_rfc3339() accepts. Returns 0; -1 if TEXT
 * is no such time, with FAULT set if there is a special reason. */
int time_parse_iso(struct span text, const struct zone *zone, struct stamp *out, struct time_fault *fault) MUST_USE;
/* Sets *OUT to the instant of T. If T has no offset, it is wall-clock time in ZONE. Returns 0; -1 if there is no such
 * time, or it is outside the years 0000 to 9999. */
int time_assemble(const struct time_parts *t, const struct zone *zone, struct stamp *out) MUST_USE;

enum time_unit {
	TIME_S,
	TIME_MS,
	TIME_US,
	TIME_NS,
	TIME_BY_SIZE, /* the unit is guessed from the magnitude of the number */
};
/* Reads a decimal number (as in JSON, with an optional leading '+' and with leading zeros) as the time in UNIT since
 * 1970. Returns 0; -1 if TEXT is not a number, or the time is outside the years 0000 to 9999. */
int time_parse_epoch(struct span text, enum time_unit unit, struct stamp *out) MUST_USE;
#endif
