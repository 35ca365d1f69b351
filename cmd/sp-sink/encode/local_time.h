/* local_time.h -- times of events as times of a zone, for --tz. */
#ifndef SINK_ENCODE_LOCAL_TIME_H
#define SINK_ENCODE_LOCAL_TIME_H
#include "base/span.h"
#include "text/time.h"
#include <stddef.h>

enum { LOCAL_TIME_MAX = 48 };

/* If TEXT is a time as the programs write it (RFC 3339 in UTC, "2024-05-01T10:39:58.487Z"), writes the same time in ZONE
 * with its offset ("2024-05-01T13:39:58.487+03:00") to OUT. The digits of the fraction stay. Returns the number of
 * bytes. Returns 0 if TEXT is anything else, if the offset is 0, or if the local time cannot be written: the year is beyond 0000 to 9999, or
 * the offset has seconds, as in the 19th century. */
size_t local_time_write(struct span text, const struct zone *zone, char out[LOCAL_TIME_MAX]);
#endif
