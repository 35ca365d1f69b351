/* test_windowing.c -- slices and windows against a reference that walks through time minute by minute. */
#include "base/dur.h"
#include "check.h"
#include "random.h"
#include "stream/control.h"
#include "window/windowing.h"
#include <inttypes.h>

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

static int64_t mod(int64_t a, int64_t b)
{
	return ((a % b) + b) % b;
}

struct config {
	enum window_kind kind;
	const char *size, *advance;
	int64_t offset;
};

static int set_up(struct windowing *w, struct config c, const char *tz, struct err *e)
{
	*w = (struct windowing){ .kind = c.kind, .offset = c.offset };
	snprintf(w->tz, sizeof w->tz, "%s", tz);
	if (window_length_parse(c.size, &w->size, e) < 0 ||
		(c.advance && window_length_parse(c.advance, &w->advance, e) < 0))
		return -1;
	return windowing_init(w, e);
}

/* ---- UTC, fixed lengths: Flink's formulas ---- */

static void test_plain(void)
{
	static const struct {
		int64_t size, advance;
	} sizes[] = { { MIN, MIN }, { 10 * MIN, MIN }, { HOUR, 15 * MIN }, { 7, 7 }, { 30, 10 }, { DAY, HOUR },
		{ 3 * DAY, DAY } };
	for (int i = 0; i < 20000; i++) {
		int64_t size = sizes[i % 7].size, step = sizes[i % 7].advance,
			offset = random_between(-step + 1, step - 1);
		int64_t ts = random_between(TIME_MS_MIN, TIME_MS_MAX);
		struct windowing w = { .kind = WINDOW_HOPPING,
			.size = { size, LENGTH_MS, 0 },
			.advance = { step, LENGTH_MS, 0 },
			.offset = offset };
		struct err e = ERR_INIT;
		struct bounds win;
		if (windowing_init(&w, &e) < 0)
			CHECK(!e.msg[0]);
		struct bounds s = windowing_slice(&w, ts);
		int64_t start = ts - mod(ts - offset, step);
		if (s.start != start || s.end != start + step)
			CHECK_EQ(s.start, start);
		int64_t want = start - size + step; /* SlidingEventTimeWindows.assignWindows(), backwards */
		for (bool more = windowing_first(&w, s, &win); more; more = windowing_next(&w, s, &win), want += step)
			if (win.start != want || win.end != want + size)
				CHECK_EQ(win.start, want);
		if (want != start + step || !bounds_eq(windowing_last(&w, s), (struct bounds){ start, start + size }))
			CHECK_EQ(want, start + step);
		if (!bounds_eq(windowing_slice(&w, s.end), (struct bounds){ start + step, start + 2 * step }))
			FAIL("slice after");
	}
}

/* An advance that does not divide the size: the windows of any instant of a slice are those of the slice. */
static void test_uneven(void)
{
	for (int i = 0; i < 20000; i++) {
		int64_t step = random_between(1, 50), size = step + random_between(0, 200),
			ts = random_between(-3000, 3000), offset = random_between(-step + 1, step - 1);
		struct windowing w = { .kind = WINDOW_HOPPING,
			.size = { size, LENGTH_MS, 0 },
			.advance = { step, LENGTH_MS, 0 },
			.offset = offset };
		struct err e = ERR_INIT;
		struct bounds win;
		if (windowing_init(&w, &e) < 0)
			CHECK(!e.msg[0]);
		struct bounds s = windowing_slice(&w, ts);
		CHECK(s.start <= ts && ts < s.end && windowing_slice(&w, s.end).start == s.end);
		int64_t start = ts - mod(ts - offset, step);
		while (start - step > ts - size)
			start -= step;
		for (bool more = windowing_first(&w, s, &win); more; more = windowing_next(&w, s, &win), start += step)
			if (win.start != start || win.end != start + size || win.start > s.start || win.end < s.end)
				CHECK_EQ(win.start, start);
		if (start <= ts ||
			!bounds_eq(windowing_last(&w, s), (struct bounds){ start - step, start - step + size }))
			FAIL("last");
	}
}

/* ---- zones: the reference ---- */

enum { EDGES = 4000 };
struct walk {
	int64_t at[EDGES];
	int count;
};

static int64_t wall(const struct windowing *w, int64_t t)
{
	return t + (int64_t)zone_offset(w->zone, t / 1000 - (t % 1000 < 0)) * 1000;
}

