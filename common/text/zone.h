/* zone.h -- time zones of the system's tz database. */
#ifndef TEXT_ZONE_H
#define TEXT_ZONE_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* A time zone. In all functions NULL means UTC. Only one zone other than UTC can be open in a process, because the C
 * library computes the offsets (TZ, localtime_r(3)) and TZ belongs to the process. The functions must not be called by
 * several threads at once. */
struct zone;

/* Opens the zone NAME ("Europe/Athens", "UTC"), or an offset from UTC that never changes ("+02:00", "-0330", "+02").
 * Returns 0 and sets *OUT to the zone, which the caller must release with zone_free(), or to NULL for UTC. Returns -1
 * with E set: EX_USAGE if another zone is open or there is no such zone, otherwise EX_OSERR. For an unknown zone the
 * message suggests the nearest name, or says that tzdata is missing. */
int zone_open(const char *name, struct zone **out, struct err *e) MUST_USE;
/* Closes Z. Z may be NULL. */
void zone_free(struct zone *z);

/* Returns the offset from UTC, in seconds, that Z has at the instant SEC; it is positive east of Greenwich. SEC is
 * seconds since 1970-01-01T00:00:00Z. */
int32_t zone_offset(const struct zone *z, int64_t sec);
/* Returns the instant at which wall clocks in Z show LOCAL. LOCAL is the seconds since 1970 that a clock in UTC with
 * the same display would have. If LOCAL occurs twice (summer time ends), returns the first instant. If LOCAL does not
 * occur (summer time starts), uses the offset that was in force before the change. */
int64_t zone_to_utc(const struct zone *z, int64_t local);
/* Finds the offset that NAME, such as CEST, means in Z for a clock that shows LOCAL. LOCAL is the seconds since 1970
 * that a clock in UTC with the same display would have. If clocks in Z had this name at that time, the result is their
 * offset. Otherwise the result is the last offset with this name before LOCAL, or, if there is none, the first one
 * after LOCAL. NAME may be in upper or lower case. Returns true and sets *OFFSET, in seconds; false if Z did not have
 * the name at any time from 1900 to 2100. The first call for a name that is not in force takes a few milliseconds. */
bool zone_named_offset(const struct zone *z, struct span name, int64_t local, int32_t *offset);
/* Looks for a change of offset in the seconds (FROM, TO]. Returns true and sets *AT to the first second of the new
 * offset; false if there is no change. */
bool zone_change(const struct zone *z, int64_t from, int64_t to, int64_t *at);
#endif
