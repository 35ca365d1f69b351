/* amount.c -- reads whole numbers and sizes, and writes counts.
 *
 * Text that a user typed is read strictly: white space, a leading '+', and text after the number or its unit are
 * errors. Each error message quotes the text. The caller adds the name of the option. */
#include "base/amount.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the digits in groups of three, counted from the right. The first group may have fewer digits. */
char *amount_format(uint64_t n, char *out)
{
	char digits[24];
	int count = snprintf(digits, sizeof digits, "%" PRIu64, n), used = 0;
	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}

int amount_parse_bytes(const char *text, uint64_t *bytes, struct err *e)
{
	static const char letters[] = "kMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	const char *letter = *unit ? strchr(*unit == 'K' ? "k" : letters, *unit == 'K' ? 'k' : *unit) : NULL;
	if (digits == 0 || digits > 15 || (*unit && (!letter || unit[1])))
		return err_set(e, EX_USAGE,
			"'%s' is not a size: write a number with an optional k, M, G or T, such as 64k", text);
	/* A number of 15 digits fits 64 bits, but VALUE << SHIFT could overflow. So VALUE is compared with
	 * 2^62 >> SHIFT before it is shifted. */
	int shift = !letter ? 0 : *unit == 'K' ? 10 : 10 * (int)(letter - letters + 1);
	uint64_t value = strtoull(text, NULL, 10);
	if (value > (UINT64_C(1) << 62) >> shift)
		return err_set(e, EX_USAGE, "'%s' is too large", text);
	*bytes = value << shift;
	return 0;
}

int amount_parse_int(const char *text, int64_t low, int64_t high, int64_t *value, struct err *e)
{
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	/* strtoll(3) also accepts leading white space and '+', which are refused here. */
	if (end == text || *end || (*text != '-' && (*text < '0' || *text > '9')))
		return err_set(e, EX_USAGE, "'%s' is not a whole number", text);
	if (errno == ERANGE || v < low || v > high)
		return err_set(e, EX_USAGE, "%s is out of range: %" PRId64 " to %" PRId64, text, low, high);
	*value = v;
	return 0;
}
