/* consumer.h -- messages out of topics, partition by partition.
 *
 * Two ways: a consumer group (the broker deals partitions out and keeps the offsets), or an assignment of
 * partitions and offsets made here. read_committed. Each partition is read by itself, so that a merge by event
 * time can choose which one goes next; read-ahead is bounded in bytes. */
#ifndef KAFKA_CONSUMER_H
#define KAFKA_CONSUMER_H
#include "kafka/kafka.h"

struct kafka_consumer;

/* Where to begin: -o's forms. */
struct kafka_offset {
	enum { OFFSET_BEGINNING, OFFSET_END, OFFSET_STORED, OFFSET_AT, OFFSET_TAIL, OFFSET_TIME, OFFSET_UNTIL } kind;
	int64_t value; /* AT: the offset; TAIL: so many before the end; TIME, UNTIL: ms (s@TIME, e@TIME) */
};
/* TEXT: beginning, end, stored, N, -N, s@TIME, e@TIME (where to end). -1: EX_USAGE. */
int kafka_offset_parse(const char *text, struct kafka_offset *out, struct err *e) MUST_USE;

struct kafka_consumer_options {
	const char *group;         /* -G; NULL: by assignment */
	const int32_t *partitions; /* -p; NULL: all */
	size_t partition_count;
	int shard, shards; /* --shard i/N: partitions with number % N == i; shards 0: all */
	struct kafka_offset from;
	const struct kafka_offset *until; /* e@TIME: a partition ends at its first message at or after; NULL: none */
	bool to_end;                      /* -e: a partition ends where it ended at the start */
	bool headers;        /* messages come with their headers: they cost as much as all else of a message */
	bool latency;        /* brokers' latency is measured */
	uint64_t max_buffer; /* bytes read ahead, for each partition */
	void (*on_connection)(void *arg, bool away, const char *why);
	void *arg;
};

enum kafka_event {
	KAFKA_MESSAGE,  /* a message */
	KAFKA_AT_END,   /* the partition is at its end for now (nothing within the time given, nor behind it) */
	KAFKA_FINISHED, /* the partition is over (-e, e@TIME) */
	KAFKA_NOTHING,  /* nothing within the time given */
};

/* -1: EX_UNAVAILABLE (no broker, unknown topic or partition), EX_NOPERM, EX_DATAERR (offset out of range). */
int kafka_consumer_new(const struct kafka_config *c, const struct kafka_consumer_options *o,
	struct kafka_consumer **out, struct err *e) MUST_USE;
void kafka_consumer_free(struct kafka_consumer *k);

/* The partitions that are ours now, numbered from 0. The numbers hold until kafka_consumer_poll() says that they
 * changed (a rebalance): then what was read ahead is somebody else's. */
size_t kafka_consumer_count(const struct kafka_consumer *k);
/* False while a group has not dealt its partitions out yet, or is dealing them anew. */
bool kafka_consumer_dealt(const struct kafka_consumer *k);
/* "topic[3]", for messages; and how many messages lie between what was handed out and the end (-1: not known). */
const char *kafka_consumer_name(const struct kafka_consumer *k, size_t part);
int64_t kafka_consumer_lag(const struct kafka_consumer *k, size_t part);

/* How long a broker took to answer, in microseconds, over the last second in which it did; fetches, which wait for
 * messages up to fetch.wait.max.ms, are in it. */
struct kafka_latency {
	int32_t broker;
	int64_t p50_us, p99_us;
};
/* Those of all brokers that have answered, with the option; *OUT holds until the next kafka_consumer_poll(). */
size_t kafka_consumer_latency(const struct kafka_consumer *k, const struct kafka_latency **out);

/* Serves rebalances and errors, without waiting: 0; 1 when the partitions changed since the last call; -1: fatal. */
int kafka_consumer_poll(struct kafka_consumer *k, struct err *e) MUST_USE;
/* What is done with a message, M, which is borrowed for the call: 1 go on; 0 enough for now; -1: E. */
typedef int kafka_take(void *arg, const struct kafka_message *m, struct err *e);
enum { KAFKA_TAKE_MAX = 256 };
/* Hands the next messages of partition PART to TAKE, until it has enough or as many as that are done; waits for the first
 * one, TIMEOUT_MS at most. *WHAT: KAFKA_MESSAGE when there were any, else how things stand. -1: E: TAKE's, or this partition
 * cannot be read on: EX_DATAERR (an offset out of range, a wrong checksum, an unknown codec), EX_NOPERM ... */
int kafka_consumer_read(struct kafka_consumer *k, size_t part, int64_t timeout_ms, kafka_take *take, void *arg,
	enum kafka_event *what, struct err *e) MUST_USE;
/* Readable when something has come for a partition that had nothing; kafka_consumer_poll() resets it. */
int kafka_consumer_fd(const struct kafka_consumer *k);
/* All messages of the partition below OFFSET were written on: the next commit says so (group). */
void kafka_consumer_done(struct kafka_consumer *k, size_t part, int64_t offset);
/* Commits what is done. SYNC waits for the broker's answer; without, what fails comes again with the next call, or, where
 * it is not allowed, kafka_consumer_poll() says so. */
int kafka_consumer_commit(struct kafka_consumer *k, bool sync, struct err *e) MUST_USE;

/* For -L: appends brokers, topics, partitions with watermarks, groups with their lag; JSON if asked. */
int kafka_list(const struct kafka_config *c, bool json, struct buf *out, struct err *e) MUST_USE;
#endif
