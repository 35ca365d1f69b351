/* options.c -- interprets sp-capture's options for kafka:// sources.
 *
 * Each option is checked when it is read; what depends on the URI is checked when that is known. Properties (-X, -F) are
 * kept until then and applied in the order of the command line, so a later one overrides an earlier one. */
#include "sp-capture-kafka/options.h"
#include "base/dur.h"
#include "base/opt.h"
#include "sp-capture/source/kafka_options.h"
#include <stdlib.h>

enum { READ_AHEAD_BYTES = 8 << 20 }; /* for each partition */

void *kafka_options_new(struct err *e)
{
	struct kafka_options *k = calloc(1, sizeof *k);
	if (!k)
		err_oom(e, "options");
	else
		k->consumer.max_buffer = READ_AHEAD_BYTES;
	return k;
}

/* The configuration is owned; all strings belong to argv. */
void kafka_options_free(void *own)
{
	struct kafka_options *k = own;
	if (k)
		kafka_config_free(k->config);
	free(k);
}

/* -p: a list of partitions and ranges, "0,2,5-7" or "3". */
static int partitions(struct kafka_options *k, const char *text, struct err *e)
{
	for (const char *p = text;;) {
		char *end;
		long from = strtol(p, &end, 10), to = from;
		if (end != p && *end == '-') {
			p = end + 1;
			to = strtol(p, &end, 10);
		}
		if (end == p || from < 0 || to < from || to > INT32_MAX || (*end && *end != ','))
			return err_set(e, EX_USAGE, "-p '%s': write partitions as 3, 0,2 or 0-5", text);
		for (; from <= to; from++) {
			if (k->consumer.partition_count == KAFKA_PARTITIONS)
				return err_set(e, EX_USAGE, "-p: more than %d partitions", KAFKA_PARTITIONS);
			k->partitions[k->consumer.partition_count++] = (int32_t)from;
		}
		if (!*end)
			break;
		p = end + 1;
	}
	k->consumer.partitions = k->partitions;
	return 0;
}

/* -o, which may be given twice: where to begin, and with e@TIME where to end. */
static int offset(struct kafka_options *k, const char *text, struct err *e)
{
	struct kafka_offset o;
	if (kafka_offset_parse(text, &o, e) < 0)
		return err_context(e, "-o");
	if (o.kind != KAFKA_OFFSET_UNTIL) {
		k->consumer.from = o;
		return 0;
	}
	k->until = o;
	k->consumer.until = &k->until;
	return 0;
}

/* --shard i/N: this program reads the partitions whose number modulo N is i. */
static int shard(struct kafka_options *k, const char *text, struct err *e)
{
	int end = 0;
	if (sscanf(text, "%9d/%9d%n", &k->consumer.shard, &k->consumer.shards, &end) != 2 || text[end] ||
		k->consumer.shard < 0 || k->consumer.shards < 1 || k->consumer.shard >= k->consumer.shards)
		return err_set(e, EX_USAGE, "--shard '%s': write i/N with i from 0 to N - 1, such as 0/4", text);
	return 0;
}

/* --registry has one value so far, but others would be possible: decoding, for example. */
static int registry(struct kafka_options *k, const char *text, struct err *e)
{
	static const char *const names[] = { "skip", NULL };
	k->registry_skip = true;
	return opt_choice("value of --registry", text, names, e) < 0 ? -1 : 0;
}

int kafka_options_set(void *own, int id, const char *value, struct err *e)
{
	struct kafka_options *k = own;
	switch (id) {
	case 'G': k->consumer.group = value; return 0;
	case 'p': return partitions(k, value, e);
	case 'o': return offset(k, value, e);
	case 'e': k->consumer.to_end = true; return 0;
	case 'L': k->list = true; return 0;
	case 'J': k->json = true; return 0;
	case OPT_SHARD: return shard(k, value, e);
	case OPT_ENVELOPE: k->envelope = true; return 0;
	case OPT_REGISTRY: return registry(k, value, e);
	case OPT_WAIT: return dur_parse(value, &k->wait_ms, e);
	default:
		if (kafka_option_needs_no_source(id, value)) {
			k->properties_list = true;
			return 0;
		}
		if (k->property_count == KAFKA_PROPERTIES)
			return err_set(e, EX_USAGE, "more than %d -X and -F", KAFKA_PROPERTIES);
		k->properties[k->property_count].id = id;
		k->properties[k->property_count++].value = value;
		return 0;
	}
}

/* Checks what the options mean together. */
static int check(const struct kafka_options *k, const char *uri, struct err *e)
{
	const struct kafka_consumer_options *c = &k->consumer;
	if (c->group && (c->partition_count > 0 || c->shards > 0))
		return err_set(e, EX_USAGE, "with -G the group assigns the partitions: leave -p and --shard out");
	if (!c->group && c->from.kind == KAFKA_OFFSET_STORED)
		return err_set(e, EX_USAGE, "-o stored needs the group that stored it: -G GROUP");
	if (!k->list && !kafka_config_topics(k->config)[0])
		return err_set(e, EX_USAGE, "'%s': name a topic: kafka://HOST:PORT/TOPIC", uri);
	return 0;
}

/* The broker addresses and topics of the URI, then the properties in the order of the command line. */
static int configure(struct kafka_options *k, const char *uri, struct err *e)
{
	if (kafka_config_new(uri, &k->config, e) < 0)
		return -1;
	for (size_t i = 0; i < k->property_count; i++) {
		const char *value = k->properties[i].value;
		int r = k->properties[i].id == 'F' ? kafka_config_file(k->config, value, e) :
						     kafka_config_set(k->config, value, e);
		if (r < 0)
			return -1;
	}
	return check(k, uri, e);
}

/* The operand is known: one URI, since a consumer has one set of brokers and properties. */
int kafka_options_finish(void *own, struct options *o, struct err *e)
{
	struct kafka_options *k = own;
	if (k->properties_list)
		return 0;
	if (o->operand_count > 1)
		return err_set(e, EX_USAGE,
			"a kafka:// source must be the only source; name several topics in one: kafka://HOST:PORT/A,B");
	if (o->follow)
		return err_set(e, EX_USAGE, "a topic is followed anyway unless -e is given: leave --follow out");
	/* Both give every event its time, so there is nothing to look for in it. */
	k->time_kafka = o->time && strcmp(o->time, "kafka") == 0;
	if (k->time_kafka || k->envelope)
		o->time = NULL;
	return configure(k, o->operands[0], e);
}
