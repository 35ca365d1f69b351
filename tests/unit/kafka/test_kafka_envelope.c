/* test_kafka_envelope.c -- a message becomes an event and back, byte for byte; a line that is not an envelope is
 * refused. */
#include "check.h"
#include "kafka/envelope.h"
#include <stdlib.h>

static char all_bytes[256];

static bool same(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && span_eq(a, b);
}

/* Writes M, reads it back and compares. The event must be TEXT, unless that is NULL. */
static void round_trip(const struct kafka_message *m, const char *text)
{
	struct buf out;
	struct kafka_envelope v;
	struct kafka_message back;
	struct err e = ERR_INIT;
	buf_init(&out, 1 << 20);
	kafka_envelope_init(&v);
	CHECK(kafka_envelope_write(m, &out) == 0);
	if (text)
		CHECK_STR(buf_string(&out), text);
	if (CHECK(kafka_envelope_read(&v, buf_span(&out), true, &back, &e) == 0)) {
		CHECK(same(m->key, back.key));
		CHECK(same(m->value, back.value));
		CHECK_EQ(back.timestamp_ms, m->timestamp_ms);
		CHECK_EQ(back.partition, m->partition);
		CHECK_EQ(back.header_count, m->header_count);
		for (size_t i = 0; i < m->header_count && i < back.header_count; i++)
			CHECK(same(m->headers[i].name, back.headers[i].name) &&
				same(m->headers[i].value, back.headers[i].value));
	} else {
		fprintf(stderr, "\t%s\n", e.msg);
	}
	kafka_envelope_release(&v);
	buf_release(&out);
}

static void test_round_trip(void)
{
	const struct kafka_header headers[] = { { SPAN("h"), SPAN("v") }, { SPAN("h"), SPAN_NONE },
		{ SPAN("e"), SPAN("") }, { SPAN(""), SPAN("x") }, { SPAN("\xff"), { all_bytes, sizeof all_bytes } } };
	struct kafka_message m = { .key = SPAN("k"),
		.value = SPAN("{\"a\": 1.10}"),
		.topic = "t",
		.partition = 2,
		.offset = 7,
		.timestamp_ms = 1714560000123 };
	round_trip(&m,
		"{\"ts\":\"2024-05-01T10:40:00.123Z\",\"topic\":\"t\",\"partition\":2,\"offset\":7,\"timestamp\":1714560000123,"
		"\"key\":\"k\",\"headers\":[],\"value\":\"{\\\"a\\\": 1.10}\"}");
	m = (struct kafka_message){ .topic = "t", .timestamp_ms = -1, .headers = headers, .header_count = 2 };
	round_trip(&m,
		"{\"ts\":\"1970-01-01T00:00:00.000Z\",\"topic\":\"t\",\"partition\":0,\"offset\":0,\"timestamp\":null,"
		"\"key\":null,\"headers\":[{\"name\":\"h\",\"value\":\"v\"},{\"name\":\"h\",\"value\":null}],\"value\":null}");
	m.headers = headers;
	m.header_count = sizeof headers / sizeof headers[0];
	m.key = SPAN("");
	m.value = SPAN("\0a");
	m.timestamp_ms = INT64_MAX;
	round_trip(&m, NULL);
	/* Every length modulo 3, and so every padding of base64. */
	for (size_t n = 0; n <= sizeof all_bytes; n++) {
		m.key = (struct span){ all_bytes + sizeof all_bytes - n, n };
		m.value = (struct span){ all_bytes, n };
		round_trip(&m, NULL);
	}
}

