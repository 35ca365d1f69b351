/* kafka_source.c -- Kafka's partitions as the sources of a run.
 *
 * The set of partitions changes whenever the group rebalances: then the run drops what it has read ahead, because those
 * messages belong to another member now, and the list is made anew. Offsets are committed after what they stand for was
 * written to standard output, never before. */
#include "sp-capture-kafka/kafka_source.h"
#include "base/clock.h"
#include "base/diag.h"
#include "sp-capture/source/kafka_options.h"
#include "stream/stop.h"
#include <poll.h>
#include <stdlib.h>

enum {
	WAIT_MS = 100, /* at most, so that rebalances are served */
	COMMIT_MS = 1000,
	FAREWELL_S = 5, /* for brokers that do not answer, once a signal has asked to stop */
};

/* ---- commits ---- */

/* Everything that was written has been flushed: tells the consumer up to which offsets that is. */
static void note_done(struct source_set *set)
{
	const struct kafka_state *k = set->state;
	for (size_t i = 0; i < set->count; i++) {
		int64_t offset = partition_done(set->list[i]);
		if (offset >= 0)
			kafka_consumer_store(k->consumer, i, offset);
	}
}

/* Writes out all events, and notes what they stand for. */
static int flush(struct source_set *set, struct err *e)
{
	if (set->hooks.before_wait(set->hooks.arg, e) < 0)
		return -1;
	note_done(set);
	return 0;
}

/* Serves rebalances, and commits once a second. */
static int serve(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state;
	int r = kafka_consumer_poll(k->consumer, e);
	if (r > 0) {
		set->changed = true;
		k->rebalances++;
	}
	int64_t now = clock_monotonic_ms();
	if (r < 0 || now - k->committed_ms < COMMIT_MS)
		return r < 0 ? -1 : 0;
	k->committed_ms = now;
	return set->changed ? 0 : kafka_consumer_commit(k->consumer, false, e);
}

/* kafka_state.tick */
static int tick(struct source_set *set, struct err *e)
{
	return flush(set, e) < 0 ? -1 : serve(set, e);
}

/* source_type.done: the run has flushed already. */
static int kafka_done(struct source_set *set, struct err *e)
{
	note_done(set);
	return serve(set, e);
}

/* serve() empties the descriptor of the consumer, so it comes after the wait: a message that has arrived since the
 * partitions were looked at must end the wait at once. */
static int kafka_wait(struct source_set *set, struct err *e)
{
	const struct kafka_state *k = set->state;
	struct pollfd p = { kafka_consumer_fd(k->consumer), POLLIN, 0 };
	if (!stop_flag && stop_poll(&p, 1, 0) == 0) {
		if (flush(set, e) < 0)
			return -1;
		(void)stop_poll(&p, 1, WAIT_MS);
	}
	return serve(set, e);
}

/* What was written is committed, whatever ended the run. */
static int kafka_finish(struct source_set *set, struct err *e)
{
	const struct kafka_state *k = set->state;
	if (set->changed)
		partition_readers_free(set); /* the consumer does not have these partitions any more */
	if (!k->consumer || set->changed)
		return 0;
	for (size_t i = 0; i < set->count; i++)
		partition_settle(set->list[i]);
	stop_within(FAREWELL_S);
	struct err other = ERR_INIT;
	int flushed = flush(set, e);
	int committed = kafka_consumer_commit(k->consumer, true, flushed < 0 ? &other : e);
	return flushed < 0 || committed < 0 ? -1 : 0;
}

/* ---- the set ---- */

/* Values are JSON unless --format names another format. */
static bool json_values(const struct options *o)
{
	return !o->format || (o->format->flags & FORMAT_JSON);
}

/* Connects to nothing yet: bad options of the program are reported first. */
static int kafka_init(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state = calloc(1, sizeof *k);
	if (!k)
		return err_oom(e, "the consumer");
	k->o = set->options->source_options;
	k->decodes = !json_values(set->options) && !k->o->envelope;
	k->tick = tick;
	k->committed_ms = k->shown_ms = clock_monotonic_ms();
	buf_init(&k->text, SIZE_MAX / 4);
	set->needs_positions = true; /* commits need positions in the merge, too */
	/* What a member of a group could not write is read again by another: it must not be written in part. */
	set->whole_lines = k->o->consumer.group != NULL;
	return 0;
}

/* Called by the consumer when brokers become unreachable, and when they are back. It retries for ever. */
static void on_connection(void *arg, bool away, const char *why)
{
	(void)arg;
	if (away)
		diag("brokers unreachable: %s; retrying", why);
	else
		diag("brokers reachable again");
}

/* Connects to the brokers. */
static int connect_consumer(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state;
	struct kafka_consumer_options o = k->o->consumer;
	o.on_connection = on_connection;
	o.headers = k->o->envelope;
	o.latency = set->options->status || set->options->metrics;
	stop_init(DIE_AT_SIGINT); /* brokers that do not answer must not keep the program from ending */
	int status = kafka_consumer_new(k->o->config, &o, &k->consumer, e);
	/* A member of a group must leave it, also when its output is closed: otherwise the other members wait for
	 * session.timeout.ms before they get its partitions. */
	stop_init(o.group ? STOP_AT_SIGTERM : STOP_AT_SIGINT);
	if (o.group)
		stop_ignore_pipe();
	return status;
}

/* Connects at the first call. The partitions of the consumer, as they are now, become the sources. */
static enum next kafka_refresh(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state;
	if (!k->consumer && connect_consumer(set, e) < 0)
		return NEXT_ERROR;
	partition_readers_free(set);
	if (kafka_consumer_poll(k->consumer, e) < 0)
		return NEXT_ERROR;
	set->changed = false;
	if (partition_readers_new(set, e) < 0)
		return NEXT_ERROR;
	if (set->count > 0)
		return NEXT_EVENT;
	/* With -e, a member that the group gave no partition has nothing to wait for. */
	return kafka_consumer_assigned(k->consumer) && k->o->consumer.to_end ? NEXT_END : NEXT_LATER;
}

static void kafka_free_all(struct source_set *set)
{
	struct kafka_state *k = set->state;
	partition_readers_free(set);
	if (!k)
		return;
	kafka_consumer_free(k->consumer);
	buf_release(&k->text);
	free(k);
}

const struct source_type source_kafka = {
	.name = "kafka",
	.scheme = "kafka",
	.options = kafka_option_table,
	.needs_no_source = kafka_option_needs_no_source,
	.options_new = kafka_options_new,
	.options_set = kafka_options_set,
	.options_finish = kafka_options_finish,
	.options_free = kafka_options_free,
	.run_instead = kafka_show,
	.init = kafka_init,
	.refresh = kafka_refresh,
	.wait = kafka_wait,
	.done = kafka_done,
	.finish = kafka_finish,
	.describe = kafka_describe,
	.metrics = kafka_metrics,
	.free_all = kafka_free_all,
	.next = partition_next,
	.mark = partition_mark,
	.seek = partition_seek,
	.position_sign = '@',
	.merges = true,
	.stops_at_once = true,
	.failures_in_turn = true,
};
