/* partition_reader.h -- a run over Kafka's partitions: kafka_run.c reads them, kafka_lanes.c makes records of their messages,
 * kafka_status.c tells of them. */
#ifndef CAPTURE_KAFKA_PARTITION_READER_H
#define CAPTURE_KAFKA_PARTITION_READER_H
#include "sp-capture/source/kafka_run.h"
#include "sp-capture/merge_record.h"

/* One partition. */
struct partition_reader {
	const char *name;     /* "topic[3]"; borrowed from the consumer */
	struct source source; /* decoder, for values that are not JSON */
	struct span feed;     /* of the message that the decoder is reading */
	bool feed_newline;
	bool broken;    /* cannot be read on: what was read before it goes out, then the run ends */
	bool awaited;   /* the next look at it waits a moment */
	int64_t offset; /* of the message that is being read */
	bool decodes;   /* a message may hold any number of records, and is done with the last of them */
	uint64_t given,
		taken;      /* records: that have been read (a message's rest counts as one), and those that went out */
	int64_t written;    /* of messages up to here all went out; -1: none */
	int64_t idle_since; /* monotonic ms since when it is at its end; 0: it is not */
	int64_t message_ms; /* the time of the message that is being read */
	int64_t head_ms;    /* event time of the newest record read; INT64_MIN: none yet */
};

struct kafka_run {
	struct run *run;
	const struct kafka_options *o;
	struct kafka_consumer *consumer;
	struct partition_reader *readers;
	size_t count;
	struct merge *merge; /* that the records go through; NULL: straight out */
	struct buf text;     /* an envelope, or JSON made one line */
	bool changed;        /* the partitions are others now: the merge is over */
	int64_t committed_ms;
	struct err bad;                       /* what the first broken lane ends the run with */
	uint64_t rebalances, messages, bytes; /* since the start */
	uint64_t shown_bytes;                 /* at the last status line */
	int64_t shown_ms;
};

/* A lane for each partition that is ours now. -1: E; what there is goes with partition_readers_free(). */
int partition_readers_new(struct kafka_run *k, struct err *e) MUST_USE;
void partition_readers_free(struct kafka_run *k);

enum {
	KAFKA_RECORD = 1,   /* as a decoder says it: a record */
	KAFKA_REJECTED = 2, /* its kind and why say for what */
	KAFKA_DECODE,       /* kafka_decode() gives what is in it */
	KAFKA_STOPPED,      /* a signal came first */
};
/* R becomes what M, LANE's, holds: one of these; -1: E. */
int kafka_record(struct kafka_run *k, struct partition_reader *l, const struct kafka_message *m, struct record *r,
	struct err *e) MUST_USE;
/* The next record in the message that LANE's decoder has: one of these; 0: no more; -1: E. */
int kafka_decode(const struct kafka_run *k, struct partition_reader *l, struct record *r, struct err *e) MUST_USE;

/* The record of LANE that was read at OFFSET went out, or was rejected. */
void kafka_taken(struct partition_reader *l, uint64_t offset);
/* The first offset of which something has not gone out yet; -1: nothing has gone out. */
int64_t kafka_done(const struct partition_reader *l);

/* The status line and the metrics tell of the partitions too, until the run's status is finished. */
void kafka_status_init(struct kafka_run *k);
#endif
