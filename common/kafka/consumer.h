/* consumer.h -- messages out of Kafka topics, partition by partition.
 *
 * The partitions come from a consumer group, whose coordinator assigns them and keeps the committed offsets, or from
 * an assignment made here. Transactions that were aborted are skipped (isolation.level read_committed). Each partition
 * is read by itself, so that a merge by event time can choose which one to read next. Memory for messages read ahead is
 * bounded in bytes, for each partition.
 *
 * Order of calls: kafka_consumer_poll() often, at least every max.poll.interval.ms (5 minutes); kafka_consumer_read()
 * for partitions 0 to kafka_consumer_count() - 1; kafka_consumer_store() after the output of a message was written;
 * kafka_consumer_commit() now and then, and at the end. */
#ifndef KAFKA_CONSUMER_H
#define KAFKA_CONSUMER_H
#include "kafka/kafka.h"
#include "kafka/stats.h"
#include "stream/next.h"

struct kafka_consumer;

/* Where to begin or end in a partition: the forms of sp-capture -o. */
struct kafka_offset {
	enum {
		KAFKA_OFFSET_BEGINNING, /* the first offset there is */
		KAFKA_OFFSET_END,       /* the offset after the last message */
		KAFKA_OFFSET_STORED,    /* the group's committed offset, or the beginning */
		KAFKA_OFFSET_AT,        /* the offset VALUE */
		KAFKA_OFFSET_TAIL,      /* VALUE messages before the end */
		KAFKA_OFFSET_TIME,      /* the first message with a timestamp of VALUE or later */
		KAFKA_OFFSET_UNTIL,     /* the same, as the place to end */
	} kind;
	int64_t value; /* an offset, a count, or ms since 1970 */
};

/* Reads TEXT: "beginning", "end", "stored", "N", "-N" (tail), "s@TIME", "e@TIME" (until), with TIME in RFC 3339 or in
 * ms since 1970. Returns 0, or -1: EX_USAGE. */
int kafka_offset_parse(const char *text, struct kafka_offset *out, struct err *e) MUST_USE;

/* All pointers are borrowed until kafka_consumer_free(). */
struct kafka_consumer_options {
	const char *group;         /* the consumer group; NULL: partitions are assigned here */
	const int32_t *partitions; /* without a group: only these numbers, in every topic; none: all */
	size_t partition_count;
	int shard, shards;        /* without a group: only numbers with number % SHARDS == SHARD; SHARDS 0: all */
	struct kafka_offset from; /* with a group: for partitions without a committed offset */
	const struct kafka_offset *until; /* end each partition at its first message of this time or later; NULL: no */
	bool to_end;                      /* end each partition where it ended at the start */
	bool headers;                     /* messages come with their headers; they are slow to read */
	bool latency;                     /* measure kafka_consumer_latency() */
	uint64_t max_buffer;              /* bytes read ahead, for each partition */
	/* All brokers became unreachable (true, with the reason) or answer again (false): one call for each change,
	 * from within poll and read. May be NULL. */
	void (*on_connection)(void *arg, bool away, const char *why);
	void *arg;
};

/* Connects to the brokers of C and starts to fetch. *OUT is owned by the caller; C is borrowed until it is freed.
 * Returns 0, or -1: EX_UNAVAILABLE (no broker in time, unknown topic or partition), EX_NOPERM, EX_DATAERR (an offset
 * out of range), EX_USAGE, EX_CONFIG (a property is wrong). */
int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e) MUST_USE;
/* Leaves the group, if any, and frees all. Commits nothing. K may be NULL. */
void kafka_consumer_free(struct kafka_consumer *k);

/* How many partitions K has now; they are numbered from 0 below. The numbers hold until kafka_consumer_poll() returns 1
 * after a rebalance: messages read ahead from the old partitions then belong to other members. */
size_t kafka_consumer_count(const struct kafka_consumer *k);
/* Returns false while the group's first assignment, or the one after a revocation, has not arrived. */
bool kafka_consumer_assigned(const struct kafka_consumer *k);
/* The name "topic[3]" of partition PART; borrowed while the partition's number holds. */
const char *kafka_consumer_name(const struct kafka_consumer *k, size_t part);
/* Returns how many messages PART has after those already read, as of the last fetch; -1 when that is not known. */
int64_t kafka_consumer_lag(const struct kafka_consumer *k, size_t part);
/* Returns true if PART has no unread message now. Ask after kafka_consumer_next() returned NEXT_LATER. */
bool kafka_consumer_at_end(const struct kafka_consumer *k, size_t part);

/* The latency of all brokers that have answered, if the options ask for it. Returns their number; *OUT is borrowed
 * until the next kafka_consumer_poll(). */
size_t kafka_consumer_latency(const struct kafka_consumer *k, const struct kafka_latency **out);

/* Handles rebalances and errors; does not wait. Returns 1 if the partitions changed since the last call, else 0, or -1
 * on an error that ends the reading: EX_NOPERM, EX_UNAVAILABLE, EX_DATAERR. */
int kafka_consumer_poll(struct kafka_consumer *k, struct err *e) MUST_USE;

/* Reads the next message of PART into *OUT, whose contents are borrowed until the next call for that partition. Waits
 * at most TIMEOUT_MS. Returns
 *   NEXT_EVENT  *OUT is a message
 *   NEXT_LATER  no message within the time; kafka_consumer_at_end() says if the partition is at its end
 *   NEXT_END    the partition is finished (to_end, until)
 *   NEXT_ERROR  the partition cannot be read further: EX_DATAERR (an offset out of range, a wrong checksum, an unknown
 *               compression), EX_NOPERM, EX_UNAVAILABLE. Other partitions are not affected. */
enum next kafka_consumer_next(struct kafka_consumer *k, size_t part, int64_t timeout_ms, struct kafka_message *out,
	struct err *e) MUST_USE;
/* Makes OFFSET the next message of PART and discards what was read ahead. Returns 0, or -1: EX_UNAVAILABLE and others.
 * An offset that does not exist is reported by the next kafka_consumer_next(). */
int kafka_consumer_seek(struct kafka_consumer *k, size_t part, int64_t offset, struct err *e) MUST_USE;
/* A descriptor for poll(2), owned by K: readable when messages, errors or rebalances have arrived since the last
 * kafka_consumer_poll(). */
int kafka_consumer_fd(const struct kafka_consumer *k);

/* Records that the output of all messages of PART below OFFSET is written: the next commit includes them. */
void kafka_consumer_store(struct kafka_consumer *k, size_t part, int64_t offset);
/* Commits the stored offsets; without a group it does nothing. SYNC: waits for the coordinator's answer. Otherwise an
 * offset whose commit fails is included in the next call, and a commit that is not allowed makes kafka_consumer_poll()
 * fail. Returns 0, or -1: EX_UNAVAILABLE, EX_NOPERM. */
int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e) MUST_USE;
#endif
