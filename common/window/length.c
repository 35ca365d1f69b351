/* length.c -- the lengths of windows as text, and how long they are. */
#include "window/length.h"
#include "base/dur.h"
#include <inttypes.h>

#define DAY_MS INT64_C(86400000)
/* The longest window, as for durations: about 1,000 years. */
enum { COUNT_MAX_DAYS = 366000 };

/* The calendar units. Of those with the same unit, the longest comes first, so that window_length_text() finds it. */
static const struct calendar_unit {
	const char *name;
	int unit;
	int32_t count; /* how many of UNIT there are in one */
	int32_t days;  /* at most */
} calendar_units[] = {
	{ "day", LENGTH_DAY, 1, 1 },
	{ "week", LENGTH_WEEK, 1, 7 },
	{ "year", LENGTH_MONTH, 12, 366 },
	{ "quarter", LENGTH_MONTH, 3, 92 },
	{ "month", LENGTH_MONTH, 1, 31 },
};
enum { UNITS = sizeof calendar_units / sizeof calendar_units[0] };

/* Returns the unit of the calendar that TEXT names, also in the plural; NULL if there is none. */
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
	/* A duration ends in one of the units ms, s, m, h and d. "3monht" is a misspelt unit of the calendar. */
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
		if ((int)l.unit != u->unit || l.count % u->count != 0)
			continue;
		if (l.count == u->count)
			snprintf(out, WINDOW_LENGTH_TEXT_MAX, "%s", u->name);
		else
			snprintf(out, WINDOW_LENGTH_TEXT_MAX, "%" PRId32 "%s", l.count / u->count, u->name);
		break;
	}
	return out;
}

/* No number of months is shorter than 30 days each, less 2: February has 28 days, and the others make up for it. */
void window_length_range(struct window_length l, int64_t *shortest, int64_t *longest)
{
	int64_t days = l.unit == LENGTH_WEEK ? 7 : 1;
	*shortest = *longest = l.unit == LENGTH_MS ? l.ms : l.count * days * DAY_MS;
	if (l.unit == LENGTH_MONTH) {
		*shortest = (l.count * INT64_C(30) - 2) * DAY_MS;
		*longest = l.count * INT64_C(31) * DAY_MS;
	}
}
