/* zone.h -- time zones of the system's tz database. */
#ifndef TEXT_ZONE_H
#define TEXT_ZONE_H
#include "base/err.h"
#include <stdbool.h>
#include <stdint.h>

/* A time zone. NULL means UTC everywhere. Only one zone other than UTC can be open in a process, because the C library
 * (TZ, localtime_r(3)) answers the questions, and TZ belongs to the process. Not for several threads at once. */
struct zone;

/* Opens zone NAME ("Europe/Athens", "UTC"). Returns 0 with *OUT owned, to be released by zone_free(), or NULL for UTC;
 * -1 with EX_USAGE if there is no such zone (the message has the nearest name, or says that tzdata is missing), or if
 * another zone is open. */
int zone_open(const char *name, struct zone **out, struct err *e) MUST_USE;
/* Z may be NULL. */
void zone_free(struct zone *z);

/* Returns the offset from UTC in force at the instant SEC, in seconds, positive east of Greenwich. SEC is seconds
 * since 1970-01-01T00:00:00Z. */
int32_t zone_offset(const struct zone *z, int64_t sec);
/* Returns the instant of the wall-clock time LOCAL, given as the seconds since 1970 that a clock in UTC would have. Of
 * an hour that is repeated (the end of summer time) the first instant; in a gap (its start) the instant by the offset
 * that was in force before it. */
int64_t zone_to_utc(const struct zone *z, int64_t local);
/* Looks for a change of offset in the seconds (FROM, TO]. Returns true and sets *AT to the first second of the new
 * offset; false if there is no change. */
bool zone_change(const struct zone *z, int64_t from, int64_t to, int64_t *at);
#endif
