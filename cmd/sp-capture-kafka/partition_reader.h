/* partition_reader.h -- a partition as a source of records, and what all partitions share. */
#ifndef CAPTURE_KAFKA_PARTITION_READER_H
#define CAPTURE_KAFKA_PARTITION_READER_H
#include "sp-capture-kafka/options.h"
#include "sp-capture/source/record_reader.h"

/* The state of the set. */
struct kafka_state {
	const struct kafka_options *o;
	struct kafka_consumer *consumer; /* NULL until the first refresh */
	/* Lets the consumer serve rebalances, and writes out and commits what is due. Called while a partition waits. */
	int (*tick)(struct source_set *set, struct err *e);
	struct buf text;                      /* an envelope, or JSON that was put on one line */
	bool decodes;                         /* a message may hold any number of records, for a decoder */
	int64_t committed_ms;                 /* monotonic; the last commit */
	uint64_t rebalances, messages, bytes; /* since the start */
	uint64_t shown_bytes;                 /* at the last status line */
	int64_t shown_ms;
};

struct partition_reader {
	struct source base;
	size_t part;                  /* its number in the consumer */
	struct record_reader records; /* for values that a decoder reads */
	struct span feed;             /* what the decoder has not read yet of the message */
	bool feed_newline;            /* a newline follows FEED */
	bool in_message;              /* the decoder is reading a message */
	bool awaited;                 /* the next look at the partition waits a moment */
	int64_t offset;               /* of the newest message that was read; -1: none */
	int64_t message_ms;           /* its timestamp; -1: none */
	uint64_t from_message;        /* records that it has given */
	uint64_t given;               /* records that all messages have given */
	int64_t idle_since_ms;        /* monotonic, since when the partition is at its end; 0: it is not */
	int64_t skip_offset;          /* after seek(): of the message at this offset ... */
	uint64_t skip;                /* ... so many records are dropped */
};

/* A source for each partition that this consumer has now; added to SET's list, owned by it. -1: E. */
int partition_readers_new(struct source_set *set, struct err *e) MUST_USE;
/* Releases them all; the list is empty then. */
void partition_readers_free(struct source_set *set);

/* The next record of the partition, as source_type.next(). */
enum next partition_next(struct source *s, struct record *out, struct err *e) MUST_USE;
/* The positions of source_type. OFFSET is Kafka's, SKIP counts records of the message there, NUMBER is not used, and STATE
 * is the number of records that the reader has given so far: it tells whether all of them were written. */
bool partition_mark(const struct source *s, struct position *out);
int partition_seek(struct source *s, const struct position *p, struct err *e) MUST_USE;
/* To be called before the last commit: asks the decoder if the message that it is reading has more records. If not, the
 * message is done; a record that it has is lost, as the run has ended. */
void partition_settle(struct source *s);
/* The first offset of which something was not written yet; -1: nothing was written. */
int64_t partition_done(const struct source *s);
#endif
