/* test_kafka_stats.c -- the brokers' latency, out of librdkafka's statistics. */
#include "check.h"
#include "kafka/stats.h"

static struct kafka_latency got[2];

static void test_brokers(void)
{
	static const char text[] =
		"{ \"name\": \"sp-capture#consumer-1\", \"ts\":17, \"brokers\":{ "
		"\"h:9092/bootstrap\": { \"name\":\"h:9092/bootstrap\", \"nodeid\":-1, \"rtt\": {\"p50\":1, \"p99\":1, \"cnt\":1} } , "
		"\"h:9092/3\": { \"nodeid\":3, \"state\":\"UP\", \"rtt\": { \"min\":1, \"max\":9, \"p50\":800, \"p99\":950, \"cnt\":4} }, "
		"\"GroupCoordinator\": { \"nodeid\":3, \"rtt\": {\"p50\":7, \"p99\":7, \"cnt\":1} } }, \"topics\":{} }";
	CHECK_EQ(kafka_stats_latency(span_of(text), got, 0, 2), 1);
	CHECK_EQ(got[0].broker, 3);
	CHECK_EQ(got[0].p50_us, 800);
	CHECK_EQ(got[0].p99_us, 950);
}

static size_t one(const char *broker, size_t count)
{
	char text[256];
	snprintf(text, sizeof text, "{\"brokers\":{\"b\":%s}}", broker);
	return kafka_stats_latency(span_of(text), got, count, 2);
}

/* A broker keeps its element and, while it is silent, its values; brokers beyond the room are ignored. */
static void test_again(void)
{
	CHECK_EQ(one("{\"nodeid\":3,\"rtt\":{\"p50\":0,\"p99\":0,\"cnt\":0}}", 1), 1);
	CHECK_EQ(got[0].p50_us, 800);
	CHECK_EQ(one("{\"nodeid\":4,\"rtt\":{\"p50\":5,\"p99\":6,\"cnt\":1}}", 1), 2);
	CHECK_EQ(got[1].broker, 4);
	CHECK_EQ(one("{\"nodeid\":3,\"rtt\":{\"p50\":8,\"p99\":9,\"cnt\":1}}", 2), 2);
	CHECK_EQ(got[0].p99_us, 9);
	CHECK_EQ(one("{\"nodeid\":5,\"rtt\":{\"p50\":5,\"p99\":6,\"cnt\":1}}", 2), 2);
	CHECK_EQ(got[1].broker, 4);
}

/* Documents that librdkafka does not write today change nothing. */
static void test_other(void)
{
	static const char *const texts[] = { "", "[]", "{}", "{\"brokers\":[]}", "{\"brokers\":{\"b\":7}}",
		"{\"brokers\":{\"b\":{\"nodeid\":1}}}",
		"{\"brokers\":{\"b\":{\"nodeid\":1,\"rtt\":{\"p50\":1.5,\"p99\":2,\"cnt\":1}}}}",
		"{\"brokers\":{\"b\":{\"nodeid\":99999999999,\"rtt\":{\"p50\":1,\"p99\":2,\"cnt\":1}}}}",
		"{\"brokers\":{\"b\":{" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		CHECK_ROW("%s", texts[i]);
		CHECK_EQ(kafka_stats_latency(span_of(texts[i]), got, 0, 2), 0);
	}
}

int main(void)
{
	test_brokers();
	test_again();
	test_other();
	return check_end();
}
