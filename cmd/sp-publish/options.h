/* options.h -- sp-publish's command line, read once. */
#ifndef PUBLISH_OPTIONS_H
#define PUBLISH_OPTIONS_H
#include "kafka/producer.h"
#include "sp-publish/message.h"

struct config {
	struct message_maker maker;
	struct kafka_config *kafka;
	struct kafka_producer_options producer;
	const char *reject;
	bool status;
	const char *metrics;
};

/* Reads the command line: 0; 1 when that was all (--help; *STATUS is the exit status); -1: E. */
int config_init(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
/* In every case. */
void config_release(struct config *c);
#endif
