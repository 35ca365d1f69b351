/* kafka_options.c -- what sp-capture knows about kafka:// without librdkafka: the scheme, the options, the driver.
 *
 * Loading librdkafka takes longer than all other work at the start of a program. So sp-capture, which reads files in
 * most runs, does not link it. */
#include "sp-capture/source/kafka_options.h"
#include "sp-capture/source/table.h"
#include <string.h>

const struct opt kafka_option_table[] = {
	{ 'G', "group", "GROUP", "kafka: read as a member of a consumer group" },
	{ 'p', "partitions", "LIST", "kafka: read only partitions such as 0,2 or 0-5" },
	{ 'o', "offset", "WHERE", "kafka: beginning, end, stored, N, -N, s@TIME; e@TIME: until then" },
	{ 'e', "exit", NULL, "kafka: end where the partitions ended at the start" },
	{ OPT_SHARD, "shard", "I/N", "kafka: read the I-th of N shares of the partitions" },
	{ OPT_ENVELOPE, "envelope", NULL, "kafka: an event is the whole message: key, headers, value" },
	{ OPT_REGISTRY, "registry", "skip", "kafka: remove the schema registry's prefix from JSON values" },
	{ OPT_WAIT, "wait", "DUR", "kafka: how long to wait for a partition at its end (default 0)" },
	{ 'L', "list", NULL, "kafka: list brokers, topics, offsets, groups and their lag" },
	{ 'J', "json", NULL, "kafka: with -L, as JSON" },
	{ 'X', "property", "NAME=VALUE", "kafka: set a librdkafka property; -X list shows them all" },
	{ 'F', "config", "FILE", "kafka: read properties, passwords too, from FILE" },
	OPT_END,
};

/* -X list prints the properties of librdkafka and does not need a broker. */
bool kafka_option_needs_no_source(int id, const char *value)
{
	return id == 'X' && strcmp(value, "list") == 0;
}

/* This type has only the members that are needed to recognise a kafka:// source and to start its driver. */
const struct source_type source_kafka_by_driver = {
	.name = "kafka",
	.scheme = "kafka",
	.helper = "kafka",
	.options = kafka_option_table,
	.needs_no_source = kafka_option_needs_no_source,
};
