/* json_cut.h -- where a JSON value ends, found in as many pieces as it comes in. */
#ifndef CAPTURE_FORMAT_JSON_CUT_H
#define CAPTURE_FORMAT_JSON_CUT_H
#include "base/span.h"
#include <stdint.h>

/* Brackets are counted and strings passed over; whether the value is good JSON is for json_check(). */
struct json_cut {
	size_t pos;     /* looked at up to here; at the end: the value's length */
	uint64_t depth; /* open brackets */
	bool string;    /* inside a string ... */
	bool escape;    /* ... behind its backslash */
	bool begun, scalar;
};

/* Goes on at c->pos of S, which begins where the value begins (no white space in front). True: the value
 * ends at c->pos. False: more is needed; a scalar at the end of the input has simply ended. */
bool json_cut(struct json_cut *c, struct span s);
#endif
