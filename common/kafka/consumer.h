/* consumer.h -- reads messages from Kafka topics, partition by partition.
 *
 * The programs of a consumer group, its members, share the partitions. One broker, the coordinator, assigns the
 * partitions to the members and keeps the committed offsets: where to read next. A rebalance is a new assignment.
 * Without a group, the options select the partitions. Messages of aborted transactions are skipped (isolation.level
 * read_committed). The caller chooses which partition to read next, as a merge by event time needs it. The messages
 * read ahead for a partition have a limit in bytes.
 *
 * Call kafka_consumer_poll() often, at least every max.poll.interval.ms (5 minutes). Read messages with
 * kafka_consumer_next() from partitions 0 to kafka_consumer_count() - 1. Call kafka_consumer_store() after the output
 * of a message was written, and kafka_consumer_commit() now and then, and at the end. */
#ifndef KAFKA_CONSUMER_H
#define KAFKA_CONSUMER_H
#include "kafka/kafka.h"
#include "kafka/stats.h"
#include "stream/next.h"

struct kafka_consumer;

/* Where to begin or end in a partition, in one of the forms of sp-capture -o. */
struct kafka_offset {
	enum {
		KAFKA_OFFSET_BEGINNING, /* the offset of the oldest message */
		KAFKA_OFFSET_END,       /* the offset after the last message */
		KAFKA_OFFSET_STORED,    /* the group's committed offset; the beginning if it has none */
		KAFKA_OFFSET_AT,        /* the offset VALUE */
		KAFKA_OFFSET_TAIL,      /* VALUE messages before the end */
		KAFKA_OFFSET_TIME,      /* the first message with a timestamp of VALUE or later */
		KAFKA_OFFSET_UNTIL,     /* end before the first message with a timestamp of VALUE or later */
	} kind;
	/* An offset for KAFKA_OFFSET_AT, a number of messages for KAFKA_OFFSET_TAIL, or ms since 1970 for
	 * KAFKA_OFFSET_TIME and KAFKA_OFFSET_UNTIL. */
	int64_t value;
};

/* Parses TEXT: "beginning", "end", "stored", "N", "-N" (tail), "s@TIME", or "e@TIME" (until). TIME is RFC 3339, or a
 * number of s, ms, us or ns since 1970; the size of the number shows which unit it has. Returns 0, or -1 with E set:
 * EX_USAGE. */
int kafka_offset_parse(const char *text, struct kafka_offset *out, struct err *e) MUST_USE;

/* All pointers are borrowed until kafka_consumer_free(). */
struct kafka_consumer_options {
	const char *group;         /* the consumer group; NULL: `partitions` and `shards` select what is read */
	const int32_t *partitions; /* without a group: numbers of the partitions to read in each topic */
	size_t partition_count;    /* 0: all partitions */
	/* Without a group: reads only the partitions with number % shards == shard. If shards is 0, reads all. */
	int shard, shards;
	struct kafka_offset from; /* where to begin; with a group, only in partitions without a committed offset */
	const struct kafka_offset *until; /* a KAFKA_OFFSET_UNTIL: the time before which to stop; NULL: none */
	bool to_end;                      /* stop at the end that each partition had when the program started */
	bool headers;                     /* fill in the headers of messages, which takes time */
	bool latency;                     /* measure how fast brokers answer, for kafka_consumer_latency() */
	uint64_t max_buffer;              /* the limit in bytes for messages read ahead, for each partition */
	/* Called with UNREACHABLE true when all brokers have become unreachable, for the reason WHY, and with false
	 * when kafka_consumer_next() reads a message again. Called on the caller's thread, from within the functions
	 * below. NULL: not wanted. */
	void (*on_connection)(void *arg, bool unreachable, const char *why);
	void *arg;
};

/* Connects to the brokers of C and starts to fetch. The caller must free *OUT, which borrows C until then. Returns 0,
 * or -1 with E set: EX_UNAVAILABLE (no broker answers in time, or a topic or partition is unknown), EX_NOPERM,
 * EX_DATAERR (an offset is out of range), EX_USAGE, EX_CONFIG (a property is wrong), EX_OSERR. */
