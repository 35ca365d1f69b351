/* kafka_loop -- the speed of librdkafka alone, with the settings of sp-publish and sp-capture, to compare them with.
 * Only queued.max.messages.kbytes is larger than sp-capture's 16384: this loop does not wake a fetcher that sleeps up
 * to a second after its queue was full.
 *
 *   kafka_loop produce BROKER TOPIC <LINES       kafka_loop consume BROKER TOPIC >LINES (to the end of all
 * partitions) */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static rd_kafka_t *handle(rd_kafka_type_t type, const char *broker, const char *const settings[][2])
{
	char why[256];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	if (rd_kafka_conf_set(conf, "bootstrap.servers", broker, why, sizeof why) != RD_KAFKA_CONF_OK)
		exit(1);
	for (size_t i = 0; settings[i][0]; i++)
		if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], why, sizeof why) != RD_KAFKA_CONF_OK) {
			fprintf(stderr, "kafka_loop: %s\n", why);
			exit(1);
		}
	rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
	if (!rk) {
		fprintf(stderr, "kafka_loop: %s\n", why);
		exit(1);
	}
	return rk;
}

static int produce(const char *broker, const char *topic)
{
	static const char *const settings[][2] = { { "enable.idempotence", "true" }, { "compression.codec", "lz4" },
		{ "partitioner", "murmur2_random" }, { "linger.ms", "5000" }, { "sticky.partitioning.linger.ms", "10" },
		{ "queue.buffering.max.kbytes", "65536" }, { "queue.buffering.max.messages", "1000000" },
		{ "batch.num.messages", "100000" }, { "message.max.bytes", "1000000" }, { NULL, NULL } };
	rd_kafka_t *rk = handle(RD_KAFKA_PRODUCER, broker, settings);
	rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
	char *line = NULL;
	size_t cap = 0;
	static char in[1 << 20];
	setvbuf(stdin, in, _IOFBF, sizeof in);
	for (ssize_t n, count = 0; (n = getline(&line, &cap, stdin)) > 0;) {
		while (rd_kafka_produce(t, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, line, (size_t)n - 1, NULL, 0,
			       NULL) < 0)
			rd_kafka_poll(rk, 50);
		if (++count % 512 == 0)
			rd_kafka_poll(rk, 0);
	}
	int failed = rd_kafka_flush(rk, 60000) != RD_KAFKA_RESP_ERR_NO_ERROR;
	free(line);
	rd_kafka_topic_destroy(t);
	rd_kafka_destroy(rk);
	return failed;
}

enum { BATCH = 500 };

static int partitions(rd_kafka_t *rk, const char *topic, rd_kafka_topic_partition_list_t *list)
{
	const struct rd_kafka_metadata *m;
	rd_kafka_topic_t *t = rd_kafka_topic_new(rk, topic, NULL);
	if (rd_kafka_metadata(rk, 0, t, &m, 10000))
		return 0;
	for (int i = 0; i < m->topics[0].partition_cnt; i++)
		rd_kafka_topic_partition_list_add(list, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
	rd_kafka_metadata_destroy(m);
	rd_kafka_topic_destroy(t);
	return list->cnt;
}

static int consume(const char *broker, const char *topic)
{
	static const char *const settings[][2] = { { "group.id", "kafka_loop" }, { "enable.partition.eof", "true" },
		{ "enable.auto.commit", "false" }, { "enable.auto.offset.store", "false" },
		{ "isolation.level", "read_committed" }, { "queued.min.messages", "1000000" },
		{ "queued.max.messages.kbytes", "65536" }, { "check.crcs", "true" }, { "fetch.wait.max.ms", "10" },
		{ NULL, NULL } };
	rd_kafka_t *rk = handle(RD_KAFKA_CONSUMER, broker, settings);
	rd_kafka_poll_set_consumer(rk);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	int open = partitions(rk, topic, list);
	rd_kafka_assign(rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(rk);
	static char out[1 << 20];
	setvbuf(stdout, out, _IOFBF, sizeof out);
	rd_kafka_message_t *batch[BATCH];
	while (open > 0) {
		ssize_t n = rd_kafka_consume_batch_queue(queue, 20, batch, BATCH);
		for (ssize_t i = 0; i < n; i++) {
			if (batch[i]->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
				open--;
			} else if (!batch[i]->err) {
				fwrite_unlocked(batch[i]->payload, 1, batch[i]->len, stdout);
				putc_unlocked('\n', stdout);
			}
			rd_kafka_message_destroy(batch[i]);
		}
	}
	rd_kafka_queue_destroy(queue);
	int failed = fflush(stdout) != 0;
	rd_kafka_consumer_close(rk);
	rd_kafka_destroy(rk);
	return failed;
}

int main(int argc, char *argv[])
{
	if (argc == 4 && strcmp(argv[1], "produce") == 0)
		return produce(argv[2], argv[3]);
	if (argc == 4 && strcmp(argv[1], "consume") == 0)
		return consume(argv[2], argv[3]);
	fputs("usage: kafka_loop produce|consume BROKER TOPIC\n", stderr);
	return 64;
}
