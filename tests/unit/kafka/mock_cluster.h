/* mock_cluster.h -- one broker of librdkafka's mock cluster, with one topic: for faults that a real broker cannot be
 * made to have. tests/kafka has the tests against real brokers. */
#ifndef KAFKA_MOCK_CLUSTER_H
#define KAFKA_MOCK_CLUSTER_H
#include "check.h"
#include "kafka/config_internal.h"
#include <librdkafka/rdkafka_mock.h>

enum { PATIENCE_MS = 20000 };

struct cluster {
	rd_kafka_t *rk; /* the handle that owns the cluster: a producer connected to it */
	rd_kafka_mock_cluster_t *mock;
	struct kafka_config *config;
};

/* Starts the cluster with a topic "clicks" of PARTITIONS partitions. Returns false after a failed check. cluster_stop()
 * is due in either case. */
static bool cluster_start(struct cluster *c, int partitions)
{
	char why[256], uri[256];
	struct err e = ERR_INIT;
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	rd_kafka_conf_set(conf, "log_level", "0", why, sizeof why);
	*c = (struct cluster){ .rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why) };
	if (!CHECK(c->rk != NULL))
		return false;
	c->mock = rd_kafka_mock_cluster_new(c->rk, 1);
	if (!CHECK(c->mock != NULL && !rd_kafka_mock_topic_create(c->mock, "clicks", partitions, 1)))
		return false;
	const char *brokers = rd_kafka_mock_cluster_bootstraps(c->mock);
	snprintf(uri, sizeof uri, "kafka://%s/clicks", brokers);
	rd_kafka_brokers_add(c->rk, brokers);
	return CHECK(kafka_config_new(uri, &c->config, &e) == 0);
}

static void cluster_stop(struct cluster *c)
{
	kafka_config_free(c->config);
	if (c->mock)
		rd_kafka_mock_cluster_destroy(c->mock);
	if (c->rk)
		rd_kafka_destroy(c->rk);
}
#endif
