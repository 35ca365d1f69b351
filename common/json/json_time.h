/* json_time.h -- a JSON value read as a time. */
#ifndef JSON_JSON_TIME_H
#define JSON_JSON_TIME_H
#include "text/time.h"

/* Reads VALUE, the JSON text of a number or of a string (with its quotes), as format F says; see time_parse_text().
 * Returns 0 and sets *OUT; or -1 with EX_DATAERR: VALUE is of another type or not written in that format. */
int json_time_parse(const struct time_format *f, struct span value, struct stamp *out, struct err *e) MUST_USE;
#endif