int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e) MUST_USE;
/* Leaves the group and frees K, which may be NULL. Commits no offsets: call kafka_consumer_commit() before. */
void kafka_consumer_free(struct kafka_consumer *k);

/* Returns how many partitions K has now. In the functions below, PART is a partition's number, counted from 0. The
 * numbers are valid until kafka_consumer_poll() returns 1 after a rebalance. Other members may then read the messages
 * of the old partitions. */
size_t kafka_consumer_count(const struct kafka_consumer *k);
/* Returns true if K has an assignment, even one without partitions. Returns false before the first assignment, and
 * after an assignment was revoked. */
bool kafka_consumer_assigned(const struct kafka_consumer *k);
/* Returns the name of partition PART, such as "topic[3]"; borrowed while PART is valid. */
const char *kafka_consumer_name(const struct kafka_consumer *k, size_t part);
/* Returns how many messages PART has after those already read, as of the last fetch, or -1 if that is not known. */
int64_t kafka_consumer_lag(const struct kafka_consumer *k, size_t part);
/* Returns true if PART had no unread message at the last fetch. Call it after kafka_consumer_next() has returned
 * NEXT_LATER. */
bool kafka_consumer_at_end(const struct kafka_consumer *k, size_t part);

/* Sets *OUT to the latencies of all brokers that have answered, borrowed until the next kafka_consumer_poll(). Returns
 * their number, 0 if the options do not ask for latencies. */
size_t kafka_consumer_latency(const struct kafka_consumer *k, const struct kafka_latency **out);

/* Handles rebalances and errors. Waits only during a rebalance, for answers of the brokers. Returns 1 if the partitions
 * changed since the last call, 0 if not, or -1 with E set after an error that ends the reading: EX_NOPERM,
 * EX_UNAVAILABLE, EX_DATAERR, EX_CONFIG, EX_OSERR. */
int kafka_consumer_poll(struct kafka_consumer *k, struct err *e) MUST_USE;

/* Reads the next message of PART into *OUT, whose contents are borrowed until the next call for PART. Waits at most
 * TIMEOUT_MS for it. Returns
 *   NEXT_EVENT  *OUT is a message
 *   NEXT_LATER  no message came in this time; kafka_consumer_at_end() says whether the partition is at its end
 *   NEXT_END    the end that the options to_end or until set was reached
 *   NEXT_ERROR  the partition cannot be read further, and E is set: EX_DATAERR (an offset out of range, a wrong
 *               checksum, an unknown compression), EX_NOPERM, EX_UNAVAILABLE. Other partitions can still be read. */
enum next kafka_consumer_next(struct kafka_consumer *k, size_t part, int64_t timeout_ms, struct kafka_message *out,
	struct err *e) MUST_USE;
/* Makes the message at OFFSET the next message of PART, and discards the messages that were read ahead. Returns 0, or
 * -1 with E set: EX_UNAVAILABLE, EX_NOPERM. An OFFSET that does not exist is no error here, but kafka_consumer_next()
 * returns an error later. */
int kafka_consumer_seek(struct kafka_consumer *k, size_t part, int64_t offset, struct err *e) MUST_USE;
/* Returns a descriptor for poll(2), owned by K. It is readable if messages, errors or rebalances have arrived since the
 * last kafka_consumer_poll(). */
int kafka_consumer_fd(const struct kafka_consumer *k);

/* Makes OFFSET the offset of PART that the next commit includes. Call it only after the output of all messages of PART
 * before OFFSET was written. An OFFSET below the stored one is ignored. */
void kafka_consumer_store(struct kafka_consumer *k, size_t part, int64_t offset);
/* Commits the stored offsets; does nothing without a group. With SYNC, waits for the coordinator's answer. Without
 * SYNC, the commit may fail after this function has returned. The next call then includes the offsets again. If we have
 * no right to commit, a later kafka_consumer_poll() returns the error. Returns 0, or -1 with E set: EX_UNAVAILABLE,
 * EX_NOPERM. */
int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e) MUST_USE;
#endif
