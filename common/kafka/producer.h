/* producer.h -- messages into one topic, idempotent, every one accounted for.
 *
 * Each message sent ends in exactly one of acknowledged, refused (by the broker or the client, for good), or
 * unacknowledged (given up at the time limit). Defaults: enable.idempotence, acks=all, lz4, murmur2_random. */
#ifndef KAFKA_PRODUCER_H
#define KAFKA_PRODUCER_H
#include "kafka/kafka.h"

struct kafka_producer;

struct kafka_producer_options {
	const char *topic;
	const char *create;  /* "partitions=6,replication=1,NAME=VALUE...": make a missing topic; NULL: do not */
	int64_t timeout_ms;  /* give up on a message after so long (message.timeout.ms) */
	uint64_t max_buffer; /* bytes of messages held at most */
	/* A message that will never be acknowledged: its POSITION as given to send, VALUE, and why. Called from
	 * within send, poll and flush. -1 with E stops the call. */
	int (*on_failed)(void *arg, uint64_t position, struct span value, const char *why, struct err *e);
	/* The cluster went away (true) or came back (false): one call per change. */
	void (*on_connection)(void *arg, bool away, const char *why);
	void *arg;
};

struct kafka_producer_counts {
	uint64_t sent, acked, failed, bytes, queued;
	double round_trip_ms; /* broker latency, average of the last statistics interval; 0: none yet */
};

/* Connects, checks that the topic is there (or makes it) and lowers the client's size limits to the topic's
 * max.message.bytes; *NOTE gets a line to show when that could not be read (static storage), else NULL.
 * -1: EX_UNAVAILABLE (no broker in time, no such topic), EX_NOPERM (authentication), EX_CONFIG. */
int kafka_producer_new(const struct kafka_config *c, const struct kafka_producer_options *o,
	struct kafka_producer **out, const char **note, struct err *e) MUST_USE;
/* Queues a copy of M; waits for room when the buffer is full. A message that the client itself refuses (too
 * large) goes to on_failed. -1: fatal (authentication, fenced, on_failed failed). Interrupted by the stop
 * flag while waiting for room: 1, and the message was not taken. */
int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *m, uint64_t position,
	struct err *e) MUST_USE;
/* Serves delivery reports without waiting, and keeps batches moving: call it now and then. -1 as above. */
int kafka_producer_poll(struct kafka_producer *p, struct err *e) MUST_USE;
/* To be called when input pauses, instead of poll(): what waits in the queue for company (linger.ms) goes out now, at most
 * every 5 ms, unless the user has set linger.ms. *WAIT_MS: when to call again if input still pauses; 0: no need to. -1 as
 * above. */
int kafka_producer_pause(struct kafka_producer *p, int64_t *wait_ms, struct err *e) MUST_USE;
/* Waits until nothing is queued, at most TIMEOUT_MS: 0; 1 when something is left. -1 as above. */
int kafka_producer_flush(struct kafka_producer *p, int64_t timeout_ms, struct err *e) MUST_USE;
void kafka_producer_counts(const struct kafka_producer *p, struct kafka_producer_counts *out);
void kafka_producer_free(struct kafka_producer *p);
#endif
