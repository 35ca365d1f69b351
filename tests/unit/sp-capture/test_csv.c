/* test_csv.c -- what the tables of other programs do differently: delimiters, escapes, quotes, numbers, lines above the
 * header, names that are missing. (Records and quotes that are not closed are in test_formats.c.) */
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

/* Checks that TEXT, a table of CSV with the options CSV and perhaps COLUMNS, gives WANT. */
static void check_csv(const char *columns, struct csv_options csv, const char *text, const char *want)
{
	struct format_options o = plain;
	o.columns = columns;
	o.csv = csv;
	check_text("csv", &o, span_of(text), want);
}

static void test_delimiter(void)
{
	static const char *const want = "{\"a\":1,\"b\":\"x,y\"}\n";
	check("csv", "a;b\n1;x,y\n", want);
	check("csv", "\r\n\na|b\r\n\r\n1|x,y", want);
	check("csv", "a\tb\n1\tx,y\n\\N\t\\t\n", "{\"a\":1,\"b\":\"x,y\"}\n{\"a\":null,\"b\":\"\\t\"}\n");
	check("csv", "\"a;\nb\",c;d\n1,2\n", "{\"a;\\nb\":1,\"c;d\":2}\n");
	check("csv", "a,b;c;d\n1,2;3;4\n", "{\"a,b\":\"1,2\",\"c\":3,\"d\":4}\n");
	check("csv", "Name, first name;Age\nLee, Ann;5\n", "{\"Name, first name\":\"Lee, Ann\",\"Age\":5}\n");
	check("csv", "a,b|c\n1;2,3\n", "{\"a\":\"1;2\",\"b|c\":3}\n");
	check("csv", "a\n1;2\n", "{\"a\":\"1;2\"}\n");
	check("csv", "a;b\n", "");
	check("csv", "sep=;\r\na;b\r\n1;x,y\r\n", want);
	check("csv", "SEP=\t\na\tb\n1\tx,y", want);
	check("csv", "sep=;\n", "");
	check_csv(NULL, (struct csv_options){ .delimiter = "^" }, "a^b\n1^x,y\n", want);
	check_csv(NULL, (struct csv_options){ .delimiter = "," }, "sep=;\na,b\n1,\"x,y\"\n", want);
	check_csv(NULL, (struct csv_options){ .delimiter = "\x01" },
		"a\x01"
		"b\n1\x01x,y\n",
		want);
	check_csv(NULL, (struct csv_options){ .delimiter = "tab" }, "a\tb\nC:\\temp\t\\N\n",
		"{\"a\":\"C:\\\\temp\",\"b\":\"\\\\N\"}\n");
	check_csv(NULL, (struct csv_options){ .delimiter = "tab" }, "a\tb\n1\tx,y\n", want);
	check_csv("a,b", (struct csv_options){ .delimiter = NULL }, "1;x,y\n2;,\n",
		"{\"a\":1,\"b\":\"x,y\"}\n{\"a\":2,\"b\":\",\"}\n");
	static const char *const bad[] = { "", ";;", "\"", "\n", "\xc2\xa6" };
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct buf message;
		buf_init(&message, 1000);
		CHECK(buf_addf(&message,
			      "error 64: --delimiter '%s': give one character of ASCII that is no quote, or tab\n",
			      bad[i]) == 0);
		check_csv(NULL, (struct csv_options){ .delimiter = bad[i] }, "", buf_string(&message));
		buf_release(&message);
	}
	check_csv(NULL, (struct csv_options){ .delimiter = ";", .comment = ";" }, "",
		"error 64: --delimiter and --comment are the same character\n");
}

