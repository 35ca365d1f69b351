/* producer.h -- sends messages to one Kafka topic, and writes each message once even if its batch is sent again.
 *
 * Each message ends in exactly one of three ways: the brokers acknowledge it; it fails for good; or it is still queued
 * when the caller gives up (kafka_producer_counts.queued). A failure is reported to on_failed(), until a fatal error
 * occurs or kafka_producer_free() is called. Properties that the user does not set have these defaults:
 * enable.idempotence, which implies acks=all; compression with lz4; and the partitioner of Java clients
 * (murmur2_random).
 *
 * Call kafka_producer_send() for each message, kafka_producer_pause() whenever there is no input for now, and
 * kafka_producer_flush() at the end. */
#ifndef KAFKA_PRODUCER_H
#define KAFKA_PRODUCER_H
#include "kafka/kafka.h"

struct kafka_producer;

/* Says why a message will never be acknowledged. All pointers are borrowed until the call ends. */
struct kafka_failure {
	uint64_t position; /* the POSITION given to kafka_producer_send() */
	struct span value; /* the message's value */
	/* True if no answer came in time, so that the broker may have the message. False if the message was refused. */
	bool timed_out;
	const char *why; /* the reason, for people */
};

/* All pointers are borrowed until kafka_producer_free(). */
struct kafka_producer_options {
	const char *topic;
	/* How to create a missing topic: "partitions=6,replication=1,NAME=VALUE...". NULL: a missing topic is an
	 * error. */
	const char *create;
	int64_t timeout_ms;  /* give up on a message after this time (message.timeout.ms) */
	uint64_t max_buffer; /* the limit in bytes for messages that are not acknowledged yet */
	/* Called once for each failed message, from within the functions below, until a fatal error occurs or
	 * kafka_producer_free() is called. If on_failed() returns -1 with E set, the function that called it returns
	 * -1 with the same error. */
	int (*on_failed)(void *arg, const struct kafka_failure *f, struct err *e);
	/* Called with UNREACHABLE true when the brokers have become unreachable, for the reason WHY, and with false
	 * when a broker acknowledges a message again. May be NULL. */
	void (*on_connection)(void *arg, bool unreachable, const char *why);
	void *arg;
};

struct kafka_producer_counts {
	/* Numbers of messages. A message that librdkafka refuses to queue is counted in `failed` only. For all other
	 * messages, sent = acked + failed + queued. */
	uint64_t sent, acked, failed, queued;
	uint64_t bytes;       /* bytes in the values of acknowledged messages */
	double round_trip_ms; /* the average time that a broker took to answer, in the last 5 s; 0: not known yet */
};

/* Connects to the brokers of C, checks that the topic exists (or creates it), and limits the size of messages and
 * batches to the topic's max.message.bytes. If that limit cannot be read, sets *NOTE to a line for the user, in static
 * storage; otherwise to NULL. The caller must free *OUT, which borrows C until then. Returns 0, or -1 with E set:
 * EX_UNAVAILABLE (no broker answers in time, or there is no such topic), EX_NOPERM, EX_CONFIG, EX_USAGE (a property or
 * the option create is wrong), EX_OSERR. */
int kafka_producer_new(const struct kafka_config *c, const struct kafka_producer_options *o,
	struct kafka_producer **out, const char **note, struct err *e) MUST_USE;
/* Queues a copy of M. POSITION, such as a line number, identifies M in a kafka_failure. Waits while max_buffer is full.
 * If librdkafka itself refuses M, because it is too large for instance, on_failed() is called. Returns 0; or 1, without
 * queuing M, if stop_flag was set while the queue was full; or -1 with E set if nothing can be sent any more (wrong
 * credentials, a fatal producer error) or on_failed() failed. */
int kafka_producer_send(struct kafka_producer *p, const struct kafka_message *m, uint64_t position,
	struct err *e) MUST_USE;
/* Handles delivery reports. Unless the user has set linger.ms, also sends batches that are not full, at most once in
 * 100 ms. Call it every few thousand lines. Returns 0, or -1 with E set if nothing can be sent any more or on_failed()
 * failed. */
int kafka_producer_poll(struct kafka_producer *p, struct err *e) MUST_USE;
/* Call this instead of kafka_producer_poll() when there is no input for now. Handles delivery reports. Also sends the
 * queued messages without waiting for more, at most every 5 ms, unless the user has set linger.ms. Sets *WAIT_MS to the
 * time after which to call again if there is still no input, or to 0 if no further call is needed. Returns 0, or -1
 * with E set if nothing can be sent any more or on_failed() failed. */
int kafka_producer_pause(struct kafka_producer *p, int64_t *wait_ms, struct err *e) MUST_USE;
/* Waits until no message is queued, for about TIMEOUT_MS at most. Returns 0; 1 if messages are still queued; -1 with E
 * set if nothing can be sent any more or on_failed() failed. */
int kafka_producer_flush(struct kafka_producer *p, int64_t timeout_ms, struct err *e) MUST_USE;
void kafka_producer_counts(const struct kafka_producer *p, struct kafka_producer_counts *out);
/* Frees P, which may be NULL. Messages still queued are dropped, without a call of on_failed(). */
void kafka_producer_free(struct kafka_producer *p);
#endif
