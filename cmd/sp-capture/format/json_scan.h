/* json_scan.h -- finds the end of a JSON value, however its bytes are divided into reads. */
#ifndef CAPTURE_FORMAT_JSON_SCAN_H
#define CAPTURE_FORMAT_JSON_SCAN_H
#include "base/span.h"
#include <stdint.h>

/* The state of a scan. The caller must set it to zeros before each value. A scan counts brackets and skips strings; it
 * doesn't check whether the value is valid JSON: json_check() does. */
struct json_scan {
	size_t pos;     /* number of bytes scanned so far; at the end of the value, its length */
	uint64_t depth; /* number of open brackets */
	bool string;    /* POS is inside a string */
	bool escape;    /* POS is inside a string, directly after a backslash */
	bool begun;     /* the first byte of the value was scanned */
	bool scalar;    /* the value is a number or a word: its first byte is not a quote or an opening bracket */
};

/* Continues SCAN in S. S holds all bytes of the value that were read, from its first byte on, without white space
 * before it. Returns true if the value ends at scan->pos. Returns false if more bytes are needed. If the input has no
 * more bytes, a scalar is complete, and any other value is incomplete. */
bool json_scan(struct json_scan *scan, struct span s);
#endif