static void test_decimal(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "1.234,56", "1234.56" },
		{ "-12.345.678,9", "-12345678.9" },
		{ "0,50", "0.50" },
		{ "-0,5", "-0.5" },
		{ "15", "15" },
		{ "1.234", "1234" },
		{ "1234,5e3", "1234.5e3" },
		{ "1.234.567", "1234567" },
		{ "12345678901234567890123,4567", "12345678901234567890123.4567" },
		/* These are no numbers with a decimal comma. */
		{ "1.5", "\"1.5\"" },
		{ "1.23,4", "\"1.23,4\"" },
		{ "1234.567,8", "\"1234.567,8\"" },
		{ "1,234,567", "\"1,234,567\"" },
		{ "1.234,5.6", "\"1.234,5.6\"" },
		{ ",5", "\",5\"" },
		{ "5,", "\"5,\"" },
		{ "01,5", "\"01,5\"" },
		{ "10.123.123.123", "\"10.123.123.123\"" },
		{ "2024.05.01", "\"2024.05.01\"" },
		{ "-", "\"-\"" },
		{ "1e5,", "\"1e5,\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct buf text, want;
		buf_init(&text, 1000);
		buf_init(&want, 1000);
		CHECK(buf_addf(&text, "a;b\n%s;\"%s\"\n", cases[i].text, cases[i].text) == 0);
		CHECK(buf_addf(&want, "{\"a\":%s,\"b\":%s}\n", cases[i].want, cases[i].want) == 0);
		check_csv(NULL, (struct csv_options){ .decimal = "," }, buf_string(&text), buf_string(&want));
		buf_release(&text);
		buf_release(&want);
	}
	/* A comma in the header line separates nothing if numbers have it. */
	check_csv(NULL, (struct csv_options){ .decimal = "," }, "a,b\n1,5\n", "{\"a,b\":1.5}\n");
	check_csv(NULL, (struct csv_options){ .decimal = ",", .delimiter = "," }, "a,b\n\"1,5\",2\n",
		"{\"a\":1.5,\"b\":2}\n");
	check_csv(NULL, (struct csv_options){ .decimal = ";" }, "", "error 64: --decimal ';': give . or ,\n");
}

static void test_above_the_header(void)
{
	static const char *const want = "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n";
	check_csv(NULL, (struct csv_options){ .skip = "2" }, "A title, \"really\n\na;b\n1;2\n3;4\n", want);
	check_csv(NULL, (struct csv_options){ .skip = "1" }, "title\nsep=|\na|b\n1|2\n3|4", want);
	check_csv("a,b", (struct csv_options){ .skip = "1" }, "old,names\n1,2\n3,4\n", want);
	check_csv("a,b", (struct csv_options){ .skip = NULL }, "1,2,3\n1\n",
		"!1: has 3 fields, --columns names 2\n!2: has 1 field, --columns names 2\n");
	check_csv(NULL, (struct csv_options){ .skip = "5" }, "a\nb\n", "");
	check_csv(NULL, (struct csv_options){ .comment = "#" },
		"# one, \"two\n\n#three\na,b\n1,2\n#x\n\n# y\n3,4\n#end", want);
	check_csv(NULL, (struct csv_options){ .comment = "#" }, "a,b\n1,\"x\n#y\"\n", "{\"a\":1,\"b\":\"x\\n#y\"}\n");
	check_csv(NULL, (struct csv_options){ .skip = "-1" }, "",
		"error 64: --skip: -1 is out of range: 0 to 9223372036854775807\n");
	check("csv", "Report\nts,a\n1,2\n",
		"!2: has 2 fields, the header 1 (to skip lines above the header: --skip N or --comment CHAR)\n"
		"!3: has 2 fields, the header 1 (to skip lines above the header: --skip N or --comment CHAR)\n");
	struct format_options small = plain;
	small.max_event = 40;
	small.csv.comment = "#";
	small.csv.skip = "1";
	check_text("csv", &small,
		SPAN("a title that is longer than forty bytes, by far\n# a comment that is longer than forty bytes, by far\n"
		     "a,b\n1,2\n# a comment that is longer than forty bytes, by far\n3,4\n"),
		want);
}