/* Returns the number of the step of MONTHS months that holds LOCAL. */
static int64_t month_of(int64_t local, int32_t months)
{
	int64_t year;
	int month, day;
	time_civil_from_days((local - mod(local, DAY)) / DAY, &year, &month, &day);
	return (year * 12 + month - 1 - mod(year * 12 + month - 1, months)) / months;
}

/* Returns true if the clock shows a multiple of the step in [A, B]. */
static bool multiple_in(const struct window_grid *g, int64_t a, int64_t b)
{
	if (a > b)
		return false;
	return g->step_ms ? b - mod(b - g->phase, g->step_ms) >= a :
			    month_of(b - g->phase, g->months) != month_of(a - g->phase - 1, g->months);
}

/* Finds the edges of G in [FROM, TO] as the manual page defines them. */
static void edges(const struct windowing *w, const struct window_grid *g, int64_t from, int64_t to, struct walk *out)
{
	int64_t highest = wall(w, from - MIN);
	out->count = 0;
	for (int64_t t = from; t <= to && out->count < EDGES; t += MIN) {
		int64_t now = wall(w, t), would = wall(w, t - MIN) + MIN;
		bool edge;
		if (g->step_ms % DAY == 0) /* days, months: when the clock first shows it or later */
			edge = multiple_in(g, highest + 1, now);
		else /* when it shows it, or jumps over it */
			edge = now > would ? multiple_in(g, would, now) : multiple_in(g, now, now);
		if (edge)
			out->at[out->count++] = t;
		highest = now > highest ? now : highest;
	}
	CHECK(out->count < EDGES);
}

/* Returns the index of the last edge at or before T. */
static int last_edge(const struct walk *e, int64_t t)
{
	int i = e->count - 1;
	while (i > 0 && e->at[i] > t)
		i--;
	return i;
}

static void expect(struct bounds is, int64_t start, int64_t end, const struct windowing *w, struct config c, int64_t ts)
{
	if (is.start == start && is.end == end)
		return;
	FAIL("bounds");
	fprintf(stderr,
		"\t%s %s/%s offset %" PRId64 ", ts %" PRId64 ": [%" PRId64 ", %" PRId64 ") should be [%" PRId64
		", %" PRId64 ")\n",
		w->tz, c.size, c.advance ? c.advance : "-", c.offset, ts, is.start, is.end, start, end);
}

static void check_hopping(const struct windowing *w, struct config c, int64_t ts, struct bounds s, const struct walk *e)
{
	struct bounds win;
	int here = last_edge(e, s.start), n = (int)w->window_steps, i = here - n + 1;
	bool more = windowing_first(w, s, &win);
	for (; more && i <= here; i++, more = windowing_next(w, s, &win))
		expect(win, e->at[i], e->at[i + n], w, c, ts);
	CHECK(!more && i == here + 1);
	expect(windowing_last(w, s), e->at[here], e->at[here + n], w, c, ts);
}

static void check_cumulate(const struct windowing *w, struct config c, int64_t ts, struct bounds s,
	const struct walk *windows)
{
	struct bounds win;
	int k = last_edge(windows, s.start);
	bool more = windowing_first(w, s, &win);
	int64_t end = s.end;
	for (; more; more = windowing_next(w, s, &win)) {
		expect(win, windows->at[k], end, w, c, ts);
		end = windowing_slice(w, end).end;
		if (win.end >= windows->at[k + 1])
			break;
	}
	CHECK(more && !windowing_next(w, s, &win));
	expect(windowing_last(w, s), windows->at[k], windows->at[k + 1], w, c, ts);
}

static void check_instant(const struct windowing *w, struct config c, int64_t ts)
{
	static struct walk slices, windows;
	int64_t size = w->windows.step_ms ? w->windows.step_ms : 31 * w->windows.months * DAY,
		range = 2 * size + 4 * DAY;
	int64_t base = ts - mod(ts, MIN);
	edges(w, &w->slices, base - range, base + range, &slices);
	edges(w, &w->windows, base - range, base + range, &windows);
	int i = last_edge(&slices, ts), k = last_edge(&windows, ts);
	int64_t start = slices.at[i], end = slices.at[i + 1];
	if (c.kind == WINDOW_CUMULATE) {
		start = start > windows.at[k] ? start : windows.at[k];
		end = end < windows.at[k + 1] ? end : windows.at[k + 1];
	}
	struct bounds s = windowing_slice(w, ts);
	expect(s, start, end, w, c, ts);
	if (windowing_slice(w, s.end).start != s.end)
		FAIL("slices tile time");
	if (c.kind == WINDOW_CUMULATE)
		check_cumulate(w, c, ts, s, &windows);
	if (c.kind == WINDOW_HOPPING && w->window_steps)
		check_hopping(w, c, ts, s, &slices);
	if (c.kind == WINDOW_TUMBLING)
		expect(windowing_last(w, s), start, end, w, c, ts);
}

