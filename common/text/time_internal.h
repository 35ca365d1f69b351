/* time_internal.h -- what time.c, time_strptime.c and time_format.c share. */
#ifndef TEXT_TIME_INTERNAL_H
#define TEXT_TIME_INTERNAL_H
#include "text/time.h"

/* The pieces of a time as they are read. */
struct time_parts {
	int64_t year;
	int month, day, hour, minute, second;
	int32_t nsec;
	int digits;     /* fractional digits seen, 0 to 9 */
	int32_t offset; /* seconds east of UTC, when has_offset */
	bool has_offset;
};

/* Is there such a day, in 0000 to 9999? */
bool time_date_ok(int64_t year, int month, int day);
/* These move S behind what they read.
 * Up to MOST digits; how many there were. */
int time_digits(struct span *s, int most, int64_t *value);
/* One or more digits behind a point: nsec and digits; beyond nine they are cut. -1: none. */
int time_fraction(struct span *s, struct time_parts *t) MUST_USE;
/* Z, +hh, +hhmm, +hh:mm. */
int time_zone_offset(struct span *s, struct time_parts *t) MUST_USE;
/* The stamp of T, in ZONE if it has no offset. -1: no such time, or out of 0000 to 9999. */
int time_assemble(const struct time_parts *t, const struct zone *zone, struct stamp *out) MUST_USE;

/* A compiled strptime(3) format. */
struct time_pattern;
/* -1: EX_USAGE. *OUT owned. */
int time_pattern_new(const char *text, struct time_pattern **out, struct err *e) MUST_USE;
void time_pattern_free(struct time_pattern *p);
/* 0, or -1 when TEXT is not of this form or no time. */
int time_pattern_parse(const struct time_pattern *p, const struct zone *zone, struct span text,
	struct stamp *out) MUST_USE;

enum time_unit {
	TIME_S,
	TIME_MS,
	TIME_US,
	TIME_NS,
	TIME_BY_SIZE,
};
/* A decimal number (JSON's grammar, and a sign '+') as an epoch in UNIT. -1: no number, or out of
 * 0000 to 9999. */
int time_parse_epoch(struct span text, enum time_unit unit, struct stamp *out) MUST_USE;
#endif
