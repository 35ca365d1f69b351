/* time_internal.h -- the steps of reading a time, for time.c, time_format.c and time_pattern_read.c.
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
};

/* Returns true if the day exists and YEAR is 0 to 9999. */
bool time_date_ok(int64_t year, int month, int day);
/* Reads up to MOST digits into *VALUE. Returns the number of digits read. */
int time_digits(struct span *s, int most, int64_t *value);
/* Reads the digits after a point into t->nsec and t->digits; digits after the ninth are cut. Returns 0; -1 if there is
 * no digit. */
int time_fraction(struct span *s, struct time_parts *t) MUST_USE;
/* Reads the offset Z, +hh, +hhmm or +hh:mm (or the same with '-') into t->offset. Returns 0; -1 for any other text. */
int time_zone_offset(struct span *s, struct time_parts *t) MUST_USE;
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
