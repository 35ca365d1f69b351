/* cluster.c -- lists what a Kafka cluster holds (sp-capture -L): brokers, topics with their partitions, consumer
 * groups.
 *
 * One answer brings all brokers and topics. The offsets of each partition and of each group need a request of their
 * own. Each list_...() function appends one part of the listing, either as JSON or as a table for people. So both forms
 * have the same parts. */
#include "kafka/cluster.h"
#include "kafka/session.h"
#include "json/json.h"
#include <inttypes.h>

enum { WAIT_MS = 10000 }; /* the longest wait for one answer */

/* The listing being written. */
struct listing {
	struct kafka_session session;
	const struct rd_kafka_metadata *metadata;
	bool json;
	struct buf *out; /* borrowed; if it is full, the rest of the listing is missing */
};

/* Appends TEXT, a name that may contain any character, as a JSON string. Appends "" if OUT has no room for TEXT. */
static void list_string(struct listing *listing, const char *text)
{
	if (json_quote(span_of(text), listing->out) < 0)
		buf_adds(listing->out, "\"\"");
}

/* Appends the brokers. The JSON is {"brokers":[{"id":..,"host":..,"port":..},... with both brackets left open:
 * list_topics() closes the array, and list_groups() closes the object. */
static void list_brokers(struct listing *listing)
{
	buf_adds(listing->out, listing->json ? "{\"brokers\":[" : "brokers:\n");
	for (int i = 0; i < listing->metadata->broker_cnt; i++) {
		const struct rd_kafka_metadata_broker *b = &listing->metadata->brokers[i];
		if (!listing->json) {
			buf_addf(listing->out, "  %d  %s:%d\n", (int)b->id, b->host, b->port);
			continue;
		}
		buf_addf(listing->out, "%s{\"id\":%d,\"host\":", i ? "," : "", (int)b->id);
		list_string(listing, b->host);
		buf_addf(listing->out, ",\"port\":%d}", b->port);
	}
}

/* Appends partition P of TOPIC with its leader, replicas and offsets. In JSON, a comma is put before every partition
 * but the FIRST one. */
static void list_partition(struct listing *listing, const char *topic, const struct rd_kafka_metadata_partition *p,
	bool first)
{
	int64_t low = -1, high = -1; /* JSON shows -1 if the broker gives no offsets */
	rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(listing->session.rk, topic, p->id, &low, &high,
		WAIT_MS);
	if (listing->json) {
		buf_addf(listing->out,
			"%s{\"partition\":%d,\"leader\":%d,\"replicas\":%d,\"in_sync\":%d,\"low\":%" PRId64
			",\"high\":%" PRId64 "}",
			first ? "" : ",", (int)p->id, (int)p->leader, p->replica_cnt, p->isr_cnt, low, high);
	} else if (code) {
		buf_addf(listing->out, "    %3d  leader %d: %s\n", (int)p->id, (int)p->leader, rd_kafka_err2str(code));
	} else {
		buf_addf(listing->out,
			"    %3d  leader %d, %d of %d in sync, offsets %" PRId64 " to %" PRId64 " (%" PRId64 ")\n",
			(int)p->id, (int)p->leader, p->isr_cnt, p->replica_cnt, low, high, high - low);
	}
}

/* Returns true if TOPIC belongs in the listing: the URI names TOPIC, or names no topic at all. */
static bool is_wanted(const struct listing *listing, const char *topic)
{
	char *const *t = kafka_config_topics(listing->session.config);
	if (!*t)
		return true;
	for (; *t; t++)
		if (strcmp(*t, topic) == 0)
			return true;
	return false;
}

/* Appends the topics. The JSON closes the array of brokers and leaves the array of topics open:
 * ],"topics":[{"topic":..,"partitions":[...]},... */
static void list_topics(struct listing *listing)
{
	bool first = true;
	buf_adds(listing->out, listing->json ? "],\"topics\":[" : "topics:\n");
	for (int i = 0; i < listing->metadata->topic_cnt; i++) {
		const struct rd_kafka_metadata_topic *t = &listing->metadata->topics[i];
		if (!is_wanted(listing, t->topic))
			continue;
		if (listing->json) {
			buf_addf(listing->out, "%s{\"topic\":", first ? "" : ",");
			list_string(listing, t->topic);
			buf_adds(listing->out, ",\"partitions\":[");
		} else {
			buf_addf(listing->out, "  %s  %d partition%s\n", t->topic, t->partition_cnt,
				t->partition_cnt == 1 ? "" : "s");
		}
		first = false;
		for (int n = 0; n < t->partition_cnt; n++)
			list_partition(listing, t->topic, &t->partitions[n], n == 0);
		if (listing->json)
			buf_adds(listing->out, "]}");
	}
}

