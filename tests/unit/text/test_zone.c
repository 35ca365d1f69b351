/* test_zone.c -- time zones. The reference is localtime_r(3). */
#include "check.h"
#include "random.h"
#include "text/round_trip.h"

static void test_zone(const char *name)
{
	struct zone *z;
	struct err e = ERR_INIT;
	if (!CHECK(zone_open(name, &z, &e) == 0))
		return;
	for (int i = 0; i < 20000; i++) {
		time_t t = (time_t)(i % 10 == 0 ? random_between(TIME_MS_MIN / 1000, TIME_MS_MAX / 1000) :
						  random_between(-3000000000, 4000000000));
		struct tm tm;
		localtime_r(&t, &tm);
		if (zone_offset(z, t) != tm.tm_gmtoff)
			CHECK_EQ(zone_offset(z, t), tm.tm_gmtoff);
		/* Back from the wall clock: this instant, or the first one that has the same wall clock. */
		int64_t local = t + tm.tm_gmtoff, utc = zone_to_utc(z, local);
		if (utc + zone_offset(z, utc) != local || utc > t)
			CHECK_EQ(utc, t);
		int64_t at = 0;
		if (zone_change(z, t, t + 86400 * 200, &at) &&
			(zone_offset(z, at) == zone_offset(z, at - 1) || zone_offset(z, at - 1) != zone_offset(z, t)))
			FAIL("no change there");
	}
	zone_free(z);
}

static void test_zones(void)
{
	static const char *const names[] = { "Europe/Athens", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
		"America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "America/St_Johns", "Africa/Casablanca" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		CHECK_ROW("%s", names[i]);
		test_zone(names[i]);
	}
	struct zone *z, *other;
	struct err e = ERR_INIT;
	static const char *const bad[] = { "", "/etc/passwd", "../zoneinfo/UTC", "Europe", "Mars/Base", "a b",
		"tzdata.zi" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(zone_open(bad[i], &z, &e) < 0 && e.status == EX_USAGE);
	}
	CHECK(zone_open("Europe/Athen", &z, &e) < 0 && strstr(e.msg, "Europe/Athens?"));
	CHECK(zone_open("athens", &z, &e) < 0 && strstr(e.msg, "Europe/Athens?"));
	CHECK(zone_open("UTC", &z, &e) == 0 && z == NULL);
	CHECK_EQ(zone_offset(NULL, 5), 0);
	CHECK_EQ(zone_to_utc(NULL, 5), 5);
	if (!CHECK(zone_open("America/New_York", &z, &e) == 0))
		return;
	CHECK(zone_open("Europe/Athens", &other, &e) < 0);
	CHECK_STR(round_trip("auto", "\"2024-11-03T01:30:00\"", z), "2024-11-03T05:30:00Z"); /* the first of two */
	CHECK_STR(round_trip("auto", "\"2024-03-10T02:30:00\"", z), "2024-03-10T07:30:00Z"); /* in the gap */
	CHECK_STR(round_trip("%Y-%m-%d %H:%M", "\"2024-07-01 00:00\"", z), "2024-07-01T04:00:00Z");
	CHECK_STR(round_trip("auto", "\"2024-07-01\"", z), "2024-07-01T04:00:00Z");
	CHECK_STR(round_trip("%F %R %Z", "\"2024-07-01 00:00 EDT\"", z), "2024-07-01T04:00:00Z");
	CHECK_STR(round_trip("%F %R %Z", "\"2024-07-01 00:00 est\"", z), "2024-07-01T05:00:00Z"); /* not in force */
	CHECK_STR(round_trip("%F %R %Z", "\"2024-11-03 01:30 EST\"", z),
		"2024-11-03T06:30:00Z"); /* the second of two */
	CHECK_STR(round_trip("%F %R %Z", "\"1943-01-01 00:00 EWT\"", z), "1943-01-01T04:00:00Z"); /* in the war */
	CHECK_STR(round_trip("%F %R %Z", "\"2024-07-01 00:00 EWT\"", z), "2024-07-01T04:00:00Z"); /* long after it */
	CHECK_STR(round_trip("%F %R %Z", "\"2024-07-01 00:00 CEST\"", z), "-");
	CHECK_STR(round_trip("auto", "\"2024-07-01 00:00 EDT\"", z), "2024-07-01T04:00:00Z");
	struct buf out;
	buf_init(&out, 64);
	CHECK(time_strftime("%Y-%m-%d/%H %s%%", 1719806400999, z, &out) == 0 && buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, "2024-07-01/00 1719806400%");
	buf_reset(&out);
	CHECK(time_strftime("%s %H", -1, NULL, &out) == 0 && buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, "-1 23");
	buf_reset(&out);
	CHECK(time_strftime("", 0, NULL, &out) == 0 && out.n == 0);
	CHECK(time_strftime("%100Y", 0, NULL, &out) < 0); /* does not fit */
	buf_release(&out);
	zone_free(z);
}

/* Offsets that never change are zones, too. */
static void test_fixed_offsets(void)
{
	static const struct {
		const char *name;
		int32_t offset;
	} offsets[] = { { "+02:00", 7200 }, { "-0330", -12600 }, { "+05", 18000 }, { "+00:00", 0 },
		{ "-23:59", -86340 }, { "+01:34:52", 5692 } };
	struct zone *z;
	struct err e = ERR_INIT;
	for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
		CHECK_ROW("%s", offsets[i].name);
		if (!CHECK(zone_open(offsets[i].name, &z, &e) == 0))
			continue;
		CHECK_EQ(zone_offset(z, 1714560000), offsets[i].offset);
		CHECK_EQ(zone_to_utc(z, 1714560000), 1714560000 - offsets[i].offset);
		int64_t at;
		CHECK(!zone_change(z, 0, 4000000000, &at));
		zone_free(z);
	}
	static const char *const bad[] = { "+2", "+24:00", "+02:60", "+02:0", "+", "-", "UTC+2", "+02:00x" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		CHECK(zone_open(bad[i], &z, &e) < 0 && e.status == EX_USAGE && strstr(e.msg, "+02:00"));
	}
}

int main(void)
{
	test_zones();
	test_fixed_offsets();
	return check_end();
}
