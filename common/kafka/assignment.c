/* assignment.c -- which partitions a consumer reads, and from where: chosen here, or dealt out by the group. */
#include "kafka/consumer_internal.h"
#include "kafka/offsets.h"
#include "kafka/session.h"

enum { COMMITTED_MS = 10000, INTRODUCE_MS = 2000 };

static void part_free(struct part *p)
{
	for (size_t i = p->batch_at; i < p->batch_n; i++)
		rd_kafka_message_destroy(p->batch[i]);
	if (p->queue)
		rd_kafka_queue_destroy(p->queue);
	free(p->headers);
	free(p->topic);
	free(p->name);
	free(p);
}

void kafka_parts_drop(struct kafka_consumer *k)
{
	for (size_t i = 0; i < k->part_count; i++)
		part_free(k->parts[i]);
	k->part_count = 0;
}

static struct part *add_part(struct kafka_consumer *k, const char *topic, int32_t number)
{
	struct part **grown = realloc(k->parts, (k->part_count + 1) * sizeof(struct part *));
	if (!grown)
		return NULL;
	k->parts = grown;
	struct part *p = calloc(1, sizeof *p);
	if (!p)
		return NULL;
	*p = (struct part){ .topic = strdup(topic), .number = number, .end = INT64_MAX, .done = -1, .committed = -1 };
	size_t n = strlen(topic) + 16;
	p->name = malloc(n);
	if (!p->topic || !p->name) {
		part_free(p);
		return NULL;
	}
	snprintf(p->name, n, "%s[%d]", topic, (int)number);
	return k->parts[k->part_count++] = p;
}

/* Where partition P begins and ends; STORED: the group's offset, or less than 0. */
static int place(struct kafka_consumer *k, struct kafka_session *s, struct part *p, int64_t stored, struct err *e)
{
	struct kafka_range range;
	if (kafka_offset_resolve(s, p->topic, p->number, &k->o.from, k->o.until, &range, e) < 0)
		return -1;
	if (stored >= 0 && (stored < range.low || stored > range.high))
		return err_set(e, EX_DATAERR,
			"%s@%lld: the group stands there, but there are only offsets %lld to %lld: "
			"begin elsewhere with another -G",
			p->name, (long long)stored, (long long)range.low, (long long)range.high);
	p->start = p->position = stored >= 0 ? stored : range.start;
	p->end = k->o.to_end || k->o.until ? range.end : INT64_MAX;
	p->finished = p->start >= p->end;
	p->high = range.high;
	return 0;
}

/* Each partition's messages come through a queue of its own. Said before assign(): what is fetched in between would
 * go to the common queue, and be lost. */
static void split_queue(struct kafka_consumer *k, struct part *p)
{
	p->queue = rd_kafka_queue_get_partition(k->rk, p->topic, p->number);
	if (!p->queue)
		return;
	rd_kafka_queue_forward(p->queue, NULL);
	rd_kafka_queue_io_event_enable(p->queue, k->wake[1], "!", 1);
}

/* Starts fetching what K's partitions say. */
static int begin(struct kafka_consumer *k, struct err *e)
{
	for (size_t i = 0; i < k->part_count; i++)
		split_queue(k, k->parts[i]);
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)k->part_count + 1);
	for (size_t i = 0; i < k->part_count; i++) {
		struct part *p = k->parts[i];
		rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = p->start;
	}
	rd_kafka_resp_err_t code = rd_kafka_assign(k->rk, list);
	rd_kafka_topic_partition_list_destroy(list);
	if (code)
		return kafka_error(e, k->config, code, rd_kafka_err2str(code));
	k->changed = k->dealt = true;
	return 0;
}

/* ---- by assignment ---- */

static bool ours(const struct kafka_consumer *k, int32_t partition)
{
	bool wanted = k->o.partition_count == 0;
	for (size_t i = 0; i < k->o.partition_count; i++)
		wanted |= k->o.partitions[i] == partition;
	return wanted && (k->o.shards == 0 || partition % k->o.shards == k->o.shard);
}

/* How many partitions TOPIC has; -1: E. */
static int count_partitions(struct kafka_consumer *k, struct kafka_session *s, const char *topic, struct err *e)
{
	const struct rd_kafka_metadata *m = NULL;
	if (kafka_metadata(s, topic, &m, e) < 0)
		return -1;
	int count = m->topic_cnt == 1 && !m->topics[0].err ? m->topics[0].partition_cnt : 0;
	rd_kafka_metadata_destroy(m);
	if (count > 0)
		return count;
	return err_set(e, EX_UNAVAILABLE, "kafka://%s: there is no topic '%s'", kafka_config_brokers(k->config), topic);
}

