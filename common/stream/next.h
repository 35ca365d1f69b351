/* next.h -- what every "give me the next one" function answers: readers, decoders, sources, the merge, Kafka.
 *
 * A caller tests for the names, never for the numbers, and handles each of them: a loop over an input that can say
 * NEXT_LATER must wait or turn to another input before it asks again. */
#ifndef STREAM_NEXT_H
#define STREAM_NEXT_H

enum next {
	NEXT_ERROR = -1, /* it failed; the struct err of the call is set */
	NEXT_END,        /* nothing more will come */
	NEXT_EVENT,      /* the result is set */
	NEXT_REJECTED,   /* something was read that is not an event; the result says why */
	NEXT_LATER,      /* nothing is there now; more may come (followed files, partitions that are at their end) */
};
#endif
