/* kafka_source.c -- makes each partition of Kafka a source of a run of sp-capture.
 *
 * When the partitions are assigned anew among the members of a group, a rebalance, the set of sources changes. The run
 * then drops the messages that it has read ahead, because other members read these messages now. kafka_refresh() makes
 * a new list. An offset is first stored in the consumer and later committed to the group. Invariant: an offset is
 * stored only after the output of all messages before it was written and flushed, so a crash loses nothing. */
#include "sp-capture-kafka/kafka_source.h"
#include "base/clock.h"
#include "base/diag.h"
#include "sp-capture/source/kafka_options.h"
#include "stream/stop.h"
#include <poll.h>
#include <stdlib.h>

enum {
	WAIT_MS = 100,     /* the longest wait for messages, so that rebalances are handled soon */
	COMMIT_MS = 1000,  /* the time between commits */
	LAST_COMMIT_S = 5, /* the longest time for the last commit after a signal, if brokers do not answer */
};

/* ---- commits ---- */

/* Stores in the consumer, for each partition, the offset up to which events were written. The output must have been
 * flushed before. */
static void store_written_offsets(struct source_set *set)
{
	const struct kafka_state *k = set->state;
	for (size_t i = 0; i < set->count; i++) {
		int64_t offset = partition_commit_offset(set->list[i]);
		if (offset >= 0)
			kafka_consumer_store(k->consumer, i, offset);
	}
}

/* Flushes the output, then stores the offsets of the messages whose events have left the program. Returns 0, or -1 with
 * E set. */
static int flush_output(struct source_set *set, struct err *e)
{
	if (set->hooks.before_wait(set->hooks.arg, e) < 0)
		return -1;
	store_written_offsets(set);
	return 0;
}

/* Handles rebalances, and commits the stored offsets once a second. After a rebalance nothing is committed, because the
 * new partitions have no stored offsets yet. Returns 0, or -1 with E set. */
static int poll_and_commit(struct source_set *set, struct err *e)
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

/* The function kafka_state.flush_and_poll. Flushes before it commits, so that a commit includes the events just
 * flushed. Returns 0, or -1 with E set. */
static int flush_and_poll(struct source_set *set, struct err *e)
{
	return flush_output(set, e) < 0 ? -1 : poll_and_commit(set, e);
}

/* source_type.done: stores and commits offsets. The run has flushed the output already. Returns 0, or -1 with E set. */
static int kafka_done(struct source_set *set, struct err *e)
{
	store_written_offsets(set);
	return poll_and_commit(set, e);
}

/* source_type.wait: flushes the output, then waits up to WAIT_MS for messages. If a message has arrived since the run
 * last asked for one, librdkafka has written to the consumer's pipe, and the wait ends at once. poll_and_commit()
 * empties the pipe, so it must come after the wait. Returns 0, or -1 with E set. */
static int kafka_wait(struct source_set *set, struct err *e)
{
	const struct kafka_state *k = set->state;
	struct pollfd p = { kafka_consumer_fd(k->consumer), POLLIN, 0 };
	if (!stop_flag && stop_poll(&p, 1, 0) == 0) {
		if (flush_output(set, e) < 0)
			return -1;
		(void)stop_poll(&p, 1, WAIT_MS);
	}
	return poll_and_commit(set, e);
}

/* source_type.finish: flushes the output and commits the offsets of all that was written, even if an error ended the
 * run. Does neither after a rebalance: the consumer has already committed the stored offsets of the lost partitions,
 * and other members read the messages after these offsets again. Returns 0, or -1 with E set. */
static int kafka_finish(struct source_set *set, struct err *e)
{
	const struct kafka_state *k = set->state;
	if (set->changed)
		partition_readers_free(set); /* the consumer has freed the partitions of these readers */
	if (!k->consumer || set->changed)
		return 0;
	for (size_t i = 0; i < set->count; i++)
		partition_check_message_end(set->list[i]);
	stop_within(LAST_COMMIT_S);
	struct err other = ERR_INIT;
	int flushed = flush_output(set, e);
	int committed = kafka_consumer_commit(k->consumer, true, flushed < 0 ? &other : e);
	return flushed < 0 || committed < 0 ? -1 : 0;
}

/* ---- the set ---- */

/* Returns true if the values of messages are JSON: they are unless --format names another format. */
static bool json_values(const struct options *o)
{
	return !o->format || (o->format->flags & FORMAT_JSON);
}

/* source_type.init: makes the state of SET. Does not connect yet, so that wrong options are reported first. Returns 0,
 * or -1 with E set. */
static int kafka_init(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state = calloc(1, sizeof *k);
	if (!k)
		return err_oom(e, "the consumer");
	k->o = set->options->source_options;
	k->decodes = !json_values(set->options) && !k->o->envelope;
	k->flush_and_poll = flush_and_poll;
	k->committed_ms = k->status_ms = clock_monotonic_ms();
	buf_init(&k->text, SIZE_MAX / 4);
	/* A merge holds records that are read, but not written yet. Offsets of such records must not be committed, so
	 * the merge has to keep the position of each record. */
	set->needs_positions = true;
	/* If this member of a group cannot write an event, another member writes the whole event later. So this member
	 * must write no part of it, because the part would stay in the output. */
	set->whole_lines = k->o->consumer.group != NULL;
	return 0;
}

static void on_connection(void *arg, bool unreachable, const char *why)
{
	(void)arg;
	if (unreachable)
		diag("brokers unreachable: %s; retrying", why);
	else
		diag("brokers reachable again");
}

/* Makes the consumer, which connects to the brokers, and sets how signals end the program. Returns 0, or -1 with E
 * set. */
static int connect_consumer(struct source_set *set, struct err *e)
{
	struct kafka_state *k = set->state;
	struct kafka_consumer_options o = k->o->consumer;
	o.on_connection = on_connection;
	o.headers = k->o->envelope;
	o.latency = set->options->status || set->options->metrics;
	/* Until the consumer is connected, SIGINT ends the program at once, even if no broker answers. */
	stop_init(DIE_AT_SIGINT);
	int status = kafka_consumer_new(k->o->config, &o, &k->consumer, e);
	/* A member must leave its group at the end, even if its output is closed. Otherwise the other members get its
	 * partitions only after session.timeout.ms. */
	stop_init(o.group ? STOP_AT_SIGTERM : STOP_AT_SIGINT);
	if (o.group)
		stop_ignore_pipe();
	return status;
}

/* source_type.refresh: makes a new list with a source for each partition that the consumer has now. The first call
 * connects. Returns NEXT_EVENT; NEXT_LATER if there are no partitions yet; NEXT_END with -e, if the assignment has no
 * partition; or NEXT_ERROR with E set. */
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
	/* With -e, a member to which the group assigned no partition has nothing to read. */
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
