/* partition_reader.c -- a message becomes a record: its value is an event (JSON), or bytes for a decoder, or with --envelope
 * the whole message is one. */
#include "sp-capture-kafka/partition_reader.h"
#include "kafka/envelope.h"
#include "stream/stop.h"
#include <stdlib.h>

/* Hands the message's bytes to the decoder's reader, with a newline behind them. */
static ssize_t feed(struct input *in, void *to, size_t n, struct err *e)
{
	struct partition_reader *l = in->state;
	(void)e;
	if (l->feed.n > 0) {
		n = n < l->feed.n ? n : l->feed.n;
		memcpy(to, l->feed.p, n);
		l->feed.p += n;
		l->feed.n -= n;
		return (ssize_t)n;
	}
	if (!l->feed_newline)
		return INPUT_AGAIN;
	*(char *)to = '\n';
	l->feed_newline = false;
	return 1;
}

static bool json_values(const struct kafka_run *k)
{
	const struct format *f = k->run->options->format;
	return !f || (f->flags & FORMAT_JSON);
}

static int reject(struct record *r, const char *kind, const char *why)
{
	r->kind = kind;
	snprintf(r->why, sizeof r->why, "%.200s", why);
	return KAFKA_REJECTED;
}

/* The schema registry's prefix: a zero byte and a schema's number. */
static bool has_prefix(struct span value)
{
	return value.n >= 5 && value.p[0] == '\0';
}

/* JSON: one event, on one line. */
static int json_record(struct kafka_run *k, struct record *r)
{
	const char *p = r->event.p, *end = p + r->event.n;
	if (p < end && (*p != '{' || end[-1] != '}')) {
		p = json_space(p, end);
		while (end > p && json_space(end - 1, end) == end)
			end--;
		r->event = (struct span){ p, (size_t)(end - p) };
	}
	if (!memchr(p, '\n', r->event.n))
		return KAFKA_RECORD;
	buf_reset(&k->text);
	if (json_compact(r->event, &k->text) == 0)
		r->event = buf_span(&k->text);
	return KAFKA_RECORD;
}

static void set_time(struct record *r, int64_t ms)
{
	r->has_time = true;
	r->time = (struct stamp){ ms / 1000, (int32_t)(ms % 1000) * 1000000, 3 };
}

int kafka_record(struct kafka_run *k, struct partition_reader *l, const struct kafka_message *m, struct record *r,
	struct err *e)
{
	struct span value = m->value;
	/* Field by field: the reason, the most of it, need not be cleared. */
	r->newline = r->checked = r->has_time = r->time_is_ts = r->no_ts = false;
	r->guessed = NULL;
	r->kind = NULL;
	r->why[0] = '\0';
	r->event = SPAN_NONE;
	r->raw = (struct span){ value.p ? value.p : "", value.n };
	r->number = (uint64_t)m->offset;
	r->offset = 0;
	if (k->o->envelope) {
		buf_reset(&k->text);
		if (kafka_envelope_write(m, &k->text) < 0)
			return err_set(e, EX_OSERR, "out of memory");
		r->event = buf_span(&k->text);
		r->checked = true;
		return KAFKA_RECORD;
	}
	if (!value.p)
		return reject(r, "tombstone", "a tombstone has no value: --envelope takes it as it is");
	if (k->run->options->time_kafka) {
		if (m->timestamp_ms < 0)
			return reject(r, "no time", "the message has no timestamp");
		set_time(r, m->timestamp_ms);
	}
	if (has_prefix(value)) {
		if (!k->o->registry_skip)
			return reject(r, "schema registry",
				"begins with the schema registry's five bytes: --registry skip takes them off JSON");
		value.p += 5;
		value.n -= 5;
	}
	if (value.n > k->run->options->max_event)
		return reject(r, "message too long", "longer than --max-event");
	r->event = value;
	if (json_values(k))
		return json_record(k, r);
	l->feed = value;
	l->feed_newline = true;
	return KAFKA_DECODE;
}

int kafka_decode(const struct kafka_run *k, struct partition_reader *l, struct record *r, struct err *e)
{
	*r = (struct record){ 0 };
	int n = source_next(&l->source, r, e);
	if (n == NEXT_LATER || n == 0)
		return stop_flag ? KAFKA_STOPPED : 0; /* then it may not have been asked for all */
	r->number = (uint64_t)l->offset;
	if (k->run->options->time_kafka)
		set_time(r, l->message_ms);
	return n;
}

void kafka_taken(struct partition_reader *l, uint64_t offset)
{
	l->taken++;
	l->written = (int64_t)offset + !l->decodes;
}

int64_t kafka_done(const struct partition_reader *l)
{
	bool all = l->decodes && l->taken > 0 && l->taken == l->given;
	return all ? l->offset + 1 : l->written;
}

void partition_readers_free(struct kafka_run *k)
{
	for (size_t i = 0; i < k->count; i++)
		source_close(&k->readers[i].source);
	free(k->readers);
	k->readers = NULL;
	k->count = 0;
}

int partition_readers_new(struct kafka_run *k, struct err *e)
{
	k->count = kafka_consumer_count(k->consumer);
	k->readers = calloc(k->count ? k->count : 1, sizeof *k->readers);
	if (!k->readers) {
		k->count = 0;
		return err_set(e, EX_OSERR, "out of memory");
	}
	for (size_t i = 0; i < k->count; i++) {
		struct partition_reader *l = &k->readers[i];
		l->name = kafka_consumer_name(k->consumer, i);
		l->written = -1;
		l->decodes = !json_values(k) && !k->o->envelope;
		l->head_ms = INT64_MIN;
		l->source = (struct source){ .options = k->run->options, .path = l->name, .name = l->name };
		struct input in = { .read = feed, .state = l, .fd = -1, .name = l->name };
		if (!json_values(k) && source_open_input(&l->source, in, e) < 0)
			return -1;
	}
	return 0;
}
