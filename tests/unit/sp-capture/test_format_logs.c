/* test_format_logs.c -- logfmt and access logs on small inputs. */
#include "sp-capture/format_decode.h"

static void test_logfmt(void)
{
	check("logfmt",
		"ts=2024-05-01T10:00:00.5Z level=info msg=\"a \\\"b\\\"\\n\\u00e9\\x41\" n=12 f=1.50 flag e= t=true z=null q=\"12\"\n",
		"2024-05-01T10:00:00.5Z*{\"ts\":\"2024-05-01T10:00:00.5Z\",\"level\":\"info\",\"msg\":\"a \\\"b\\\"\\n\xc3\xa9"
		"A\",\"n\":12,\"f\":1.50,\"flag\":true,\"e\":\"\",\"t\":true,\"z\":null,\"q\":\"12\"}\n");
	check("logfmt", "at=info time=1714557600.25 x=1\nat=2024-05-01T10:00:00Z t=5\n",
		"2024-05-01T10:00:00.25Z {\"at\":\"info\",\"time\":1714557600.25,\"x\":1}\n"
		"2024-05-01T10:00:00Z {\"at\":\"2024-05-01T10:00:00Z\",\"t\":5}\n");
	check("logfmt", "a=1 b=2 a=3\nfoo bar\n=x\na=\"x\na=\"x\"y\na\"b=1\n\n$sp=1\n",
		"!1: the name 'a' occurs twice\n!2: no name=value in it\n!3: no name before '=' at byte 1\n"
		"!4: no closing quote of the value of 'a'\n!5: text after a closing quote at byte 6\n!6: quote in a name at byte 2\n"
		"!8: the name '$sp...' is reserved\n");
	check("logfmt", "p=C:\\dir\\new q=\"C:\\dir \\ud83d\\ude00 \\ud800\"\n",
		"{\"p\":\"C:\\\\dir\\\\new\",\"q\":\"C:\\\\dir \xf0\x9f\x98\x80 \xef\xbf\xbd\"}\n");
}

#define LINE(request, rest) "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"" request "\"" rest "\n"
#define EVENT(request, rest) "2015-05-17T08:05:03Z {\"client\":\"10.0.0.1\",\"user\":null," request rest "}\n"

static void test_clf(void)
{
	check("clf", LINE("GET /a?b=c HTTP/1.1", " 200 12") LINE("GET / HTTP/2.0", " 000 - 0.005"),
		EVENT("\"method\":\"GET\",\"path\":\"/a\",\"query\":\"b=c\",\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":12")
			EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/2.0\",",
				"\"status\":0,\"bytes\":null,\"duration\":0.005"));
	check("clf", LINE("-", " 408 0") LINE("\\x16\\x03\\xff \\\"\\\\", " 400 0") LINE("GET /a b HTTP/1.0", " 200 1"),
		EVENT("\"method\":null,\"path\":null,\"query\":null,\"protocol\":null,", "\"status\":408,\"bytes\":0") EVENT(
			"\"method\":null,\"path\":\"\\u0016\\u0003\xef\xbf\xbd \\\"\\\\\",\"query\":null,\"protocol\":null,",
			"\"status\":400,\"bytes\":0")
			EVENT("\"method\":\"GET\",\"path\":\"/a b\",\"query\":null,\"protocol\":\"HTTP/1.0\",",
				"\"status\":200,\"bytes\":1"));
	check("clf", "www.example.com:443 ::1 - John [x] Doe [01/Jan/2024:00:00:00 -0000] \"GET /? HTTP/1.1\" 200 1\n",
		"2024-01-01T00:00:00Z {\"client\":\"::1\",\"vhost\":\"www.example.com\",\"port\":443,\"user\":\"John [x] Doe\",\"method\":\"GET\","
		"\"path\":\"/\",\"query\":\"\",\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":1}\n");
	check("clf", "2001:db8::8080 - - [31/Dec/2016:23:59:60 +0000] \"GET / HTTP/1.1\" 200 1\n",
		"2017-01-01T00:00:00Z {\"client\":\"2001:db8::8080\",\"user\":null,\"method\":\"GET\",\"path\":\"/\",\"query\":null,"
		"\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":1}\n");
}

