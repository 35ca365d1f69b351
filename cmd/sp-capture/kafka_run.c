/* kafka_run.c -- Kafka's partitions as sources of the merge by event time.
 *
 * A message's value is an event (JSON), or bytes for a decoder, or with --envelope the whole message is one. Offsets
 * are committed after what they stand for was written to standard output, never before. */
#include "kafka_run.h"
#include "base/diag.h"
#include "kafka/envelope.h"
#include "kafka_lanes.h"
#include "merge.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <stdlib.h>

enum {
	TICK_RECORDS = 4096, /* between looks at the clock */
	TICK_MS = 100,       /* a wait at most, so that a signal is seen */
	COMMIT_MS = 1000,
	WAIT_STEP_MS = 20,
};

/* ---- the output goes out, and offsets with it ---- */

static int flush(struct kafka_run *k, struct err *e)
{
	if (run_pause(k->run, e) < 0)
		return -1;
	for (size_t i = 0; i < k->count; i++)
		if (k->lanes[i].written >= 0)
			kafka_consumer_done(k->consumer, i, k->lanes[i].written);
	return 0;
}

/* Rebalances and commits. */
static int serve(struct kafka_run *k, struct err *e)
{
	int r = kafka_consumer_poll(k->consumer, e);
	if (r > 0) {
		k->changed = true;
		k->rebalances++;
	}
	int64_t now = clock_monotonic_ms();
	if (r < 0 || now - k->committed_ms < COMMIT_MS)
		return r < 0 ? -1 : 0;
	k->committed_ms = now;
	return k->changed ? 0 : kafka_consumer_commit(k->consumer, false, e);
}

/* Every so often, while messages flow. */
static int tick(struct kafka_run *k, struct err *e)
{
	return flush(k, e) < 0 ? -1 : serve(k, e);
}

/* Until something has come, or a moment has passed. serve() takes the wake-ups away, so it goes behind the wait: one
 * that came since the partitions were looked at must end the wait at once. */
static int wait_a_moment(struct kafka_run *k, int ms, struct err *e)
{
	struct pollfd p = { kafka_consumer_fd(k->consumer), POLLIN, 0 };
	if (!stop_flag && stop_poll(&p, 1, 0) == 0) {
		if (flush(k, e) < 0)
			return -1;
		(void)stop_poll(&p, 1, ms);
	}
	return serve(k, e);
}

/* ---- messages become records ---- */

/* Hands the message's bytes to the decoder's reader, with a newline behind them. */
static ssize_t feed(struct input *in, void *to, size_t n, struct err *e)
{
	struct lane *l = in->state;
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
	const struct format *f = k->run->config->format;
	return !f || strcmp(f->name, "ndjson") == 0 || strcmp(f->name, "json") == 0;
}

static int reject(struct record *r, const char *kind, const char *why)
{
	r->kind = kind;
	snprintf(r->why, sizeof r->why, "%.200s", why);
	return 2;
}

/* The schema registry's prefix: a zero byte and a schema's number. */
static bool has_prefix(struct span value)
{
	return value.n >= 5 && value.p[0] == '\0';
}

/* JSON: one event, on one line. */
static int json_record(struct kafka_run *k, struct record *r)
{
	const char *start = json_space(r->event.p, r->event.p + r->event.n);
	r->event.n -= (size_t)(start - r->event.p);
	r->event.p = start;
	while (r->event.n > 0 && strchr(" \t\r\n", start[r->event.n - 1]) && start[r->event.n - 1])
		r->event.n--;
	if (!memchr(r->event.p, '\n', r->event.n) && !memchr(r->event.p, '\r', r->event.n))
		return 1;
	buf_reset(&k->text);
	if (json_compact(r->event, &k->text) == 0)
		r->event = buf_span(&k->text);
	return 1;
}

static void set_time(struct record *r, int64_t ms)
{
	r->has_time = true;
	r->time = (struct stamp){ ms / 1000, (int32_t)(ms % 1000) * 1000000, 3 };
}

/* 1: R is a record; 2: rejected; 3: the decoder has it now. */
enum { DECODE = 3 };
static int record_of(struct kafka_run *k, struct lane *l, const struct kafka_message *m, struct record *r, struct err *e)
{
	struct span value = m->value;
	*r = (struct record){ .raw = { value.p ? value.p : "", value.n }, .number = (uint64_t)m->offset };
	if (k->o->envelope) {
		buf_reset(&k->text);
		if (envelope_write(m, &k->text) < 0)
			return err_set(e, EX_OSERR, "out of memory");
		r->event = buf_span(&k->text);
		r->checked = true;
		return 1;
	}
	if (!value.p)
		return reject(r, "tombstone", "a tombstone has no value: --envelope takes it as it is");
	if (k->run->config->time_kafka) {
		if (m->timestamp_ms < 0)
			return reject(r, "no time", "the message has no timestamp");
		set_time(r, m->timestamp_ms);
	}
	if (has_prefix(value)) {
		if (!k->o->registry_skip)
			return reject(r, "schema registry", "begins with the schema registry's five bytes: --registry skip takes them off JSON");
		value.p += 5;
		value.n -= 5;
	}
	if (value.n > k->run->config->max_event)
		return reject(r, "message too long", "longer than --max-event");
	r->event = value;
	if (json_values(k))
		return json_record(k, r);
	l->feed = value;
	l->feed_newline = l->feeding = true;
	return DECODE;
}

