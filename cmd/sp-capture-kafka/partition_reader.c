/* partition_reader.c -- turns messages into records.
 *
 * The value of a message is an event in JSON, or bytes in which a decoder finds any number of records. With --envelope
 * the whole message is one event. A reader counts the records of the current message, so that a position can lie inside
 * a message. It also counts the records of all messages. Only when that many records were written, the offset after the
 * current message is committed. */
#include "sp-capture-kafka/partition_reader.h"
#include "base/clock.h"
#include "json/json.h"
#include "kafka/envelope.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <stdlib.h>

enum { WAIT_STEP_MS = 20 }; /* the wait for one message; rebalances are handled between waits */

/* Returns the state that all partitions share. */
static struct kafka_state *state_of(const struct partition_reader *p)
{
	return p->base.set->state;
}

/* The function input.read of the decoder's input. Gives the value of the message, then a newline, which ends the last
 * line of the value. After the newline feed() returns INPUT_AGAIN. The decoder then returns NEXT_LATER, which means
 * that the message has no more records. */
static ssize_t feed(struct input *in, void *to, size_t n, struct err *e)
{
	struct partition_reader *p = in->state;
	(void)e;
	if (p->feed.n > 0) {
		n = n < p->feed.n ? n : p->feed.n;
		memcpy(to, p->feed.p, n);
		p->feed.p += n;
		p->feed.n -= n;
		return (ssize_t)n;
	}
	if (!p->feed_newline)
		return INPUT_AGAIN;
	*(char *)to = '\n';
	p->feed_newline = false;
	return 1;
}

/* ---- a message as one record ---- */

/* Makes R a rejected record of kind KIND for the reason WHY. Returns NEXT_REJECTED. */
static enum next reject(struct record *r, const char *kind, const char *why)
{
	r->kind = kind;
	snprintf(r->why, sizeof r->why, "%.200s", why);
	return NEXT_REJECTED;
}

/* Returns true if VALUE begins as the schema registry's wire format does: a zero byte, then four bytes, the schema's
 * number. The number may be any, so only the zero byte is checked. */
static bool has_registry_prefix(struct span value)
{
	return value.n >= 5 && value.p[0] == '\0';
}

/* Puts R's event on one line: removes white space at both ends, and compacts JSON of several lines. Returns
 * NEXT_EVENT. */
static enum next json_record(struct kafka_state *k, struct record *r)
{
	const char *p = r->event.p, *end = p + r->event.n;
	if (p < end && (*p != '{' || end[-1] != '}')) {
		p = json_space(p, end);
		while (end > p && json_space(end - 1, end) == end)
			end--;
		r->event = (struct span){ p, (size_t)(end - p) };
	}
	if (!memchr(p, '\n', r->event.n))
		return NEXT_EVENT;
	buf_reset(&k->text);
	/* Invalid JSON stays unchanged. The caller checks the event later, and reports the place of the fault. */
	if (json_compact(r->event, &k->text) == 0)
		r->event = buf_span(&k->text);
	return NEXT_EVENT;
}

/* Sets the time of R to MS milliseconds since 1970. */
static void set_time(struct record *r, int64_t ms)
{
	r->has_time = true;
	r->time = (struct stamp){ ms / 1000, (int32_t)(ms % 1000) * 1000000, 3 };
}

/* Makes the whole message M the event of R. Returns NEXT_EVENT, or NEXT_ERROR with E set. */
static enum next envelope_record(struct kafka_state *k, const struct kafka_message *m, struct record *r, struct err *e)
{
	buf_reset(&k->text);
	if (kafka_envelope_write(m, &k->text) < 0)
		return (enum next)err_oom(e, "an envelope");
	r->event = buf_span(&k->text);
	r->checked = true;
	return NEXT_EVENT;
}

/* Makes record R from message M. Returns NEXT_EVENT, NEXT_REJECTED, or NEXT_ERROR with E set. If a decoder reads M's
 * value, makes no record and returns NEXT_LATER. decode() then gives the records in the value. */
