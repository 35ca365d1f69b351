/* time_pattern_internal.h -- a compiled pattern. time_pattern.c makes it, time_pattern_read.c reads the parts of a time
 * with it, and time_pattern_date.c finds the date. */
#ifndef TEXT_TIME_PATTERN_INTERNAL_H
#define TEXT_TIME_PATTERN_INTERNAL_H
#include "text/time_internal.h"
#include "text/time_pattern.h"

enum { PATTERN_MAX = 256 }; /* the most elements of a pattern */

/* Values of conversion.kind that are not letters of strptime(3): one byte to match, white space, and %-L. */
enum { CONV_LITERAL = 1, CONV_SPACE = 2, CONV_SHORT_MS = 3 };

/* One element of a compiled format. */
struct conversion {
	unsigned char kind;    /* the letter of a conversion, or CONV_... */
	unsigned char literal; /* the byte to match, for CONV_LITERAL */
	/* If not 0, this element is the first of OPTIONAL elements that read an optional fraction of a second. They are
	 * skipped if the text does not have the first byte of a fraction here. */
	unsigned char optional;
};

/* The fields that conversions read. Several conversions may read the same field, as %m and %b, or %a and %u. */
enum time_field {
	FIELD_YEAR,
	FIELD_CENTURY,
	FIELD_SHORT_YEAR, /* %y */
	FIELD_MONTH,      /* 1 to 12 */
	FIELD_DAY,
	FIELD_YEAR_DAY, /* 1 to 366 */
	FIELD_WEEKDAY,  /* 0, Sunday, to 6 */
	FIELD_SUNDAY_WEEK,
	FIELD_MONDAY_WEEK,
	FIELD_ISO_YEAR,
	FIELD_SHORT_ISO_YEAR, /* %g */
	FIELD_ISO_WEEK,
	FIELD_HOUR,
	FIELD_HOUR_OF_12,
	FIELD_PM, /* 0: am; 1: pm */
	FIELD_MINUTE,
	FIELD_SECOND,
	FIELD_FRACTION,
	FIELD_OFFSET,
	FIELD_ZONE,
	FIELD_EPOCH,
	FIELDS
};
/* A set of fields has the bit FIELD(f) for each field f. FIELDS_DATE is the set of all fields before FIELD_HOUR. */
#define FIELD(name) (1u << FIELD_##name)
#define FIELDS_WEEK (FIELD(SUNDAY_WEEK) | FIELD(MONDAY_WEEK) | FIELD(ISO_WEEK))
#define FIELDS_DATE (FIELD(HOUR) - 1)

/* The fields that give the date. All other fields of the date are compared with it. */
enum date_basis {
	BASIS_CALENDAR, /* the month and the day, each 1 if the format lacks it */
	BASIS_YEAR_DAY,
	BASIS_WEEK,     /* the week from Sunday or from Monday, and the weekday */
	BASIS_ISO_WEEK, /* the year of the ISO week, the week and the weekday */
};

struct time_pattern {
	struct conversion conversions[PATTERN_MAX];
	size_t count;
	uint32_t fields;      /* the set of fields that the format has */
	char letters[FIELDS]; /* the conversion that reads each field, for messages */
	enum date_basis basis;
	bool has_year;
	bool utc;    /* the format ends in Z, UTC or GMT, as text */
	bool verify; /* the fields of the date must be compared with the date of each time */
};

/* The parts that have been read from one text. */
struct reading {
	int v[FIELDS];
	uint32_t read; /* the set of fields whose values in V were read */
	struct time_parts t;
	int64_t epoch;    /* seconds since 1970 */
	bool contradicts; /* a field was read twice, with two values */
};

/* Returns the field that the conversion LETTER reads, or FIELDS if it reads none. */
enum time_field time_pattern_field(char letter);
/* Decides which fields of P give the date. All elements of P must be set before. Returns 0; -1 with E set (EX_USAGE) if
 * the format TEXT has no date, or has a field that could only be ignored. */
int time_pattern_decide(struct time_pattern *p, const char *text, struct err *e) MUST_USE;
/* Sets the date in r->t from the fields of R. ZONE is the zone of times without an offset, and YEARS finds the year of
 * a time without one. The time of day of r->t must be set before. Returns 0; -1 if there is no such date. If a field
 * contradicts the others, returns -1 with FAULT set. */
int time_pattern_date(const struct time_pattern *p, struct reading *r, const struct zone *zone, struct year_run *years,
	struct time_fault *fault) MUST_USE;
#endif
