/* clock.h -- the system's clocks in milliseconds (clock_gettime(2)). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H
#include <stdint.h>

/* Returns the time of CLOCK_MONOTONIC, for intervals and deadlines. This clock never jumps, and its zero has no
 * meaning. */
int64_t clock_monotonic_ms(void);

/* Returns the time of CLOCK_REALTIME: milliseconds since 1970-01-01T00:00Z. An administrator or NTP may set this clock
 * back. */
int64_t clock_realtime_ms(void);
#endif
