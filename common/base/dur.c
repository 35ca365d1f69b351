/* dur.c -- durations: "1h30m" to milliseconds and back.
 *
 * A day always has 86,400,000 ms: summer time does not matter. The largest duration, 366,000 days, is about 1,000
 * years, so that sums of several durations still fit int64_t. */
#include "base/dur.h"
#include <inttypes.h>

/* The units, from the smallest to the largest. */
static const struct unit {
	const char *name;
	int64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
enum { UNITS = sizeof units / sizeof units[0] };
#define DUR_MAX_MS (INT64_C(366000) * 86400000)

static int bad_duration(const char *text, struct err *e)
{
	return err_set(e, EX_USAGE,
		"'%s' is not a duration: write a number and ms, s, m, h or d, such as 500ms or 1h30m", text);
}

/* Reads one number and its unit at *P into *MS, and moves *P past both. TEXT is the whole duration, for messages.
 * Returns 0; -1 with E set (EX_USAGE). */
static int parse_part(const char **p, const char *text, int64_t *ms, struct err *e)
{
	const char *s = *p;
	size_t whole = strspn(s, "0123456789"), frac = 0;
	const char *unit = s + whole;
	if (whole > 0 && *unit == '.') {
		frac = strspn(unit + 1, "0123456789");
		unit += 1 + frac;
	}
	/* A whole number of 15 digits is exact in a double. The product with the unit is compared with DUR_MAX_MS
	 * below, so the product fits int64_t. */
	if (whole == 0 || whole > 15 || frac > 9)
		return bad_duration(text, e);
	size_t letters = strspn(unit, "abcdefghijklmnopqrstuvwxyz");
	for (int i = 0; i < UNITS; i++) {
		if (strlen(units[i].name) != letters || strncmp(units[i].name, unit, letters) != 0)
			continue;
		/* VALUE serves for the check of the range and for fractions. A number without a fraction is converted
		 * exactly, as an integer. */
		double value = strtod(s, NULL) * (double)units[i].ms;
		if (value > (double)DUR_MAX_MS)
			return err_set(e, EX_USAGE, "'%s' is too long: at most 366000d", text);
		*ms = frac ? (int64_t)(value + 0.5) : (int64_t)strtoll(s, NULL, 10) * units[i].ms;
		*p = unit + letters;
		return 0;
	}
	return bad_duration(text, e);
}

int dur_parse(const char *text, int64_t *ms, struct err *e)
{
	int64_t sum = 0, part = 0;
	const char *p = text;
	if (strcmp(text, "0") == 0) {
		*ms = 0;
		return 0;
	}
	/* Before each addition SUM and PART are at most DUR_MAX_MS, so their sum fits int64_t. */
	do {
		if (parse_part(&p, text, &part, e) < 0)
			return -1;
		sum += part;
	} while (*p && sum <= DUR_MAX_MS);
	if (sum > DUR_MAX_MS)
		return err_set(e, EX_USAGE, "'%s' is too long: at most 366000d", text);
	*ms = sum;
	return 0;
}

/* Writes the largest unit first, and each unit at most once: "1d2h", "1m30s". */
char *dur_format(int64_t ms, char *out)
{
	size_t n = 0;
	if (ms == 0)
		snprintf(out, 32, "0s");
	if (ms < 0) {
		out[n++] = '-';
		ms = -ms;
	}
	for (int i = UNITS - 1; i >= 0 && n < 28; i--) {
		if (ms < units[i].ms)
			continue;
		n += (size_t)snprintf(out + n, 32 - n, "%" PRId64 "%s", ms / units[i].ms, units[i].name);
		ms %= units[i].ms;
	}
	return out;
}
