/* test_csv.c -- what the tables of other programs do differently: escapes, quotes. (Records, quotes that are not closed
 * and headers are in test_formats.c.) */
#include "sp-capture/format_decode.h"

/* The escapes of TSV, which sp-sink writes too, beside quoted fields as Excel and Python write them. */
static void test_tsv_escapes(void)
{
	check("tsv", "a\tb\\tc\n\\t\\n\\r\\\\x\tC:\\dir\\\n",
		"{\"a\":\"\\t\\n\\r\\\\x\",\"b\\tc\":\"C:\\\\dir\\\\\"}\n");
	check("tsv", "a\tb\n\\\"x\"\t\"\\\"\n\\\\\"\t\"C:\\temp\"\n",
		"{\"a\":\"\\\"x\\\"\",\"b\":\"\\\\\"}\n{\"a\":\"\\\\\\\"\",\"b\":\"C:\\\\temp\"}\n");
	check("tsv", "a\tb\n\\N\t\\\\N\n\\N1\t\"\\N\"\n",
		"{\"a\":null,\"b\":\"\\\\N\"}\n{\"a\":\"\\\\N1\",\"b\":\"\\\\N\"}\n");
	check("tsv", "a\tb\n1\t\\\n\\\"\t\"\"\n", "{\"a\":1,\"b\":\"\\\\\"}\n{\"a\":\"\\\"\",\"b\":\"\"}\n");
	check("csv", "a,b\nC:\\temp,\\N\n", "{\"a\":\"C:\\\\temp\",\"b\":\"\\\\N\"}\n");
}

static void test_quote_none(void)
{
	struct format_options none = plain;
	none.csv.quote = "none";
	check_text("tsv", &none, SPAN("a\tb\n\"Giliap\t1\nx\"\t\"y\"\n\\\"\t\"\"\n"),
		"{\"a\":\"\\\"Giliap\",\"b\":1}\n{\"a\":\"x\\\"\",\"b\":\"\\\"y\\\"\"}\n{\"a\":\"\\\"\",\"b\":\"\\\"\\\"\"}\n");
	check_text("csv", &none, SPAN("a,\"b\n\"x,y\r\n\"\",1"),
		"{\"a\":\"\\\"x\",\"\\\"b\":\"y\"}\n{\"a\":\"\\\"\\\"\",\"\\\"b\":1}\n");
	none.csv.quote = "doble";
	check_text("csv", &none, SPAN(""), "error 64: unknown value of --quote 'doble'; did you mean 'double'?\n");
}

int main(void)
{
	test_tsv_escapes();
	test_quote_none();
	return check_end();
}
