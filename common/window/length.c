/* length.c -- reads and writes the lengths of windows, such as "10m" or "3month", and says how long they can be. */
#include "window/length.h"
#include "base/dur.h"
#include <inttypes.h>

#define DAY_MS INT64_C(86400000)
/* The longest window has about 1,000 years. */
enum { COUNT_MAX_DAYS = 366000 };

/* The calendar units by name. Years and quarters are counted in months. The year comes before the quarter and the
 * month, because window_length_text() takes the first unit that fits: 12 months are a year. */
static const struct calendar_unit {
	const char *name;
	enum window_length_unit unit;
	int32_t count; /* how many UNITs it has: 12 months in a year */
	int32_t days;  /* the most days that it can have */
} calendar_units[] = {
	{ "day", LENGTH_DAY, 1, 1 },
	{ "week", LENGTH_WEEK, 1, 7 },
	{ "year", LENGTH_MONTH, 12, 366 },
	{ "quarter", LENGTH_MONTH, 3, 92 },
	{ "month", LENGTH_MONTH, 1, 31 },
};
enum { UNITS = sizeof calendar_units / sizeof calendar_units[0] };

/* Returns the calendar unit that TEXT names, in the singular or plural; NULL if there is no such unit. */
static const struct calendar_unit *unit_of(const char *text)
{
	for (int i = 0; i < UNITS; i++) {
		size_t n = strlen(calendar_units[i].name);
		if (strncmp(text, calendar_units[i].name, n) == 0 && (!text[n] || strcmp(text + n, "s") == 0))
			return &calendar_units[i];
	}
	return NULL;
}

int window_length_parse(const char *text, struct window_length *out, struct err *e)
{
	size_t digits = strspn(text, "0123456789");
	const struct calendar_unit *u = unit_of(text + digits);
	*out = (struct window_length){ 0, LENGTH_MS, 0 };
	/* The units of durations are ms, s, m, h and d. If the text has other letters, such as "3monht", it is not read
	 * as a duration, so that the message below names the calendar units. */
	if (!u && digits && strspn(text, "0123456789.mshd") == strlen(text))
		return dur_parse(text, &out->ms, e);
	if (!u)
		return err_set(e, EX_USAGE,
			"'%s' is not a length: give a duration such as 10m, or day, week, month, quarter, year, 3month",
			text);
	long count = digits == 0 ? 1 : digits > 6 ? COUNT_MAX_DAYS + 1 : strtol(text, NULL, 10);
	if (count == 0)
		return err_set(e, EX_USAGE, "a window's size must be longer than 0");
	if (count > COUNT_MAX_DAYS / u->days)
		return err_set(e, EX_USAGE, "'%s' is too long: at most %d%s", text, COUNT_MAX_DAYS / u->days, u->name);
	*out = (struct window_length){ .unit = u->unit, .count = (int32_t)count * u->count };
	return 0;
}

char *window_length_text(struct window_length l, char out[WINDOW_LENGTH_TEXT_MAX])
{
	for (int i = 0; i < UNITS; i++) {
		const struct calendar_unit *u = &calendar_units[i];
		if (l.unit != u->unit || l.count % u->count != 0)
			continue;
		if (l.count == u->count)
			snprintf(out, WINDOW_LENGTH_TEXT_MAX, "%s", u->name);
		else
			snprintf(out, WINDOW_LENGTH_TEXT_MAX, "%" PRId32 "%s", l.count / u->count, u->name);
		break;
	}
	return out;
}

/* N months in a row have at least 30 N - 2 days, because February has 28 days, two fewer than 30. A second February
 * makes no difference: twelve months in a row have more than 12 x 30 days. */
void window_length_range(struct window_length l, int64_t *shortest, int64_t *longest)
{
	int64_t days = l.unit == LENGTH_WEEK ? 7 : 1;
	*shortest = *longest = l.unit == LENGTH_MS ? l.ms : l.count * days * DAY_MS;
	if (l.unit == LENGTH_MONTH) {
		*shortest = (l.count * INT64_C(30) - 2) * DAY_MS;
		*longest = l.count * INT64_C(31) * DAY_MS;
	}
}
