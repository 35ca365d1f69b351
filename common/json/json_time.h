/* json_time.h -- reading a JSON value as a time. */
#ifndef JSON_JSON_TIME_H
#define JSON_JSON_TIME_H
#include "text/time.h"

/* Reads VALUE as a time in format F. VALUE is the JSON text of a number or of a string with its quotes. Returns 0 and
 * sets *OUT; or -1 with E set to EX_DATAERR if VALUE has another type or is not written in format F. */
int json_time_parse(const struct time_format *f, struct span value, struct stamp *out, struct err *e) MUST_USE;
#endif
