/* test_w3c.c -- logs whose columns are named by lines with '#': IIS, CloudFront, Exchange, the firewall of Windows, Zeek. */
#include "sp-capture/format_decode.h"

#define ROW_A "{\"date\":\"2024-05-01\",\"time\":\"10:00:00\",\"a\":"

static void test_fields(void)
{
	check("w3c", "", "");
	check("w3c",
		"#Software: IIS\r\n#Version: 1.0\r\n#Fields: date time cs-method sc-status cs(User-Agent)\r\n"
		"2024-05-01 10:39:58 GET 200 Mozilla/5.0+(X11)\r\n\r\n2024-05-01 10:39:59.250 - - -",
		"2024-05-01T10:39:58Z {\"date\":\"2024-05-01\",\"time\":\"10:39:58\",\"cs-method\":\"GET\",\"sc-status\":200,"
		"\"cs(User-Agent)\":\"Mozilla/5.0+(X11)\"}\n"
		"2024-05-01T10:39:59.250Z {\"date\":\"2024-05-01\",\"time\":\"10:39:59.250\",\"cs-method\":null,\"sc-status\":null,"
		"\"cs(User-Agent)\":null}\n");
	/* CloudFront names the columns between blanks and has tabs between the values. */
	check("w3c", "#Version: 1.0\n#Fields: date time a b\n2024-05-01\t10:00:00\tx y\t\n",
		"2024-05-01T10:00:00Z " ROW_A "\"x y\",\"b\":null}\n");
	check("w3c",
		"#fields:  date  time\ta b \n2024-05-01  10:00:00   \"say \"\"hi\"\"\" \"7\" \n2024-05-01 10:00:00 \"x y\"z w\n",
		"2024-05-01T10:00:00Z " ROW_A
		"\"say \\\"hi\\\"\",\"b\":\"7\"}\n!3: has 5 fields, the line #Fields 4\n");
	check("w3c", "#Fields: date-time,a,b\n2024-05-01T10:00:00.5Z,\"x,\"\"y\"\"\",5\n2024-05-01T10:00:01Z,\"x,5\n",
		"2024-05-01T10:00:00.5Z {\"date-time\":\"2024-05-01T10:00:00.5Z\",\"a\":\"x,\\\"y\\\"\",\"b\":5}\n"
		"!3: a quote is not closed, or text follows it\n");
	check("w3c", "2024-05-01 10:00:00\n#Fields: a a\n1 \xff\n1 2 3\n1 \\x\n",
		"!1: no line #Fields before this row names its columns\n!3: not UTF-8 at byte 3 (0xff)\n"
		"!4: has 3 fields, the line #Fields 2\n{\"a\":1,\"a_2\":\"\\\\x\"}\n");
	check("w3c", "#Fields: $sp b\n1 2\n",
		"error 65: test: the line #Fields: column 1 is named '$sp': names that begin with $sp are reserved\n");
}

static void test_times(void)
{
	check("w3c", "#Fields: date time\n2024-13-01 10:00:00\n- 10:00:00\n",
		"!2: date and time: '2024-13-01T10:00:00' is no time\n{\"date\":null,\"time\":\"10:00:00\"}\n");
	/* The day of the rows stands in a line of its own, and is over at midnight. */
	check("w3c",
		"#Date: 2024-02-28 23:59:00\n#Fields: time a\n23:58:59 1\n00:00:01 2\n#Date: 2024-03-05\n10:00:00 3\n- 4\n",
		"2024-02-28T23:58:59Z {\"time\":\"23:58:59\",\"a\":1}\n2024-02-29T00:00:01Z {\"time\":\"00:00:01\",\"a\":2}\n"
		"2024-03-05T10:00:00Z {\"time\":\"10:00:00\",\"a\":3}\n{\"time\":null,\"a\":4}\n");
	/* The draft of the W3C has this date. */
	check("w3c", "#Version: 1.0\n#Date: 12-Jan-1996 23:59:00\n#Fields: time\n23:59:01\n00:00:01\n",
		"1996-01-12T23:59:01Z {\"time\":\"23:59:01\"}\n1996-01-13T00:00:01Z {\"time\":\"00:00:01\"}\n");
	check("w3c", "#Date: 12-Jan-96 00:00:00\n#Fields: time\n10:00:00\n#Date: 32-Jan-1996\n10:00:00\n",
		"!3: date and time: '12-Jan-96 T10:00:00' is no time\n!5: date and time: '1996-01-32T10:00:00' is no time\n");
	struct format_options o = plain;
	struct zone *zone = NULL;
	struct err e = ERR_INIT;
	CHECK(zone_open("Europe/Athens", &zone, &e) == 0);
	o.zone = zone;
	check_text("w3c", &o,
		SPAN("#Time Format: Local\n#Fields: date time a\n2024-05-01 13:00:00 1\n#Fields: date time a\n2024-05-01 10:00:00 2\n"),
		"2024-05-01T10:00:00Z {\"date\":\"2024-05-01\",\"time\":\"13:00:00\",\"a\":1}\n2024-05-01T10:00:00Z " ROW_A
		"2}\n");
	zone_free(zone);
}

