/* test_format_syslog.c -- system logs on small inputs. */
#include "sp-capture/format_decode.h"

#define EVENT_3164(time) \
	time "Z {\"host\":\"h\",\"app\":\"a\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,\"message\":\"x\",\"data\":null}\n"

static void test_syslog(void)
{
	check("syslog",
		"<34>1 2003-10-11T22:14:15.003Z h su - ID47 [a@1 x=\"\\\"\\]\\n\" y=\"1\"][b] \xef\xbb\xbf"
		"text \n<0>1 - - - - - -\n",
		"2003-10-11T22:14:15.003Z {\"host\":\"h\",\"app\":\"su\",\"pid\":null,\"severity\":\"crit\",\"facility\":\"auth\",\"msgid\":\"ID47\","
		"\"message\":\"text \",\"data\":{\"a@1\":{\"x\":\"\\\"]\\\\n\",\"y\":\"1\"},\"b\":{}}}\n"
		"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"emerg\",\"facility\":\"kern\",\"msgid\":null,\"message\":null,\"data\":null}\n");
	check("syslog",
		"<13>May  1 10:39:58 h app[12]: text\nApr 03 10:39:58.25 h kernel: [1.0] x\nMay  1 10:39:58 app: local\n",
		"2024-05-01T10:39:58Z {\"host\":\"h\",\"app\":\"app\",\"pid\":12,\"severity\":\"notice\",\"facility\":\"user\",\"msgid\":null,"
		"\"message\":\"text\",\"data\":null}\n"
		"2024-04-03T10:39:58.25Z {\"host\":\"h\",\"app\":\"kernel\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"[1.0] x\",\"data\":null}\n"
		"2024-05-01T10:39:58Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"local\",\"data\":null}\n");
	/* A day of one digit after a single space, and other days for which it could be mistaken. */
	check("syslog",
		"May 1 10:39:58 app: a\n<13>May 3 2024 10:39:09.5 app: b\nMay 1 10:39:59 app: c\nApr 11 10:39:59 app: d\n",
		"2024-05-01T10:39:58Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"a\",\"data\":null}\n"
		"2024-05-03T10:39:09.5Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":\"notice\",\"facility\":\"user\",\"msgid\":null,"
		"\"message\":\"b\",\"data\":null}\n"
		"2024-05-01T10:39:59Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"c\",\"data\":null}\n"
		"2024-04-11T10:39:59Z {\"host\":null,\"app\":\"app\",\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"d\",\"data\":null}\n");
	check("syslog",
		"May 1 10:39:5\nMay 0 10:39:58 a: x\nMay 1  10:39:58 a: x\nMay   1 10:39:58 a: x\nMay 1 10:39:58\n",
		"!1: no time at the start ('May  1 10:39:58', or RFC 3339)\n!2: no time at the start ('May  1 10:39:58', or RFC 3339)\n"
		"!3: no time at the start ('May  1 10:39:58', or RFC 3339)\n!4: no time at the start ('May  1 10:39:58', or RFC 3339)\n"
		"2024-05-01T10:39:58Z {\"host\":null,\"app\":null,\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"\",\"data\":null}\n");
	check("syslog", "2024-05-01T12:00:00.123456+02:00 h -- MARK --\n<14>free text: x\n",
		"2024-05-01T10:00:00.123456Z {\"host\":\"h\",\"app\":null,\"pid\":null,\"severity\":null,\"facility\":null,\"msgid\":null,"
		"\"message\":\"-- MARK --\",\"data\":null}\n"
		"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"info\",\"facility\":\"user\",\"msgid\":null,\"message\":\"free text: x\","
		"\"data\":null}\n");
	check("syslog",
		"<192>1 - - - - - -\nfoo\n<1>1 2024 - - - - -\n<1>1 - h a p\n<1>1 - h a p m [x y]\n<1>1 - h a p m [x\n",
		"!1: the priority is not <0> to <191>\n!2: no time at the start ('May  1 10:39:58', or RFC 3339)\n"
		"!3: the time '2024' is not RFC 3339\n!4: the line ends before the structured data\n"
		"!5: structured data with a parameter that is not name=\"value\"\n!6: structured data without its closing bracket\n");
}

