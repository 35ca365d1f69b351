/* assignment.c -- decides which partitions a consumer reads, and from which offset to which.
 *
 * Without a group, kafka_consumer_assign() selects partitions by the options and asks the brokers for their offsets.
 * With a group, one broker, the coordinator, assigns the partitions in a rebalance. Each partition then begins at the
 * group's committed offset. Invariant: before rd_kafka_assign() is called, each partition has its start, its end and a
 * queue of its own. So no message of a partition ever arrives in the consumer's common queue. */
#include "kafka/consumer_internal.h"
#include "base/vec.h"
#include "kafka/offsets.h"
#include "kafka/session.h"

enum { COMMITTED_WAIT_MS = 10000, METADATA_WAIT_MS = 2000 };

/* ---- partitions ---- */

static void partition_free(struct kafka_partition *p)
{
	for (size_t i = p->batch_at; i < p->batch_n; i++)
		rd_kafka_message_destroy(p->batch[i]);
	if (p->current)
		rd_kafka_message_destroy(p->current);
	if (p->queue)
		rd_kafka_queue_destroy(p->queue);
	free(p->headers);
	free(p->topic);
	free(p->name);
	free(p);
}

void kafka_consumer_drop_partitions(struct kafka_consumer *k)
{
	for (size_t i = 0; i < k->part_count; i++)
		partition_free(k->parts[i]);
	k->part_count = 0;
}

/* Sets the offsets where P starts and ends. GROUP_OFFSET is the group's committed offset, negative if there is none. A
 * committed offset outside the partition is an error: the messages there were deleted, or the topic was created again.
 * Only the user can decide where to start then. Returns 0, or -1 with E set. */
static int set_range(struct kafka_consumer *k, struct kafka_session *s, struct kafka_partition *p, int64_t group_offset,
	struct err *e)
{
	struct kafka_offset_range range;
	if (kafka_offset_resolve(s, p->topic, p->number, &k->o.from, k->o.until, &range, e) < 0)
		return -1;
	if (group_offset >= 0 && (group_offset < range.low || group_offset > range.high))
		return err_set(e, EX_DATAERR,
			"%s@%lld: the group's committed offset is outside the partition, which has offsets %lld to %lld: "
			"start again with another -G",
			p->name, (long long)group_offset, (long long)range.low, (long long)range.high);
	p->start = p->position = group_offset >= 0 ? group_offset : range.start;
	p->end = k->o.to_end || k->o.until ? range.end : INT64_MAX;
	p->finished = p->start >= p->end;
	p->high = range.high;
	return 0;
}

/* Adds partition NUMBER of TOPIC to K and sets its start and end. GROUP_OFFSET is the group's committed offset,
 * negative if there is none. Returns 0, or -1 with E set. */
static int add_partition(struct kafka_consumer *k, struct kafka_session *s, const char *topic, int32_t number,
	int64_t group_offset, struct err *e)
{
	struct kafka_partition **grown = vec_room(k->parts, &k->part_cap, k->part_count + 1,
		sizeof(struct kafka_partition *));
	struct kafka_partition *p = grown ? calloc(1, sizeof *p) : NULL;
	k->parts = grown ? grown : k->parts;
	if (!p)
		return err_oom(e, "a partition");
	*p = (struct kafka_partition){ .topic = strdup(topic),
		.number = number,
		.end = INT64_MAX,
		.stored = -1,
		.committed = -1 };
	size_t n = strlen(topic) + 16; /* with room for "[-2147483648]" and the NUL */
	p->name = malloc(n);
	if (!p->topic || !p->name) {
		partition_free(p);
		return err_oom(e, "a partition");
	}
	snprintf(p->name, n, "%s[%d]", topic, (int)number);
	k->parts[k->part_count++] = p;
	return set_range(k, s, p, group_offset, e);
}

/* Gives P a queue of its own. librdkafka writes to the pipe K->wake when the empty queue gets a message. Must be called
 * before rd_kafka_assign(), because a message that is fetched earlier goes to the consumer's common queue. */
static void split_queue(struct kafka_consumer *k, struct kafka_partition *p)
{
	p->queue = rd_kafka_queue_get_partition(k->rk, p->topic, p->number);
	if (!p->queue)
		return;
	rd_kafka_queue_forward(p->queue, NULL);
	rd_kafka_queue_io_event_enable(p->queue, k->wake[1], "!", 1);
}

/* Makes librdkafka fetch all partitions of K, each from its start. Returns 0, or -1 with E set. */
static int start_fetching(struct kafka_consumer *k, struct err *e)
{
	for (size_t i = 0; i < k->part_count; i++)
		split_queue(k, k->parts[i]);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)k->part_count + 1);
	for (size_t i = 0; i < k->part_count; i++) {
		struct kafka_partition *p = k->parts[i];
		rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = p->start;
	}
	rd_kafka_resp_err_t code = rd_kafka_assign(k->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	if (code)
		return kafka_error_set(e, k->config, code, rd_kafka_err2str(code));
	k->changed = k->assigned = true;
	return 0;
}

/* ---- without a group ---- */

