/* message.h -- the Kafka message of an event: its key, headers, partition, timestamp and value. */
#ifndef PUBLISH_MESSAGE_H
#define PUBLISH_MESSAGE_H
#include "expr/expr.h"
#include "kafka/envelope.h"
#include "kafka/kafka.h"
#include "text/time.h"

enum { MESSAGE_HEADERS_MAX = 64 };

/* Set up by the options, then used for every event. */
struct message_maker {
	struct exprs *exprs;                  /* owned; all expressions */
	int key, partition, timestamp, value; /* their numbers in EXPRS; -1: not given */
	struct {
		char *name; /* owned */
		int expr;
	} header_exprs[MESSAGE_HEADERS_MAX];
	size_t header_count;
	bool null_value;               /* --null-value: a null of --value makes a tombstone */
	bool envelope;                 /* --envelope: events are whole messages */
	int32_t fixed_partition;       /* -p with a number; -1: none */
	struct time_format *auto_time; /* owned; reads what --timestamp gives */
	/* The parts of the message that was made last. */
	struct kafka_envelope in;
	struct kafka_header headers[MESSAGE_HEADERS_MAX];
	struct buf text; /* values that are not in the event as they are */
};

/* message_maker_release() is due in either case. Returns 0, or -1: EX_OSERR. */
int message_maker_init(struct message_maker *m, struct err *e) MUST_USE;
void message_maker_release(struct message_maker *m);
/* Compiles EXPR and stores its number in *FIELD, which is &m->key, &m->partition and so on. Returns 0, or -1:
 * EX_USAGE. */
int message_maker_compile(struct message_maker *m, int *field, const char *expr, struct err *e) MUST_USE;
/* Adds a header, "NAME=EXPR". Returns 0, or -1: EX_USAGE. */
int message_maker_add_header(struct message_maker *m, const char *text, struct err *e) MUST_USE;
/* Makes the message of EVENT; it points into EVENT and M and is valid until the next call. Returns 0, or -1: EX_DATAERR
 * with the reason, for a dead letter. */
int message_maker_make(struct message_maker *m, struct span event, struct kafka_message *out, struct err *e) MUST_USE;
#endif
