/* canon.h -- comparing JSON values, and writing them in a canonical or a compact form. */
#ifndef JSON_CANON_H
#define JSON_CANON_H
#include "base/buf.h"

/* Appends the canonical form of VALUE to OUT. The form has no white space. Members are sorted by the bytes of their
 * unescaped names; of members with equal names only the last one is kept. Strings are written by json_quote() and
 * numbers by num_canon(). Two valid values have the same form if and only if json_compare() finds them equal, so the
 * form can serve as a grouping key. Allocates memory for the time of the call if VALUE has objects or escapes. Returns
 * 0; -1 if VALUE cannot be read or nests deeper than JSON_DEPTH_MAX, OUT is full, or memory is exhausted. */
int json_canon(struct span value, struct buf *out) MUST_USE;

/* Compares two JSON texts in the order that jq's manual defines under `sort`: null < false < true < numbers < strings <
 * arrays < objects. Numbers are compared by value; strings by code point; arrays element by element; objects first by
 * their sorted names, then by their values. Returns <0, 0 or >0. The order of texts that are not valid JSON has no
 * meaning. Two different invalid texts can even compare equal. */
int json_compare(struct span a, struct span b);

/* Appends VALUE to OUT without the white space outside its strings. Returns 0; -1 if OUT is full or a string in VALUE
 * does not end. */
int json_compact(struct span value, struct buf *out) MUST_USE;
#endif
