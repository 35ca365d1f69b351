/* test_name_table.c -- names and their numbers: escapes, case, limits, many of them. */
#include "sp-sink/name_table.h"
#include "check.h"

static void test_names(void)
{
	struct name_table s;
	struct err e = ERR_INIT;
	CHECK(name_table_init(&s, 3, true, &e) == 0);
	CHECK_EQ(name_table_add(&s, SPAN("a"), 0), 0);
	CHECK_EQ(name_table_add(&s, SPAN("b\\u0042"), 0), 1);
	CHECK_EQ(name_table_add(&s, SPAN("\\u0061"), 0), 0);
	CHECK_EQ(name_table_add(&s, SPAN("A"), 5), 0);
	CHECK_EQ(name_table_find(&s, SPAN("BB"), 1), 1);
	CHECK_EQ(name_table_find(&s, SPAN("c"), 1), NAME_NONE);
	CHECK_STR(s.all[1].text, "bB");
	CHECK_EQ(name_table_add_plain(&s, SPAN("c")), 2);
	CHECK_EQ(name_table_find(&s, SPAN("c"), 2), 2);
	CHECK_EQ(name_table_add(&s, SPAN("d"), 0), NAME_FULL);
	name_table_release(&s);
	CHECK(name_table_init(&s, 100000, false, &e) == 0);
	char text[16];
	for (int i = 0; i < 50000; i++) {
		int n = snprintf(text, sizeof text, "n%d", i);
		CHECK_EQ(name_table_add(&s, (struct span){ text, (size_t)n }, 0), i);
	}
	CHECK_EQ(name_table_find(&s, SPAN("n49999"), 3), 49999);
	CHECK_EQ(name_table_find(&s, SPAN("N1"), 1), NAME_NONE);
	name_table_release(&s);
}

int main(void)
{
	test_names();
	return check_end();
}