static void test_bad(void)
{
	static const char *const bad[][2] = {
		{ "", "byte 1: the end where a value should begin" },
		{ "[]", "not an object" },
		{ "{\"value\":\"x\"", NULL },
		{ "{\"value\":\"x\"} y", "byte 15: something after the object" },
		{ "{\"value\":\"\\ud800\"}", NULL },
		{ "{}", "envelope: no \"value\" (--envelope takes what sp-capture --envelope writes)" },
		{ "{\"value\":1}", "envelope: \"value\" is neither text nor base64" },
		{ "{\"value_base64\":null}", "envelope: \"value_base64\" is neither text nor base64" },
		{ "{\"value_base64\":\"A\"}", "envelope: \"value_base64\" is neither text nor base64" },
		{ "{\"value_base64\":\"AB*=\"}", "envelope: \"value_base64\" is neither text nor base64" },
		{ "{\"key\":{},\"value\":\"\"}", "envelope: \"key\" is neither text nor base64" },
		{ "{\"headers\":{},\"value\":\"\"}", "envelope: \"headers\" is no array" },
		{ "{\"headers\":[1],\"value\":\"\"}", "envelope: a header is no object" },
		{ "{\"headers\":[{\"value\":\"\"}],\"value\":\"\"}", "envelope: a header without name" },
		{ "{\"headers\":[{\"name\":null}],\"value\":\"\"}", "envelope: a header without name" },
		{ "{\"headers\":[{\"name\":1}],\"value\":\"\"}",
			"envelope: a header's name or value is neither text nor base64" },
		{ "{\"timestamp\":-1,\"value\":\"\"}",
			"envelope: \"timestamp\" is no whole number from 0 to 9223372036854775807" },
		{ "{\"timestamp\":1.5,\"value\":\"\"}",
			"envelope: \"timestamp\" is no whole number from 0 to 9223372036854775807" },
		{ "{\"partition\":4294967296,\"value\":\"\"}",
			"envelope: \"partition\" is no whole number from 0 to 2147483647" },
		{ "{\"partition\":\"1\",\"value\":\"\"}",
			"envelope: \"partition\" is no whole number from 0 to 2147483647" },
	};
	struct kafka_envelope v;
	struct kafka_message m;
	kafka_envelope_init(&v);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i][0]);
		struct err e = ERR_INIT;
		CHECK(kafka_envelope_read(&v, span_of(bad[i][0]), true, &m, &e) < 0);
		CHECK_EQ(e.status, EX_DATAERR);
		if (bad[i][1])
			CHECK_STR(e.msg, bad[i][1]);
	}
	/* A wrong partition is not an error if the partition is not wanted. */
	struct err e = ERR_INIT;
	CHECK(kafka_envelope_read(&v, SPAN(" {\"partition\":-5,\"value\":\"\",\"headers\":[]} "), false, &m, &e) == 0);
	CHECK_EQ(m.partition, -1);
	kafka_envelope_release(&v);
}

/* More headers than there is room for: an error, after which the reader can be used again. */
static void test_many_headers(void)
{
	struct kafka_envelope v;
	struct kafka_message m;
	struct err e = ERR_INIT;
	struct buf text;
	buf_init(&text, 8 << 20);
	kafka_envelope_init(&v);
	buf_adds(&text, "{\"value\":\"\",\"headers\":[{\"name\":\"n\"}");
	for (int i = 1; i < 65536; i++)
		buf_adds(&text, ",{\"name\":\"n\"}");
	size_t n = text.n;
	buf_adds(&text, "]}");
	CHECK(kafka_envelope_read(&v, buf_span(&text), false, &m, &e) == 0);
	CHECK_EQ(m.header_count, 65536);
	text.n = n;
	buf_adds(&text, ",{\"name\":\"n\"}]}");
	CHECK(kafka_envelope_read(&v, buf_span(&text), false, &m, &e) < 0);
	CHECK_STR(e.msg, "envelope: more than 65536 headers");
	CHECK(kafka_envelope_read(&v, SPAN("{\"value\":\"x\",\"headers\":[{\"name\":\"n\"}]}"), false, &m, &e) == 0);
	CHECK(m.header_count == 1 && span_eq(m.headers[0].name, SPAN("n")));
	kafka_envelope_release(&v);
	buf_release(&text);
}

int main(void)
{
	for (size_t i = 0; i < sizeof all_bytes; i++)
		all_bytes[i] = (char)i;
	test_round_trip();
	test_bad();
	test_many_headers();
	return check_end();
}
