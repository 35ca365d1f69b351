/* cluster.c -- what a Kafka cluster holds (sp-capture -L): brokers, topics with their partitions, consumer groups.
 *
 * The metadata comes in one answer; the offsets of each partition and each group are asked for one by one. Every
 * function below writes its part in both forms, a table for people or JSON, so that the two always have the same
 * contents. */
#include "kafka/cluster.h"
#include "kafka/session.h"
#include "json/json.h"
#include <inttypes.h>

enum { WAIT_MS = 10000 }; /* for each answer */

/* The listing being written. */
struct listing {
	struct kafka_session s;
	const struct rd_kafka_metadata *m;
	bool json;
	struct buf *out; /* borrowed; when it is full, the rest is missing */
};

/* Appends TEXT as a JSON string; topic and group names may contain any character. */
static void list_string(struct listing *l, const char *text)
{
	if (json_quote(span_of(text), l->out) < 0)
		buf_adds(l->out, "\"\"");
}

/* {"brokers":[{"id":..,"host":..,"port":..},...] -- the object is closed by list_groups(). */
static void list_brokers(struct listing *l)
{
	buf_adds(l->out, l->json ? "{\"brokers\":[" : "brokers:\n");
	for (int i = 0; i < l->m->broker_cnt; i++) {
		const struct rd_kafka_metadata_broker *b = &l->m->brokers[i];
		if (!l->json) {
			buf_addf(l->out, "  %d  %s:%d\n", (int)b->id, b->host, b->port);
			continue;
		}
		buf_addf(l->out, "%s{\"id\":%d,\"host\":", i ? "," : "", (int)b->id);
		list_string(l, b->host);
		buf_addf(l->out, ",\"port\":%d}", b->port);
	}
}

/* One partition with its leader, replicas and offsets. */
static void list_partition(struct listing *l, const char *topic, const struct rd_kafka_metadata_partition *p,
	bool first)
{
	int64_t low = -1, high = -1; /* as JSON gets them if the broker gives no answer */
	rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(l->s.rk, topic, p->id, &low, &high, WAIT_MS);
	if (l->json) {
		buf_addf(l->out,
			"%s{\"partition\":%d,\"leader\":%d,\"replicas\":%d,\"in_sync\":%d,\"low\":%" PRId64
			",\"high\":%" PRId64 "}",
			first ? "" : ",", (int)p->id, (int)p->leader, p->replica_cnt, p->isr_cnt, low, high);
	} else if (code) {
		buf_addf(l->out, "    %3d  leader %d: %s\n", (int)p->id, (int)p->leader, rd_kafka_err2str(code));
	} else {
		buf_addf(l->out,
			"    %3d  leader %d, %d of %d in sync, offsets %" PRId64 " to %" PRId64 " (%" PRId64 ")\n",
			(int)p->id, (int)p->leader, p->isr_cnt, p->replica_cnt, low, high, high - low);
	}
}

/* Returns true if the URI names TOPIC, or names none. */
static bool is_wanted(const struct listing *l, const char *topic)
{
	char *const *t = kafka_config_topics(l->s.config);
	if (!*t)
		return true;
	for (; *t; t++)
		if (strcmp(*t, topic) == 0)
			return true;
	return false;
}

/* ],"topics":[{"topic":..,"partitions":[...]},...] */
static void list_topics(struct listing *l)
{
	bool first = true;
	buf_adds(l->out, l->json ? "],\"topics\":[" : "topics:\n");
	for (int i = 0; i < l->m->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *t = &l->m->topics[i];
		if (!is_wanted(l, t->topic))
			continue;
		if (l->json) {
			buf_addf(l->out, "%s{\"topic\":", first ? "" : ",");
			list_string(l, t->topic);
			buf_adds(l->out, ",\"partitions\":[");
		} else {
			buf_addf(l->out, "  %s  %d partition%s\n", t->topic, t->partition_cnt,
				t->partition_cnt == 1 ? "" : "s");
		}
		first = false;
		for (int n = 0; n < t->partition_cnt; n++)
			list_partition(l, t->topic, &t->partitions[n], n == 0);
		if (l->json)
			buf_adds(l->out, "]}");
	}
}

