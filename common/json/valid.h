/* valid.h -- checks single values of an event that was not checked as a whole.
 *
 * sp-capture checks every event. The programs behind it find the ends of values, but do not check what is between them:
 * the text 1\xff2 looks like a number to them. So they check a value before they copy it. Most values are short numbers
 * and plain strings, which are checked here without a call. */
#ifndef JSON_VALID_H
#define JSON_VALID_H
#include "json/scan.h"
#include <stdint.h>

/* Sixteen bytes, which one instruction compares at once. */
typedef int8_t json_block __attribute__((vector_size(16)));

/* Returns the sixteen bytes at P. */
static inline json_block json_block_at(const char *p)
{
	json_block v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* Returns the N bytes at P (1 to 15), some of them more than once: no other byte is in the block. */
static inline json_block json_block_of(const char *p, size_t n)
{
	uint64_t half[2];
	uint32_t low, high;
	json_block v;
	if (n >= 8) {
		memcpy(&half[0], p, 8);
		memcpy(&half[1], p + n - 8, 8);
	} else if (n >= 4) {
		memcpy(&low, p, 4);
		memcpy(&high, p + n - 4, 4);
		half[0] = half[1] = (uint64_t)high << 32 | low;
	} else {
		half[0] = half[1] = (uint64_t)(uint8_t)p[n >> 1] * UINT64_C(0x0101010101010101) ^
			(uint8_t)(p[0] ^ p[n >> 1]) ^ (uint64_t)(uint8_t)(p[n - 1] ^ p[n >> 1]) << 8;
	}
	memcpy(&v, half, sizeof v);
	return v;
}

/* Returns true if all bytes of TEXT are ASCII, and none is a backslash or a control character. A string that
 * json_skip() has found, with its quotes, is then valid and represents the bytes that it is written with. */
static inline bool json_is_plain(struct span text)
{
	const char *p = text.p;
	size_t n = text.n;
	if (n == 0)
		return true;
	/* The last sixteen bytes are tested first and may be tested again in part: this costs less than a loop over
	 * single bytes. As signed numbers, bytes that are not ASCII are less than 0x20, too. */
	json_block v = n < 16 ? json_block_of(p, n) : json_block_at(p + n - 16), special = (v < 0x20) | (v == '\\');
	for (; n > 16; n -= 16, p += 16) {
		v = json_block_at(p);
		special |= (v < 0x20) | (v == '\\');
	}
	uint64_t half[2];
	memcpy(half, &special, sizeof half);
	return !(half[0] | half[1]);
}

/* Returns true if TEXT is a number without an exponent. */
static inline bool json_is_decimal(struct span text)
{
	const char *p = text.p, *end = p + text.n;
	p += p < end && *p == '-';
	const char *first = p;
	while (p < end && (unsigned)(*p - '0') <= 9)
		p++;
	if (p == first || (*first == '0' && p - first > 1))
		return false;
	if (p == end)
		return true;
	first = p + 1;
	if (*p++ != '.')
		return false;
	while (p < end && (unsigned)(*p - '0') <= 9)
		p++;
	return p > first && p == end;
}

/* Returns true if TEXT is exactly one JSON value by the rules of json_check_value(). */
bool json_valid(struct span text);
/* Does the same, faster for plain strings and numbers without an exponent. TYPE must be json_type(TEXT). The quote at
 * the end of a string must have been found already, as by json_paths_run(). */
static inline bool json_valid_fast(struct span text, enum json_type type)
{
	return (type == JSON_STRING && json_is_plain(text)) || (type == JSON_NUMBER && json_is_decimal(text)) ||
		json_valid(text);
}
#endif
