/* event_time.h -- an event's time at the front of its line, where sp-capture writes it. */
#ifndef WINDOW_EVENT_TIME_H
#define WINDOW_EVENT_TIME_H
#include "text/time.h"

/* Reads the time of EVENT if it begins like {"ts":"2024-05-01T10:39:58.487Z". Sets *MS and returns the number of bytes
 * up to and including the closing quote. At least one byte follows the quote, but this function does not look at that
 * byte. Returns 0 if EVENT begins otherwise. CACHE keeps the minute that time_read_cached() has read before. The
 * function is inline, because it runs for every event. */
static inline size_t event_time_in_front(struct time_minute *cache, struct span event, int64_t *ms)
{
	static const char front[] = "{\"ts\":\"";
	enum { FRONT = sizeof front - 1, TIME_SHORT = 20, TIME_MS = 24, TIME_MAX = 30 };
	if (event.n < FRONT + TIME_SHORT + 2 || memcmp(event.p, front, FRONT) != 0)
		return 0;
	const char *time = event.p + FRONT;
	size_t left = event.n - FRONT, n = TIME_SHORT;
	if (time[TIME_SHORT - 1] != 'Z') {
		if (left > TIME_MS + 1 && time[TIME_MS - 1] == 'Z')
			n = TIME_MS;
		else /* the seconds have another number of decimals */
			while (n < TIME_MAX && n < left && time[n] != '"')
				n++;
	}
	if (n + 1 >= left || time[n] != '"' || time_read_cached(cache, (struct span){ time, n }, ms) < 0)
		return 0;
	return FRONT + n + 1;
}
#endif
