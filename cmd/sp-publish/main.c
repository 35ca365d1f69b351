/* sp-publish -- write events to a Kafka topic, and succeed only when every one is acknowledged.
 *
 * Lines come in on standard input; each becomes one message, or is rejected and reported; each message ends
 * acknowledged, refused, or unacknowledged, and the exit status says so. Control lines are for sp programs and are
 * never published. */
#include "base/diag.h"
#include "base/dur.h"
#include "base/opt.h"
#include "kafka/producer.h"
#include "message.h"
#include "stream/control.h"
#include "stream/reader.h"
#include "stream/rejects.h"
#include "stream/status.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <unistd.h>

enum { O_HEADER = 256, O_PARTITION, O_TIMESTAMP, O_VALUE, O_NULL_VALUE, O_ENVELOPE, O_CREATE, O_TIMEOUT, O_MAX_BUFFER,
	O_REJECT, O_STATUS, O_METRICS };

static const struct opt options[] = {
	{ 'k', "key", "EXPR", "the message's key: text of strings, JSON of others; null: no key" },
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
	{ O_METRICS, "metrics", "FILE", "write Prometheus metrics to FILE" },
	OPT_COMMON, OPT_END
};
static const struct opt_program program = { "sp-publish", "kafka://HOST[:PORT][,HOST...]/TOPIC",
	"write events to a Kafka topic, every one acknowledged", options, NULL };

struct config {
	struct kafka_config *kafka;
	struct kafka_producer_options producer;
	const char *reject;
	bool status;
	const char *metrics;
};

struct state {
	const struct config *c;
	struct message_maker maker;
	struct reader in;
	struct rejects rejects;
	struct kafka_producer *producer;
	struct status status;
	uint64_t lines, refused, first_refused;
	char why[256]; /* of the first refused one */
	int64_t started_ms;
};

static struct kafka_producer_counts counts_of(const struct state *st)
{
	struct kafka_producer_counts n = { 0 };
	if (st->producer)
		kafka_producer_counts(st->producer, &n);
	return n;
}

static void describe(void *arg, struct buf *out)
{
	const struct state *st = arg;
	struct kafka_producer_counts n = counts_of(st);
	double s = (double)(clock_monotonic_ms() - st->started_ms) / 1000;
	buf_addf(out, "%" PRIu64 " events, %" PRIu64 " acknowledged, %" PRIu64 " waiting, %" PRIu64 " refused, %.0f/s", st->lines,
		n.acked, n.queued, n.failed, s > 0 ? (double)n.acked / s : 0);
	if (n.round_trip_ms > 0)
		buf_addf(out, ", broker %.1f ms", n.round_trip_ms);
}

static void metrics(void *arg, struct buf *out)
{
	const struct state *st = arg;
	struct kafka_producer_counts n = counts_of(st);
	buf_addf(out,
		"# TYPE sp_publish_messages_total counter\n"
		"sp_publish_messages_total{outcome=\"acknowledged\"} %" PRIu64 "\n"
		"sp_publish_messages_total{outcome=\"refused\"} %" PRIu64 "\n"
		"# TYPE sp_publish_bytes_total counter\nsp_publish_bytes_total %" PRIu64 "\n"
		"# TYPE sp_publish_waiting gauge\nsp_publish_waiting %" PRIu64 "\n"
		"# TYPE sp_publish_broker_seconds gauge\nsp_publish_broker_seconds %.6f\n",
		n.acked, n.failed, n.bytes, n.queued, n.round_trip_ms / 1000);
}

/* A message the broker or the client will never take. */
static int on_failed(void *arg, uint64_t position, struct span value, const char *why, struct err *e)
{
	struct state *st = arg;
	if (st->refused++ == 0) {
		st->first_refused = position;
		snprintf(st->why, sizeof st->why, "%s", why);
	}
	return rejects_add(&st->rejects, "not published", why, "standard input", position, value, e);
}

static void on_connection(void *arg, bool away, const char *why)
{
	(void)arg;
	if (away)
		diag("the brokers are away: %s; trying on", why);
	else
		diag("the brokers are back");
}

static int before_wait(void *arg, struct err *e)
{
	struct state *st = arg;
	status_poll(&st->status);
	return kafka_producer_poll(st->producer, e);
}

static int publish(struct state *st, const struct line *l, struct err *e)
{
	struct kafka_message m;
	struct err why = ERR_INIT;
	st->lines++;
	if (l->too_long)
		return rejects_add(&st->rejects, "line too long", "line too long", "standard input", l->number, l->text, e);
	if (message_make(&st->maker, l->text, &m, &why) < 0)
		return rejects_add(&st->rejects, "no message", why.msg, "standard input", l->number, l->text, e);
	int r = kafka_producer_send(st->producer, &m, l->number, e);
	if (st->lines % 4096 == 0)
		status_poll(&st->status);
	return r;
}

/* Reads on while the broker is slow only as far as --max-buffer: send() waits. */
static int read_all(struct state *st, struct err *e)
{
	struct line l;
	int r;
	while ((r = reader_next(&st->in, &l, e)) > 0) {
		if (l.text.n == 0 || control_is(l.text))
			continue;
		int sent = publish(st, &l, e);
		if (sent != 0)
			return sent < 0 ? -1 : 0;
	}
	return r;
}

/* Waits for what is queued; what is left after the time limit is said, and is the status. */
static int finish(struct state *st, struct err *e)
{
	int left = kafka_producer_flush(st->producer, st->c->producer.timeout_ms, e);
	if (left < 0)
		return diag_err(e);
	struct kafka_producer_counts n = counts_of(st);
	int status = rejects_finish(&st->rejects, e);
	if (status < 0)
		return diag_err(e);
	if (n.queued > 0)
		diag("%" PRIu64 " messages are unacknowledged: no answer in time", n.queued);
	if (st->refused > 0)
		diag("%" PRIu64 " of %" PRIu64 " messages were not published; the first was line %" PRIu64 ": %s", st->refused,
			st->lines, st->first_refused, st->why);
	if (n.queued > 0 || (st->refused > 0 && strstr(st->why, "imed out")))
		return EX_UNAVAILABLE;
	return status;
}