static int add_topic(struct kafka_consumer *k, struct kafka_session *s, const char *topic, struct err *e)
{
	int count = count_partitions(k, s, topic, e);
	if (count < 0)
		return -1;
	for (size_t i = 0; i < k->o.partition_count; i++)
		if (k->o.partitions[i] < 0 || k->o.partitions[i] >= count)
			return err_set(e, EX_UNAVAILABLE, "topic '%s' has no partition %d, only 0 to %d", topic,
				(int)k->o.partitions[i], count - 1);
	for (int32_t n = 0; n < count; n++) {
		if (!ours(k, n))
			continue;
		struct part *p = add_part(k, topic, n);
		if (!p)
			return err_set(e, EX_OSERR, "out of memory");
		if (place(k, s, p, -1, e) < 0)
			return -1;
	}
	return 0;
}

/* Lets the fetching handle know where TOPIC's partitions are: from assign() alone it finds out when it next looks, once
 * a second. Should there be no answer, it does so. */
static void introduce(struct kafka_consumer *k, const char *topic)
{
	const struct rd_kafka_metadata *m;
	rd_kafka_topic_t *t = rd_kafka_topic_new(k->rk, topic, NULL);
	if (t && !rd_kafka_metadata(k->rk, 0, t, &m, INTRODUCE_MS))
		rd_kafka_metadata_destroy(m);
	if (t)
		rd_kafka_topic_destroy(t);
}

int kafka_assign(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	int r = 0;
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++)
		r = add_topic(k, &s, *t, e);
	kafka_session_close(&s);
	for (char *const *t = kafka_config_topics(k->config); *t && r == 0; t++)
		introduce(k, *t);
	return r == 0 ? begin(k, e) : -1;
}

/* ---- by a consumer group ---- */

/* Takes over what the group has dealt to us, from the group's offsets where it has any. */
static int take_over(struct kafka_consumer *k, rd_kafka_topic_partition_list_t *list, struct err *e)
{
	struct kafka_session s;
	if (list->cnt == 0) /* more members than partitions */
		return begin(k, e);
	rd_kafka_resp_err_t code = rd_kafka_committed(k->rk, list, COMMITTED_MS);
	if (code)
		return kafka_error(e, k->config, code, rd_kafka_err2str(code));
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	int r = 0;
	for (int i = 0; i < list->cnt && r == 0; i++) {
		struct part *p = add_part(k, list->elems[i].topic, list->elems[i].partition);
		r = p ? place(k, &s, p, list->elems[i].offset, e) : err_set(e, EX_OSERR, "out of memory");
	}
	kafka_session_close(&s);
	return r == 0 ? begin(k, e) : -1;
}

void kafka_on_rebalance(rd_kafka_t *rk, rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t *list, void *arg)
{
	struct kafka_consumer *k = arg;
	struct err e = ERR_INIT;
	if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
		if (take_over(k, list, &e) == 0)
			return;
		if (!k->failed)
			k->fatal = e;
		k->failed = true;
		return;
	}
	/* What was written on is ours to commit; what was only read ahead goes to the next owner. Should the commit
	 * fail, that one reads some again: at least once. */
	if (kafka_consumer_commit(k, true, &e) < 0)
		e.status = 0;
	kafka_parts_drop(k);
	k->changed = true;
	k->dealt = false;
	rd_kafka_assign(rk, NULL);
}

int kafka_subscribe(struct kafka_consumer *k, struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, k->config, e) < 0)
		return -1;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(4);
	int r = 0;
	for (char *const *t = kafka_config_topics(k->config); *t && r >= 0; t++) {
		r = count_partitions(k, &s, *t, e);
		rd_kafka_topic_partition_list_add(list, *t, RD_KAFKA_PARTITION_UA);
	}
	kafka_session_close(&s);
	rd_kafka_resp_err_t code = r >= 0 ? rd_kafka_subscribe(k->rk, list) : RD_KAFKA_RESP_ERR_NO_ERROR;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? kafka_error(e, k->config, code, rd_kafka_err2str(code)) : r < 0 ? -1 : 0;
}