/* The decoder remembers the midnight of one day in one zone. It must not use it for another day or zone. */
static void test_clf_days(void)
{
	static const char *const times[][2] = {
		{ "17/May/2015:23:59:59 +0000", "2015-05-17T23:59:59Z" },
		{ "17/May/2015:00:00:00 +0000", "2015-05-17T00:00:00Z" },
		{ "17/May/2015:00:00:00 -0930", "2015-05-17T09:30:00Z" },
		{ "18/May/2015:00:00:00 -0930", "2015-05-18T09:30:00Z" },
		{ "29/Feb/2000:12:00:00 +1400", "2000-02-28T22:00:00Z" },
	};
	char text[1024], want[2048];
	size_t n = 0, w = 0;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		n += (size_t)snprintf(text + n, sizeof text - n, "h - - [%s] \"-\" 200 1\n", times[i][0]);
		w += (size_t)snprintf(want + w, sizeof want - w,
			"%s {\"client\":\"h\",\"user\":null,\"method\":null,\"path\":null,"
			"\"query\":null,\"protocol\":null,\"status\":200,\"bytes\":1}\n",
			times[i][1]);
	}
	check("clf", text, want);
}

static void test_combined(void)
{
	check("combined", LINE("GET / HTTP/1.1", " 200 12 \"-\" \"Mozilla/5.0 \\\"x\\\"\""),
		EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":12,\"referer\":null,\"agent\":\"Mozilla/5.0 \\\"x\\\"\""));
	check("combined", LINE("GET / HTTP/1.1", " 200 12 \"http://x/\" \"\" \"1.2.3.4, 5.6.7.8\" 1523"),
		EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":12,\"referer\":\"http://x/\",\"agent\":\"\",\"forwarded\":\"1.2.3.4, 5.6.7.8\",\"duration\":1523"));
}

/* The reason of a torn line is the first field that is missing. */
static void test_torn(void)
{
	static const struct {
		const char *line, *why;
	} cases[] = {
		{ " x", "no client at the start of the line" },
		{ "10.0.0.1", "no client at the start of the line" },
		{ "10.0.0.1 -", "the line ends after the client" },
		{ "10.0.0.1 - - 17", "no time in brackets after the user" },
		{ "10.0.0.1 - - [17/May/2015:10:05", "no closing bracket of the time" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200]", "no request in quotes at byte 42" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET / HT", "no closing quote of the request" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\"", "no status after the request" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200", "no byte count after the status" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1", "no referer in quotes at byte 56" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-", "no closing quote of the referer" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\\\"",
			"no closing quote of the agent" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 2x0 1 \"-\" \"x\"",
			"the status '2x0' is not a number" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1x \"-\" \"x\"",
			"the byte count '1x' is not a number" },
		{ "10.0.0.1 - - [31/Feb/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\"",
			"the time [31/Feb/2015:10:05:03 +0200] is not of the form [17/May/2015:10:05:03 +0000]" },
		{ "10.0.0.1 - - [17/May/2015:24:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\"",
			"the time [17/May/2015:24:05:03 +0200] is not of the form [17/May/2015:10:05:03 +0000]" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x\" \"y",
			"no closing quote in the text after the agent" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03 +0200] \"GET /\" 200 1 \"-\" \"x \"y\" z\"",
			"no blank after the agent at byte 65: a quote in it is not escaped" },
		{ "10.0.0.1 - - [17/May/2015:10:05:03.x +0200] \"GET /\" 200 1 \"-\" \"x\"",
			"the time [17/May/2015:10:05:03.x +0200] is not of the form [17/May/2015:10:05:03 +0000]" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].line);
		char want[300];
		snprintf(want, sizeof want, "!1: %s\n", cases[i].why);
		check("combined", cases[i].line, want);
	}
}