/* The lines above the names of the columns may be missing in a part of a log. */
static void test_zeek_part(void)
{
	check("w3c",
		"#fields\tts\tuid\tn\n#types\ttime\tstring\tcount\n1714560000.5\t007\t5\n#close\t2024-05-01\n1714560001\tx\t(empty)\n",
		"2024-05-01T10:40:00.5Z*{\"ts\":1714560000.5,\"uid\":\"007\",\"n\":5}\n"
		"2024-05-01T10:40:01Z*{\"ts\":1714560001,\"uid\":\"x\",\"n\":null}\n");
}

/* A second line with names changes the columns of the rows after it. */
static void test_second_fields(void)
{
	check("w3c",
		"#Fields: date time a\n2024-05-01 10:00:00 1\n# a comment\n#Remark: 1\n2024-05-01 10:00:00 2\n"
		"#Fields: a time date\n3 10:00:00 2024-05-01\n#end\n",
		"2024-05-01T10:00:00Z " ROW_A "1}\n2024-05-01T10:00:00Z " ROW_A "2}\n"
		"2024-05-01T10:00:00Z {\"a\":3,\"time\":\"10:00:00\",\"date\":\"2024-05-01\"}\n");
}

static void test_zeek(void)
{
	check("w3c",
		"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\thttp\n#open\t2024-05-01-10-00-00\n"
		"#fields\tts\tuid\tid.orig_h\tid.orig_p\thost\tok\ttags\tsizes\n"
		"#types\ttime\tstring\taddr\tport\tstring\tbool\tset[string]\tvector[count]\n"
		"1714557600.123456\t1234\t10.0.0.1\t80\ta\\x09\\x5cb\tT\tx\\x2cy,7,-\t1,2\n"
		"1714557601\t(empty)\t::1\t-\t\"q\tF\t(empty)\t-\n"
		"#close\t2024-05-01-10-00-02\n",
		"2024-05-01T10:00:00.123456Z*{\"ts\":1714557600.123456,\"uid\":\"1234\",\"id.orig_h\":\"10.0.0.1\",\"id.orig_p\":80,"
		"\"host\":\"a\\t\\\\b\",\"ok\":true,\"tags\":[\"x,y\",\"7\",null],\"sizes\":[1,2]}\n"
		"2024-05-01T10:00:01Z*{\"ts\":1714557601,\"uid\":null,\"id.orig_h\":\"::1\",\"id.orig_p\":null,\"host\":\"\\\"q\","
		"\"ok\":false,\"tags\":null,\"sizes\":null}\n");
	check("w3c", "#fields\tts\tn\n#types\ttime\tstring\n1\t2\n", "1970-01-01T00:00:01Z*{\"ts\":1,\"n\":\"2\"}\n");
	check("w3c", "#separator |\n#unset_field|NA\n#fields|ts|n\n1|NA\n-|x\\x\n",
		"1970-01-01T00:00:01Z*{\"ts\":1,\"n\":null}\n{\"ts\":\"-\",\"n\":\"x\\\\x\"}\n");
}

static void test_recognition(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "#Software: IIS\n#Fields: date time a\n2024-05-01 10:00:00 1\n", "w3c" },
		{ "#Fields: date time\n2024-05-01 10:00:00\n", "w3c" },
		{ "#Version: 1.0\n#Fields: date time a b\n2024-05-01\t10:00:00\tx\t1\n2024-05-01\t10:00:00\tx\t1\n",
			"w3c" },
		{ "#separator \\x09\n#path\tx\n#fields\tts\tuid\n#types\ttime\tstring\n1\tC\n2\tC\n", "w3c" },
		{ "# a comment\n{\"a\":1}\n", "ndjson" },
		{ "#a\tb\n1\t2\n", "tsv" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].text);
		CHECK_STR(format_detect(span_of(cases[i].text), DETECT_END)->name, cases[i].want);
	}
}

int main(void)
{
	test_fields();
	test_times();
	test_zeek_part();
	test_second_fields();
	test_zeek();
	test_recognition();
	return check_end();
}
