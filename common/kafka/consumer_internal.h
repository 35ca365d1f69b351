/* consumer_internal.h -- inside common/kafka: a consumer and its partitions, for the files that share them: consumer.c
 * (life, polling, commits), consumer_read.c (messages), assignment.c (which partitions, from which offset). */
#ifndef KAFKA_CONSUMER_INTERNAL_H
#define KAFKA_CONSUMER_INTERNAL_H
#include "kafka/config.h"
#include "kafka/consumer.h"

enum { KAFKA_LATENCY_BROKERS = 64, KAFKA_BATCH_MAX = 256 };

struct kafka_partition {
	char *topic, *name; /* owned; "topic", "topic[3]" */
	int32_t number;
	int64_t start, end;      /* offsets to read: from start up to, not including, end; INT64_MAX: no end */
	int64_t position;        /* the offset after the last message passed on */
	int64_t stored;          /* the offset to commit next; -1: none */
	int64_t committed;       /* the offset last given to a commit; -1: none, or that commit failed */
	int64_t high;            /* the offset after the last message, as of the start */
	size_t most_ahead;       /* the largest queue length seen since the fetcher was last woken */
	int64_t woken_ms;        /* when the fetcher was last woken */
	bool finished;           /* no more messages are passed on */
	bool at_end;             /* librdkafka reported the end, and no message has come since */
	rd_kafka_queue_t *queue; /* owned: only this partition's messages */
	rd_kafka_message_t
		*batch[KAFKA_BATCH_MAX]; /* owned: batch[batch_at] to batch[batch_n - 1] are not passed on yet */
	size_t batch_n, batch_at;
	rd_kafka_message_t *current;  /* owned: the message that kafka_consumer_next() returned last; or NULL */
	struct kafka_header *headers; /* owned: of the message being passed on */
	size_t header_cap;
};

struct kafka_consumer {
	rd_kafka_t *rk;
	const struct kafka_config *config;
	struct kafka_consumer_options o;
	struct kafka_partition **parts; /* owned, and what they point to */
	size_t part_count, part_cap;
	int wake[2];      /* a pipe; librdkafka writes to it when a queue was empty and gets something */
	bool started;     /* false within kafka_consumer_new(), which returns errors itself */
	bool changed;     /* the partitions changed since the last poll */
	bool away;        /* no broker is reachable */
	bool assigned;    /* the partitions are those of the last assignment, even if it was empty */
	bool failed;      /* nothing works any more, because of ... */
	struct err fatal; /* ... this */
	struct kafka_latency latency[KAFKA_LATENCY_BROKERS];
	size_t latency_count;
};

/* Sets K's fatal error, unless it has one: kafka_consumer_poll() returns it. Always returns -1. */
int kafka_consumer_fail(struct kafka_consumer *k, rd_kafka_resp_err_t code, const char *why);
/* Notes whether brokers are reachable, and reports a change to on_connection. */
void kafka_consumer_note_connection(struct kafka_consumer *k, bool away, const char *why);
/* Returns the offset after P's last message as of the latest fetch; -1: not known. */
int64_t kafka_consumer_high(const struct kafka_consumer *k, const struct kafka_partition *p);

/* Assigns all partitions that the options select, and starts to fetch. */
int kafka_consumer_assign(struct kafka_consumer *k, struct err *e) MUST_USE;
/* Joins the group; kafka_consumer_on_rebalance() gets the assignment later, from within a poll. */
int kafka_consumer_subscribe(struct kafka_consumer *k, struct err *e) MUST_USE;
void kafka_consumer_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list,
	void *arg);
/* Frees all partitions and the messages read ahead. */
void kafka_consumer_drop_partitions(struct kafka_consumer *k);
#endif