#define TIME_TEXT "[17/May/2015:10:05:03 +0200]"

/* Checks LINE, which is FRONT, a time, REST, and gives an event with the members FIELDS before and MORE after those of
 * the request. */
static void check_access(const char *front, const char *rest, const char *fields, const char *more)
{
	char line[512], want[1024];
	CHECK_ROW("%s[...]%s", front, rest);
	snprintf(line, sizeof line, "%s" TIME_TEXT "%s\n", front, rest);
	snprintf(want, sizeof want, "2015-05-17T08:05:03Z {%s,%s}\n", fields, more);
	check("combined", line, want);
}

/* What may be in front of the time: virtual hosts, lists of X-Forwarded-For, names of users with any bytes. */
static void test_access_front(void)
{
	static const struct {
		const char *front, *fields;
		const char *more; /* NULL: nothing */
	} cases[] = {
		{ "default 192.0.2.240 - - ", "\"client\":\"192.0.2.240\",\"vhost\":\"default\",\"user\":null", NULL },
		{ "vhost:443 192.0.2.240 - - ",
			"\"client\":\"192.0.2.240\",\"vhost\":\"vhost\",\"port\":443,\"user\":null", NULL },
		{ "[2001:db8::2]:80 h - - ", "\"client\":\"h\",\"vhost\":\"[2001:db8::2]\",\"port\":80,\"user\":null",
			NULL },
		{ "www.a.org host.b.org - - ", "\"client\":\"host.b.org\",\"vhost\":\"www.a.org\",\"user\":null",
			NULL },
		{ "\"www.a.org\" 192.0.2.1 - ann b ",
			"\"client\":\"192.0.2.1\",\"vhost\":\"www.a.org\",\"user\":\"ann b\"", NULL },
		{ "default 192.0.2.240 -  ", "\"client\":\"192.0.2.240\",\"vhost\":\"default\",\"user\":null", NULL },
		{ "host.b.org - ann b c ", "\"client\":\"host.b.org\",\"user\":\"ann b c\"", NULL },
		{ "192.0.2.1 - - - ", "\"client\":\"192.0.2.1\",\"user\":\"- -\"", NULL },
		{ "2001:db8::95e, 198.51.100.97, 10.36.42.175 127.0.0.1 - - ",
			"\"client\":\"2001:db8::95e\",\"user\":null",
			",\"forwarded\":\"2001:db8::95e, 198.51.100.97, 10.36.42.175\",\"peer\":\"127.0.0.1\"" },
		{ "198.51.100.97,10.0.0.1 - ann ", "\"client\":\"198.51.100.97\",\"user\":\"ann\"",
			",\"forwarded\":\"198.51.100.97,10.0.0.1\"" },
		{ "198.51.100.97, 10.0.0.1 - - ", "\"client\":\"198.51.100.97\",\"user\":null",
			",\"forwarded\":\"198.51.100.97, 10.0.0.1\"" },
		{ "198.51.100.97 127.0.0.1 - - ", "\"client\":\"198.51.100.97\",\"user\":null",
			",\"forwarded\":\"198.51.100.97\",\"peer\":\"127.0.0.1\"" },
		{ "- 127.0.0.1 - - ", "\"client\":\"127.0.0.1\",\"user\":null", NULL },
		{ "www.a.org unknown, 10.0.0.1 [::1] - - ",
			"\"client\":\"unknown\",\"vhost\":\"www.a.org\",\"user\":null",
			",\"forwarded\":\"unknown, 10.0.0.1\",\"peer\":\"::1\"" },
		{ "www.a.org - 127.0.0.1 - - ", "\"client\":\"127.0.0.1\",\"vhost\":\"www.a.org\",\"user\":null",
			NULL },
		{ "[2001:db8::1] - - ", "\"client\":\"2001:db8::1\",\"user\":null", NULL },
		{ "192.0.2.1 - \"\" ", "\"client\":\"192.0.2.1\",\"user\":\"\"", NULL },
		{ "192.0.2.1 - \\\"q\\\" ", "\"client\":\"192.0.2.1\",\"user\":\"\\\"q\\\"\"", NULL },
		{ "192.0.2.1 - \"-\" ", "\"client\":\"192.0.2.1\",\"user\":null", NULL },
		{ "192.0.2.1 - \\\"-\\\" ", "\"client\":\"192.0.2.1\",\"user\":\"\\\"-\\\"\"", NULL },
		{ "192.0.2.1 - \"ann\" ", "\"client\":\"192.0.2.1\",\"user\":\"ann\"", NULL },
		{ "192.0.2.1 - [x] y] ", "\"client\":\"192.0.2.1\",\"user\":\"[x] y]\"", NULL },
		{ "192.0.2.1 - a [1] \\\"b\\\" [01/Jan/2000:00:00:00 +0000] \\\"GET / ",
			"\"client\":\"192.0.2.1\",\"user\":\"a [1] \\\"b\\\" [01/Jan/2000:00:00:00 +0000] \\\"GET /\"",
			NULL },
		{ "192.0.2.1 - caf\\xc3\\xa9\\\\x ", "\"client\":\"192.0.2.1\",\"user\":\"caf\xc3\xa9\\\\x\"", NULL },
		{ "192.0.2.1 - CORP\\nancy ", "\"client\":\"192.0.2.1\",\"user\":\"CORP\\\\nancy\"", NULL },
		{ "192.0.2.1 -  ", "\"client\":\"192.0.2.1\",\"user\":null", NULL },
		{ "  192.0.2.1\t -  ann  ", "\"client\":\"192.0.2.1\",\"user\":\"ann\"", NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char more[256];
		snprintf(more, sizeof more,
			"\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",\"status\":404,\"bytes\":5,"
			"\"referer\":null,\"agent\":\"x\"%s",
			cases[i].more ? cases[i].more : "");
		check_access(cases[i].front, " \"GET / HTTP/1.1\" 404 5 \"-\" \"x\"", cases[i].fields, more);
	}
}

#define REQUEST(method, path, protocol) \
	"\"method\":" method ",\"path\":" path ",\"query\":null,\"protocol\":" protocol ","
#define GET REQUEST("\"GET\"", "\"/\"", "\"HTTP/1.1\"")
#define REST(status, bytes, more) "\"status\":" status ",\"bytes\":" bytes ",\"referer\":null,\"agent\":" more

/* What may be after the time: odd requests, fields that are missing, and text after the agent. */
static void test_access_rest(void)
{
	static const char *const cases[][2] = {
		{ " \"-\" 408 - \"-\" \"-\"", REQUEST("null", "null", "null") REST("408", "null", "null") },
		{ " \"\" 400 0 \"-\" \"-\"", REQUEST("null", "\"\"", "null") REST("400", "0", "null") },
		{ " \"GET /\" - 0 \"-\" \"-\"", REQUEST("\"GET\"", "\"/\"", "null") REST("null", "0", "null") },
		{ " \"GET http://a/b\" 200 0 - -",
			REQUEST("\"GET\"", "\"http://a/b\"", "null") REST("200", "0", "null") },
		{ " \"GET / HTTP/1.1 \" 200 \"-\" \"-\"", GET REST("200", "null", "null") },
		{ " \"GET /a http/1.1\" 400 0 - -",
			REQUEST("null", "\"GET /a http/1.1\"", "null") REST("400", "0", "null") },
		{ " \"some words\" 400 0 \"-\" \"-\"",
			REQUEST("null", "\"some words\"", "null") REST("400", "0", "null") },
		{ " \"\\x16\\x03\\x01\" 400 0 \"-\" \"-\"",
			REQUEST("null", "\"\\u0016\\u0003\\u0001\"", "null") REST("400", "0", "null") },
		{ " \"GET /\\\"a HTTP/1.1\" 200 0 \"-\" \"\\\"x\"",
			REQUEST("\"GET\"", "\"/\\\"a\"", "\"HTTP/1.1\"") REST("200", "0", "\"\\\"x\"") },
		/* Servers that do not escape. */
		{ " \"GET /a\"b HTTP/1.1\" 200 0 \"-\" \"-\"",
			REQUEST("\"GET\"", "\"/a\\\"b\"", "\"HTTP/1.1\"") REST("200", "0", "null") },
		{ " \"GET /a\\\" 200 0 \"-\" \"-\"",
			REQUEST("\"GET\"", "\"/a\\\\\"", "null") REST("200", "0", "null") },
		{ "  \"GET / HTTP/1.1\"\t200  0  \"-\"  \"x\"  \r", GET REST("200", "0", "\"x\"") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\"", GET REST("200", "0", "null") },
		{ " \"GET / HTTP/1.1\" 200 0 - -", GET REST("200", "0", "null") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" \"-\" 0.5",
			GET REST("200", "0", "\"x\",\"forwarded\":null,\"duration\":0.5") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" y", GET REST("200", "0", "\"x\",\"extra\":\"y\"") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" \"forwarded\" 0.137 TLSv1.2",
			GET REST("200", "0", "\"x\",\"extra\":\"\\\"forwarded\\\" 0.137 TLSv1.2\"") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" \"192.0.2.7, ::1\" 0.137 TLSv1.2",
			GET REST("200", "0",
				"\"x\",\"forwarded\":\"192.0.2.7, ::1\",\"duration\":0.137,\"extra\":\"\\\"192.0.2.7, ::1\\\" 0.137 TLSv1.2\"") },
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" k=\"v\" l=1",
			GET REST("200", "0", "\"x\",\"extra\":\"k=\\\"v\\\" l=1\"") },
		/* ingress-nginx: the first number is the length of the request. */
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" 485 0.023 [default-web-80] [] 10.1.2.3:8080 612 0.024 200 3c9f",
			GET REST("200", "0",
				"\"x\",\"extra\":\"485 0.023 [default-web-80] [] 10.1.2.3:8080 612 0.024 200 3c9f\"") },
		/* Traefik: the first number counts the requests since its start. */
		{ " \"GET / HTTP/1.1\" 200 0 \"-\" \"x\" 42 \"router@docker\" \"http://10.0.0.1:80\" 5ms",
			GET REST("200", "0",
				"\"x\",\"extra\":\"42 \\\"router@docker\\\" \\\"http://10.0.0.1:80\\\" 5ms\"") },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		check_access("192.0.2.1 - - ", cases[i][0], "\"client\":\"192.0.2.1\",\"user\":null", cases[i][1]);
	check("clf", LINE("GET / HTTP/1.1", " 200 1 \"-\" \"x\""),
		EVENT("\"method\":\"GET\",\"path\":\"/\",\"query\":null,\"protocol\":\"HTTP/1.1\",",
			"\"status\":200,\"bytes\":1,\"extra\":\"\\\"-\\\" \\\"x\\\"\""));
	check("clf",
		"h - - [17/May/2015:10:05:03.25 +0200] \"-\" 200 1\nh - - [2015-05-17T10:05:03+02:00] \"-\" 200 1\n",
		"2015-05-17T08:05:03.25Z {\"client\":\"h\",\"user\":null,\"method\":null,\"path\":null,\"query\":null,\"protocol\":null,"
		"\"status\":200,\"bytes\":1}\n2015-05-17T08:05:03Z {\"client\":\"h\",\"user\":null,\"method\":null,\"path\":null,"
		"\"query\":null,\"protocol\":null,\"status\":200,\"bytes\":1}\n");
}

int main(void)
{
	test_logfmt();
	test_clf();
	test_clf_days();
	test_combined();
	test_access_front();
	test_access_rest();
	test_torn();
	return check_end();
}
