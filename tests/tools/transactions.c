/* transactions BROKER TOPIC -- writes a committed, an aborted and another committed transaction, of one event each. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(rd_kafka_error_t *error)
{
	if (!error)
		return;
	fprintf(stderr, "transactions: %s\n", rd_kafka_error_string(error));
	exit(1);
}

static void event(rd_kafka_t *rk, const char *topic, const char *text, int commit)
{
	must(rd_kafka_begin_transaction(rk));
	if (rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(0),
		    RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_VALUE((void *)(size_t)text, strlen(text)),
		    RD_KAFKA_V_END))
		exit(1);
	rd_kafka_flush(rk, 10000);
	must(commit ? rd_kafka_commit_transaction(rk, 10000) : rd_kafka_abort_transaction(rk, 10000));
}

int main(int argc, char **argv)
{
	char why[256];
	rd_kafka_conf_t *conf = rd_kafka_conf_new();
	if (argc != 3 || rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], why, sizeof why) ||
		rd_kafka_conf_set(conf, "transactional.id", "sp-tests", why, sizeof why))
		return 64;
	rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
	must(rd_kafka_init_transactions(rk, 30000));
	event(rk, argv[2], "{\"ts\":\"2030-01-01T00:00:01Z\",\"committed\":1}", 1);
	event(rk, argv[2], "{\"ts\":\"2030-01-01T00:00:01Z\",\"aborted\":1}", 0);
	event(rk, argv[2], "{\"ts\":\"2030-01-01T00:00:02Z\",\"committed\":2}", 1);
	rd_kafka_destroy(rk);
	return 0;
}
