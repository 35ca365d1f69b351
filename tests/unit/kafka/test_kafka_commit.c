/* test_kafka_commit.c -- asynchronous commits that the broker refuses: a refusal that passes by itself is retried, and
 * one for missing rights ends the reading. With librdkafka's mock cluster, since a real broker cannot be made to
 * refuse. */
#include "kafka/consumer.h"
#include "kafka/mock_cluster.h"
#include "base/clock.h"
#include <unistd.h>

enum { OFFSET_COMMIT = 8, /* the request's number in Kafka's protocol */ MESSAGES = 5, STEP_MS = 20 };

/* Starts a cluster with MESSAGES messages in its topic. */
static bool start(struct cluster *c)
{
	if (!cluster_start(c, 1))
		return false;
	rd_kafka_topic_t *t = rd_kafka_topic_new(c->rk, "clicks", NULL);
	for (int i = 0; i < MESSAGES; i++)
		rd_kafka_produce(t, 0, RD_KAFKA_MSG_F_COPY, (char[]){ "{}" }, 2, NULL, 0, NULL);
	rd_kafka_resp_err_t flushed = rd_kafka_flush(c->rk, PATIENCE_MS);
	rd_kafka_topic_destroy(t);
	return CHECK(!flushed);
}

/* Returns a member of the group that has read its partition to the end; *READ is the number of messages. */
static struct kafka_consumer *join(const struct cluster *c, size_t *read)
{
	const struct kafka_consumer_options o = { .group = "web",
		.from = { KAFKA_OFFSET_BEGINNING, 0 },
		.max_buffer = 1 << 20 };
	struct kafka_consumer *k = NULL;
	struct err e = ERR_INIT;
	int64_t until = clock_monotonic_ms() + PATIENCE_MS;
	*read = 0;
	if (!CHECK(kafka_consumer_new(c->config, &o, &k, &e) == 0)) {
		fprintf(stderr, "\t%s\n", e.msg);
		return NULL;
	}
	enum next next = NEXT_EVENT;
	bool at_end = false;
	struct kafka_message m;
	while (!at_end && next != NEXT_ERROR && clock_monotonic_ms() < until) {
		if (kafka_consumer_poll(k, &e) < 0)
			break;
		if (kafka_consumer_count(k) == 0) {
			usleep(STEP_MS * 1000);
			continue;
		}
		next = kafka_consumer_next(k, 0, STEP_MS, &m, &e);
		*read += next == NEXT_EVENT;
		at_end = next == NEXT_LATER && kafka_consumer_at_end(k, 0);
	}
	if (!CHECK(at_end))
		fprintf(stderr, "\t%zu read, %zu partitions: %s\n", *read, kafka_consumer_count(k), e.msg);
	return k;
}

/* Stores all offsets and commits them asynchronously for a while. Returns 0, or -1 if the consumer reports an error. */
static int commit(struct kafka_consumer *k, int64_t for_ms, struct err *e)
{
	int64_t until = clock_monotonic_ms() + for_ms;
	kafka_consumer_store(k, 0, MESSAGES);
	while (clock_monotonic_ms() < until) {
		if (kafka_consumer_commit(k, false, e) < 0 || kafka_consumer_poll(k, e) < 0)
			return -1;
		usleep(STEP_MS * 1000);
	}
	return 0;
}

/* Returns the offset that the group's coordinator has for the partition; -1: none. */
static int64_t committed(const struct cluster *c)
{
	char why[256];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_conf_set(conf, "group.id", "web", why, sizeof why);
	rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(c->mock), why, sizeof why);
	rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
	if (!CHECK(rk != NULL))
		return -1;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, "clicks", 0);
	CHECK(!rd_kafka_committed(rk, list, PATIENCE_MS));
	int64_t offset = list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_destroy(rk);
	return offset < 0 ? -1 : offset;
}

static void test_retried(const struct cluster *c)
{
	struct err e = ERR_INIT;
	size_t read;
	struct kafka_consumer *k = join(c, &read);
	CHECK_EQ(read, MESSAGES);
	rd_kafka_mock_push_request_errors(c->mock, OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_UNKNOWN);
	if (k)
		CHECK_EQ(commit(k, 1000, &e), 0);
	CHECK_EQ(committed(c), MESSAGES);
	kafka_consumer_free(k);
}

static void test_not_allowed(const struct cluster *c)
{
	struct err e = ERR_INIT;
	size_t read;
	struct kafka_consumer *k = join(c, &read);
	CHECK_EQ(read, MESSAGES);
	rd_kafka_mock_push_request_errors(c->mock, OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
	if (k && CHECK_EQ(commit(k, PATIENCE_MS, &e), -1))
		CHECK_EQ(e.status, EX_NOPERM);
	kafka_consumer_free(k);
}

int main(void)
{
	static void (*const tests[])(const struct cluster *) = { test_retried, test_not_allowed };
	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		CHECK_ROW("test %zu", i);
		struct cluster c = { 0 };
		if (start(&c))
			tests[i](&c);
		cluster_stop(&c);
	}
	return check_end();
}
