/* producer.h -- messages into one Kafka topic, with an idempotent producer.
 *
 * Each message sent ends in exactly one of three ways: acknowledged by the brokers; failed for good, which is reported
 * to on_failed; or still queued when the caller gives up (kafka_producer_counts(): queued). Defaults, unless the user
 * sets the properties: enable.idempotence and so acks=all, lz4, and the partitioner of Java clients (murmur2_random).
 *
 * Order of calls: send() for each message, pause() when there is no input for now, flush() at the end. */
#ifndef KAFKA_PRODUCER_H
#define KAFKA_PRODUCER_H
#include "kafka/kafka.h"

struct kafka_producer;

/* A delivery report of a message that will never be acknowledged. All is borrowed for the call. */
struct kafka_failure {
	uint64_t position; /* as given to kafka_producer_send() */
	struct span value; /* the message's value */
	bool timed_out;    /* no answer in time: the broker may have the message; otherwise it was refused */
	const char *why;   /* the reason, for people */
};

/* All pointers are borrowed until kafka_producer_free(). */
struct kafka_producer_options {
	const char *topic;
	const char *create;  /* create a missing topic: "partitions=6,replication=1,NAME=VALUE..."; NULL: do not */
	int64_t timeout_ms;  /* give up on a message after this time (message.timeout.ms) */
	uint64_t max_buffer; /* bytes of messages not acknowledged yet, at most */
	/* Called once for each failed message, from within send, poll, pause and flush. -1 with E ends that call. */
	int (*on_failed)(void *arg, const struct kafka_failure *f, struct err *e);
	/* The brokers became unreachable (true, with the reason) or answer again (false): one call for each change. May
	 * be NULL. */
	void (*on_connection)(void *arg, bool unreachable, const char *why);
	void *arg;
};

struct kafka_producer_counts {
	uint64_t sent, acked, failed, queued; /* messages; sent = acked + failed + queued, but for those never queued */
	uint64_t bytes;                       /* of the values acknowledged */
	double round_trip_ms; /* average time a broker took to answer, over the last seconds; 0: not known yet */
};

/* Connects to the brokers of C, checks that the topic exists (or creates it), and limits the size of messages and
 * batches to the topic's max.message.bytes. *NOTE is a line to show to the user if that limit cannot be read (static
 * storage), else NULL. *OUT is owned by the caller; C is borrowed until it is freed. Returns 0, or -1: EX_UNAVAILABLE
 * (no broker in time, no such topic), EX_NOPERM (authentication), EX_CONFIG, EX_USAGE (properties, create). */
int kafka_producer_new(const struct kafka_config *c, const struct kafka_producer_options *o,
	struct kafka_producer **out, const char **note, struct err *e) MUST_USE;
/* Queues a copy of M, under POSITION (a line number, for instance); waits while max_buffer is full. A message that
 * librdkafka itself refuses (too large) goes to on_failed. Returns 0; 1 if the stop flag was set while it waited, and M
 * was not queued; -1 if nothing can be sent any more (authentication, a fatal producer error) or on_failed failed. */
int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *m, uint64_t position,
	struct err *e) MUST_USE;
/* Handles delivery reports without waiting, and sends batches that have waited long enough; call it every few thousand
 * lines. Returns 0 or -1 as send() does. */
int kafka_producer_poll(struct kafka_producer *p, struct err *e) MUST_USE;
/* Call it instead of poll() when there is no input for now: sends what is queued without waiting for more messages, at
 * most every 5 ms, unless the user has set linger.ms. Sets *WAIT_MS to when it should be called again if there is still
 * no input; 0: no need. Returns 0 or -1 as send() does. */
int kafka_producer_pause(struct kafka_producer *p, int64_t *wait_ms, struct err *e) MUST_USE;
/* Waits until nothing is queued, at most TIMEOUT_MS. Returns 0; 1 if messages are still queued; -1 as send() does. */
int kafka_producer_flush(struct kafka_producer *p, int64_t timeout_ms, struct err *e) MUST_USE;
void kafka_producer_counts(const struct kafka_producer *p, struct kafka_producer_counts *out);
/* Gives up what is still queued, without reports. P may be NULL. */
void kafka_producer_free(struct kafka_producer *p);
#endif
