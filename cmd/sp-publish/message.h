/* message.h -- what becomes of an event on its way into a topic: its key, headers, partition, time and value. */
#ifndef PUBLISH_MESSAGE_H
#define PUBLISH_MESSAGE_H
#include "expr/expr.h"
#include "kafka/envelope.h"
#include "kafka/kafka.h"
#include "text/time.h"

enum { HEADERS_MAX = 64 };

struct message_maker {
	struct exprs *exprs;                  /* owned */
	int key, partition, timestamp, value; /* expression numbers; -1: not given */
	struct {
		char *name;
		int expr;
	} header_exprs[HEADERS_MAX];
	size_t header_count;
	bool null_value; /* --null-value: a tombstone where --value gives null */
	bool envelope, keep_partition;
	int32_t fixed_partition;       /* -p; -1: none */
	struct time_format *auto_time; /* owned */
	/* for one message */
	struct kafka_envelope in;
	struct kafka_header headers[HEADERS_MAX];
	struct buf text;
};

int message_maker_init(struct message_maker *m, struct err *e) MUST_USE;
void message_maker_release(struct message_maker *m);
/* Compiles EXPR for one of the fields above (&m->key ...). -1: EX_USAGE. */
int message_maker_expr(struct message_maker *m, int *field, const char *expr, struct err *e) MUST_USE;
/* "NAME=EXPR". */
int message_maker_header(struct message_maker *m, const char *text, struct err *e) MUST_USE;
/* Makes the message of EVENT; its spans live until the next call, or in EVENT. -1: EX_DATAERR. */
int message_make(struct message_maker *m, struct span event, struct kafka_message *out, struct err *e) MUST_USE;
#endif
