/* consumer_internal.h -- inside common/kafka: the structs of a consumer and its partitions. consumer.c opens, polls and
 * commits; consumer_read.c reads messages; assignment.c decides which partitions are read, from which offset. */
#ifndef KAFKA_CONSUMER_INTERNAL_H
#define KAFKA_CONSUMER_INTERNAL_H
#include "kafka/config_internal.h"
#include "kafka/consumer.h"

enum { KAFKA_LATENCY_BROKERS = 64, KAFKA_BATCH_MAX = 256 };

struct kafka_partition {
	char *topic, *name; /* owned; such as "topic" and "topic[3]" */
	int32_t number;
	int64_t start, end; /* the offsets to read: start to end - 1; end is INT64_MAX if there is no end */
	int64_t position;   /* the offset after the last message returned to the caller */
	int64_t stored;     /* the offset to commit next; -1: none */
	int64_t committed;  /* the offset in the last commit; -1: none, or that commit failed */
	int64_t high;       /* the offset after the partition's last message when it was assigned */
	/* The largest length that the queue has had. When the queue has shrunk to less than half of this value, the
	 * value is set to the current length. */
	size_t most_ahead;
	int64_t woken_ms;        /* when wake_fetcher() last woke librdkafka's thread, by the monotonic clock */
	bool finished;           /* `end` was reached: no more messages are returned */
	bool at_end;             /* librdkafka has reported the end, and no message has come since */
	rd_kafka_queue_t *queue; /* owned: only this partition's messages */
	/* Messages taken out of the queue. Those from batch[batch_at] to batch[batch_n - 1] are owned, and were not
	 * returned to the caller yet. */
	rd_kafka_message_t *batch[KAFKA_BATCH_MAX];
	size_t batch_n, batch_at;
	rd_kafka_message_t *current;  /* owned: the message that kafka_consumer_next() returned last; or NULL */
	struct kafka_header *headers; /* owned: the headers of the current message */
	size_t header_cap;
};

struct kafka_consumer {
	rd_kafka_t *rk;
	const struct kafka_config *config;
	struct kafka_consumer_options o;
	struct kafka_partition **parts; /* owned array of owned partitions */
	size_t part_count, part_cap;
	int wake[2]; /* a pipe: librdkafka writes to it when an empty queue gets something */
	/* Set when kafka_consumer_new() has succeeded. Until then on_connection() is not called, because
	 * kafka_consumer_new() itself returns the error. */
	bool started;
	bool changed;     /* the partitions changed since the last kafka_consumer_poll() */
	bool unreachable; /* no broker is reachable */
	bool assigned;    /* an assignment was made, perhaps an empty one, and not revoked */
	bool failed;      /* reading cannot continue: kafka_consumer_poll() returns FATAL */
	struct err fatal; /* set if FAILED */
	struct kafka_latency latency[KAFKA_LATENCY_BROKERS];
	size_t latency_count;
};

/* Notes an error that ends the reading, for kafka_consumer_poll() to return. Only the first error is kept. Always
 * returns -1. */
int kafka_consumer_fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why);
/* Calls the option on_connection if UNREACHABLE differs from the value that was given last. Before kafka_consumer_new()
 * has succeeded, only keeps the value. */
void kafka_consumer_note_connection(struct kafka_consumer *k, bool unreachable, const char *why);
/* Returns the offset after P's last message as of the last fetch, or -1 if that is not known. */
int64_t kafka_consumer_high(const struct kafka_consumer *k, const struct kafka_partition *p);

/* Assigns all partitions that the options select, and starts to fetch. Returns 0, or -1 with E set. */
int kafka_consumer_assign(struct kafka_consumer *k, struct err *e) MUST_USE;
/* Joins the group. kafka_consumer_on_rebalance() gets the assignment later, from within kafka_consumer_poll(). Returns
 * 0, or -1 with E set. */
int kafka_consumer_subscribe(struct kafka_consumer *k, struct err *e) MUST_USE;
/* librdkafka's callback for a rebalance. CODE says whether the partitions in LIST are assigned to this member, or all
 * its partitions are revoked. ARG is the consumer. */
void kafka_consumer_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list,
	void *arg);
/* Frees all partitions with the messages read ahead. */
void kafka_consumer_drop_partitions(struct kafka_consumer *k);
#endif
