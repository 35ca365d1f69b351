/* time_conversion.h -- reading one conversion of a time format, for time_strptime.c. */
#ifndef TEXT_TIME_CONVERSION_H
#define TEXT_TIME_CONVERSION_H
#include "text/time_internal.h"
#include <time.h>

/* What has been read of one text. */
struct time_reading {
	struct time_parts t;
	int yday;      /* from 1; 0: none */
	int64_t epoch; /* seconds since 1970, if has_epoch */
	bool has_epoch, pm;
	bool twelve;  /* the hour is of a clock of twelve hours */
	struct tm tm; /* what strptime(3) read */
};
#define TIME_NO_YEAR (-9000) /* tm_year while no piece had a year */

/* Skips white space at the start of S. */
void time_skip_spaces(struct span *s);
/* Runs the conversion with letter C: reads its text from the start of S, which is moved past it, into R. Returns 0; -1
 * if S does not fit, or C is not a conversion that is run here. */
int time_convert(char c, struct span *s, struct time_reading *r) MUST_USE;
#endif
