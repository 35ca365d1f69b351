/* canon.h -- comparing whole JSON values, and writing them in one form. */
#ifndef JSON_CANON_H
#define JSON_CANON_H
#include "base/buf.h"

/* Appends VALUE in its canonical form: no white space, members sorted by the bytes of their unescaped names (of equal
 * names the last one is kept), strings as json_quote() writes them, numbers as num_canon() does. Two values are equal
 * in jq's sense if and only if these bytes are equal, so they serve as grouping keys. Allocates while it runs if VALUE
 * has objects or escapes. Returns -1 if VALUE cannot be read, nests deeper than JSON_DEPTH_MAX, or OUT is full. */
int json_canon(struct span value, struct buf *out) MUST_USE;

/* Compares two JSON texts in the order that jq's manual defines under `sort`: null < false < true < numbers < strings
 * < arrays < objects; numbers by value, exactly; strings by code point; objects first by their sorted names, then by
 * their values. Returns <0, 0 or >0. Values that cannot be read are ordered by their bytes. */
int json_compare(struct span a, struct span b);

/* Appends VALUE without the white space outside its strings. Returns -1 if OUT is full or a string does not end. */
int json_compact(struct span value, struct buf *out) MUST_USE;
#endif