/* A date is no time of RFC 5424, and the word after it is no host. */
static void test_syslog_dates(void)
{
	static const char fields[] =
		"{\"host\":\"h\",\"app\":\"a\",\"pid\":null,\"severity\":\"notice\",\"facility\":\"user\",\"msgid\":null,\"message\":\"x\",\"data\":null}\n";
	char want[2 * sizeof fields + 80];
	snprintf(want, sizeof want, "2024-10-11T22:14:15Z %s2024-10-11T20:14:15.5Z %s", fields, fields);
	check("syslog", "<13>1 2024-10-11 22:14:15Z h a - - - x\n<13>1 2024-10-11 22:14:15.5+02:00 h a - - - x\n",
		want);
	check("syslog",
		"<13>1 2024-10-11 h a - - - x\n<13>1 2024-W18-3 h a - - - x\n<13>1 2024-122 h a - - - x\n<13>1 2024-10-11\n",
		"!1: the time '2024-10-11 h' is not RFC 3339\n!2: the time '2024-W18-3 h' is not RFC 3339\n"
		"!3: the time '2024-122' is not RFC 3339\n!4: the time '2024-10-11' is not RFC 3339\n");
}

/* The first time of RFC 3164 has the newest year in which it is not more than a day after the file's last change. */
static void test_syslog_years(void)
{
	static const struct {
		const char *now, *line, *want;
	} cases[] = {
		{ "2024-05-01T10:40:00Z", "May  1 10:39:58", "2024-05-01T10:39:58Z" },
		{ "2024-05-01T10:40:00Z", "May  2 10:00:00", "2024-05-02T10:00:00Z" },
		{ "2024-05-01T10:40:00Z", "May  2 10:40:01", "2023-05-02T10:40:01Z" },
		{ "2024-05-01T10:40:00Z", "May  3 10:00:00", "2023-05-03T10:00:00Z" },
		{ "2024-01-01T00:00:30Z", "Dec 31 23:59:59", "2023-12-31T23:59:59Z" },
		{ "2023-12-31T23:59:30Z", "Jan  1 00:00:10", "2024-01-01T00:00:10Z" },
		{ "2025-07-01T00:00:00Z", "Feb 29 12:00:00", "2024-02-29T12:00:00Z" },
		{ "2016-12-31T23:59:50Z", "Dec 31 23:59:60", "2017-01-01T00:00:00Z" },
		{ "2024-05-01T10:40:00Z", "May  1 2019 10:39:58", "2019-05-01T10:39:58Z" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s at %s", cases[i].line, cases[i].now);
		struct stamp now;
		CHECK(time_parse_rfc3339(span_of(cases[i].now), NULL, &now) == 0);
		struct format_options o = plain;
		o.changed_ms = stamp_ms(now);
		char line[80];
		snprintf(line, sizeof line, "%s h a: x\n", cases[i].line);
		struct buf out;
		buf_init(&out, 4096);
		decode("syslog", &o, span_of(line), 4096, &out);
		CHECK(buf_string(&out) && strncmp(out.p, cases[i].want, strlen(cases[i].want)) == 0);
		buf_release(&out);
	}
}

/* The years of a file run forward from its first line. */
static void test_syslog_year_run(void)
{
	struct format_options o = plain;
	o.first_year = 2022;
	check_text("syslog", &o,
		SPAN("Nov 24 10:00:00 h a: x\nDec  3 10:00:00 h a: x\nJan  1 00:00:01 h a: x\nDec 31 23:59:59 h a: x\n"
		     "Feb 29 10:00:00 h a: x\nJun  1 10:00:00 h a: x\nFeb 29 10:00:00 h a: x\n"),
		EVENT_3164("2022-11-24T10:00:00") EVENT_3164("2022-12-03T10:00:00") EVENT_3164("2023-01-01T00:00:01")
			EVENT_3164("2022-12-31T23:59:59") "!5: February 29 is no day of the year that this time has by --year\n" EVENT_3164(
				"2023-06-01T10:00:00") "!7: February 29 is no day of the year that this time has by --year\n");
}

/* One line, and what is read of it. NULL is null. */
struct message {
	const char *line, *time, *host, *app, *pid, *message;
};

static const struct message messages[] = {
	/* Heroku's drains have no structured data, and heroku logs no host. */
	{ "<40>1 2012-11-30T06:45:29+00:00 host app web.3 - State changed from starting to up", "2012-11-30T06:45:29Z",
		"host", "app", "\"web.3\"", "State changed from starting to up" },
	{ "<40>1 2012-11-30T06:45:29+00:00 host heroku router - [at=info] x", "2012-11-30T06:45:29Z", "host", "heroku",
		"\"router\"", "[at=info] x" },
	{ "<40>1 2012-11-30T06:45:29+00:00 host app web.3 - ", "2012-11-30T06:45:29Z", "host", "app", "\"web.3\"",
		NULL },
	{ "<40>1 2012-11-30T06:45:29+00:00 h app web.3 ID1 text", "2012-11-30T06:45:29Z", "h", "app", "\"web.3\"",
		"text" },
	{ "2012-11-30T06:45:29.123456+00:00 app[web.1]: x", "2012-11-30T06:45:29.123456Z", NULL, "app", "\"web.1\"",
		"x" },
	{ "1 2003-10-11T22:14:15.003Z h su - ID47 - x", "2003-10-11T22:14:15.003Z", "h", "su", NULL, "x" },
	/* Tags. */
	{ "Apr 24 10:00:00 h Microsoft Word[14463]: x", "2024-04-24T10:00:00Z", "h", "Microsoft Word", "14463", "x" },
	{ "Apr 24 10:00:00 h Google Chrome Helper (GPU)[1]: x", "2024-04-24T10:00:00Z", "h",
		"Google Chrome Helper (GPU)", "1", "x" },
	{ "Apr 24 10:00:00 h text, and array[5]: x", "2024-04-24T10:00:00Z", "h", NULL, NULL, "text, and array[5]: x" },
	{ "Apr 24 10:00:00 h one two three four five[5]: x", "2024-04-24T10:00:00Z", "h", NULL, NULL,
		"one two three four five[5]: x" },
	{ "Apr 24 10:00:00 h word text[x]: x", "2024-04-24T10:00:00Z", "h", NULL, NULL, "word text[x]: x" },
	{ "Apr 24 10:00:00 h postfix/smtpd[1e5]: x", "2024-04-24T10:00:00Z", "h", "postfix/smtpd", "\"1e5\"", "x" },
	{ "Apr 24 10:00:00 h sshd(pam_unix)[007]: x", "2024-04-24T10:00:00Z", "h", "sshd(pam_unix)", "\"007\"", "x" },
	{ "Apr 24 10:00:00 h launchd[1] (com.apple[23]): x", "2024-04-24T10:00:00Z", "h", "launchd", "1",
		"(com.apple[23]): x" },
	{ "Apr 24 10:00:00 h Foo::Bar[12]: x", "2024-04-24T10:00:00Z", "h", "Foo::Bar", "12", "x" },
	{ "Apr 24 10:00:00 h kernel:[1.0] x", "2024-04-24T10:00:00Z", "h", "kernel", NULL, "[1.0] x" },
	{ "Apr 24 10:00:00 h app[12]:x", "2024-04-24T10:00:00Z", "h", "app", "12", "x" },
	{ "Apr 24 10:00:00 h  app[12]: x", "2024-04-24T10:00:00Z", "h", "app", "12", "x" },
	{ "Apr 24 10:00:00 h  two words", "2024-04-24T10:00:00Z", "h", NULL, NULL, " two words" },
	{ "<13> Apr 24 10:00:00 h app: x", "2024-04-24T10:00:00Z", "h", "app", NULL, "x" },
	{ "<13>1 2024-04-24T10:00:00Z h app - - -", "2024-04-24T10:00:00Z", "h", "app", NULL, NULL },
	{ "Apr 24 10:00:00 h last message repeated 2 times", "2024-04-24T10:00:00Z", "h", NULL, NULL,
		"last message repeated 2 times" },
	/* Hosts. */
	{ "Apr 24 10:00:00 2001:db8::1 a[1]: x", "2024-04-24T10:00:00Z", "2001:db8::1", "a", "1", "x" },
	{ "Apr 24 10:00:00 ::1 a: x", "2024-04-24T10:00:00Z", "::1", "a", NULL, "x" },
	{ "Apr 24 10:00:00 fe80::1%eth0 a: x", "2024-04-24T10:00:00Z", "fe80::1%eth0", "a", NULL, "x" },
	{ "Apr 24 10:00:00 - a: x", "2024-04-24T10:00:00Z", NULL, "a", NULL, "x" },
	/* Times. */
	{ "*Apr 24 10:00:00.123: %LINK-3-UPDOWN: x", "2024-04-24T10:00:00.123Z", NULL, "%LINK-3-UPDOWN", NULL, "x" },
	{ "<189>45: *Apr 24 10:00:00.123 UTC: %SYS-5-CONFIG_I: x", "2024-04-24T10:00:00.123Z", NULL, "%SYS-5-CONFIG_I",
		NULL, "x" },
	{ "000022: .Apr 24 10:00:00: %SYS-5-CONFIG_I: x", "2024-04-24T10:00:00Z", NULL, "%SYS-5-CONFIG_I", NULL, "x" },
	{ "Apr 24 2019 10:00:00: %ASA-6-302013: x", "2019-04-24T10:00:00Z", NULL, "%ASA-6-302013", NULL, "x" },
	{ "<189>: 2019 Apr 24 10:00:00 UTC: %ETHPORT-5-IF_UP: x", "2019-04-24T10:00:00Z", NULL, "%ETHPORT-5-IF_UP",
		NULL, "x" },
	{ "2019 Apr  4 10:00:00.5 h a: x", "2019-04-04T10:00:00.5Z", "h", "a", NULL, "x" },
	{ "Apr 24 10:00:00 UTC h a: x", "2024-04-24T10:00:00Z", "h", "a", NULL, "x" },
	{ "Apr 24 10:00:00 WEB a: x", "2024-04-24T10:00:00Z", "WEB", "a", NULL, "x" },
	{ "Apr 24 10:00:00 +0200 h a: x", "2024-04-24T08:00:00Z", "h", "a", NULL, "x" },
	{ "Apr 24 10:00:00 2019 h a: x", "2019-04-24T10:00:00Z", "h", "a", NULL, "x" },
	{ "Apr 24 10:00:00,250 h a: x", "2024-04-24T10:00:00.250Z", "h", "a", NULL, "x" },
	{ "Apr 24 10:00:00.250000 h a: x", "2024-04-24T10:00:00.250000Z", "h", "a", NULL, "x" },
	{ "2024-04-24T10:00:00+0100 h a[1]: x", "2024-04-24T09:00:00Z", "h", "a", "1", "x" },
	{ "<13>2024-04-24T10:00:00.5+01:00 h a[1]: x", "2024-04-24T09:00:00.5Z", "h", "a", "1", "x" },
	{ "2024-04-24 10:00:00 h a[1]: x", "2024-04-24T10:00:00Z", "h", "a", "1", "x" },
	{ "2024-04-24 10:00:00.5 +0200 h a[1]: x", "2024-04-24T08:00:00.5Z", "h", "a", "1", "x" },
	{ "2024-04-24 10:00:00 UTC h a[1]: x", "2024-04-24T10:00:00Z", "h", "a", "1", "x" },
	{ "Wed 2024-04-24 10:00:00 UTC h a[1]: x", "2024-04-24T10:00:00Z", "h", "a", "1", "x" },
	{ "Wed 2024-04-24 10:00:00.000001 GMT h a[1]: x", "2024-04-24T10:00:00.000001Z", "h", "a", "1", "x" },
	{ "Wed 2024-04-24 10:00:00 -0330 h a[1]: x", "2024-04-24T13:30:00Z", "h", "a", "1", "x" },
	{ "Wed 2024-04-24 10:00:00 +03 h a[1]: x", "2024-04-24T07:00:00Z", "h", "a", "1", "x" },
	{ "1713952800.123456 h a[1]: x", "2024-04-24T10:00:00.123456Z", "h", "a", "1", "x" },
};

/* Appends a member and a comma to OUT. The value is null if VALUE is NULL. */
static void add_member(struct buf *out, const char *name, const char *value)
{
	CHECK(value ? buf_addf(out, "\"%s\":\"%s\",", name, value) == 0 : buf_addf(out, "\"%s\":null,", name) == 0);
}

/* Each line gives these members, and is known to be syslog without --format. */
static void test_messages(void)
{
	struct err e = ERR_INIT;
	struct buf got, want;
	buf_init(&got, 1 << 16);
	buf_init(&want, 1 << 16);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		const struct message *m = &messages[i];
		CHECK_ROW("%s", m->line);
		decode("syslog", &plain, span_of(m->line), 1, &got);
		CHECK(buf_string(&got) != NULL);
		/* Severity, facility and msgid are not compared. */
		char *from = strstr(got.p, "\"severity\""), *to = strstr(got.p, "\"message\"");
		if (CHECK(from && to))
			memmove(from, to, strlen(to) + 1);
		buf_reset(&want);
		CHECK(buf_addf(&want, "%s {", m->time) == 0);
		add_member(&want, "host", m->host);
		add_member(&want, "app", m->app);
		CHECK(buf_addf(&want, "\"pid\":%s,", m->pid ? m->pid : "null") == 0);
		add_member(&want, "message", m->message);
		CHECK(buf_addf(&want, "\"data\":null}\n") == 0);
		CHECK_STR(got.p, buf_string(&want));
		CHECK(format_detect(span_of(m->line), DETECT_END) == format_find("syslog", &e));
	}
	buf_release(&got);
	buf_release(&want);
}

