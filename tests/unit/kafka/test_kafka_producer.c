/* test_kafka_producer.c -- batches are sent long before linger.ms, whatever the input does, unless the user has set
 * linger.ms. The only time that is checked: messages are acknowledged sooner than linger.ms alone would allow. Uses
 * librdkafka's mock cluster. */
#include "kafka/producer.h"
#include "kafka/mock_cluster.h"
#include "base/clock.h"
#include <unistd.h>

enum { LINGER_MS = 5000, /* producer.c's */ SOONER_MS = LINGER_MS * 9 / 10, DAY_MS = 86400000 };

static int on_failed(void *arg, const struct kafka_failure *f, struct err *e)
{
	(void)arg;
	return err_set(e, EX_SOFTWARE, "message %" PRIu64 ": %s", f->position, f->why);
}

static struct kafka_producer *open_producer(const struct cluster *c, uint64_t max_buffer)
{
	const struct kafka_producer_options o = { .topic = "clicks",
		.timeout_ms = DAY_MS,
		.max_buffer = max_buffer,
		.on_failed = on_failed };
	struct kafka_producer *p = NULL;
	const char *note;
	struct err e = ERR_INIT;
	if (!CHECK(kafka_producer_new(c->config, &o, &p, &note, &e) == 0))
		fprintf(stderr, "\t%s\n", e.msg);
	return p;
}

static uint64_t acked(const struct kafka_producer *p)
{
	struct kafka_producer_counts n;
	kafka_producer_counts(p, &n);
	return n.acked;
}

static void send_some(struct kafka_producer *p, size_t count, size_t size)
{
	static const char value[1000] = "";
	const struct kafka_message m = { .value = { value, size }, .timestamp_ms = -1, .partition = 0 };
	struct err e = ERR_INIT;
	for (size_t i = 0; i < count; i++)
		if (!CHECK(kafka_producer_send(p, &m, i, &e) == 0))
			fprintf(stderr, "\t%s\n", e.msg);
}

/* Lets the input pause until WANT messages are acknowledged, at most FOR_MS. */
static void pause_input(struct kafka_producer *p, uint64_t want, int64_t for_ms)
{
	int64_t until = clock_monotonic_ms() + for_ms, wait_ms;
	struct err e = ERR_INIT;
	while (acked(p) < want && clock_monotonic_ms() < until && CHECK(kafka_producer_pause(p, &wait_ms, &e) == 0))
		usleep((unsigned)(wait_ms > 0 ? wait_ms : 1) * 1000);
}

static void input_pauses(struct kafka_producer *p)
{
	uint64_t before = acked(p);
	for (uint64_t i = 1; i <= 3; i++) {
		send_some(p, 1, 10);
		pause_input(p, before + i, SOONER_MS);
		CHECK_EQ(acked(p), before + i);
	}
}

static void input_does_not_pause(struct kafka_producer *p)
{
	uint64_t before = acked(p);
	int64_t until = clock_monotonic_ms() + SOONER_MS;
	while (acked(p) == before && clock_monotonic_ms() < until) {
		send_some(p, 4, 1); /* fills neither a batch nor the queue */
		usleep(1000);
	}
	CHECK(acked(p) > before);
}

static void queue_is_full(struct kafka_producer *p)
{
	uint64_t before = acked(p);
	int64_t start = clock_monotonic_ms();
	send_some(p, 500, 1000);
	CHECK(clock_monotonic_ms() - start < SOONER_MS);
	CHECK(acked(p) > before);
}

/* One producer for all three: the mock cluster does not answer the question for the topic's size limit, which costs
 * each producer ten seconds. */
static void test_sooner(struct cluster *c)
{
	struct kafka_producer *p = open_producer(c, 64 << 10); /* less than a batch */
	if (p) {
		input_pauses(p);
		input_does_not_pause(p);
		queue_is_full(p);
	}
	kafka_producer_free(p);
}

static void test_user_lingers(struct cluster *c)
{
	struct err e = ERR_INIT;
	CHECK_EQ(kafka_config_set(c->config, "linger.ms=60000", &e), 0);
	struct kafka_producer *p = open_producer(c, 64 << 20);
	if (p) {
		send_some(p, 1, 10);
		pause_input(p, 1, 500);
		CHECK_EQ(acked(p), 0);
		CHECK_EQ(kafka_producer_flush(p, PATIENCE_MS, &e), 0);
		CHECK_EQ(acked(p), 1);
	}
	kafka_producer_free(p);
}

int main(void)
{
	static void (*const tests[])(struct cluster *) = { test_sooner, test_user_lingers };
	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		CHECK_ROW("test %zu", i);
		struct cluster c = { 0 };
		if (cluster_start(&c, 1))
			tests[i](&c);
		cluster_stop(&c);
	}
	return check_end();
}
