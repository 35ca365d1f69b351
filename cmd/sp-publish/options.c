/* options.c -- the command line of sp-publish.
 *
 * The table below describes the options for the parser, for --help and for completion in the shell. A test compares the
 * table with the manual page. An expression is compiled when its option is read, so that a mistake is reported with the
 * option. -X and -F change the configuration, which is made from the target. The target may come after them. So they
 * are only stored at first, and set_target() applies them. */
#include "sp-publish/options.h"
#include "stream/reader.h"
#include "base/amount.h"
#include "base/dur.h"

enum {
	O_HEADER = 256, /* options without a letter, from here on */
	O_TIMESTAMP,
	O_VALUE,
	O_NULL_VALUE,
	O_ENVELOPE,
	O_CREATE,
	O_TIMEOUT,
	O_MAX_BUFFER,
	O_REJECT,
	O_MAX_EVENT,
	O_STATUS,
	O_METRICS
};

static const struct opt options[] = {
	{ 'k', "key", "EXPR", "the message's key: text of strings, JSON of others; null: no key" },
	{ O_HEADER, "header", "NAME=EXPR", "add a header; may be repeated" },
	{ 'p', "partition", "EXPR", "the partition (default: by the key, as Java producers do)" },
	{ O_TIMESTAMP, "timestamp", "EXPR", "the message's time (default: the event's own)" },
	{ O_VALUE, "value", "EXPR", "the message's value (default: the line as it is)" },
	{ O_NULL_VALUE, "null-value", NULL, "a null of --value is a tombstone, not an error" },
	{ O_ENVELOPE, "envelope", NULL, "events are whole messages, as sp-capture --envelope writes them" },
	{ O_CREATE, "create", "SPEC", "create a missing topic: partitions=6,replication=1,NAME=VALUE" },
	{ O_TIMEOUT, "timeout", "DUR", "give up on a message after DUR (default 1m)" },
	{ O_MAX_BUFFER, "max-buffer", "SIZE", "bytes of messages not acknowledged yet, at most (default 64M)" },
	{ 'X', "property", "NAME=VALUE", "a librdkafka property; -X list shows them all" },
	{ 'F', "config", "FILE", "read properties, passwords too, from FILE" },
	{ O_REJECT, "reject", "FILE", "append lines that cannot be published to FILE, and continue" },
	{ O_MAX_EVENT, "max-event", "SIZE", "longest event (default 4M); 64k more is taken for what sp has added" },
	{ O_STATUS, "status", NULL, "keep a status line on standard error" },
	{ O_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_COMMON,
	OPT_END,
};
/* Names of options in kcat, Kafka's console producer and other tools, and what sp-publish has instead. */
static const struct opt_hint hints[] = { { "topic", "the topic in the operand: kafka://HOST:PORT/TOPIC" },
	{ "broker", "the broker in the operand: kafka://HOST:PORT/TOPIC" },
	{ "brokers", "the brokers in the operand: kafka://HOST:PORT,HOST:PORT/TOPIC" },
	{ "bootstrap-server", "the brokers in the operand: kafka://HOST:PORT,HOST:PORT/TOPIC" },
	{ "bootstrap-servers", "the brokers in the operand: kafka://HOST:PORT,HOST:PORT/TOPIC" },
	{ "key-by", "--key EXPR" }, { "partition-by", "--partition EXPR" }, { "producer-property", "-X NAME=VALUE" },
	{ "producer.config", "-F FILE" }, { "command-config", "-F FILE" },
	{ "compression", "-X compression.type=zstd" }, { "compression-codec", "-X compression.type=zstd" },
	{ "acks", "-X acks=all, which is the default" }, { "time", "--timestamp EXPR" },
	{ "headers", "--header NAME=EXPR" }, { "tombstone", "--null-value" }, { "partitions", "--create partitions=N" },
	{ "replication-factor", "--create replication=N" }, { NULL, NULL } };

static const struct opt_program program = { .name = "sp-publish",
	.operands = "kafka://HOST[:PORT][,HOST...]/TOPIC",
	.about = "write events to a Kafka topic, every one acknowledged",
	.options = options,
	.hints = hints };

/* Handles -p: VALUE is a number, as for kcat, or an expression. Returns 0, or -1 with E set. */
static int read_partition(struct message_maker *m, const char *value, struct err *e)
{
	int64_t n;
	/* The error says that VALUE is not a number. It is ignored, because VALUE is an expression in this case. */
	struct err ignored = ERR_INIT;
	if (amount_parse_int(value, 0, INT32_MAX, &n, &ignored) == 0) {
		m->partition_number = (int32_t)n;
		return 0;
	}
	return message_maker_compile(m, &m->partition, value, e);
}

/* Stores the VALUE of -X or -F, which set_target() applies later. For -X list, only sets o->list_properties. Returns 0,
 * or -1 with E set. */
static int add_property(struct publish_options *o, int id, const char *value, struct err *e)
{
	if (id == 'X' && strcmp(value, "list") == 0) {
		o->list_properties = true;
		return 0;
	}
	if (o->property_count == PUBLISH_PROPERTIES_MAX)
		return err_set(e, EX_USAGE, "more than %d -X and -F", PUBLISH_PROPERTIES_MAX);
	o->properties[o->property_count].id = id;
	o->properties[o->property_count++].value = value;
	return 0;
}

/* The hook program_options.option: stores option ID with VALUE in ARG. Returns 0, or -1 with E set. */
static int set_option(void *arg, int id, const char *value, struct err *e)
{
	struct publish_options *o = arg;
	struct message_maker *m = &o->maker;
	switch (id) {
	case 'k': return message_maker_compile(m, &m->key, value, e);
	case O_HEADER: return message_maker_add_header(m, value, e);
	case 'p': return read_partition(m, value, e);
	case O_TIMESTAMP: return message_maker_compile(m, &m->timestamp, value, e);
	case O_VALUE: return message_maker_compile(m, &m->value, value, e);
	case O_NULL_VALUE: m->null_value = true; return 0;
	case O_ENVELOPE: m->envelope = true; return 0;
	case O_CREATE: o->producer.create = value; return 0;
	case O_TIMEOUT: return dur_parse(value, &o->producer.timeout_ms, e);
	case O_MAX_BUFFER: return amount_parse_bytes(value, &o->producer.max_buffer, e);
	case O_REJECT: o->reject = value; return 0;
	case O_MAX_EVENT: return program_max_event(value, &o->max_line, e);
	case O_STATUS: o->status = true; return 0;
	case O_METRICS: o->metrics = value; return 0;
	default: return add_property(o, id, value, e);
	}
}

/* The hook program_options.operands: makes the configuration of the target, then sets the properties in the order of
 * the command line. So a later property overrides an earlier one. Returns 0, or -1 with E set. */
static int set_target(void *arg, char **operands, int count, struct err *e)
{
	struct publish_options *o = arg;
	const struct message_maker *m = &o->maker;
	if (o->list_properties)
		return 0;
	if (count != 1)
		return err_set(e, EX_USAGE, "one target is needed: kafka://HOST:PORT/TOPIC; see sp-publish --help");
	if (kafka_config_new(operands[0], &o->kafka, e) < 0)
		return -1;
	for (size_t i = 0; i < o->property_count; i++)
		if ((o->properties[i].id == 'F' ? kafka_config_file(o->kafka, o->properties[i].value, e) :
						  kafka_config_set(o->kafka, o->properties[i].value, e)) < 0)
			return -1;
	/* sp-capture can read several topics. sp-publish takes one, because it has no rule for which event goes to
	 * which topic. */
	char *const *topics = kafka_config_topics(o->kafka);
	if (!topics[0] || topics[1])
		return err_set(e, EX_USAGE, "'%s': one topic is needed: kafka://HOST:PORT/TOPIC", operands[0]);
	o->producer.topic = topics[0];
	/* Check --envelope here, when all options are known, because they may come in any order. */
	if (m->envelope && (m->key >= 0 || m->value >= 0 || m->header_count > 0))
		return err_set(e, EX_USAGE,
			"--envelope already has key, headers and value: leave out --key, --header and --value");
	return 0;
}

enum program_outcome publish_options_read(struct publish_options *o, int argc, char **argv, int *status, struct err *e)
{
	static const struct program_options reading = { .program = &program,
		.option = set_option,
		.operands = set_target };
	/* The same defaults are in the texts of the table of options and in sp-publish(1). max_line is greater than
	 * EVENT_MAX, because sp-capture --envelope puts a whole message, with its key and headers, into one line. */
	*o = (struct publish_options){ .producer = { .timeout_ms = 60000, .max_buffer = 64 << 20 },
		.max_line = EVENT_MAX * 4 + EVENT_MAX_EXTRA };
	if (message_maker_init(&o->maker, e) < 0)
		return PROGRAM_FAILED;
	return program_parse(&reading, o, argc, argv, status, e);
}

void publish_options_release(struct publish_options *o)
{
	kafka_config_free(o->kafka);
	message_maker_release(&o->maker);
}