static void test_names(void)
{
	check("csv", "a,a\n1,2\n", "{\"a\":1,\"a_2\":2}\n");
	check("csv", "a,,\n1,2,\n", "{\"a\":1,\"column_2\":2,\"column_3\":null}\n");
	check("csv", "\"\",b\n1,2\n", "{\"column_1\":1,\"b\":2}\n");
	check("csv", "a,a_2,a,a,a_2\n1,2,3,4,5\n", "{\"a\":1,\"a_2\":2,\"a_3\":3,\"a_4\":4,\"a_2_2\":5}\n");
	check("csv", "column,column,,column_3\n1,2,3,4\n",
		"{\"column\":1,\"column_2\":2,\"column_3_2\":3,\"column_3\":4}\n");
	check("csv", "\"\"\"\",\"\"\"\"\n1,2\n", "{\"\\\"\":1,\"\\\"_2\":2}\n");
	check_csv("a,a", (struct csv_options){ .skip = NULL }, "", "error 64: --columns: two columns are named 'a'\n");
	check_csv("a,", (struct csv_options){ .skip = NULL }, "", "error 64: --columns: column 2 has no name\n");
}

/* What the user is told, which depends on nothing but the header line. */
static char noted[600];
static void keep_note(const char *name, const char *text)
{
	snprintf(noted, sizeof noted, "%s: %s", name, text);
}

static void test_notes_and_counts(void)
{
	struct format_counts counts = { 0 };
	struct format_options o = plain;
	struct buf out;
	buf_init(&out, 1000);
	o.note = keep_note;
	o.counts = &counts;
	decode("csv", &o, SPAN("a,a,,b,,a\n1,2,3,4,5,6\n,,,,,\n\n  , ,\t,,,\n\"\",,,,,\n"), 1, &out);
	CHECK_STR(noted,
		"test: column 2 is another 'a' and becomes a_2, column 3 has no name and becomes column_3, column 5 has "
		"no name and becomes column_5, and 1 more");
	CHECK_EQ(counts.empty_rows, 2);
	CHECK_STR(buf_string(&out),
		"{\"a\":1,\"a_2\":2,\"column_3\":3,\"b\":4,\"column_5\":5,\"a_3\":6}\n"
		"{\"a\":\"\",\"a_2\":null,\"column_3\":null,\"b\":null,\"column_5\":null,\"a_3\":null}\n");
	buf_release(&out);
}

static void test_odd_files(void)
{
	check("csv", "a,b\n,\n \n\t,\n1,2\n", "{\"a\":1,\"b\":2}\n");
	check("csv", "a\n \n1\n", "{\"a\":1}\n");
	check("csv", "a,b\r1,2\r3,4\r",
		"error 65: test: the lines end in carriage returns only; convert them first: tr '\\r' '\\n'\n");
	check("csv", "\"a\rx\",b\n1,\"2\r\"\n", "{\"a\\rx\":1,\"b\":\"2\\r\"}\n");
	check_text("csv", &plain, SPAN("a\0,\0b\0\n\0001\0"),
		"error 65: test: the header line: NUL at byte 2: if this is UTF-16, convert it first: iconv -f UTF-16LE -t UTF-8\n");
	check_text("line", &plain, SPAN("a b\n\0c\0d\0\n"),
		"{\"line\":\"a b\"}\n!2: NUL at byte 1: if this is UTF-16, convert it first: iconv -f UTF-16LE -t UTF-8\n");
	check_text("csv", &plain, SPAN("a,b\n1,x\0y\n3,4\n"), "!2: NUL at byte 4\n{\"a\":3,\"b\":4}\n");
}

int main(void)
{
	test_delimiter();
	test_decimal();
	test_above_the_header();
	test_names();
	test_notes_and_counts();
	test_odd_files();
	test_tsv_escapes();
	test_quote_none();
	return check_end();
}
