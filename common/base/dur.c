/* dur.c -- durations, sizes and bounded numbers. */
#include "base/dur.h"
#include <errno.h>
#include <inttypes.h>

static const struct unit {
	const char *name;
	int64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };
enum { UNITS = sizeof units / sizeof units[0] };
#define DUR_MAX_MS (INT64_C(366000) * 86400000)

static int bad_duration(const char *text, struct err *e)
{
	return err_set(e, EX_USAGE, "'%s' is no duration: write a number and ms, s, m, h or d, such as 500ms or 1h30m",
		text);
}

/* One NUMBER UNIT; moves *P behind it. */
static int one_part(const char **p, const char *text, int64_t *ms, struct err *e)
{
	const char *s = *p;
	size_t whole = strspn(s, "0123456789"), frac = 0;
	const char *behind = s + whole;
	if (whole > 0 && *behind == '.') {
		frac = strspn(behind + 1, "0123456789");
		behind += 1 + frac;
	}
	if (whole == 0 || whole > 15 || frac > 9)
		return bad_duration(text, e);
	size_t letters = strspn(behind, "abcdefghijklmnopqrstuvwxyz");
	for (int i = 0; i < UNITS; i++) {
		if (strlen(units[i].name) != letters || strncmp(units[i].name, behind, letters) != 0)
			continue;
		double value = strtod(s, NULL) * (double)units[i].ms;
		if (value > (double)DUR_MAX_MS)
			return err_set(e, EX_USAGE, "'%s' is too long: at most 366000d", text);
		*ms = frac ? (int64_t)(value + 0.5) : (int64_t)strtoll(s, NULL, 10) * units[i].ms;
		*p = behind + letters;
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
	do {
		if (one_part(&p, text, &part, e) < 0)
			return -1;
		sum += part;
	} while (*p && sum <= DUR_MAX_MS);
	if (sum > DUR_MAX_MS)
		return err_set(e, EX_USAGE, "'%s' is too long: at most 366000d", text);
	*ms = sum;
	return 0;
}

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

char *count_format(uint64_t n, char *out)
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

int size_parse(const char *text, uint64_t *bytes, struct err *e)
{
	static const char letters[] = "kMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	const char *at = *unit ? strchr(*unit == 'K' ? "k" : letters, *unit == 'K' ? 'k' : *unit) : NULL;
	if (digits == 0 || digits > 15 || (*unit && (!at || unit[1])))
		return err_set(e, EX_USAGE,
			"'%s' is no size: write a number with an optional k, M, G or T, such as 64k", text);
	int shift = !at ? 0 : *unit == 'K' ? 10 : 10 * (int)(at - letters + 1);
	uint64_t value = strtoull(text, NULL, 10);
	if (value > (UINT64_C(1) << 62) >> shift)
		return err_set(e, EX_USAGE, "'%s' is too large", text);
	*bytes = value << shift;
	return 0;
}

int int_parse(const char *text, int64_t low, int64_t high, int64_t *value, struct err *e)
{
	char *end;
	errno = 0;
	long long v = strtoll(text, &end, 10);
	if (end == text || *end || (*text != '-' && (*text < '0' || *text > '9')))
		return err_set(e, EX_USAGE, "'%s' is no whole number", text);
	if (errno == ERANGE || v < low || v > high)
		return err_set(e, EX_USAGE, "%s is out of range: %" PRId64 " to %" PRId64, text, low, high);
	*value = v;
	return 0;
}