/* A parameter or an element that occurs several times has an array of its values. */
static void test_data(void)
{
	static const struct {
		const char *data, *want;
	} cases[] = {
		{ "[a ip=\"1\" ip=\"2\"]", "{\"a\":{\"ip\":[\"1\",\"2\"]}}" },
		{ "[a x=\"1\" y=\"2\" x=\"3\" z=\"4\" y=\"5\" x=\"6\"]",
			"{\"a\":{\"x\":[\"1\",\"3\",\"6\"],\"y\":[\"2\",\"5\"],\"z\":\"4\"}}" },
		{ "[a x=\"1\"][b][a][a y=\"]\\]\"]", "{\"a\":[{\"x\":\"1\"},{},{\"y\":\"]]\"}],\"b\":{}}" },
		{ "[a b=\"1\" b=\"2\" c=\"3\" d=\"4\" e=\"5\" f=\"6\" g=\"7\" h=\"8\" i=\"9\" j=\"10\" k=\"11\" l=\"12\" m=\"13\" n=\"14\" "
		  "o=\"15\" c=\"16\" a=\"17\" b=\"18\"]",
			"{\"a\":{\"b\":[\"1\",\"2\",\"18\"],\"c\":[\"3\",\"16\"],\"d\":\"4\",\"e\":\"5\",\"f\":\"6\",\"g\":\"7\",\"h\":\"8\",\"i\":\"9\","
			"\"j\":\"10\",\"k\":\"11\",\"l\":\"12\",\"m\":\"13\",\"n\":\"14\",\"o\":\"15\",\"a\":\"17\"}}" },
		{ "[a x=\"\\\\\" x=\"\"]", "{\"a\":{\"x\":[\"\\\\\",\"\"]}}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("%s", cases[i].data);
		char line[400], want[600];
		snprintf(line, sizeof line, "<1>1 - - - - - %s x\n", cases[i].data);
		snprintf(want, sizeof want,
			"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"alert\",\"facility\":\"kern\",\"msgid\":null,\"message\":\"x\",\"data\":%s}\n",
			cases[i].want);
		check("syslog", line, want);
	}
	/* Without a space before the text. */
	check("syslog", "<1>1 - - - - - [a x=\"1\"]y\n",
		"{\"host\":null,\"app\":null,\"pid\":null,\"severity\":\"alert\",\"facility\":\"kern\",\"msgid\":null,\"message\":\"y\","
		"\"data\":{\"a\":{\"x\":\"1\"}}}\n");
}

/* What journalctl writes between the messages is skipped, and what has no good time is rejected. */
static void test_journalctl(void)
{
	check("syslog",
		"-- Logs begin at Mon 2020-01-06 10:00:00 CET. --\nMay  1 10:00:00 h a: x\n-- Boot 3f2a --\nMay  1 10:00:01 h a: x\n"
		"-- Subject: y\n--\n\xe2\x96\x91\xe2\x96\x91 Subject: z\n",
		EVENT_3164("2024-05-01T10:00:00") EVENT_3164("2024-05-01T10:00:01"));
	check("syslog", "-- No entries --\n", "");
	check("syslog", "  lines\n",
		"!1: no time at the start ('May  1 10:39:58', or RFC 3339); a message of several lines? journalctl -o export keeps "
		"it whole\n");
	check("syslog",
		"Mon 2020-01-06 10:00:00 CET h a: x\nMon 2020-01-06 10:00:00 UTC [s=1;i=2]\n<192>1 - - - - - -\n",
		"!1: the time zone 'CET' is not known; give the zone with --tz (such as Europe/Athens)\n"
		"!2: this is journalctl -o verbose; write -o export or -o json\n!3: the priority is not <0> to <191>\n");
}

#define FRAME_EVENT(message)                                                                                                                                  \
	"2024-05-01T10:00:00Z {\"host\":\"h\",\"app\":\"a\",\"pid\":null,\"severity\":\"notice\",\"facility\":\"user\",\"msgid\":null,\"message\":\"" message \
	"\",\"data\":null}\n"

/* Frames of RFC 6587. */
static void test_frames(void)
{
	/* The newline is in the frame, after it, or missing, and one is inside a message. */
	check("syslog",
		"30 <13>May  1 10:00:00 h a: 1234\n\n29 <13>May  1 10:00:00 h a: 1234\n26 <13>May  1 10:00:00 h a: z"
		"28 <13>May  1 10:00:00 h a: 1\n226 <13>May  1 10:00:00 h a: x",
		FRAME_EVENT("1234") FRAME_EVENT("1234") FRAME_EVENT("z") FRAME_EVENT("1\\n2") FRAME_EVENT("x"));
	/* Wrong counts, and a torn frame. */
	check("syslog", "30 <13>May  1 10:00:00 h a: x\n30 <13>May  1 10:00:00 h a: y\n30 <13>May  1 10:00:00 h a: z\n",
		FRAME_EVENT("x") FRAME_EVENT("y") "!3: the input ends 3 bytes before the frame does\n");
}

int main(void)
{
	test_syslog();
	test_messages();
	test_data();
	test_journalctl();
	test_frames();
	test_syslog_dates();
	test_syslog_years();
	test_syslog_year_run();
	return check_end();
}
