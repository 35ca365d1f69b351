/* amount.h -- reads whole numbers and sizes that users type, and writes counts for users to read. */
#ifndef BASE_AMOUNT_H
#define BASE_AMOUNT_H
#include "base/err.h"
#include <stdint.h>

enum { AMOUNT_TEXT_MAX = 32 }; /* size in bytes of the buffer for amount_format() */

/* Reads TEXT, a decimal integer from LOW to HIGH, into *VALUE. Returns 0; or -1 with E set (EX_USAGE) if TEXT is not
 * such a number. */
int amount_parse_int(const char *text, int64_t low, int64_t high, int64_t *value, struct err *e) MUST_USE;
/* Reads TEXT, a whole number with an optional k, M, G or T such as "64k", into *BYTES. The letters stand for powers of
 * 1,024, and K means k. Returns 0; or -1 with E set (EX_USAGE) if TEXT is not such a size or exceeds 2^62 bytes. */
int amount_parse_bytes(const char *text, uint64_t *bytes, struct err *e) MUST_USE;
/* Writes N with a comma after every three digits, "1,234,567", to OUT, which has AMOUNT_TEXT_MAX bytes. Returns OUT. */
char *amount_format(uint64_t n, char *out);
#endif
