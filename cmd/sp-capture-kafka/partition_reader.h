/* partition_reader.h -- a partition as a source of records, and the state that all partitions share.
 *
 * A message holds one record, or any number of records if a decoder reads its value. */
#ifndef CAPTURE_KAFKA_PARTITION_READER_H
#define CAPTURE_KAFKA_PARTITION_READER_H
#include "sp-capture-kafka/options.h"
#include "sp-capture/source/record_reader.h"

/* source_set.state of a Kafka set. */
struct kafka_state {
	const struct kafka_options *o;
	struct kafka_consumer *consumer; /* NULL until the first refresh */
	/* Flushes the output, stores the offsets of the events written, handles rebalances, and commits once a second.
	 * A partition calls it while it waits for a message. Returns 0, or -1 with E set. */
	int (*flush_and_poll)(struct source_set *set, struct err *e);
	struct buf text;                      /* the event in use: an envelope, or JSON that was put on one line */
	bool decodes;                         /* a decoder reads the values of messages */
	int64_t committed_ms;                 /* the time of the last commit, by the monotonic clock */
	uint64_t rebalances, messages, bytes; /* numbers since the start; BYTES are those of keys and values */
	uint64_t status_bytes;                /* the value of BYTES at the last status line */
	int64_t status_ms;                    /* the time of the last status line, by the monotonic clock */
};

struct partition_reader {
	struct source base;
	size_t part; /* the partition's number in the consumer */
	/* Finds the records in a message's value. It is open only if kafka_state.decodes is set, but records.years can
	 * always be used. */
	struct record_reader records;
	struct span feed;         /* the rest of the value, which the decoder has not read yet */
	bool feed_newline;        /* the decoder has not read the newline after FEED yet */
	bool in_message;          /* the decoder may have more records of the current message */
	bool wait_first;          /* the next kafka_consumer_next() may wait a moment */
	int64_t offset;           /* the offset of the current message, the last one read; -1: none */
	int64_t message_ms;       /* the timestamp of the current message; -1: it has none */
	uint64_t message_records; /* records found in the current message so far */
	uint64_t all_records;     /* records found in all messages so far */
	int64_t idle_since_ms;    /* when the partition's end was reached, by the monotonic clock; 0: it was not */
	int64_t skip_offset;      /* the offset of the message to which partition_seek() moved; -1: none */
	uint64_t skip;            /* the number of records to drop at the start of the message at SKIP_OFFSET */
};

/* Adds a source to SET's list for each partition that the consumer has now. partition_readers_free() releases them,
 * even after a failure. Returns 0, or -1 with E set if memory is exhausted. */
int partition_readers_new(struct source_set *set, struct err *e) MUST_USE;
/* Releases all sources of SET and empties the list. */
void partition_readers_free(struct source_set *set);

/* source_type.next: reads the next record of the partition into *OUT, which is valid until the next call. Returns
 * NEXT_EVENT; NEXT_REJECTED if the record is not an event; NEXT_LATER if the partition has been at its end for --wait;
 * NEXT_END if the partition is finished, the group rebalances, or a signal asked to stop; NEXT_ERROR with E set. */
enum next partition_next(struct source *s, struct record *out, struct err *e) MUST_USE;
/* source_type.mark and source_type.seek. In a position, OFFSET is Kafka's offset of a message, and SKIP is the number
 * of its records that come before the position. STATE is the number of records found before the position. If STATE of
 * the last written record equals partition_reader.all_records, everything that was read is written. NUMBER is not used.
 * partition_mark() returns false if no record was found yet. partition_seek() returns 0, or -1 with E set. */
bool partition_mark(const struct source *s, struct position *out);
int partition_seek(struct source *s, const struct position *p, struct err *e) MUST_USE;
/* Asks the decoder whether the current message has more records. If it has none, the last commit includes the message.
 * Call this only after the end of the run, because a record that the decoder finds is dropped and not committed. */
void partition_check_message_end(struct source *s);
/* Returns the offset to commit: that of the first message that may have a record which is not written yet. Returns
 * -1 if nothing was written yet. */
int64_t partition_commit_offset(const struct source *s);
#endif
