/* test_csv.c -- cells of CSV and TSV, written and read back; malformed ones. */
#include "text/csv.h"
#include "check.h"

static void test_csv(void)
{
	static const struct {
		const char *text, *csv, *tsv;
	} cases[] = {
		{ "a", "a", "a" },
		{ "a b", "a b", "a b" },
		{ " a", "\" a\"", " a" },
		{ "a ", "\"a \"", "a " },
		{ "a,b", "\"a,b\"", "a,b" },
		{ "\"", "\"\"\"\"", "\\\"" },
		{ "\"a\"", "\"\"\"a\"\"\"", "\\\"a\"" },
		{ "a\"b\\\"", "\"a\"\"b\\\"\"\"", "a\"b\\\\\"" },
		{ "\\\"a", "\"\\\"\"a\"", "\\\\\"a" },
		{ "\\N", "\\N", "\\\\N" },
		{ "a\nb", "\"a\nb\"", "a\\nb" },
		{ "\r", "\"\r\"", "\\r" },
		{ "a\tb", "a\tb", "a\\tb" },
		{ "\\", "\\", "\\\\" },
	};
	struct buf out, back;
	buf_init(&out, 1000);
	buf_init(&back, 1000);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		for (int tab = 0; tab < 2; tab++) {
			buf_reset(&out);
			CHECK(csv_write_cell(span_of(cases[i].text), tab ? '\t' : ',', false, &out) == 0);
			CHECK_STR(buf_string(&out), tab ? cases[i].tsv : cases[i].csv);
			const char *p = out.p;
			CHECK_EQ(csv_read_cell(&p, out.p + out.n, tab ? '\t' : ',', &back), 0);
			CHECK_STR(buf_string(&back), cases[i].text);
		}
	}
	static const char *const bad[] = { "\"a", "\"a\"b", "\"" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i]);
		const char *p = bad[i];
		CHECK_EQ(csv_read_cell(&p, p + strlen(p), ',', &back), -1);
	}
	const char *p = "a,,\"\"", *end = p + strlen(p);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 1);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 1);
	CHECK_EQ(back.n, 0);
	CHECK_EQ(csv_read_cell(&p, end, ',', &back), 0);
	buf_release(&out);
	buf_release(&back);
}

int main(void)
{
	test_csv();
	return check_end();
}
