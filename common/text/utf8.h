/* utf8.h -- checks and writes UTF-8. Table 3-7 of the Unicode standard defines the well-formed byte sequences: no
 * overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H
#include "base/span.h"

enum { UTF8_MAX = 4 }; /* bytes of the longest sequence */

/* Returns the length in bytes of the longest well-formed prefix of S: S.n if all of S is UTF-8. */
size_t utf8_valid(struct span s);
/* Returns the length (1 to 4) of the well-formed sequence that starts at P; 0 if there is no well-formed sequence at P
 * that ends at or before END. */
size_t utf8_length(const char *p, const char *end);
/* Writes the code point CP (below 0x110000; a surrogate is written like any other) to TO, which has room for UTF8_MAX
 * bytes. Returns the position after the last byte written. */
char *utf8_put(char *to, uint32_t cp);
#endif