static int run(const struct config *c, struct message_maker *maker)
{
	struct state st = { .c = c, .maker = *maker, .started_ms = clock_monotonic_ms() };
	struct err e = ERR_INIT;
	struct kafka_producer_options o = c->producer;
	const char *note = NULL;
	int status = EX_OK;
	st.status = (struct status){ .line = c->status, .metrics_path = c->metrics, .describe = describe, .metrics = metrics,
		.arg = &st };
	o.on_failed = on_failed;
	o.on_connection = on_connection;
	o.arg = &st;
	stop_init(STOP_AT_SIGTERM);
	if (reader_init(&st.in, input_fd(STDIN_FILENO, "standard input"), EVENT_MAX * 4 + EVENT_MAX_EXTRA, &e) < 0 ||
		rejects_init(&st.rejects, c->reject, &e) < 0 || kafka_producer_new(c->kafka, &o, &st.producer, &note, &e) < 0) {
		status = diag_err(&e);
		goto out;
	}
	if (note)
		diag("%s", note);
	st.in.before_wait = before_wait;
	st.in.before_wait_arg = &st;
	if (read_all(&st, &e) < 0) {
		status = diag_err(&e);
		e = (struct err)ERR_INIT;
		int rest = finish(&st, &e);
		status = status ? status : rest;
	} else {
		status = finish(&st, &e);
	}
	status_finish(&st.status);
out:
	kafka_producer_free(st.producer);
	rejects_release(&st.rejects);
	reader_release(&st.in);
	message_maker_release(&st.maker);
	return status;
}

static int list_properties(void)
{
	struct buf b;
	buf_init(&b, 16 << 20);
	int status = kafka_config_list(&b) < 0 ? EX_OSERR : diag_print(b.p, b.n);
	buf_release(&b);
	return status;
}

/* -X and -F stand anywhere on the line, but need the target first: they are kept until it is known. */
struct late_option {
	int id;
	const char *value;
};

struct parsed {
	struct late_option late[128];
	size_t late_count;
	bool done; /* --help and the like: exit with status */
	int status;
};

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
	if (int_parse(value, 0, INT32_MAX, &n, &ignored) == 0) {
		m->fixed_partition = (int32_t)n;
		return 0;
	}
	return message_maker_expr(m, &m->partition, value, e);
}

static int option(struct config *c, struct message_maker *m, int id, const char *value, struct parsed *p, struct err *e)
{
	switch (id) {
	case 'k':
		return message_maker_expr(m, &m->key, value, e);
	case O_HEADER:
		return message_maker_header(m, value, e);
	case 'p':
		return partition_option(m, value, e);
	case O_TIMESTAMP:
		return message_maker_expr(m, &m->timestamp, value, e);
	case O_VALUE:
		return message_maker_expr(m, &m->value, value, e);
	case O_NULL_VALUE:
		m->null_value = true;
		return 0;
	case O_ENVELOPE:
		m->envelope = true;
		return 0;
	case O_CREATE:
		c->producer.create = value;
		return 0;
	case O_TIMEOUT:
		return dur_parse(value, &c->producer.timeout_ms, e);
	case O_MAX_BUFFER:
		return size_parse(value, &c->producer.max_buffer, e);
	case O_REJECT:
		c->reject = value;
		return 0;
	case O_STATUS:
		c->status = true;
		return 0;
	case O_METRICS:
		c->metrics = value;
		return 0;
	case 'h':
		return show(opt_help, p);
	case 'V':
		return show(opt_version, p);
	default:
		if (p->late_count == sizeof p->late / sizeof p->late[0])
			return err_set(e, EX_USAGE, "too many -X and -F");
		p->late[p->late_count++] = (struct late_option){ id, value };
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
		if ((p->late[i].id == 'F' ? kafka_config_file(c->kafka, p->late[i].value, e)
					  : kafka_config_set(c->kafka, p->late[i].value, e)) < 0)
			return -1;
	char *const *topics = kafka_config_topics(c->kafka);
	if (!topics[0] || topics[1])
		return err_set(e, EX_USAGE, "'%s': one topic is needed: kafka://HOST:PORT/TOPIC", operands[0]);
	c->producer.topic = topics[0];
	return 0;
}

static int parse(struct config *c, struct message_maker *m, int argc, char **argv, struct parsed *p, struct err *e)
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
		} else if (option(c, m, id, value, p, e) < 0) {
			id = -1;
			break;
		}
	}
	char **operands = opt_operands(&o, &count);
	int r = id < 0 ? -1 : p->done ? 0 : target(c, operands, count, p, e);
	if (r == 0 && m->envelope && (m->key >= 0 || m->value >= 0 || m->header_count > 0))
		r = err_set(e, EX_USAGE, "--envelope already has key, headers and value: leave --key, --header and --value out");
	opt_release(&o);
	return r;
}

int main(int argc, char *argv[])
{
	struct config c = { .producer = { .timeout_ms = 60000, .max_buffer = 64 << 20 } };
	struct message_maker maker;
	struct parsed p = { 0 };
	struct err e = ERR_INIT;
	diag_init(program.name);
	int status = 0;
	if (message_maker_init(&maker, &e) < 0 || parse(&c, &maker, argc, argv, &p, &e) < 0)
		status = diag_err(&e);
	else
		status = p.done ? p.status : run(&c, &maker);
	kafka_config_free(c.kafka);
	return status;
}
