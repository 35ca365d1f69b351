/* test_kafka_offsets -- the forms of -o. */
#include "check.h"
#include "kafka/consumer.h"

static void test_good(void)
{
	static const struct {
		const char *text;
		int kind;
		int64_t value;
	} cases[] = {
		{ "beginning", KAFKA_OFFSET_BEGINNING, 0 },
		{ "end", KAFKA_OFFSET_END, 0 },
		{ "stored", KAFKA_OFFSET_STORED, 0 },
		{ "0", KAFKA_OFFSET_AT, 0 },
		{ "12", KAFKA_OFFSET_AT, 12 },
		{ "9223372036854775807", KAFKA_OFFSET_AT, INT64_MAX },
		{ "-3", KAFKA_OFFSET_TAIL, 3 },
		{ "-0", KAFKA_OFFSET_TAIL, 0 },
		{ "-9223372036854775807", KAFKA_OFFSET_TAIL, INT64_MAX },
		{ "s@2024-05-01T00:00:00Z", KAFKA_OFFSET_TIME, 1714521600000 },
		{ "s@2024-05-01T02:00:00.5+02:00", KAFKA_OFFSET_TIME, 1714521600500 },
		{ "s@1714521600000", KAFKA_OFFSET_TIME, 1714521600000 },
		{ "e@2024-05-01T00:00:00Z", KAFKA_OFFSET_UNTIL, 1714521600000 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		struct kafka_offset o;
		struct err e = ERR_INIT;
		if (!CHECK(kafka_offset_parse(cases[i].text, &o, &e) == 0)) {
			fprintf(stderr, "\t%s\n", e.msg);
			continue;
		}
		CHECK_EQ(o.kind, cases[i].kind);
		CHECK_EQ(o.value, cases[i].value);
	}
}

static void test_bad(void)
{
	static const char *const bad[] = { "", "-", "--1", "1-2", "5x", "9223372036854775808", "-9223372036854775808",
		"s@", "s@soon", "e@", "t@5", "Beginning ", " 5" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		struct kafka_offset o;
		struct err e = ERR_INIT;
		CHECK(kafka_offset_parse(bad[i], &o, &e) < 0);
		CHECK_EQ(e.status, EX_USAGE);
		CHECK(*e.msg);
	}
	struct kafka_offset o;
	struct err e = ERR_INIT;
	CHECK(kafka_offset_parse("begining", &o, &e) < 0);
	CHECK_STR(e.msg, "unknown offset 'begining'; did you mean 'beginning'?");
	CHECK(kafka_offset_parse("s@soon", &o, &e) < 0);
	CHECK_STR(e.msg, "'soon' is not a time: write RFC 3339 or milliseconds since 1970");
}

int main(void)
{
	test_good();
	test_bad();
	return check_end();
}
