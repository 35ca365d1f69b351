/* time_internal.h -- what time.c, time_format.c and the patterns share: the steps of reading a time.
 *
 * The functions that take a span pointer move it past what they read. */
#ifndef TEXT_TIME_INTERNAL_H
#define TEXT_TIME_INTERNAL_H
#include "text/time.h"

/* The parts of a time as they are read. */
struct time_parts {
	int64_t year;
	int month, day, hour, minute, second;
	int32_t nsec;
	int digits;     /* fractional digits seen, 0 to 9 */
	int32_t offset; /* seconds east of UTC, when has_offset */
	bool has_offset;
};

/* Returns true if the day exists and its year is 0000 to 9999. */
bool time_date_ok(int64_t year, int month, int day);
/* Reads up to MOST digits into *VALUE. Returns how many there were. */
int time_digits(struct span *s, int most, int64_t *value);
/* Reads the digits after a point into t->nsec and t->digits; digits after the ninth are cut. Returns -1 if there are
 * none. */
int time_fraction(struct span *s, struct time_parts *t) MUST_USE;
/* Reads the offset Z, +hh, +hhmm or +hh:mm into t->offset. Returns -1 for any other text. */
int time_zone_offset(struct span *s, struct time_parts *t) MUST_USE;
/* Sets *OUT to the instant of T, whose wall clock is in ZONE if it has no offset. Returns -1 if there is no such time,
 * or it is outside the years 0000 to 9999. */
int time_assemble(const struct time_parts *t, const struct zone *zone, struct stamp *out) MUST_USE;

enum time_unit {
	TIME_S,
	TIME_MS,
	TIME_US,
	TIME_NS,
	TIME_BY_SIZE, /* seconds to nanoseconds, guessed by the magnitude */
};
/* Reads a decimal number (JSON's grammar, and also a leading '+') as the time in UNIT since 1970. Returns -1 if TEXT is
 * not a number, or the time is outside the years 0000 to 9999. */
int time_parse_epoch(struct span text, enum time_unit unit, struct stamp *out) MUST_USE;
#endif
