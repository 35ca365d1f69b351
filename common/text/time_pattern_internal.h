/* time_pattern_internal.h -- a compiled pattern. time_pattern.c makes it, and time_pattern_read.c reads times with
 * it. */
#ifndef TEXT_TIME_PATTERN_INTERNAL_H
#define TEXT_TIME_PATTERN_INTERNAL_H
#include "text/time_pattern.h"

/* The largest size in bytes of a format with its NUL, after %T and the like were replaced by what they stand for. */
enum { PATTERN_MAX = 256 };

/* Values of conversion.kind that are not letters: one byte to match, white space, and a piece for strptime(3). */
enum { CONV_LITERAL = 1, CONV_SPACE = 2, CONV_LIBRARY = 3 };

/* One element of a compiled format. */
struct conversion {
	unsigned char kind;    /* the letter of a conversion, or CONV_... */
	unsigned char literal; /* the byte to match, for CONV_LITERAL */
	uint16_t text_at;      /* for CONV_LIBRARY: where the piece begins in time_pattern.text */
};

struct time_pattern {
	struct conversion conversions[PATTERN_MAX];
	size_t count;
	char text[2 * PATTERN_MAX]; /* the formats that strptime(3) gets, each with its NUL */
	size_t text_n;
	bool has_year, has_month, has_day, has_yday, has_epoch, uses_library;
};
#endif
