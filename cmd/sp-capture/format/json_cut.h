/* json_cut.h -- finding the end of a JSON value as its bytes come in. */
#ifndef CAPTURE_FORMAT_JSON_CUT_H
#define CAPTURE_FORMAT_JSON_CUT_H
#include "base/span.h"
#include <stdint.h>

/* Only brackets are counted and strings passed over: whether the value is valid JSON is for json_check() to say. Zeroed at
 * the start of a value. */
struct json_cut {
	size_t pos;     /* the bytes before it were looked at; in the end the length of the value */
	uint64_t depth; /* brackets that are open */
	bool string;    /* inside a string ... */
	bool escape;    /* ... after a backslash in it */
	bool begun;     /* the first byte was seen ... */
	bool scalar;    /* ... and is not that of a string, object or array */
};

/* Goes on at c->pos of S, which begins where the value begins (without white space before it). Returns true if the value
 * ends at c->pos. False: more bytes are needed; if there are none, a scalar has ended and any other value is torn. */
bool json_cut(struct json_cut *c, struct span s);
#endif
