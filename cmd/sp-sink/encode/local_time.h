/* local_time.h -- converts the times of events from UTC to the time zone of --tz. */
#ifndef SINK_ENCODE_LOCAL_TIME_H
#define SINK_ENCODE_LOCAL_TIME_H
#include "base/span.h"
#include "text/time.h"
#include <stddef.h>

enum { LOCAL_TIME_MAX = 48 };

/* Converts TEXT, a time such as "2024-05-01T10:39:58.487Z" (RFC 3339 in UTC), to ZONE. Writes the result with its
 * offset to OUT, such as "2024-05-01T13:39:58.487+03:00". The digits of the fraction stay the same. Returns the
 * number of bytes that were written, or 0 in these cases:
 * - TEXT is not a time of this form;
 * - the offset is 0, so TEXT can be written as it is;
 * - the local year is not within 0000 to 9999;
 * - the offset is not a whole number of minutes, as in some zones of the 19th century. */
size_t local_time_write(struct span text, const struct zone *zone, char out[LOCAL_TIME_MAX]);
#endif
