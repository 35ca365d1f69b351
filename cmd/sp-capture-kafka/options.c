/* options.c -- interprets sp-capture's options for kafka:// sources.
 *
 * Each option is checked when it is read. What depends on the URI, an operand, is checked by kafka_options_finish().
 * There the properties (-X, -F) are applied in the order of the command line, so a later one overrides an earlier
 * one. */
#include "sp-capture-kafka/options.h"
#include "base/dur.h"
#include "base/opt.h"
#include "sp-capture/source/kafka_options.h"
#include <stdlib.h>

enum { READ_AHEAD_BYTES = 8 << 20 }; /* the limit for messages read ahead, for each partition */

void *kafka_options_new(struct err *e)
{
	struct kafka_options *k = calloc(1, sizeof *k);
	if (!k)
		err_oom(e, "options");
	else
		k->consumer.max_buffer = READ_AHEAD_BYTES;
	return k;
}

/* Frees OWN and its configuration. The strings of the options are not freed, because they belong to argv. */
void kafka_options_free(void *own)
{
	struct kafka_options *k = own;
	if (k)
		kafka_config_free(k->config);
	free(k);
}

/* Handles -p: adds the partitions that TEXT lists as numbers and ranges, such as "3" or "0,2,5-7". Returns 0, or -1
 * with E set. */
static int set_partitions(struct kafka_options *k, const char *text, struct err *e)
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
			if (k->consumer.partition_count == KAFKA_PARTITIONS_MAX)
				return err_set(e, EX_USAGE, "-p: more than %d partitions", KAFKA_PARTITIONS_MAX);
			k->partitions[k->consumer.partition_count++] = (int32_t)from;
		}
		if (!*end)
			break;
		p = end + 1;
	}
	k->consumer.partitions = k->partitions;
	return 0;
}

/* Handles -o, which may be given twice: once to say where to begin, and once, as e@TIME, to say where to end. Returns
 * 0, or -1 with E set. */
static int set_offset(struct kafka_options *k, const char *text, struct err *e)
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

/* Handles --shard i/N: this program reads the partitions whose number modulo N is i, so that N programs share a topic.
 * Returns 0, or -1 with E set. */
static int set_shard(struct kafka_options *k, const char *text, struct err *e)
{
	int end = 0;
	if (sscanf(text, "%9d/%9d%n", &k->consumer.shard, &k->consumer.shards, &end) != 2 || text[end] ||
		k->consumer.shard < 0 || k->consumer.shards < 1 || k->consumer.shard >= k->consumer.shards)
		return err_set(e, EX_USAGE, "--shard '%s': write i/N with i from 0 to N - 1, such as 0/4", text);
	return 0;
}

/* Handles --registry, whose only value so far is "skip". Returns 0, or -1 with E set. */
static int set_registry(struct kafka_options *k, const char *text, struct err *e)
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
	case 'p': return set_partitions(k, value, e);
	case 'o': return set_offset(k, value, e);
	case 'e': k->consumer.to_end = true; return 0;
	case 'L': k->list_cluster = true; return 0;
	case 'J': k->json = true; return 0;
	case OPT_SHARD: return set_shard(k, value, e);
	case OPT_ENVELOPE: k->envelope = true; return 0;
	case OPT_REGISTRY: return set_registry(k, value, e);
	case OPT_WAIT: return dur_parse(value, &k->wait_ms, e);
	default:
		if (kafka_option_needs_no_source(id, value)) {
			k->list_properties = true;
			return 0;
		}
		if (k->property_count == KAFKA_PROPERTIES_MAX)
			return err_set(e, EX_USAGE, "more than %d -X and -F", KAFKA_PROPERTIES_MAX);
		k->properties[k->property_count].id = id;
		k->properties[k->property_count++].value = value;
		return 0;
	}
}

/* Checks the options that exclude or need each other. Returns 0, or -1 with E set. */
static int check_options(const struct kafka_options *k, const char *uri, struct err *e)
{
	const struct kafka_consumer_options *c = &k->consumer;
	if (c->group && (c->partition_count > 0 || c->shards > 0))
		return err_set(e, EX_USAGE, "with -G the group assigns the partitions: leave -p and --shard out");
	if (!c->group && c->from.kind == KAFKA_OFFSET_STORED)
		return err_set(e, EX_USAGE, "-o stored needs the group that stored it: -G GROUP");
	if (!k->list_cluster && !kafka_config_topics(k->config)[0])
		return err_set(e, EX_USAGE, "'%s': name a topic: kafka://HOST:PORT/TOPIC", uri);
	return 0;
}

/* Makes the configuration from URI, then sets the properties in the order of the command line. Returns 0, or -1 with E
 * set. */
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
	return check_options(k, uri, e);
}

/* Refuses a second operand, because a consumer has one set of brokers and properties. */
int kafka_options_finish(void *own, struct options *o, struct err *e)
{
	struct kafka_options *k = own;
	if (k->list_properties)
		return 0;
	if (o->operand_count > 1)
		return err_set(e, EX_USAGE,
			"a kafka:// source must be the only source; name several topics in one: kafka://HOST:PORT/A,B");
	if (o->follow)
		return err_set(e, EX_USAGE, "a topic is followed anyway unless -e is given: leave --follow out");
	/* With --time kafka or --envelope, the message's timestamp is the event's time. So no time is searched for in
	 * the event itself. */
	k->time_kafka = o->time && strcmp(o->time, "kafka") == 0;
	if (k->time_kafka || k->envelope)
		o->time = NULL;
	return configure(k, o->operands[0], e);
}
