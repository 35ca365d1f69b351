/* kafka_run.c -- Kafka's partitions as sources of the merge by event time.
 *
 * Offsets are committed after what they stand for was written to standard output, never before. */
#include "kafka_run.h"
#include "base/diag.h"
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
		if (kafka_done(&k->lanes[i]) >= 0)
			kafka_consumer_done(k->consumer, i, kafka_done(&k->lanes[i]));
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

/* ---- what comes next of a partition ---- */

/* A record of LANE, good or not by now, becomes an event of the stream: as kafka_record() says. */
static int prepare(struct kafka_run *k, struct lane *l, int r, struct record *record, struct event *event, struct err *e)
{
	l->given++;
	if (r == KAFKA_RECORD)
		r = emit_prepare(&k->run->emit, record, l->name, event, e);
	if (r == KAFKA_RECORD)
		l->head_ms = event->ms;
	return r;
}

enum { OVER, LATER = KAFKA_DECODE + 1, BROKEN }; /* with what kafka_record() says */

/* Nothing has come for LANE: 1 look again; LATER it holds nobody up; OVER the run is; -1. */
static int wait_for(struct kafka_run *k, struct lane *l, struct err *e)
{
	bool at_end = l->idle_since > 0;
	if (at_end && clock_monotonic_ms() - l->idle_since >= k->o->wait_ms)
		return LATER;
	if (tick(k, e) < 0)
		return -1;
	l->awaited = true;
	return stop_flag || k->changed ? OVER : 1;
}

/* The next of partition NUMBER: KAFKA_RECORD with EVENT; KAFKA_REJECTED, as RECORD says; OVER; LATER; BROKEN, it cannot
 * be read on, as E says; -1. RECORD's number is the offset in any case. */
static int pull(struct kafka_run *k, size_t number, struct record *record, struct event *event, struct err *e)
{
	struct lane *l = &k->lanes[number];
	struct kafka_message m;
	enum kafka_event what;
	int r;
	for (;;) {
		if (l->feeding && (r = kafka_decode(k, l, record, e)) != 0)
			return prepare(k, l, r, record, event, e);
		if (l->feeding)
			return OVER; /* asked to stop in the middle of a message */
		/* Its own queue wakes sooner than the descriptor that is for all. */
		int64_t patience = l->awaited ? WAIT_STEP_MS : 0;
		l->awaited = false;
		if (kafka_consumer_next(k->consumer, number, patience, &what, &m, e) < 0)
			return BROKEN;
		switch (what) {
		case KAFKA_MESSAGE:
			k->messages++;
			k->bytes += m.key.n + m.value.n;
			l->offset = m.offset;
			l->message_ms = m.timestamp_ms;
			l->idle_since = 0;
			r = kafka_record(k, l, &m, record, e);
			if (r == KAFKA_DECODE)
				break;
			return prepare(k, l, r, record, event, e);
		case KAFKA_FINISHED:
			return OVER;
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

/* ---- several partitions: the merge ---- */

#define NO_OFFSET UINT64_MAX

/* E is the end of LANE, and of the run when its turn comes: a parcel with no offset says so. */
static void break_off(struct kafka_run *k, struct lane *l, struct record *end, const struct err *e)
{
	*end = (struct record){ .raw = { "", 0 }, .number = NO_OFFSET };
	if (!k->bad.status)
		k->bad = *e;
	l->broken = true;
}

/* The merge's face: what comes next travels through it as a parcel. */
static int next(void *arg, size_t number, int64_t *ms, struct span *bytes, struct err *e)
{
	struct kafka_run *k = arg;
	struct lane *l = &k->lanes[number];
	struct record record;
	struct event event;
	if (k->changed || l->broken)
		return 0; /* changed: the partitions that this merge began with are gone */
	int r = pull(k, number, &record, &event, e);
	if (r == LATER)
		return MERGE_LATER;
	if (r == OVER || r < 0)
		return r;
	if (r == BROKEN)
		break_off(k, l, &record, e);
	*ms = r == KAFKA_RECORD ? event.ms : MERGE_NO_TIME;
	if ((r == KAFKA_RECORD ? parcel_event(&k->parcel, &record, &event) : parcel_reject(&k->parcel, &record)) < 0)
		return err_set(e, EX_OSERR, "out of memory");
	*bytes = buf_span(&k->parcel.bytes);
	return 1;
}

/* The record whose turn it is: 1; -1. */
static int take(struct kafka_run *k, struct lane *l, struct span bytes, struct err *e)
{
	uint64_t offset = parcel_number(bytes);
	if (offset == NO_OFFSET) {
		*e = k->bad;
		return -1;
	}
	if (parcel_deliver(k->run, l->name, bytes, e) < 0)
		return -1;
	kafka_taken(l, offset);
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

/* ---- the run ---- */

/* One partition needs no merge: its messages go out as they come. 1 when it is ours no longer; 0 at the end; -1. */
static int read_one(struct kafka_run *k, struct err *e)
{
	struct lane *l = &k->lanes[0];
	struct record record;
	struct event event;
	unsigned turn = 0;
	while (!k->changed && !stop_flag && !run_limit_reached(k->run)) {
		int r = pull(k, 0, &record, &event, e);
		if (r < 0 || r == BROKEN)
			return -1;
		if (r == OVER)
			break;
		if (r == LATER) {
			if (wait_a_moment(k, TICK_MS, e) < 0)
				return -1;
			continue;
		}
		if (r == KAFKA_RECORD)
			r = emit_write(&k->run->emit, &event, e);
		else
			r = rejects_add(&k->run->rejects, record.kind, record.why, l->name, record.number, record.raw, e);
		if (r < 0)
			return -1;
		kafka_taken(l, record.number);
		if (++turn % TICK_RECORDS == 0 && tick(k, e) < 0)
			return -1;
	}
	return k->changed;
}

/* The partitions change under a group: each time all begins anew. */
static int run_all(struct kafka_run *k, struct err *e)
{
	for (;;) {
		kafka_lanes_free(k);
		if (kafka_consumer_poll(k->consumer, e) < 0)
			return -1;
		k->changed = false;
		if (kafka_lanes_new(k, e) < 0)
			return -1;
		int r = k->count > 1 ? merge_all(k, e) : k->count > 0 ? read_one(k, e) : wait_a_moment(k, TICK_MS, e);
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
	o.latency = r->config->status || r->config->metrics;
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
	kafka_lanes_settle(&k);
	if (k.consumer && !k.changed && (flush(&k, &other) < 0 || kafka_consumer_commit(k.consumer, true, &other) < 0) &&
		status == 0) {
		*e = other;
		status = -1;
	}
	if (k.changed)
		kafka_lanes_free(&k); /* their partitions are gone already */
	status_finish(&r->status); /* the last that can be said of the partitions: they go now */
	r->status = (struct status){ 0 };
	kafka_lanes_free(&k);
	kafka_consumer_free(k.consumer);
	parcel_release(&k.parcel);
	buf_release(&k.text);
	return status;
}