/* The next record of the message that the decoder has: 1, 2 as above; 0: no more in it. */
static int decode(const struct kafka_run *k, struct lane *l, struct record *r, struct err *e)
{
	*r = (struct record){ 0 };
	int n = source_next(&l->source, r, e);
	if (n == READER_AGAIN || n == 0) {
		l->feeding = false;
		return 0;
	}
	r->number = (uint64_t)l->offset;
	if (k->run->config->time_kafka)
		set_time(r, l->message_ms);
	return n;
}

/* ---- the merge's face ---- */

/* RECORD, good or rejected, as the parcel that travels through the merge. */
static int deliver(struct kafka_run *k, struct lane *l, int r, struct record *record, int64_t *ms, struct span *bytes,
	struct err *e)
{
	struct event event;
	if (r == 1)
		r = emit_prepare(&k->run->emit, record, l->name, &event, e);
	if (r < 0)
		return -1;
	*ms = r == 1 ? event.ms : MERGE_NO_TIME;
	if (r == 1)
		l->head_ms = event.ms;
	if ((r == 1 ? parcel_event(&k->parcel, record, &event) : parcel_reject(&k->parcel, record)) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	*bytes = buf_span(&k->parcel.bytes);
	return 1;
}

/* E is the end of LANE, and of the run when its turn comes: a parcel with no offset says so. */
#define BROKEN UINT64_MAX
static int break_off(struct kafka_run *k, struct lane *l, int64_t *ms, struct span *bytes, struct err *e)
{
	struct record end = { .raw = { "", 0 }, .number = BROKEN };
	if (!k->bad.status)
		k->bad = *e;
	l->broken = true;
	return deliver(k, l, 2, &end, ms, bytes, e);
}

/* Nothing has come for LANE: 1 look again; MERGE_LATER it holds nobody up; 0 the run is over; -1. */
static int wait_for(struct kafka_run *k, struct lane *l, struct err *e)
{
	bool at_end = l->idle_since > 0;
	if (at_end && clock_monotonic_ms() - l->idle_since >= k->o->wait_ms)
		return MERGE_LATER;
	if (tick(k, e) < 0)
		return -1;
	l->awaited = true;
	return !stop_flag && !k->changed;
}

static int next(void *arg, size_t number, int64_t *ms, struct span *bytes, struct err *e)
{
	struct kafka_run *k = arg;
	struct lane *l = &k->lanes[number];
	struct kafka_message m;
	struct record record;
	enum kafka_event what;
	int r;
	if (k->changed || l->broken)
		return 0; /* changed: the partitions that this merge began with are gone */
	for (;;) {
		if (l->feeding && (r = decode(k, l, &record, e)) != 0)
			return r < 0 ? -1 : deliver(k, l, r, &record, ms, bytes, e);
		/* Its own queue wakes sooner than the descriptor that is for all. */
		int64_t patience = l->awaited ? WAIT_STEP_MS : 0;
		l->awaited = false;
		if (kafka_consumer_next(k->consumer, number, patience, &what, &m, e) < 0)
			return break_off(k, l, ms, bytes, e);
		switch (what) {
		case KAFKA_MESSAGE:
			k->messages++;
			k->bytes += m.key.n + m.value.n;
			l->offset = m.offset;
			l->message_ms = m.timestamp_ms;
			l->idle_since = 0;
			r = record_of(k, l, &m, &record, e);
			if (r == DECODE)
				break;
			return r < 0 ? -1 : deliver(k, l, r, &record, ms, bytes, e);
		case KAFKA_FINISHED:
			return 0;
		case KAFKA_AT_END:
			if (l->idle_since == 0)
				l->idle_since = clock_monotonic_ms();
			/* fall through */
		case KAFKA_NOTHING:
		default:
			r = wait_for(k, l, e);
			if (r != 1)
				return r;
		}
	}
}

/* ---- the run ---- */

static void lanes_free(struct kafka_run *k)
{
	for (size_t i = 0; i < k->count; i++)
		source_close(&k->lanes[i].source);
	free(k->lanes);
	k->lanes = NULL;
	k->count = 0;
}

static int lanes_new(struct kafka_run *k, struct err *e)
{
	k->count = kafka_consumer_count(k->consumer);
	k->lanes = calloc(k->count ? k->count : 1, sizeof *k->lanes);
	if (!k->lanes) {
		k->count = 0;
		return err_set(e, EX_OSERR, "out of memory");
	}
	for (size_t i = 0; i < k->count; i++) {
		struct lane *l = &k->lanes[i];
		l->name = kafka_consumer_name(k->consumer, i);
		l->written = -1;
		l->head_ms = INT64_MIN;
		l->source = (struct source){ .config = k->run->config, .path = l->name, .name = l->name };
		struct input in = { .read = feed, .state = l, .fd = -1, .name = l->name };
		if (!json_values(k) && source_open_input(&l->source, in, e) < 0)
			return -1;
	}
	return 0;
}

/* The record whose turn it is: 1; -1. */
static int take(struct kafka_run *k, struct lane *l, struct span bytes, struct err *e)
{
	uint64_t offset = parcel_number(bytes);
	if (offset == BROKEN) {
		*e = k->bad;
		return -1;
	}
	if (parcel_deliver(k->run, l->name, bytes, e) < 0)
		return -1;
	l->written = (int64_t)offset + 1;
	return 1;
}

/* Merges the partitions that are ours now: 1 when they changed; 0 at the end of everything; -1. */
static int merge_all(struct kafka_run *k, struct err *e)
{
	struct merge *m = merge_new(k->count, (struct merge_face){ k, next, NULL }, e);
	int r = m ? 1 : -1;
	unsigned turn = 0;
	while (r > 0 && !k->changed && !stop_flag && !run_limit_reached(k->run)) {
		size_t number;
		struct span bytes;
		r = merge_next(m, &number, &bytes, e);
		if (k->changed || stop_flag)
			break;
		if (r == MERGE_LATER) {
			r = wait_a_moment(k, TICK_MS, e) < 0 ? -1 : 1;
		} else if (r > 0) {
			r = take(k, &k->lanes[number], bytes, e);
		}
		if (r > 0 && ++turn % TICK_RECORDS == 0 && tick(k, e) < 0)
			r = -1;
	}
	merge_free(m);
	return r < 0 ? -1 : k->changed;
}

/* The partitions change under a group: each time a new merge begins. */
static int run_all(struct kafka_run *k, struct err *e)
{
	for (;;) {
		lanes_free(k);
		if (kafka_consumer_poll(k->consumer, e) < 0)
			return -1;
		k->changed = false;
		if (lanes_new(k, e) < 0)
			return -1;
		int r = k->count > 0 ? merge_all(k, e) : wait_a_moment(k, TICK_MS, e);
		if (r < 0)
			return -1;
		/* With -e, a member of a group that was dealt no partition has nothing to wait for. */
		bool none = kafka_consumer_dealt(k->consumer) && kafka_consumer_count(k->consumer) == 0;
		if (stop_flag || run_limit_reached(k->run) || (r == 0 && (k->count > 0 || (none && k->o->consumer.to_end))))
			return 0;
	}
}

static void on_connection(void *arg, bool away, const char *why)
{
	(void)arg;
	if (away)
		diag("the brokers are away: %s; trying on", why);
	else
		diag("the brokers are back");
}

int run_kafka(struct run *r, struct err *e)
{
	struct kafka_run k = { .run = r, .o = &r->config->kafka, .committed_ms = clock_monotonic_ms() };
	struct kafka_consumer_options o = k.o->consumer;
	o.on_connection = on_connection;
	o.headers = k.o->envelope;
	/* librdkafka's buffers, a megabyte each, come from the heap: mapped anew each time, their pages cost more than
	 * all that is done with them. */
	(void)mallopt(M_MMAP_THRESHOLD, 32 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
	buf_init(&k.text, SIZE_MAX / 4);
	parcel_init(&k.parcel);
	r->rejects.separator = '@';
	if (o.group)
		writer_whole_lines(&r->out);
	kafka_status_init(&k);
	int status = kafka_consumer_new(k.o->config, &o, &k.consumer, e);
	if (status == 0)
		status = run_all(&k, e);
	/* What is written by now is done, whatever ended the run. */
	struct err other = ERR_INIT;
	if (k.consumer && !k.changed && (flush(&k, &other) < 0 || kafka_consumer_commit(k.consumer, true, &other) < 0) &&
		status == 0) {
		*e = other;
		status = -1;
	}
	if (k.changed)
		lanes_free(&k); /* their partitions are gone already */
	status_finish(&r->status); /* the last that can be said of the partitions: they go now */
	r->status = (struct status){ 0 };
	lanes_free(&k);
	kafka_consumer_free(k.consumer);
	parcel_release(&k.parcel);
	buf_release(&k.text);
	return status;
}
