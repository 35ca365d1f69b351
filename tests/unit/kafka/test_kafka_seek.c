/* test_kafka_seek.c -- a consumer that reads on at another offset, forwards and backwards, with messages read ahead, and
 * one that is freed while a message is borrowed (librdkafka's mock cluster). */
#include "base/clock.h"
#include "kafka/consumer.h"
#include "kafka/mock_cluster.h"

enum { MESSAGES = 20, STEP_MS = 50 };

static bool fill_topic(const struct cluster *c)
{
	rd_kafka_topic_t *t = rd_kafka_topic_new(c->rk, "clicks", NULL);
	char text[16];
	for (int i = 0; i < MESSAGES; i++) {
		int n = snprintf(text, sizeof text, "%d", i);
		rd_kafka_produce(t, 0, RD_KAFKA_MSG_F_COPY, text, (size_t)n, NULL, 0, NULL);
	}
	rd_kafka_resp_err_t flushed = rd_kafka_flush(c->rk, PATIENCE_MS);
	rd_kafka_topic_destroy(t);
	return CHECK(!flushed);
}

/* Returns the offset of the next message, whose value is that number; -1 if none comes in time. */
static int64_t next_offset(struct kafka_consumer *k)
{
	struct kafka_message m;
	struct err e = ERR_INIT;
	enum next n = NEXT_LATER;
	for (int64_t until = clock_monotonic_ms() + PATIENCE_MS; n == NEXT_LATER && clock_monotonic_ms() < until;)
		n = kafka_consumer_next(k, 0, STEP_MS, &m, &e);
	if (n != NEXT_EVENT)
		return -1;
	CHECK_EQ(strtol(m.value.p, NULL, 10), m.offset);
	return m.offset;
}

int main(void)
{
	const struct kafka_consumer_options o = { .from = { KAFKA_OFFSET_BEGINNING, 0 }, .max_buffer = 1 << 20 };
	struct cluster c = { 0 };
	struct kafka_consumer *k = NULL;
	struct err e = ERR_INIT;
	if (cluster_start(&c, 1) && fill_topic(&c) && CHECK_EQ(kafka_consumer_new(c.config, &o, &k, &e), 0)) {
		for (int64_t i = 0; i < 3; i++)
			CHECK_EQ(next_offset(k), i);
		static const int64_t offsets[] = { 15, 4, 0, MESSAGES - 1, 4 };
		for (size_t i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
			CHECK_ROW("to %" PRId64, offsets[i]);
			CHECK_EQ(kafka_consumer_seek(k, 0, offsets[i], &e), 0);
			CHECK_EQ(next_offset(k), offsets[i]);
			if (offsets[i] < MESSAGES - 1)
				CHECK_EQ(next_offset(k), offsets[i] + 1);
		}
	}
	kafka_consumer_free(k);
	cluster_stop(&c);
	return check_end();
}
