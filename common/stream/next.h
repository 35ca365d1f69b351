/* next.h -- what every "give me the next one" function returns: readers, decoders, sources, the merge, Kafka.
 *
 * Callers compare with the names, never with numbers, and handle each value that can come. A loop over an input that may
 * return NEXT_LATER must wait, or turn to another input, before it asks again. */
#ifndef STREAM_NEXT_H
#define STREAM_NEXT_H

enum next {
	NEXT_ERROR = -1, /* failed: the struct err of the call is set */
	NEXT_END,        /* nothing more will come */
	NEXT_EVENT,      /* the result is set */
	NEXT_REJECTED,   /* something was read that is not an event; the result says why */
	NEXT_LATER,      /* nothing now; more may come (a followed file, a partition read to its end) */
};
#endif