static const struct config configs[] = {
	{ WINDOW_TUMBLING, "15m", NULL, 0 },
	{ WINDOW_TUMBLING, "1h", NULL, 0 },
	{ WINDOW_TUMBLING, "1h", NULL, 10 * MIN },
	{ WINDOW_TUMBLING, "2h", NULL, 0 },
	{ WINDOW_TUMBLING, "36h", NULL, 0 },
	{ WINDOW_TUMBLING, "1d", NULL, 0 },
	{ WINDOW_TUMBLING, "day", NULL, 0 },
	{ WINDOW_TUMBLING, "day", NULL, -6 * HOUR },
	{ WINDOW_TUMBLING, "week", NULL, 0 },
	{ WINDOW_TUMBLING, "month", NULL, 0 },
	{ WINDOW_TUMBLING, "day", NULL, 30 * MIN },
	{ WINDOW_TUMBLING, "week", NULL, 150 * MIN }, /* inside gaps */
	{ WINDOW_TUMBLING, "month", NULL, DAY },
	{ WINDOW_TUMBLING, "quarter", NULL, 0 },
	{ WINDOW_TUMBLING, "2week", NULL, 0 },
	{ WINDOW_HOPPING, "quarter", "month", 0 },
	{ WINDOW_HOPPING, "2week", "week", 0 },
	{ WINDOW_CUMULATE, "2month", "month", 0 },
	{ WINDOW_HOPPING, "1h", "10m", 0 },
	{ WINDOW_HOPPING, "24h", "1h", 0 },
	{ WINDOW_HOPPING, "3h", "1h", 5 * MIN },
	{ WINDOW_HOPPING, "week", "day", 0 },
	{ WINDOW_HOPPING, "14d", "week", 0 },
	{ WINDOW_CUMULATE, "day", "1h", 0 },
	{ WINDOW_CUMULATE, "week", "day", 0 },
	{ WINDOW_CUMULATE, "month", "day", 0 },
	{ WINDOW_CUMULATE, "day", "2h", 0 },
	{ WINDOW_CUMULATE, "4h", "1h", HOUR },
};

static void test_zones(void)
{
	static const char *const zones[] = { "UTC", "Europe/Athens", "America/New_York", "Asia/Kolkata",
		"Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut", "America/St_Johns", "Asia/Gaza" };
	for (size_t z = 0; z < sizeof zones / sizeof zones[0]; z++) {
		CHECK_ROW("%s", zones[z]);
		for (size_t i = 0; i < sizeof configs / sizeof configs[0]; i++) {
			CHECK_ROW("configuration %zu", i);
			struct windowing w;
			struct err e = ERR_INIT;
			if (!CHECK(set_up(&w, configs[i], zones[z], &e) == 0))
				fprintf(stderr, "\t%s\n", e.msg);
			/* check_instant() takes a step for each minute of several windows. */
			for (int k = 0; k < (w.windows.months > 1 ? 2 : 6); k++) {
				int64_t ts = random_between(-900000000000, 2500000000000),
					at; /* since 1941 clocks differ by whole minutes */
				if (k > 0 && zone_change(w.zone, ts / 1000, ts / 1000 + 400 * 86400, &at))
					ts = at * 1000 + random_between(-26 * 60, 26 * 60) * MIN +
						(k == 1) * random_between(0, 59999);
				check_instant(&w, configs[i], ts);
			}
			windowing_release(&w);
		}
	}
}

