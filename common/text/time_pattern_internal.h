/* time_pattern_internal.h -- a compiled pattern, for time_pattern.c, which makes it, and time_pattern_read.c. */
#ifndef TEXT_TIME_PATTERN_INTERNAL_H
#define TEXT_TIME_PATTERN_INTERNAL_H
#include "text/time_pattern.h"

enum { PATTERN_MAX = 256 }; /* bytes of an expanded format, with its NUL */

/* Kinds of conversions besides the letters of strptime(3). */
enum { CONV_LITERAL = 1, CONV_SPACE = 2, CONV_LIBRARY = 3 };

/* One element of a compiled format. */
struct conversion {
	unsigned char kind;    /* a conversion's letter, or CONV_... */
	unsigned char literal; /* CONV_LITERAL: the byte */
	uint16_t at;           /* CONV_LIBRARY: where its format begins in text */
};

struct time_pattern {
	struct conversion conversions[PATTERN_MAX];
	size_t count;
	char text[2 * PATTERN_MAX]; /* the formats of the pieces for strptime(3), each with its NUL */
	size_t text_n;
	bool has_year, has_month, has_day, has_yday, has_epoch, uses_library;
};
#endif