static enum next message_record(struct partition_reader *p, const struct kafka_message *m, struct record *r,
	struct err *e)
{
	struct kafka_state *k = state_of(p);
	struct span value = m->value;
	/* The fields are cleared one by one. To clear the large array WHY for each message would take time. */
	r->newline = r->checked = r->has_time = r->time_is_ts = r->no_ts = false;
	r->detected_format = NULL;
	r->years = &p->records.years;
	r->kind = NULL;
	r->why[0] = '\0';
	r->event = SPAN_NONE;
	r->raw = (struct span){ value.p ? value.p : "", value.n };
	r->number = (uint64_t)m->offset;
	r->offset = 0;
	if (k->o->envelope)
		return envelope_record(k, m, r, e);
	if (!value.p)
		return reject(r, "tombstone", "a tombstone has no value; --envelope reads it as it is");
	if (k->o->time_kafka) {
		if (m->timestamp_ms < 0)
			return reject(r, "no time", "the message has no timestamp");
		set_time(r, m->timestamp_ms);
	}
	if (has_registry_prefix(value)) {
		if (!k->o->registry_skip)
			return reject(r, "schema registry",
				"begins with the schema registry's five bytes; --registry skip removes them from JSON");
		value.p += 5;
		value.n -= 5;
	}
	if (value.n > p->base.set->options->max_event)
		return reject(r, "message too long", "longer than --max-event");
	r->event = value;
	if (!k->decodes)
		return json_record(k, r);
	p->feed = value;
	p->feed_newline = true;
	p->in_message = true;
	return NEXT_LATER;
}

/* Reads the next record in the current message from the decoder, and returns the decoder's result. Returns NEXT_LATER
 * if the message has no more records. Returns NEXT_END if a signal asked to stop, after which it is not known whether
 * there are more. */
static enum next decode(struct partition_reader *p, struct record *r, struct err *e)
{
	const struct kafka_state *k = state_of(p);
	*r = (struct record){ 0 };
	enum next n = record_reader_next(&p->records, r, e);
	p->base.format = p->records.format;
	if (n == NEXT_LATER || n == NEXT_END)
		return stop_flag ? NEXT_END : NEXT_LATER;
	r->number = (uint64_t)p->offset;
	if (k->o->time_kafka)
		set_time(r, p->message_ms);
	return n;
}

/* ---- the partition ---- */

/* Reads the next message into *M, and waits for it. Returns NEXT_EVENT, or NEXT_ERROR with E set. Returns NEXT_LATER if
 * the partition has been at its end for the time of --wait. Returns NEXT_END if the partition is finished, the group
 * rebalances, or a signal asked to stop. */
static enum next next_message(struct partition_reader *p, struct kafka_message *m, struct err *e)
{
	struct source_set *set = p->base.set;
	struct kafka_state *k = set->state;
	while (!stop_flag && !set->changed) {
		/* Waits on this partition's own queue. A message ends this wait sooner than a wait on the pipe that all
		 * partitions share. */
		int64_t patience_ms = p->wait_first ? WAIT_STEP_MS : 0;
		p->wait_first = false;
		enum next n = kafka_consumer_next(k->consumer, p->part, patience_ms, m, e);
		/* Only this partition failed. So the run first writes what was read before, and then ends. */
		if (n == NEXT_ERROR)
			p->base.over = true;
		if (n != NEXT_LATER)
			return n;
		if (p->idle_since_ms == 0 && kafka_consumer_at_end(k->consumer, p->part))
			p->idle_since_ms = clock_monotonic_ms();
		if (p->idle_since_ms > 0 && clock_monotonic_ms() - p->idle_since_ms >= k->o->wait_ms)
			return NEXT_LATER;
		if (k->flush_and_poll(set, e) < 0)
			return NEXT_ERROR;
		p->wait_first = true;
	}
	return NEXT_END;
}

