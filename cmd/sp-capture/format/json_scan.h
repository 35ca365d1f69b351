/* json_scan.h -- finds the end of a JSON value, even if its bytes come in several reads. */
#ifndef CAPTURE_FORMAT_JSON_SCAN_H
#define CAPTURE_FORMAT_JSON_SCAN_H
#include "base/span.h"
#include <stdint.h>

/* The state of a scan. The caller must set all members to zero before each value. A scan counts brackets and skips
 * strings. It does not check that the value is valid JSON, which json_check() does. */
struct json_scan {
	/* The number of bytes scanned so far. At the end of the value this is the length of the value. */
	size_t pos;
	uint64_t depth; /* number of open brackets */
	bool string;    /* POS is inside a string */
	bool escape;    /* POS is inside a string, directly after a backslash */
	bool begun;     /* the first byte of the value was scanned */
	/* The value is a number or a word such as true: its first byte is not a quote or an opening bracket. */
	bool scalar;
};

/* Continues SCAN in S at the offset scan->pos. The first byte of the value must not be white space. Returns true if
 * the value ends at scan->pos. Returns false if more bytes are needed, which the next call must get after those of S.
 * The caller may leave out bytes before scan->pos if it reduces scan->pos by their number. If the input has no more
 * bytes, a scalar is complete, and any other value is incomplete. */
bool json_scan(struct json_scan *scan, struct span s);
#endif
