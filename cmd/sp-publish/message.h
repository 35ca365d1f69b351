/* message.h -- makes a Kafka message from an event: its key, headers, partition, timestamp and value. */
#ifndef PUBLISH_MESSAGE_H
#define PUBLISH_MESSAGE_H
#include "expr/expr.h"
#include "kafka/envelope.h"
#include "kafka/kafka.h"
#include "text/time.h"

enum { MESSAGE_HEADERS_MAX = 64 };

/* The settings from which messages are made. The options set them once; they are used for every event. */
struct message_maker {
	struct exprs *exprs;                  /* owned; the compiled expressions of the options below */
	int key, partition, timestamp, value; /* numbers of expressions in EXPRS; -1: the option is not given */
	struct {
		char *name; /* owned */
		int expr;   /* the number in EXPRS */
	} header_exprs[MESSAGE_HEADERS_MAX];
	size_t header_count;
	bool null_value;               /* --null-value: if --value gives null, the message is a tombstone */
	bool envelope;                 /* --envelope: an event has the parts of its message as fields */
	int32_t partition_number;      /* the value of -p if that is a number; otherwise -1 */
	struct time_format *auto_time; /* owned; parses the result of --timestamp */
	/* The message that was made last points into the next three members. */
	struct kafka_envelope in;
	struct kafka_header headers[MESSAGE_HEADERS_MAX];
	struct buf text; /* the parts that expressions have made */
};

/* Initializes M. The caller must call message_maker_release(), even after a failure. Returns 0, or -1 with E set:
 * EX_OSERR. */
int message_maker_init(struct message_maker *m, struct err *e) MUST_USE;
void message_maker_release(struct message_maker *m);
/* Compiles EXPR and stores its number in *FIELD, which is a member of M such as m->key. Returns 0, or -1 with E set:
 * EX_USAGE. */
int message_maker_compile(struct message_maker *m, int *field, const char *expr, struct err *e) MUST_USE;
/* Adds the header that TEXT, "NAME=EXPR", describes. Returns 0, or -1 with E set: EX_USAGE, EX_OSERR. */
int message_maker_add_header(struct message_maker *m, const char *text, struct err *e) MUST_USE;
/* Prints a line for each mistake in the expressions that was found only when events were read, such as a field that no
 * event had. */
void message_maker_report(const struct message_maker *m);
/* Appends to the status line OUT a short form of the first mistake in the expressions that the events show. */
void message_maker_describe(const struct message_maker *m, struct buf *out);
/* Makes the message of EVENT. *OUT points into EVENT and M, and is valid until the next call. Returns 0, or -1 with E
 * set to the reason why EVENT cannot be a message. */
int message_maker_make(struct message_maker *m, struct span event, struct kafka_message *out, struct err *e) MUST_USE;
#endif
