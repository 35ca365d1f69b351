/* next.h -- the results of functions that return the next line or event, such as reader_next().
 *
 * Callers compare with the names, not with numbers, and handle each value that the function may return. After
 * NEXT_LATER a loop must wait, or read another input, before it calls the function again. */
#ifndef STREAM_NEXT_H
#define STREAM_NEXT_H

enum next {
	NEXT_ERROR = -1, /* the call failed; its struct err is set */
	NEXT_END,        /* there are no more events */
	NEXT_EVENT,      /* the result holds the next event */
	NEXT_REJECTED,   /* something was read that is not an event; the result says why */
	NEXT_LATER,      /* no event now, but more may come: a followed file, a partition read to its end */
};
#endif
