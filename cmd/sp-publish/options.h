/* options.h -- the options of sp-publish, as the command line gave them. */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H
#include "kafka/producer.h"
#include "program/options.h"
#include "sp-publish/message.h"

enum { PUBLISH_PROPERTIES_MAX = 128 };

struct publish_options {
	struct message_maker maker;             /* --key, --value and so on; makes the messages */
	struct kafka_config *kafka;             /* owned; NULL if list_properties is true */
	struct kafka_producer_options producer; /* publish.c sets the callbacks */
	const char *reject, *metrics;           /* paths; NULL: not given */
	bool status;                            /* --status: keep a status line on standard error */
	size_t max_line;                        /* the longest line, in bytes (--max-event) */
	bool list_properties;                   /* -X list: show all properties, publish nothing */
	/* -X and -F, in the order of the command line. The target may come after them, so they are stored here until
	 * the target is read. */
	struct {
		int id; /* 'X' or 'F' */
		const char *value;
	} properties[PUBLISH_PROPERTIES_MAX];
	size_t property_count;
};

/* Reads the command line into O, which borrows strings from ARGV. Returns PROGRAM_RUN; PROGRAM_DONE with the exit
 * status in *STATUS, after --help for instance; or PROGRAM_FAILED with E set. The caller must call
 * publish_options_release() in each case. */
enum program_outcome publish_options_read(struct publish_options *o, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
void publish_options_release(struct publish_options *o);
#endif
