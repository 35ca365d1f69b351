/* options.h -- sp-publish's command line, read once; constant afterwards. */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H
#include "kafka/producer.h"
#include "program/options.h"
#include "sp-publish/message.h"

enum { PUBLISH_PROPERTIES_MAX = 128 };

struct publish_options {
	struct message_maker maker;             /* --key, --value and so on, compiled */
	struct kafka_config *kafka;             /* owned; NULL under LIST_PROPERTIES */
	struct kafka_producer_options producer; /* without its callbacks */
	const char *reject, *metrics;           /* files; NULL: not given */
	bool status;
	bool list_properties; /* -X list: show all properties, publish nothing */
	/* -X and -F in the order given; they apply to the target, which may come after them. */
	struct {
		int id; /* 'X' or 'F' */
		const char *value;
	} properties[PUBLISH_PROPERTIES_MAX];
	size_t property_count;
};

/* Reads the command line into O; strings are borrowed from ARGV. Results and errors are those of program_parse().
 * publish_options_release() is due in every case. */
enum program_outcome publish_options_read(struct publish_options *o, int argc, char **argv, int *status,
	struct err *e) MUST_USE;
void publish_options_release(struct publish_options *o);
#endif
