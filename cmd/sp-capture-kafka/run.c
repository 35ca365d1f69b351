/* run.c -- Kafka's partitions as sources of the merge by event time.
 *
 * Offsets are committed after what they stand for was written to standard output, never before. */
#include "sp-capture/source/kafka_run.h"
#include "base/clock.h"
#include "base/diag.h"
#include "sp-capture-kafka/partition_reader.h"
#include "sp-capture/merge.h"
#include "stream/stop.h"
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

enum {
	TICK_RECORDS = 4096, /* between looks at the clock */
	TICK_MS = 100,       /* a wait at most, so that a signal is seen */
	COMMIT_MS = 1000,
	WAIT_STEP_MS = 20,
	FAREWELL_S = 5, /* for brokers that do not answer, once a signal has asked to stop */
};

/* ---- the output goes out, and offsets with it ---- */

static int flush(struct kafka_run *k, struct err *e)
{
	if (run_pause(k->run, e) < 0)
		return -1;
	for (size_t i = 0; i < k->count; i++)
		if (kafka_done(&k->readers[i]) >= 0)
			kafka_consumer_store(k->consumer, i, kafka_done(&k->readers[i]));
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

/* ---- records: into the merge, or out ---- */

#define NO_OFFSET UINT64_MAX

/* E is the end of LANE, and of the run when its turn in the merge comes: a parcel with no offset says so. */
static int break_off(struct kafka_run *k, struct partition_reader *l, struct err *e)
{
	if (!k->merge)
		return -1;
	const struct record end = { .raw = { "", 0 }, .number = NO_OFFSET };
	if (!k->bad.status)
		k->bad = *e;
	l->broken = true;
	return merge_record_reject(k->merge, (size_t)(l - k->readers), &end, e);
}

/* The record whose turn in the merge it is: 1; -1. */
static int deliver(struct kafka_run *k, struct partition_reader *l, struct span bytes, struct err *e)
{
	uint64_t offset = merge_record_number(bytes);
	if (offset == NO_OFFSET) {
		*e = k->bad;
		return -1;
	}
	if (merge_record_deliver(k->run, l->name, bytes, e) < 0)
		return -1;
	kafka_taken(l, offset);
	return 1;
}

/* RECORD of LANE is an event, or rejected: as R says, which is kafka_record()'s. */
static int pass(struct kafka_run *k, struct partition_reader *l, int r, struct record *record, struct err *e)
{
	struct event event;
	l->given++;
	if (r == KAFKA_RECORD)
		r = event_out_prepare(&k->run->event_out, record, l->name, &event, e);
	if (r < 0)
		return -1;
	if (r == KAFKA_RECORD)
		l->head_ms = event.ms;
	if (k->merge && r == KAFKA_RECORD)
		return merge_record_event(k->merge, (size_t)(l - k->readers), record, &event, e);
	if (k->merge)
		return merge_record_reject(k->merge, (size_t)(l - k->readers), record, e);
	if (r == KAFKA_RECORD)
		r = event_out_write(&k->run->event_out, &event, e);
	else
		r = rejects_add(&k->run->rejects, record->kind, record->why, l->name, record->number, record->raw, e);
	if (r == 0)
		kafka_taken(l, record->number);
	return r;
}

/* The records of the message that LANE's decoder has. With an end in the middle of it, it is not done: its rest counts
 * as one record that never goes out. */
static int pass_all(struct kafka_run *k, struct partition_reader *l, struct record *record, struct err *e)
{
	int r;
	while ((r = kafka_decode(k, l, record, e)) > 0 && r != KAFKA_STOPPED && !run_limit_reached(k->run))
		if ((r = pass(k, l, r, record, e)) < 0)
			break;
	if (r == 0)
		return 0;
	l->given++;
	l->feed_newline = false;
	l->feed = SPAN_NONE;
	return r < 0 ? -1 : 0;
}

struct reading {
	struct kafka_run *run;
	struct partition_reader *lane;
	bool failed; /* by what became of a message, not by its partition */
};

static int take(void *arg, const struct kafka_message *m, struct err *e)
{
	struct reading *g = arg;
	struct kafka_run *k = g->run;
	struct partition_reader *l = g->lane;
	struct record record;
	k->messages++;
	k->bytes += m->key.n + m->value.n;
	l->offset = m->offset;
	l->message_ms = m->timestamp_ms;
	l->idle_since = 0;
	int r = kafka_record(k, l, m, &record, e);
	if (r == KAFKA_DECODE)
		r = pass_all(k, l, &record, e);
	else if (r > 0)
		r = pass(k, l, r, &record, e);
	g->failed = r < 0;
	return r < 0 ? -1 : !stop_flag && !run_limit_reached(k->run);
}

/* ---- what comes next of a partition ---- */

enum { OVER, SOME, LATER = NEXT_LATER };

/* Nothing has come for LANE: SOME look again; LATER it holds nobody up; OVER the run is; -1. */
static int wait_for(struct kafka_run *k, struct partition_reader *l, struct err *e)
{
	bool at_end = l->idle_since > 0;
	if (at_end && clock_monotonic_ms() - l->idle_since >= k->o->wait_ms)
		return LATER;
	if (tick(k, e) < 0)
		return -1;
	l->awaited = true;
	return stop_flag || k->changed ? OVER : SOME;
}

/* Some records of LANE go on their way: SOME; OVER, LATER, -1 as above, and -1 when it cannot be read on and no merge has
 * to be waited for. */
static int pull(struct kafka_run *k, struct partition_reader *l, struct err *e)
{
	for (;;) {
		/* Its own queue wakes sooner than the descriptor that is for all. */
		int64_t patience = l->awaited ? WAIT_STEP_MS : 0;
		struct reading reading = { k, l, false };
		size_t part = (size_t)(l - k->readers);
		l->awaited = false;
		switch (kafka_consumer_read(k->consumer, part, patience, take, &reading, e)) {
		case NEXT_ERROR: return reading.failed || break_off(k, l, e) < 0 ? -1 : SOME;
		case NEXT_EVENT: return SOME;
		case NEXT_END: return OVER;
		case NEXT_REJECTED:
		case NEXT_LATER:
		default: break;
		}
		if (l->idle_since == 0 && kafka_consumer_at_end(k->consumer, part))
			l->idle_since = clock_monotonic_ms();
		int r = wait_for(k, l, e);
		if (r != SOME)
			return r;
	}
}

/* The merge's face. */
static int fill(void *arg, struct merge *m, size_t number, struct err *e)
{
	struct kafka_run *k = arg;
	struct partition_reader *l = &k->readers[number];
	(void)m;
	if (k->changed || l->broken)
		return 0; /* changed: the partitions that this merge began with are gone */
	return pull(k, l, e);
}

/* Merges the partitions that are ours now: 1 when they changed; 0 at the end of everything; -1. */
static int merge_all(struct kafka_run *k, struct err *e)
{
	k->merge = merge_new(k->count, (struct merge_callbacks){ k, fill, NULL }, e);
	int r = k->merge ? 1 : -1;
	unsigned turn = 0;
	while (r > 0 && !k->changed && !stop_flag && !run_limit_reached(k->run)) {
		size_t number;
		struct span bytes;
		r = merge_next(k->merge, &number, &bytes, e);
		if (k->changed || stop_flag)
			break;
		if (r == NEXT_LATER)
			r = wait_a_moment(k, TICK_MS, e) < 0 ? -1 : 1;
		else if (r > 0)
			r = deliver(k, &k->readers[number], bytes, e);
		if (r > 0 && ++turn % TICK_RECORDS == 0 && tick(k, e) < 0)
			r = -1;
	}
	merge_free(k->merge);
	k->merge = NULL;
	return r < 0 ? -1 : k->changed;
}

/* One partition needs no merge: its messages go out as they come. 1 when it is ours no longer; 0 at the end; -1. */
static int read_one(struct kafka_run *k, struct err *e)
{
	int r = SOME;
	uint64_t served = k->messages;
	while (r != OVER && !k->changed && !stop_flag && !run_limit_reached(k->run)) {
		r = pull(k, &k->readers[0], e);
		if (r < 0 || (r == LATER && wait_a_moment(k, TICK_MS, e) < 0))
			return -1;
		if (k->messages - served < TICK_RECORDS)
			continue;
		served = k->messages;
		if (tick(k, e) < 0)
			return -1;
	}
	return k->changed;
}

/* ---- the run ---- */

/* The partitions change under a group: each time all begins anew. */
static int run_all(struct kafka_run *k, struct err *e)
{
	for (;;) {
		partition_readers_free(k);
		if (kafka_consumer_poll(k->consumer, e) < 0)
			return -1;
		k->changed = false;
		if (partition_readers_new(k, e) < 0)
			return -1;
		int r = k->count > 1 ? merge_all(k, e) : k->count > 0 ? read_one(k, e) : wait_a_moment(k, TICK_MS, e);
		if (r < 0)
			return -1;
		/* With -e, a member of a group that was dealt no partition has nothing to wait for. */
		bool none = kafka_consumer_assigned(k->consumer) && kafka_consumer_count(k->consumer) == 0;
		if (stop_flag || run_limit_reached(k->run) ||
			(r == 0 && (k->count > 0 || (none && k->o->consumer.to_end))))
			return 0;
	}
}

static void on_connection(void *arg, bool away, const char *why)
{
	(void)arg;
	if (away)
		diag("brokers unreachable: %s; retrying", why);
	else
		diag("brokers reachable again");
}

/* What is written by now is done, whatever ended the run. */
static int end(struct kafka_run *k, struct err *e)
{
	stop_within(FAREWELL_S);
	struct err other = ERR_INIT;
	int flushed = flush(k, e);
	int committed = kafka_consumer_commit(k->consumer, true, flushed < 0 ? &other : e);
	return flushed < 0 || committed < 0 ? -1 : 0;
}

int run_kafka(struct run *r, struct err *e)
{
	struct kafka_run k = { .run = r, .o = &r->options->kafka, .committed_ms = clock_monotonic_ms() };
	struct kafka_consumer_options o = k.o->consumer;
	o.on_connection = on_connection;
	o.headers = k.o->envelope;
	o.latency = r->options->status || r->options->metrics;
	buf_init(&k.text, SIZE_MAX / 4);
	r->rejects.separator = '@';
	if (o.group)
		writer_whole_lines(&r->out);
	kafka_status_init(&k);
	int status = kafka_consumer_new(k.o->config, &o, &k.consumer, e);
	stop_init(o.group ? STOP_AT_SIGTERM : STOP_AT_SIGINT);
	/* A member of a group hands its partitions over: the others would wait for session.timeout.ms. */
	if (o.group)
		stop_ignore_pipe();
	if (status == 0)
		status = run_all(&k, e);
	if (k.consumer && !k.changed && end(&k, status == 0 ? e : &(struct err)ERR_INIT) < 0)
		status = -1;
	if (k.changed)
		partition_readers_free(&k); /* their partitions are gone already */
	status_finish(&r->status);          /* the last that can be said of the partitions: they go now */
	r->status = (struct status){ 0 };
	partition_readers_free(&k);
	kafka_consumer_free(k.consumer);
	buf_release(&k.text);
	return status;
}
