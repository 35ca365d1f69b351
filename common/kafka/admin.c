/* admin.c -- topics before they are used: are they there, how large may a message be, make a missing one. */
#include "kafka/admin.h"
#include "base/dur.h"
#include "kafka/session.h"
#include "stream/status.h"

enum { WAIT_MS = 10000, REPLY_MS = 10000 };

/* One admin request: sends with CALL, waits for the reply event; NULL with E set. */
static rd_kafka_event_t *reply(struct kafka_session *s, rd_kafka_queue_t *q, struct err *e)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(q, REPLY_MS);
	if (!event)
		err_set(e, EX_UNAVAILABLE, "kafka://%s: no answer within %d s", kafka_config_brokers(s->config), REPLY_MS / 1000);
	else if (rd_kafka_event_error(event)) {
		kafka_error(e, s->config, rd_kafka_event_error(event), rd_kafka_event_error_string(event));
		rd_kafka_event_destroy(event);
		event = NULL;
	}
	return event;
}

/* The topic's max.message.bytes; 0 when it may not be read. */
static uint64_t largest_message(struct kafka_session *s, const char *topic)
{
	uint64_t found = 0;
	struct err ignored = ERR_INIT;
	rd_kafka_queue_t *q = rd_kafka_queue_new(s->rk);
	rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
	rd_kafka_DescribeConfigs(s->rk, &resource, 1, NULL, q);
	rd_kafka_event_t *event = reply(s, q, &ignored);
	if (event) {
		size_t count = 0, entries = 0;
		const rd_kafka_ConfigResource_t **r = rd_kafka_DescribeConfigs_result_resources(
			rd_kafka_event_DescribeConfigs_result(event), &count);
		if (count == 1 && !rd_kafka_ConfigResource_error(r[0])) {
			const rd_kafka_ConfigEntry_t **list = rd_kafka_ConfigResource_configs(r[0], &entries);
			for (size_t i = 0; i < entries; i++)
				if (strcmp(rd_kafka_ConfigEntry_name(list[i]), "max.message.bytes") == 0)
					found = strtoull(rd_kafka_ConfigEntry_value(list[i]), NULL, 10);
		}
		rd_kafka_event_destroy(event);
	}
	rd_kafka_ConfigResource_destroy(resource);
	rd_kafka_queue_destroy(q);
	return found;
}

/* Reads "partitions=6,replication=1,NAME=VALUE" into a new topic's description. NULL with E set. */
static rd_kafka_NewTopic_t *new_topic(const char *topic, const char *create, struct err *e)
{
	int64_t partitions = 1, replication = -1;
	char text[1024], why[256];
	snprintf(text, sizeof text, "%s", create);
	if (strlen(create) >= sizeof text) {
		err_set(e, EX_USAGE, "--create: too long");
		return NULL;
	}
	char *pairs[64][2];
	size_t count = 0;
	for (char *p = text, *next; p && *p; p = next) {
		if ((next = strchr(p, ',')))
			*next++ = '\0';
		char *value = strchr(p, '=');
		if (!value || count == 64) {
			err_set(e, EX_USAGE, "--create '%s': '%s' is no NAME=VALUE, such as partitions=6", create, p);
			return NULL;
		}
		*value++ = '\0';
		int r = 0;
		if (strcmp(p, "partitions") == 0)
			r = int_parse(value, 1, 10000, &partitions, e);
		else if (strcmp(p, "replication") == 0)
			r = int_parse(value, 1, 100, &replication, e);
		else
			pairs[count][0] = p, pairs[count++][1] = value;
		if (r < 0) {
			err_context(e, "--create: %s", p);
			return NULL;
		}
	}
	rd_kafka_NewTopic_t *t = rd_kafka_NewTopic_new(topic, (int)partitions, (int)replication, why, sizeof why);
	for (size_t i = 0; t && i < count; i++)
		rd_kafka_NewTopic_set_config(t, pairs[i][0], pairs[i][1]);
	if (!t)
		err_set(e, EX_USAGE, "--create: %s", why);
	return t;
}

static int make_topic(struct kafka_session *s, const char *topic, const char *create, struct err *e)
{
	rd_kafka_NewTopic_t *t = new_topic(topic, create, e);
	if (!t)
		return -1;
	rd_kafka_queue_t *q = rd_kafka_queue_new(s->rk);
	rd_kafka_CreateTopics(s->rk, &t, 1, NULL, q);
	rd_kafka_event_t *event = reply(s, q, e);
	int result = event ? 0 : -1;
	if (event) {
		size_t count = 0;
		const rd_kafka_topic_result_t **r =
			rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
		rd_kafka_resp_err_t code = count ? rd_kafka_topic_result_error(r[0]) : RD_KAFKA_RESP_ERR__FAIL;
		/* Somebody else was quicker: that is what was wanted. */
		if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
			const char *why = count ? rd_kafka_topic_result_error_string(r[0]) : "";
			result = kafka_error(e, s->config, code, why);
			err_context(e, "topic '%s' cannot be made", topic);
		}
		rd_kafka_event_destroy(event);
	}
	rd_kafka_NewTopic_destroy(t);
	rd_kafka_queue_destroy(q);
	return result;
}

/* 1: the topic is there with its leaders; 0: it is not; -1: E. */
static int topic_there(struct kafka_session *s, const char *topic, struct err *e)
{
	const struct rd_kafka_metadata *m = NULL;
	if (kafka_metadata(s, topic, &m, e) < 0)
		return -1;
	rd_kafka_resp_err_t code = m->topic_cnt == 1 ? m->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
	int result = code == 0 && m->topics[0].partition_cnt > 0;
	rd_kafka_metadata_destroy(m);
	if (code && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE &&
		code != RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
		kafka_error(e, s->config, code, rd_kafka_err2str(code));
		return err_context(e, "topic '%s'", topic);
	}
	return result;
}

int kafka_topic_ready(const struct kafka_config *c, const char *topic, const char *create, uint64_t *largest,
	struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, c, e) < 0)
		return -1;
	int there = topic_there(&s, topic, e);
	if (there == 0 && !create)
		there = err_set(e, EX_UNAVAILABLE, "kafka://%s: there is no topic '%s'; --create partitions=N makes it",
			kafka_config_brokers(c), topic);
	if (there == 0 && make_topic(&s, topic, create, e) < 0)
		there = -1;
	/* The news travels to the brokers' metadata within moments. */
	for (int64_t end = clock_monotonic_ms() + WAIT_MS; there == 0 && clock_monotonic_ms() < end;)
		if ((there = topic_there(&s, topic, e)) == 0)
			rd_kafka_poll(s.rk, 20);
	if (there == 0)
		there = err_set(e, EX_UNAVAILABLE, "topic '%s' was made but has no leader yet: run again", topic);
	if (there > 0 && largest)
		*largest = largest_message(&s, topic);
	kafka_session_close(&s);
	return there > 0 ? 0 : -1;
}