/* Returns true if the options -p and --shard select PARTITION. */
static bool is_selected(const struct kafka_consumer *k, int32_t partition)
{
	bool wanted = k->o.partition_count == 0;
	for (size_t i = 0; i < k->o.partition_count; i++)
		wanted |= k->o.partitions[i] == partition;
	return wanted && (k->o.shards == 0 || partition % k->o.shards == k->o.shard);
}

/* Returns the number of partitions of TOPIC, or -1 with E set if there is no such topic or no broker answers. */
static int count_partitions(struct kafka_consumer *k, struct kafka_session *s, const char *topic, struct err *e)
{
	const struct rd_kafka_metadata *m = NULL;
	if (kafka_session_metadata(s, topic, &m, e) < 0)
		return -1;
	int count = m->topic_cnt == 1 && !m->topics[0].err ? m->topics[0].partition_cnt : 0;
	rd_kafka_metadata_destroy(m);
	if (count > 0)
		return count;
	return err_set(e, EX_UNAVAILABLE, "kafka://%s: there is no topic '%s'", kafka_config_brokers(k->config), topic);
}

/* Adds the partitions of TOPIC that the options select. Returns 0, or -1 with E set. */
static int add_topic(struct kafka_consumer *k, struct kafka_session *s, const char *topic, struct err *e)
{
	int count = count_partitions(k, s, topic, e);
	if (count < 0)
		return -1;
	for (size_t i = 0; i < k->o.partition_count; i++)
		if (k->o.partitions[i] < 0 || k->o.partitions[i] >= count)
			return err_set(e, EX_UNAVAILABLE, "topic '%s' has no partition %d, only 0 to %d", topic,
				(int)k->o.partitions[i], count - 1);
	for (int32_t n = 0; n < count; n++)
		if (is_selected(k, n) && add_partition(k, s, topic, n, -1, e) < 0)
			return -1;
	return 0;
}

/* Makes the handle that reads learn the leaders of TOPIC's partitions now. Otherwise the handle would learn them up to
 * a second after rd_kafka_assign(). A failure is ignored, because it only costs time, at most METADATA_WAIT_MS. */
static void prefetch_metadata(struct kafka_consumer *k, const char *topic)
{
	const struct rd_kafka_metadata *m;
	rd_kafka_topic_t *t = rd_kafka_topic_new(k->rk, topic, NULL);
	if (t && !rd_kafka_metadata(k->rk, 0, t, &m, METADATA_WAIT_MS))
		rd_kafka_metadata_destroy(m);
	if (t)
		rd_kafka_topic_destroy(t);
}

int kafka_consumer_assign(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	int r = 0;
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++)
		r = add_topic(k, &s, *t, e);
	kafka_session_close(&s);
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++)
		prefetch_metadata(k, *t);
	return r == 0 ? start_fetching(k, e) : -1;
}

/* ---- with a group ---- */

/* Begins to read the partitions of LIST, which the coordinator has assigned to this member of the group. Returns 0, or
 * -1 with E set. */
static int take_over(struct kafka_consumer *k, rd_kafka_topic_partition_list_t *list, struct err *e)
{
	struct kafka_session s;
	if (list->cnt == 0) /* the group has more members than partitions */
		return start_fetching(k, e);
	/* Asks for the committed offsets even if this member read the partitions before the rebalance. Another member
	 * may have committed higher offsets meanwhile. */
	rd_kafka_resp_err_t code = rd_kafka_committed(k->rk, list, COMMITTED_WAIT_MS);
	if (code)
		return kafka_error_set(e, k->config, code, rd_kafka_err2str(code));
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	int r = 0;
	for (int i = 0; i < list->cnt && r == 0; i++) {
		const rd_kafka_topic_partition_t *assigned = &list->elems[i];
		r = add_partition(k, &s, assigned->topic, assigned->partition, assigned->offset, e);
	}
	kafka_session_close(&s);
	return r == 0 ? start_fetching(k, e) : -1;
}

void kafka_consumer_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list,
	void *arg)
{
	struct kafka_consumer *k = arg;
	struct err e = ERR_INIT;
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		if (take_over(k, list, &e) == 0)
			return;
		if (!k->failed) /* the next kafka_consumer_poll() returns the first error */
			k->fatal = e;
		k->failed = true;
		return;
	}
	/* The coordinator has taken the partitions away. The stored offsets are committed, so that the next owner of a
	 * partition reads everything after them. If the commit fails, the next owner reads some messages again, which
	 * at-least-once delivery allows. */
	if (kafka_consumer_commit(k, true, &e) < 0)
		e.status = 0;
	kafka_consumer_drop_partitions(k);
	k->changed = true;
	k->assigned = false;
	rd_kafka_assign(rk, NULL);
}

int kafka_consumer_subscribe(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	int r = 0;
	for (char *const *t = kafka_config_topics(k->config); *t && r >= 0; t++) {
		/* A missing topic is reported as an error here, because librdkafka would wait for the topic for
		 * ever. */
		r = count_partitions(k, &s, *t, e);
		rd_kafka_topic_partition_list_add(list, *t, RD_KAFKA_PARTITION_UA);
	}
	kafka_session_close(&s);
	rd_kafka_resp_err_t code = r >= 0 ? rd_kafka_subscribe(k->rk, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? kafka_error_set(e, k->config, code, rd_kafka_err2str(code)) : r < 0 ? -1 : 0;
}
