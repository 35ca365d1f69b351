/* test_sqlite_value.c -- how JSON values are stored in SQLite, and which columns keep them. */
#include "sp-sink/target/sqlite/value.h"
#include "check.h"

static enum value_kind kind_of(const char *json)
{
	struct sqlite_value v;
	struct buf text;
	buf_init(&text, 1000);
	CHECK(buf_room(&text, 200) != NULL);
	CHECK(sqlite_value_read(&v, span_of(json), &text) == 0);
	buf_release(&text);
	return v.kind;
}

/* Does an INTEGER, a REAL column keep JSON? */
static void check_fits(const char *json, bool integer, bool real)
{
	struct sqlite_value v;
	struct buf text;
	buf_init(&text, 1000);
	CHECK(buf_room(&text, 200) != NULL);
	CHECK(sqlite_value_read(&v, span_of(json), &text) == 0);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_INTEGER), integer);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_NUMERIC), integer);
	CHECK_EQ(sqlite_value_fits(&v, AFFINITY_REAL), real);
	CHECK(sqlite_value_fits(&v, AFFINITY_TEXT) && sqlite_value_fits(&v, AFFINITY_NONE));
	buf_release(&text);
}

static void test_values(void)
{
	CHECK_EQ(kind_of("9223372036854775807"), VALUE_INTEGER);
	CHECK_EQ(kind_of("-9223372036854775808"), VALUE_INTEGER);
	CHECK_EQ(kind_of("9223372036854775808"), VALUE_DIGITS);
	CHECK_EQ(kind_of("-9223372036854775809"), VALUE_DIGITS);
	CHECK_EQ(kind_of("18446744073709551617"), VALUE_DIGITS);
	CHECK_EQ(kind_of("1.0"), VALUE_REAL);
	CHECK_EQ(kind_of("1e999"), VALUE_DIGITS);
	CHECK_EQ(kind_of("null"), VALUE_NULL);
	CHECK_EQ(kind_of("[1]"), VALUE_TEXT);
	check_fits("5", true, true);
	check_fits("9007199254740992", true, true);
	check_fits("9007199254740993", true, false);
	check_fits("-9007199254740993", true, false);
	check_fits("1.5", true, true);
	check_fits("99999999999999999999", false, false);
	check_fits("true", true, true);
	check_fits("\"x\"", true, true);
	check_fits("\"\"", true, true);
	check_fits("\"-\"", true, true);
	check_fits("\".\"", true, true);
	check_fits("\"1e\"", true, true);
	check_fits("\"2024-05-01\"", true, true);
	check_fits("\"0x10\"", true, true);
	check_fits("\"007\"", false, false);
	check_fits("\" 5 \"", false, false);
	check_fits("\"\\t+5.\"", false, false);
	check_fits("\".5e-3\"", false, false);
}

int main(void)
{
	test_values();
	return check_end();
}
