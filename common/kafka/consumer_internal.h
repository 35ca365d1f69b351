/* consumer_internal.h -- inside common/kafka: a consumer and the partitions it holds. consumer.c reads them,
 * assignment.c says which they are. */
#ifndef KAFKA_CONSUMER_INTERNAL_H
#define KAFKA_CONSUMER_INTERNAL_H
#include "kafka/config.h"
#include "kafka/consumer.h"

enum { BROKERS = 64 };

struct part {
	char *topic, *name; /* owned; "topic", "topic[3]" */
	int32_t number;
	int64_t start, end;      /* to be read: from start up to end; INT64_MAX: without end */
	int64_t position;        /* next offset to be handed out */
	int64_t done, committed; /* next offset that is not written on yet; -1: none */
	int64_t high;            /* one past the last message, as it was at the start */
	size_t most_ahead;       /* messages in its queue at most, since fetching was last made to go on */
	int64_t woken_ms;        /* when fetching was last made to go on */
	bool finished;           /* no more of it is handed out */
	bool at_end;             /* librdkafka told so, and no message came behind it */
	rd_kafka_queue_t *queue; /* owned: this partition's own */
	rd_kafka_message_t *batch[KAFKA_TAKE_MAX]; /* owned: batch_at to batch_n are to be handed out */
	size_t batch_n, batch_at;
	struct kafka_header *headers; /* of the message that is handed out; owned */
	size_t header_cap;
};

struct kafka_consumer {
	rd_kafka_t *rk;
	const struct kafka_config *config;
	struct kafka_consumer_options o;
	struct part **parts; /* owned */
	size_t part_count;
	int wake[2];  /* pipe: librdkafka writes when a queue gets something */
	bool started; /* until then errors come out of kafka_consumer_new() */
	bool changed, away, failed;
	bool dealt;       /* the partitions are those that the last deal gave us, be they none */
	struct err fatal; /* when failed */
	struct kafka_latency latency[BROKERS];
	size_t latency_count;
};

/* Notes that nothing works any more; always -1. */
int kafka_consumer_fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why);
/* Lets go of all partitions and what was read ahead of them. */
void kafka_parts_drop(struct kafka_consumer *k);
/* Partitions and offsets chosen here; or by the group (rebalances then call on_rebalance). */
int kafka_assign(struct kafka_consumer *k, struct err *e) MUST_USE;
int kafka_subscribe(struct kafka_consumer *k, struct err *e) MUST_USE;
void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *arg);
#endif
