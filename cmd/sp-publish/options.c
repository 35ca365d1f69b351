/* options.c -- sp-publish's command line. */
#include "sp-publish/options.h"
#include "base/amount.h"
#include "base/diag.h"
#include "base/dur.h"
#include "base/opt.h"

enum {
	O_HEADER = 256,
	O_PARTITION,
	O_TIMESTAMP,
	O_VALUE,
	O_NULL_VALUE,
	O_ENVELOPE,
	O_CREATE,
	O_TIMEOUT,
	O_MAX_BUFFER,
	O_REJECT,
	O_STATUS,
	O_METRICS
};

static const struct opt options[] = { { 'k', "key", "EXPR",
					      "the message's key: text of strings, JSON of others; null: no key" },
	{ O_HEADER, "header", "NAME=EXPR", "add a header; may be repeated" },
	{ 'p', "partition", "EXPR", "the partition (default: by the key, as Java producers do)" },
	{ O_TIMESTAMP, "timestamp", "EXPR", "the message's time (default: the event's own)" },
	{ O_VALUE, "value", "EXPR", "the message's value (default: the line as it came)" },
	{ O_NULL_VALUE, "null-value", NULL, "a null of --value is a tombstone, not an error" },
	{ O_ENVELOPE, "envelope", NULL, "events are whole messages, as sp-capture --envelope writes them" },
	{ O_CREATE, "create", "SPEC", "make a missing topic: partitions=6,replication=1,NAME=VALUE" },
	{ O_TIMEOUT, "timeout", "DUR", "give up on a message after so long (default 1m)" },
	{ O_MAX_BUFFER, "max-buffer", "SIZE", "bytes waiting for the broker at most (default 64M)" },
	{ 'X', "property", "NAME=VALUE", "a librdkafka property; -X list shows them all" },
	{ 'F', "config", "FILE", "read properties, passwords too, from FILE" },
	{ O_REJECT, "reject", "FILE", "append what cannot be published to FILE, and go on" },
	{ O_STATUS, "status", NULL, "keep a status line on standard error" },
	{ O_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" }, OPT_COMMON, OPT_END };
static const struct opt_program program = { "sp-publish", "kafka://HOST[:PORT][,HOST...]/TOPIC",
	"write events to a Kafka topic, every one acknowledged", options, NULL };

/* -X and -F stand anywhere on the line, but need the target first: they are kept until it is known. */
struct parsed {
	struct {
		int id;
		const char *value;
	} late[128];
	size_t late_count;
	bool done; /* --help and the like: exit with STATUS */
	int status;
};

static int list_properties(void)
{
	struct buf b;
	buf_init(&b, 16 << 20);
	int status = kafka_config_list(&b) < 0 ? EX_OSERR : diag_print(b.p, b.n);
	buf_release(&b);
	return status;
}

static int show(int (*text)(const struct opt_program *, struct buf *), struct parsed *p)
{
	struct buf b;
	buf_init(&b, 1 << 20);
	p->done = true;
	p->status = text(&program, &b) < 0 ? EX_OSERR : diag_print(b.p, b.n);
	buf_release(&b);
	return 0;
}

/* -p takes a number, as kcat's does, or an expression. */
static int partition_option(struct message_maker *m, const char *value, struct err *e)
{
	int64_t n;
	struct err ignored = ERR_INIT;
	if (amount_parse_int(value, 0, INT32_MAX, &n, &ignored) == 0) {
		m->fixed_partition = (int32_t)n;
		return 0;
	}
	return message_maker_expr(m, &m->partition, value, e);
}

static int option(struct config *c, int id, const char *value, struct parsed *p, struct err *e)
{
	struct message_maker *m = &c->maker;
	switch (id) {
	case 'k': return message_maker_expr(m, &m->key, value, e);
	case O_HEADER: return message_maker_header(m, value, e);
	case 'p': return partition_option(m, value, e);
	case O_TIMESTAMP: return message_maker_expr(m, &m->timestamp, value, e);
	case O_VALUE: return message_maker_expr(m, &m->value, value, e);
	case O_NULL_VALUE: m->null_value = true; return 0;
	case O_ENVELOPE: m->envelope = true; return 0;
	case O_CREATE: c->producer.create = value; return 0;
	case O_TIMEOUT: return dur_parse(value, &c->producer.timeout_ms, e);
	case O_MAX_BUFFER: return amount_parse_bytes(value, &c->producer.max_buffer, e);
	case O_REJECT: c->reject = value; return 0;
	case O_STATUS: c->status = true; return 0;
	case O_METRICS: c->metrics = value; return 0;
	case 'h': return show(opt_help, p);
	case 'V': return show(opt_version, p);
	default:
		if (p->late_count == sizeof p->late / sizeof p->late[0])
			return err_set(e, EX_USAGE, "too many -X and -F");
		p->late[p->late_count].id = id;
		p->late[p->late_count++].value = value;
		return 0;
	}
}

/* The target, then what -F and -X say about it, in the order they were given. */
static int target(struct config *c, char **operands, int count, const struct parsed *p, struct err *e)
{
	if (count != 1)
		return err_set(e, EX_USAGE, "one target is needed: kafka://HOST:PORT/TOPIC; see sp-publish --help");
	if (kafka_config_new(operands[0], &c->kafka, e) < 0)
		return -1;
	for (size_t i = 0; i < p->late_count; i++)
		if ((p->late[i].id == 'F' ? kafka_config_file(c->kafka, p->late[i].value, e) :
					    kafka_config_set(c->kafka, p->late[i].value, e)) < 0)
			return -1;
	char *const *topics = kafka_config_topics(c->kafka);
	if (!topics[0] || topics[1])
		return err_set(e, EX_USAGE, "'%s': one topic is needed: kafka://HOST:PORT/TOPIC", operands[0]);
	c->producer.topic = topics[0];
	return 0;
}

static int parse(struct config *c, int argc, char **argv, struct parsed *p, struct err *e)
{
	struct opt_parser o;
	const char *value;
	int id, count;
	if (opt_init(&o, &program, argc, argv, e) < 0)
		return -1;
	while ((id = opt_next(&o, &value, e)) > 0 && !p->done) {
		if (id == 'X' && strcmp(value, "list") == 0) {
			p->done = true;
			p->status = list_properties();
		} else if (option(c, id, value, p, e) < 0) {
			id = -1;
			break;
		}
	}
	char **operands = opt_operands(&o, &count);
	int r = id < 0 ? -1 : p->done ? 0 : target(c, operands, count, p, e);
	const struct message_maker *m = &c->maker;
	if (r == 0 && m->envelope && (m->key >= 0 || m->value >= 0 || m->header_count > 0))
		r = err_set(e, EX_USAGE,
			"--envelope already has key, headers and value: leave --key, --header and --value out");
	opt_release(&o);
	return r;
}

int config_init(struct config *c, int argc, char **argv, int *status, struct err *e)
{
	struct parsed p = { 0 };
	*c = (struct config){ .producer = { .timeout_ms = 60000, .max_buffer = 64 << 20 } };
	if (message_maker_init(&c->maker, e) < 0 || parse(c, argc, argv, &p, e) < 0)
		return -1;
	*status = p.status;
	return p.done ? 1 : 0;
}

void config_release(struct config *c)
{
	kafka_config_free(c->kafka);
	message_maker_release(&c->maker);
}
