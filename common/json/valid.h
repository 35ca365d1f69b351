/* valid.h -- checks single values of an event that was not checked as a whole.
 *
 * sp-capture checks every event. Programs that read events later only find where a value begins and ends: the bytes
 * 1\xff2 look like a number to them. So they must check a value before they copy it. Most values are short numbers and
 * plain strings. These are checked inline, without a function call. */
#ifndef JSON_VALID_H
#define JSON_VALID_H
#include "json/scan.h"
#include <stdint.h>

/* A vector of sixteen bytes. One instruction compares all of them. */
typedef int8_t json_block __attribute__((vector_size(16)));

/* Returns the sixteen bytes at P, which need not be aligned. */
static inline json_block json_block_at(const char *p)
{
	json_block v;
	memcpy(&v, p, sizeof v);
	return v;
}

/* Returns a block that contains each of the N bytes at P and no other byte. N is 1 to 15, so some bytes are in the
 * block more than once. */
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

/* Returns true if all bytes of TEXT are ASCII, and none is a backslash or less than 0x20. If TEXT is a string whose end
 * json_skip() has found, it is then valid JSON without escapes. */
static inline bool json_is_plain(struct span text)
{
	const char *p = text.p;
	size_t n = text.n;
	if (n == 0)
		return true;
	/* The last sixteen bytes are tested first. The loop may test some of them again, which costs less than a loop
	 * over the single bytes that remain. Bytes that are not ASCII are negative here, so they are less than 0x20. */
	json_block v = n < 16 ? json_block_of(p, n) : json_block_at(p + n - 16), special = (v < 0x20) | (v == '\\');
	for (; n > 16; n -= 16, p += 16) {
		v = json_block_at(p);
		special |= (v < 0x20) | (v == '\\');
	}
	uint64_t half[2];
	memcpy(half, &special, sizeof half);
	return !(half[0] | half[1]);
}

/* Returns true if TEXT is a valid JSON number without an exponent. */
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

/* Returns true if TEXT is exactly one JSON value by the rules of json_check_value(), without white space around it. */
bool json_valid(struct span text);
/* Returns json_valid(TEXT), but is faster for plain strings and numbers without an exponent. TYPE must be
 * json_type(TEXT). If TEXT is a string, it must end at its closing quote, as the values that json_paths_run() finds. */
static inline bool json_valid_fast(struct span text, enum json_type type)
{
	return (type == JSON_STRING && json_is_plain(text)) || (type == JSON_NUMBER && json_is_decimal(text)) ||
		json_valid(text);
}
#endif