/* Makes M the current message and counts it. */
static void begin_message(struct partition_reader *p, const struct kafka_message *m)
{
	struct kafka_state *k = state_of(p);
	k->messages++;
	k->bytes += m->key.n + m->value.n;
	p->offset = m->offset;
	p->message_ms = m->timestamp_ms;
	p->message_records = 0;
	p->idle_since_ms = 0;
}

enum next partition_next(struct source *s, struct record *out, struct err *e)
{
	struct partition_reader *p = (struct partition_reader *)s;
	for (;;) {
		enum next n;
		if (p->in_message) {
			n = decode(p, out, e);
			p->in_message = n != NEXT_LATER;
		} else {
			struct kafka_message m;
			n = next_message(p, &m, e);
			if (n != NEXT_EVENT)
				return n;
			begin_message(p, &m);
			n = message_record(p, &m, out, e);
		}
		if (n == NEXT_LATER)
			continue;
		if (n != NEXT_EVENT && n != NEXT_REJECTED)
			return n;
		/* After a seek, the records before the position are counted, but not returned. */
		p->all_records++;
		if (p->message_records++ >= p->skip || p->offset != p->skip_offset)
			return n;
	}
}

/* ---- positions ---- */

bool partition_mark(const struct source *s, struct position *out)
{
	const struct partition_reader *p = (const struct partition_reader *)s;
	bool inside = state_of(p)->decodes;
	*out = (struct position){ .offset = (uint64_t)p->offset + !inside,
		.skip = inside ? p->message_records : 0,
		.state = p->all_records };
	return p->all_records > 0;
}

int partition_seek(struct source *s, const struct position *p, struct err *e)
{
	struct partition_reader *r = (struct partition_reader *)s;
	r->skip_offset = (int64_t)p->offset;
	r->skip = p->skip;
	return kafka_consumer_seek(state_of(r)->consumer, r->part, (int64_t)p->offset, e);
}

void partition_check_message_end(struct source *s)
{
	struct partition_reader *p = (struct partition_reader *)s;
	struct record next;
	struct err e = ERR_INIT;
	if (p->in_message && decode(p, &next, &e) == NEXT_LATER)
		p->in_message = false;
}

/* If all records read so far are written, the offset is that of the next message. Otherwise it is the offset in the
 * position of the last written record. With a decoder, that is the offset of the record's own message, which may have
 * more records. */
int64_t partition_commit_offset(const struct source *s)
{
	const struct partition_reader *p = (const struct partition_reader *)s;
	struct position written;
	if (!source_position(s, &written) || written.state == 0)
		return -1;
	bool all = !p->in_message && written.state == p->all_records;
	return all ? p->offset + 1 : (int64_t)written.offset;
}

/* ---- making and releasing ---- */

void partition_readers_free(struct source_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		record_reader_close(&((struct partition_reader *)set->list[i])->records);
		free(set->list[i]);
	}
	set->count = 0;
}

/* Adds the source for partition PART of the consumer. Returns 0, or -1 with E set. */
static int add_reader(struct source_set *set, size_t part, struct err *e)
{
	struct kafka_state *k = set->state;
	struct partition_reader *p = calloc(1, sizeof *p);
	if (!p || source_set_add(set, &p->base, e) < 0) {
		free(p);
		return err_oom(e, "a partition");
	}
	p->part = part;
	p->base.name = kafka_consumer_name(k->consumer, part);
	p->base.open = true;
	p->offset = p->skip_offset = -1;
	year_run_init(&p->records.years, p->base.name, clock_realtime_ms(), true,
		set->options->format_options.first_year);
	struct input in = { .read = feed, .state = p, .fd = -1, .name = p->base.name };
	return k->decodes ? record_reader_open(&p->records, set, in, p->base.name, e) : 0;
}

int partition_readers_new(struct source_set *set, struct err *e)
{
	const struct kafka_state *k = set->state;
	size_t count = kafka_consumer_count(k->consumer);
	for (size_t i = 0; i < count; i++)
		if (add_reader(set, i, e) < 0)
			return -1;
	return 0;
}
