/* hex.h -- reads hexadecimal digits, and writes a byte as two hexadecimal digits. */
#ifndef BASE_HEX_H
#define BASE_HEX_H
#include <stddef.h>

/* Returns the value of the digit C, in either case; -1 if C is not a hexadecimal digit. */
static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Returns the value of the N digits at P (N at most 7); -1 if one of them is not a hexadecimal digit. */
static inline int hex_number(const char *p, size_t n)
{
	int v = 0;
	for (size_t i = 0; i < n; i++) {
		int digit = hex_digit(p[i]);
		if (digit < 0)
			return -1;
		v = v * 16 + digit;
	}
	return v;
}

/* Writes byte C as two lower-case digits to TO. Returns the position after them. */
static inline char *hex_put(char *to, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	to[0] = digits[c >> 4];
	to[1] = digits[c & 15];
	return to + 2;
}
#endif