/* Days, spelled out. */
static void test_named_days(void)
{
	static const struct {
		const char *tz, *size, *ts, *start, *end;
	} cases[] = {
		{ "Europe/Athens", "day", "2024-03-31T12:00:00Z", "2024-03-30T22:00:00Z",
			"2024-03-31T21:00:00Z" }, /* 23 h */
		{ "Europe/Athens", "day", "2024-10-27T12:00:00Z", "2024-10-26T21:00:00Z",
			"2024-10-27T22:00:00Z" }, /* 25 h */
		{ "America/Sao_Paulo", "day", "2018-11-04T03:00:00Z", "2018-11-04T03:00:00Z",
			"2018-11-05T02:00:00Z" }, /* no 00:00 */
		{ "America/Sao_Paulo", "day", "2018-11-04T02:59:59Z", "2018-11-03T03:00:00Z", "2018-11-04T03:00:00Z" },
		{ "America/St_Johns", "day", "2010-11-07T02:40:00Z", "2010-11-07T02:30:00Z",
			"2010-11-08T03:30:00Z" }, /* 00:00 twice */
		{ "Pacific/Apia", "day", "2011-12-30T09:59:59Z", "2011-12-29T10:00:00Z", "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "day", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z" },
		{ "Europe/Athens", "week", "2024-05-01T00:00:00Z", "2024-04-28T21:00:00Z", "2024-05-05T21:00:00Z" },
		{ "UTC", "month", "2024-02-29T23:59:59.999Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z" },
		{ "UTC", "quarter", "2024-05-01T00:00:00Z", "2024-04-01T00:00:00Z", "2024-07-01T00:00:00Z" },
		{ "UTC", "3month", "2024-12-31T23:59:59Z", "2024-10-01T00:00:00Z", "2025-01-01T00:00:00Z" },
		{ "Europe/Athens", "year", "2023-12-31T22:00:00Z", "2023-12-31T22:00:00Z", "2024-12-31T22:00:00Z" },
		{ "Europe/Athens", "quarter", "2024-06-30T20:59:59Z", "2024-03-31T21:00:00Z", "2024-06-30T21:00:00Z" },
		{ "+02:00", "12months", "2023-12-31T22:00:00Z", "2023-12-31T22:00:00Z", "2024-12-31T22:00:00Z" },
		{ "UTC", "10years", "2024-05-01T00:00:00Z", "2020-01-01T00:00:00Z", "2030-01-01T00:00:00Z" },
		{ "UTC", "2quarter", "2024-07-01T00:00:00Z", "2024-07-01T00:00:00Z", "2025-01-01T00:00:00Z" },
		{ "UTC", "2weeks", "1970-01-05T00:00:00Z", "1970-01-05T00:00:00Z", "1970-01-19T00:00:00Z" },
		{ "UTC", "3day", "1970-01-05T00:00:00Z", "1970-01-04T00:00:00Z", "1970-01-07T00:00:00Z" },
		{ "UTC", "7d", "2024-05-01T00:00:00Z", "2024-04-25T00:00:00Z", "2024-05-02T00:00:00Z" }, /* Thursday */
		{ "UTC", "week", "2024-05-01T00:00:00Z", "2024-04-29T00:00:00Z", "2024-05-06T00:00:00Z" }, /* Monday */
		{ "UTC", "year", "0000-05-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
		{ "UTC", "month", "9999-12-31T00:00:00Z", "9999-12-01T00:00:00Z", "+10000-01-01T00:00:00Z" },
		{ "UTC", "week", "0000-01-01T00:00:00Z", "-0001-12-27T00:00:00Z", "0000-01-03T00:00:00Z" },
		{ "Australia/Lord_Howe", "1h", "2024-04-06T14:59:00Z", "2024-04-06T14:00:00Z",
			"2024-04-06T15:30:00Z" }, /* 1.5 h */
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s in %s", cases[i].ts, cases[i].tz);
		struct windowing w;
		struct err e = ERR_INIT;
		int64_t ts, start = 0, end = 0;
		CHECK(set_up(&w, (struct config){ WINDOW_TUMBLING, cases[i].size, NULL, 0 }, cases[i].tz, &e) == 0);
		CHECK(time_read_ms(span_of(cases[i].ts), &ts) == 0 &&
			time_read_ms(span_of(cases[i].start), &start) == 0 &&
			time_read_ms(span_of(cases[i].end), &end) == 0);
		struct bounds s = windowing_slice(&w, ts);
		CHECK_EQ(s.start, start);
		CHECK_EQ(s.end, end);
		windowing_release(&w);
	}
}

/* Windows of a month that advance by day, and days that a zone left out: every window holds the slice, in
 * order, the slices before and after agree. */
static void test_order(void)
{
	static const struct config list[] = { { WINDOW_HOPPING, "month", "day", 0 }, { WINDOW_HOPPING, "7d", "1d", 0 },
		{ WINDOW_HOPPING, "month", "month", 0 }, { WINDOW_HOPPING, "2h", "30m", 0 },
		{ WINDOW_HOPPING, "quarter", "day", 0 }, { WINDOW_HOPPING, "year", "quarter", 0 },
		{ WINDOW_CUMULATE, "year", "month", 0 }, { WINDOW_CUMULATE, "quarter", "6h", 0 } };
	for (int i = 0; i < 8 * 40; i++) {
		struct windowing w;
		struct err e = ERR_INIT;
		CHECK(set_up(&w, list[i % 8], "Pacific/Apia", &e) == 0);
		int64_t ts = INT64_C(1325239200000) +
			random_between(-40 * DAY, 40 * DAY); /* the day that was left out */
		struct bounds s = windowing_slice(&w, ts), win, before = { INT64_MIN, INT64_MIN };
		CHECK(s.start <= ts && ts < s.end && windowing_slice(&w, s.end).start == s.end);
		for (bool more = windowing_first(&w, s, &win); more; more = windowing_next(&w, s, &win)) {
			CHECK(win.start <= s.start && win.end >= s.end);
			CHECK(win.end > before.end || (win.end == before.end && win.start > before.start));
			before = win;
		}
		CHECK(bounds_eq(before, windowing_last(&w, s)) &&
			(before.start == s.start || list[i % 8].kind == WINDOW_CUMULATE));
		windowing_release(&w);
	}
	struct windowing w;
	struct err e = ERR_INIT;
	struct bounds win;
	CHECK(set_up(&w, list[0], "UTC", &e) == 0); /* February 28 of 2023 ends the windows from January 28 to 31 */
	struct bounds s = windowing_slice(&w, time_days_from_civil(2023, 2, 27) * DAY);
	int count = 0;
	for (bool more = windowing_first(&w, s, &win); more && win.end == s.end; more = windowing_next(&w, s, &win))
		CHECK_EQ(win.start, time_days_from_civil(2023, 1, 28 + count++) * DAY);
	CHECK_EQ(count, 4);
	windowing_release(&w);
}

static void test_refused(void)
{
	static const struct config list[] = {
		{ WINDOW_TUMBLING, "0", NULL, 0 },
		{ WINDOW_TUMBLING, "1m", NULL, MIN },
		{ WINDOW_TUMBLING, "1m", NULL, -MIN },
		{ WINDOW_HOPPING, "10m", "0", 0 },
		{ WINDOW_CUMULATE, "10m", "3m", 0 },
		{ WINDOW_HOPPING, "1m", "10m", 0 },
		{ WINDOW_HOPPING, "day", "1h", 0 },
		{ WINDOW_HOPPING, "month", "1h", 0 },
		{ WINDOW_HOPPING, "month", "week", 0 },
		{ WINDOW_HOPPING, "day", "month", 0 },
		{ WINDOW_CUMULATE, "month", "week", 0 },
		{ WINDOW_CUMULATE, "month", "7h", 0 },
		{ WINDOW_CUMULATE, "14d", "week", 0 },
		{ WINDOW_HOPPING, "366000d", "1ms", 0 },
		{ WINDOW_CUMULATE, "day", "1ms", 0 },
		{ WINDOW_CUMULATE, "week", "500ms", 0 },
		{ WINDOW_CUMULATE, "month", "1ms", 0 },
		{ WINDOW_CUMULATE, "month", "2s", 0 },
		{ WINDOW_TUMBLING, "fortnight", NULL, 0 },
		{ WINDOW_TUMBLING, "0month", NULL, 0 },
		{ WINDOW_TUMBLING, "1001years", NULL, 0 },
		{ WINDOW_TUMBLING, "99999999999999999999day", NULL, 0 },
		{ WINDOW_TUMBLING, "1month1day", NULL, 0 },
		{ WINDOW_TUMBLING, "-1month", NULL, 0 },
		{ WINDOW_HOPPING, "quarter", "2month", 0 },
		{ WINDOW_HOPPING, "quarter", "week", 0 },
		{ WINDOW_HOPPING, "month", "quarter", 0 },
		{ WINDOW_CUMULATE, "year", "week", 0 },
		{ WINDOW_CUMULATE, "year", "5month", 0 },
		{ WINDOW_CUMULATE, "year", "10s", 0 },
		{ WINDOW_TUMBLING, "quarter", NULL, 88 * DAY },
		{ WINDOW_TUMBLING, "month", NULL, 28 * DAY },
		{ WINDOW_SESSION, "0", NULL, 0 },
	};
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++) {
		CHECK_ROW("configuration %zu", i);
		struct windowing w;
		struct err e = ERR_INIT;
		CHECK(set_up(&w, list[i], "UTC", &e) < 0 && e.status == EX_USAGE && e.msg[0]);
	}
	struct windowing w;
	struct err e = ERR_INIT;
	CHECK(set_up(&w, configs[0], "Europe/Nowhere", &e) < 0 && e.status == EX_USAGE);
}

int main(void)
{
	test_plain();
	test_uneven();
	test_zones();
	test_named_days();
	test_order();
	test_refused();
	return check_end();
}