/* One committed offset of a group, with the number of messages after it. */
static void list_lag(struct listing *l, const rd_kafka_topic_partition_t *at, bool *first)
{
	/* A negative offset: the group has committed nothing in this partition. */
	int64_t low = 0, high = 0;
	if (at->offset < 0 || !is_wanted(l, at->topic) ||
		rd_kafka_query_watermark_offsets(l->s.rk, at->topic, at->partition, &low, &high, WAIT_MS))
		return;
	int64_t lag = high > at->offset ? high - at->offset : 0;
	if (l->json) {
		buf_adds(l->out, *first ? "{\"topic\":" : ",{\"topic\":");
		list_string(l, at->topic);
		buf_addf(l->out, ",\"partition\":%d,\"offset\":%" PRId64 ",\"lag\":%" PRId64 "}", (int)at->partition,
			at->offset, lag);
	} else {
		buf_addf(l->out, "    %s[%d]  at %" PRId64 ", %" PRId64 " behind\n", at->topic, (int)at->partition,
			at->offset, lag);
	}
	*first = false;
}

/* The committed offsets of one group; none if we may not read them. */
static void list_offsets(struct listing *l, const char *group)
{
	/* The admin API answers by an event on a queue; this queue serves for one answer. */
	rd_kafka_queue_t *q = rd_kafka_queue_new(l->s.rk);
	rd_kafka_ListConsumerGroupOffsets_t *ask = rd_kafka_ListConsumerGroupOffsets_new(group, NULL);
	rd_kafka_ListConsumerGroupOffsets(l->s.rk, &ask, 1, NULL, q);
	rd_kafka_event_t *event = rd_kafka_queue_poll(q, WAIT_MS);
	if (event && !rd_kafka_event_error(event)) {
		size_t count = 0;
		bool first = true;
		const rd_kafka_group_result_t **r =
			rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(
										event),
				&count);
		const rd_kafka_topic_partition_list_t *list = count ? rd_kafka_group_result_partitions(r[0]) : NULL;
		for (int i = 0; list && i < list->cnt; i++)
			list_lag(l, &list->elems[i], &first);
	}
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_ListConsumerGroupOffsets_destroy(ask);
	rd_kafka_queue_destroy(q);
}

/* ],"groups":[{"group":..,"members":..,"state":..,"offsets":[...]},...]} */
static void list_groups(struct listing *l)
{
	const struct rd_kafka_group_list *list = NULL;
	/* An error here, for instance for missing rights, gives an empty list. */
	rd_kafka_resp_err_t code = rd_kafka_list_groups(l->s.rk, NULL, &list, WAIT_MS);
	buf_adds(l->out, l->json ? "],\"groups\":[" : "groups:\n");
	for (int i = 0; !code && i < list->group_cnt; i++) {
		const struct rd_kafka_group_info *g = &list->groups[i];
		if (l->json) {
			buf_addf(l->out, "%s{\"group\":", i ? "," : "");
			list_string(l, g->group);
			buf_addf(l->out, ",\"members\":%d,\"state\":", g->member_cnt);
			list_string(l, g->state);
			buf_adds(l->out, ",\"offsets\":[");
		} else {
			buf_addf(l->out, "  %s  %d member%s, %s\n", g->group, g->member_cnt,
				g->member_cnt == 1 ? "" : "s", g->state);
		}
		list_offsets(l, g->group);
		if (l->json)
			buf_adds(l->out, "]}");
	}
	if (list)
		rd_kafka_group_list_destroy(list);
	if (l->json)
		buf_adds(l->out, "]}\n");
}

/* The order of the parts is that in which a reader needs them: groups name topics, topics name brokers. */
int kafka_cluster_list(const struct kafka_config *c, bool json, struct buf *out, struct err *e)
{
	struct listing l = { .json = json, .out = out };
	if (kafka_session_open(&l.s, c, e) < 0)
		return -1;
	int r = kafka_session_metadata(&l.s, NULL, &l.m, e);
	if (r == 0) {
		list_brokers(&l);
		list_topics(&l);
		list_groups(&l);
		rd_kafka_metadata_destroy(l.m);
	}
	kafka_session_close(&l.s);
	return r;
}
