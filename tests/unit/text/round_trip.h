/* round_trip.h -- a time that is read and written again, for the tests of times and of zones. */
#ifndef TEXT_ROUND_TRIP_H
#define TEXT_ROUND_TRIP_H
#include "check.h"
#include "json/json_time.h"
#include "text/time.h"

/* Returns the JSON text VALUE, read by FORMAT and written again; "-" if it was refused. */
static inline const char *round_trip(const char *format, const char *value, const struct zone *zone)
{
	static char out[TIME_TEXT_MAX + 1];
	struct time_format *f;
	struct stamp t;
	struct err e = ERR_INIT;
	if (time_format_new(format, zone, &f, &e) < 0)
		return "format";
	int r = json_time_parse(f, span_of(value), &t, &e);
	CHECK(r == 0 || (e.status == EX_DATAERR && e.msg[0]));
	time_format_free(f);
	if (r < 0)
		return "-";
	out[time_write(t, out)] = '\0';
	return out;
}
#endif
