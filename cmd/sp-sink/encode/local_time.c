/* local_time.c -- converts the times of events from UTC to the time zone of --tz.
 *
 * The offset from UTC is written after each time. Without the offset, times in the hour that occurs twice in autumn
 * would be ambiguous. */
#include "sp-sink/encode/local_time.h"
#include <stdio.h>
#include <string.h>

enum {
	TO_SECONDS_BYTES = 19,    /* the length of "2024-05-01T10:39:58" */
	TIME_MIN_BYTES = 20,      /* the shortest time ends in a Z directly after the seconds */
	TIME_MOST_BYTES = 20 + 10 /* the longest time has a point and nine digits before the Z */
};

size_t local_time_write(struct span text, const struct zone *zone, char out[LOCAL_TIME_MAX])
{
	int64_t ms;
	char local[TIME_TEXT_MAX];
	if (text.n < TIME_MIN_BYTES || text.n > TIME_MOST_BYTES || time_read_fast(text, &ms) < 0)
		return 0;
	int64_t seconds = ms / 1000 - (ms % 1000 < 0);
	int32_t offset = zone_offset(zone, seconds);
	int64_t local_ms = (seconds + offset) * 1000;
	if (offset == 0 || offset % 60 != 0 || local_ms < TIME_MS_MIN || local_ms > TIME_MS_MAX)
		return 0;
	time_write_ms(local_ms, local);
	int minutes = (offset < 0 ? -offset : offset) / 60;
	int n = snprintf(out, LOCAL_TIME_MAX, "%.*s%.*s%c%02d:%02d", TO_SECONDS_BYTES, local,
		(int)(text.n - 1 - TO_SECONDS_BYTES), text.p + TO_SECONDS_BYTES, offset < 0 ? '-' : '+',
		minutes / 60 % 100, minutes % 60);
	return (size_t)n;
}