/* Appends the offset that a group has COMMITTED in one partition, and the number of messages after the offset. Appends
 * nothing if the group has committed nothing there, the URI names only other topics, or the partition's end cannot be
 * read. *FIRST is true until the first offset of the group is appended. */
static void list_lag(struct listing *listing, const rd_kafka_topic_partition_t *committed, bool *first)
{
	int64_t low = 0, high = 0;
	/* A negative offset means that the group has committed nothing in this partition. */
	if (committed->offset < 0 || !is_wanted(listing, committed->topic) ||
		rd_kafka_query_watermark_offsets(listing->session.rk, committed->topic, committed->partition, &low,
			&high, WAIT_MS))
		return;
	int64_t lag = high > committed->offset ? high - committed->offset : 0;
	if (listing->json) {
		buf_adds(listing->out, *first ? "{\"topic\":" : ",{\"topic\":");
		list_string(listing, committed->topic);
		buf_addf(listing->out, ",\"partition\":%d,\"offset\":%" PRId64 ",\"lag\":%" PRId64 "}",
			(int)committed->partition, committed->offset, lag);
	} else {
		buf_addf(listing->out, "    %s[%d]  at %" PRId64 ", %" PRId64 " behind\n", committed->topic,
			(int)committed->partition, committed->offset, lag);
	}
	*first = false;
}

/* Appends the committed offsets of GROUP. Appends nothing if the offsets cannot be read, for instance because we have
 * no right to read them. */
static void list_offsets(struct listing *listing, const char *group)
{
	/* librdkafka puts the answer, an event, into a queue. This queue is only for this answer. */
	rd_kafka_queue_t *q = rd_kafka_queue_new(listing->session.rk);
	rd_kafka_ListConsumerGroupOffsets_t *ask = rd_kafka_ListConsumerGroupOffsets_new(group, NULL);
	rd_kafka_ListConsumerGroupOffsets(listing->session.rk, &ask, 1, NULL, q);
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
			list_lag(listing, &list->elems[i], &first);
	}
	if (event)
		rd_kafka_event_destroy(event);
	rd_kafka_ListConsumerGroupOffsets_destroy(ask);
	rd_kafka_queue_destroy(q);
}

/* Appends the consumer groups. The JSON closes the array of topics and the whole object:
 * ],"groups":[{"group":..,"members":..,"state":..,"offsets":[...]},...]} */
static void list_groups(struct listing *listing)
{
	const struct rd_kafka_group_list *list = NULL;
	/* If the groups cannot be read, for instance because we have no right to, the listing shows none. */
	rd_kafka_resp_err_t code = rd_kafka_list_groups(listing->session.rk, NULL, &list, WAIT_MS);
	buf_adds(listing->out, listing->json ? "],\"groups\":[" : "groups:\n");
	for (int i = 0; !code && i < list->group_cnt; i++) {
		const struct rd_kafka_group_info *g = &list->groups[i];
		if (listing->json) {
			buf_addf(listing->out, "%s{\"group\":", i ? "," : "");
			list_string(listing, g->group);
			buf_addf(listing->out, ",\"members\":%d,\"state\":", g->member_cnt);
			list_string(listing, g->state);
			buf_adds(listing->out, ",\"offsets\":[");
		} else {
			buf_addf(listing->out, "  %s  %d member%s, %s\n", g->group, g->member_cnt,
				g->member_cnt == 1 ? "" : "s", g->state);
		}
		list_offsets(listing, g->group);
		if (listing->json)
			buf_adds(listing->out, "]}");
	}
	if (list)
		rd_kafka_group_list_destroy(list);
	if (listing->json)
		buf_adds(listing->out, "]}\n");
}

/* The brokers come first, because the topics refer to brokers by id. The groups come last, because they refer to
 * topics. */
int kafka_cluster_list(const struct kafka_config *c, bool json, struct buf *out, struct err *e)
{
	struct listing listing = { .json = json, .out = out };
	if (kafka_session_open(&listing.session, c, e) < 0)
		return -1;
	int r = kafka_session_metadata(&listing.session, NULL, &listing.metadata, e);
	if (r == 0) {
		list_brokers(&listing);
		list_topics(&listing);
		list_groups(&listing);
		rd_kafka_metadata_destroy(listing.metadata);
	}
	kafka_session_close(&listing.session);
	return r;
}
