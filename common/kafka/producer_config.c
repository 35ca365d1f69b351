/* producer_config.c -- the properties with which sp-publish replaces librdkafka's defaults. */
#include "kafka/config_internal.h"
#include "kafka/producer.h"
#include <inttypes.h>

enum { LINGER_MS = 5000 }; /* the largest linger.ms that this file sets */

int kafka_producer_defaults(const struct kafka_config *c, const struct kafka_producer_options *o, rd_kafka_conf_t *conf,
	uint64_t largest, struct err *e)
{
	char timeout[32], buffer[32], size[32], linger[32];
	snprintf(timeout, sizeof timeout, "%" PRId64, o->timeout_ms);
	snprintf(buffer, sizeof buffer, "%" PRIu64, o->max_buffer / 1024 ? o->max_buffer / 1024 : 1);
	snprintf(size, sizeof size, "%" PRIu64, largest);
	/* enable.idempotence: a batch that is sent again is not written twice, and order within a partition is kept.
	 * partitioner: a key goes to the same partition as the same key from a Java program.
	 * queue.buffering.max.messages, batch.num.messages: so high that only bytes limit the queue and the batches.
	 * sticky.partitioning.linger.ms: after this time, messages without a key go to another partition. librdkafka's
	 * default is twice linger.ms, which would be 10 s here. */
	const char *const defaults[][2] = { { "enable.idempotence", "true" }, { "compression.codec", "lz4" },
		{ "partitioner", "murmur2_random" }, { "message.timeout.ms", timeout },
		{ "sticky.partitioning.linger.ms", "10" }, { "queue.buffering.max.kbytes", buffer },
		{ "queue.buffering.max.messages", "1000000" }, { "reconnect.backoff.max.ms", "1000" },
		{ "statistics.interval.ms", "5000" }, { "log_level", "0" }, { "message.max.bytes", size },
		{ "batch.num.messages", "100000" }, { "client.id", "sp-publish" } };
	for (size_t i = 0; i < sizeof defaults / sizeof defaults[0]; i++)
		if (kafka_config_default(c, conf, defaults[i][0], defaults[i][1], e) < 0)
			return -1;
	/* linger.ms must be less than message.timeout.ms, which the user may have set. */
	size_t n = sizeof timeout;
	int64_t most = rd_kafka_conf_get(conf, "message.timeout.ms", timeout, &n) == RD_KAFKA_CONF_OK ?
		strtoll(timeout, NULL, 10) :
		0;
	snprintf(linger, sizeof linger, "%" PRId64, most == 0 || most / 2 > LINGER_MS ? (int64_t)LINGER_MS : most / 2);
	if (kafka_config_default(c, conf, "linger.ms", linger, e) < 0)
		return -1;
	return 0;
}
