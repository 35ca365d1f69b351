/* admin.c -- checks that a topic exists and how large its messages may be, and creates a missing topic.
 *
 * The brokers learn of a new topic one after the other, and the next program that uses the topic may ask any broker. So
 * a new topic counts as ready only when every broker describes it. */
#include "kafka/admin.h"
#include "base/amount.h"
#include "kafka/session.h"
#include "base/clock.h"

enum {
	/* The longest wait for a reply from the brokers, and for all brokers to know a new topic. */
	WAIT_MS = 10000,
	RETRY_MS = 20, /* the wait between two requests */
};

/* Waits at most MS for the reply to an admin request. Returns the reply, an event that the caller must destroy. Returns
 * NULL with E set if no reply comes or the reply is an error. */
static rd_kafka_event_t *wait_for_reply(struct kafka_session *s, rd_kafka_queue_t *q, int64_t ms, struct err *e)
{
	rd_kafka_event_t *event = rd_kafka_queue_poll(q, ms > 0 ? (int)ms : 0);
	if (!event)
		err_set(e, EX_UNAVAILABLE, "kafka://%s: no answer within %d s", kafka_config_brokers(s->config),
			(int)ms / 1000);
	else if (rd_kafka_event_error(event)) {
		kafka_error_set(e, s->config, rd_kafka_event_error(event), rd_kafka_event_error_string(event));
		rd_kafka_event_destroy(event);
		event = NULL;
	}
	return event;
}

/* Asks broker ID, or any broker if ID is -1, for TOPIC's max.message.bytes, and sets *LARGEST to the answer. Without
 * the right to read this property, *LARGEST does not change. Returns the broker's error about the topic, such as
 * RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART. Returns RD_KAFKA_RESP_ERR_NO_ERROR if the topic has no error. Returns it
 * also if the whole request fails, or no answer comes before the time UNTIL_MS. */
static rd_kafka_resp_err_t describe_topic(struct kafka_session *s, const char *topic, int32_t id, int64_t until_ms,
	uint64_t *largest)
{
	char why[256];
	struct err ignored = ERR_INIT;
	rd_kafka_queue_t *q = rd_kafka_queue_new(s->rk);
	rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
	rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(s->rk, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
	/* Each broker must be asked itself, because one broker can know a new topic before another broker does. */
	rd_kafka_resp_err_t code = rd_kafka_AdminOptions_set_broker(options, id, why, sizeof why);
	rd_kafka_DescribeConfigs(s->rk, &resource, 1, options, q);
	rd_kafka_event_t *event = wait_for_reply(s, q, until_ms - clock_monotonic_ms(), &ignored);
	if (event) {
		size_t count = 0, entries = 0;
		const rd_kafka_ConfigResource_t **r =
			rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
		code = count == 1 ? rd_kafka_ConfigResource_error(r[0]) : RD_KAFKA_RESP_ERR__FAIL;
		const rd_kafka_ConfigEntry_t **list = code ? NULL : rd_kafka_ConfigResource_configs(r[0], &entries);
		for (size_t i = 0; i < entries; i++)
			if (strcmp(rd_kafka_ConfigEntry_name(list[i]), "max.message.bytes") == 0)
				*largest = strtoull(rd_kafka_ConfigEntry_value(list[i]), NULL, 10);
		rd_kafka_event_destroy(event);
	}
	rd_kafka_AdminOptions_destroy(options);
	rd_kafka_ConfigResource_destroy(resource);
	rd_kafka_queue_destroy(q);
	return code;
}

/* Asks broker ID about TOPIC as long as the broker answers that the topic is unknown, but at most until the time
 * UNTIL_MS of the monotonic clock. Sets *LARGEST to the topic's
 * max.message.bytes if the broker gives it. */
static void await_topic(struct kafka_session *s, const char *topic, int32_t id, int64_t until_ms, uint64_t *largest)
{
	while (describe_topic(s, topic, id, until_ms, largest) == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
		clock_monotonic_ms() < until_ms)
		rd_kafka_poll(s->rk, RETRY_MS);
}

/* Waits until every broker knows TOPIC, or until the time UNTIL_MS. Sets *LARGEST to the topic's max.message.bytes if a
 * broker gives it. */
static void await_topic_everywhere(struct kafka_session *s, const char *topic, int64_t until_ms, uint64_t *largest)
{
	const struct rd_kafka_metadata *m = NULL;
	struct err ignored = ERR_INIT;
	/* Without metadata we do not know which brokers to ask. This is no error, because the topic was created. */
	if (kafka_session_metadata(s, topic, &m, &ignored) < 0)
		return;
	for (int i = 0; i < m->broker_cnt; i++)
		await_topic(s, topic, m->brokers[i].id, until_ms, largest);
	rd_kafka_metadata_destroy(m);
}

/* Makes the description of a new topic from CREATE, "partitions=6,replication=1,NAME=VALUE...". The defaults are 1
 * partition and the brokers' own replication. Returns the description, which the caller must destroy, or NULL with E
 * set if CREATE is wrong. */
static rd_kafka_NewTopic_t *new_topic(const char *topic, const char *create, struct err *e)
{
	int64_t partitions = 1, replication = -1; /* -1: the brokers' default */
	char text[1024], why[256];
	snprintf(text, sizeof text, "%s", create);
	if (strlen(create) >= sizeof text) {
		err_set(e, EX_USAGE, "--create: too long");
		return NULL;
	}
	char *pairs[64][2]; /* the names and values of topic properties */
	size_t count = 0;
	for (char *p = text, *next; p && *p; p = next) {
		if ((next = strchr(p, ',')))
			*next++ = '\0';
		char *value = strchr(p, '=');
		if (!value || count == 64) {
			err_set(e, EX_USAGE, "--create '%s': '%s' is not NAME=VALUE, such as partitions=6", create, p);
			return NULL;
		}
		*value++ = '\0';
		int r = 0;
		if (strcmp(p, "partitions") == 0)
			r = amount_parse_int(value, 1, 10000, &partitions, e);
		else if (strcmp(p, "replication") == 0)
			r = amount_parse_int(value, 1, 100, &replication, e);
		else
			pairs[count][0] = p, pairs[count++][1] = value;
		if (r < 0) {
			err_context(e, "--create: %s", p);
			return NULL;
		}
	}
	/* The description needs the number of partitions, which CREATE may name last. So the other properties are
	 * collected first, and set here. */
	rd_kafka_NewTopic_t *t = rd_kafka_NewTopic_new(topic, (int)partitions, (int)replication, why, sizeof why);
	for (size_t i = 0; t && i < count; i++)
		rd_kafka_NewTopic_set_config(t, pairs[i][0], pairs[i][1]);
	if (!t)
		err_set(e, EX_USAGE, "--create: %s", why);
	return t;
}

/* Asks the cluster to create TOPIC as CREATE describes it. Some brokers may learn of the topic only after this function
 * has returned. Returns 0, even if the topic exists already, or -1 with E set: EX_USAGE, EX_UNAVAILABLE, EX_NOPERM. */
static int create_topic(struct kafka_session *s, const char *topic, const char *create, struct err *e)
{
	rd_kafka_NewTopic_t *t = new_topic(topic, create, e);
	if (!t)
		return -1;
	rd_kafka_queue_t *q = rd_kafka_queue_new(s->rk);
	rd_kafka_CreateTopics(s->rk, &t, 1, NULL, q);
	rd_kafka_event_t *event = wait_for_reply(s, q, WAIT_MS, e);
	int result = event ? 0 : -1;
	if (event) {
		size_t count = 0;
		const rd_kafka_topic_result_t **r =
			rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
		rd_kafka_resp_err_t code = count ? rd_kafka_topic_result_error(r[0]) : RD_KAFKA_RESP_ERR__FAIL;
		/* It is not an error if another program has created the topic meanwhile. */
		if (code && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) {
			const char *why = count ? rd_kafka_topic_result_error_string(r[0]) : "";
			result = kafka_error_set(e, s->config, code, why);
			err_context(e, "topic '%s' cannot be created", topic);
		}
		rd_kafka_event_destroy(event);
	}
	rd_kafka_NewTopic_destroy(t);
	rd_kafka_queue_destroy(q);
	return result;
}

/* Returns 1 if TOPIC exists, 0 if it does not exist or is so new that it has no leader yet, or -1 with E set. */
static int topic_exists(struct kafka_session *s, const char *topic, struct err *e)
{
	const struct rd_kafka_metadata *m = NULL;
	if (kafka_session_metadata(s, topic, &m, e) < 0)
		return -1;
	rd_kafka_resp_err_t code = m->topic_cnt == 1 ? m->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
	int result = code == 0 && m->topics[0].partition_cnt > 0;
	rd_kafka_metadata_destroy(m);
	/* These three codes mean that the topic does not exist, or is new and has no leader yet. The caller handles
	 * both cases. */
	if (code && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && code != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE &&
		code != RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
		kafka_error_set(e, s->config, code, rd_kafka_err2str(code));
		return err_context(e, "topic '%s'", topic);
	}
	return result;
}

int kafka_topic_prepare(const struct kafka_config *c, const char *topic, const char *create, uint64_t *largest,
	struct err *e)
{
	struct kafka_session s;
	if (kafka_session_open(&s, c, e) < 0)
		return -1;
	int exists = topic_exists(&s, topic, e);
	bool created = exists == 0 && create;
	int64_t end = clock_monotonic_ms() + WAIT_MS;
	*largest = 0;
	if (exists == 0 && !create)
		exists = err_set(e, EX_UNAVAILABLE,
			"kafka://%s: there is no topic '%s'; --create partitions=N creates it", kafka_config_brokers(c),
			topic);
	if (created && create_topic(&s, topic, create, e) < 0)
		exists = -1;
	while (exists == 0 && clock_monotonic_ms() < end)
		if ((exists = topic_exists(&s, topic, e)) == 0)
			rd_kafka_poll(s.rk, RETRY_MS);
	if (exists == 0)
		exists = err_set(e, EX_UNAVAILABLE, "topic '%s' was created but has no leader yet: run again", topic);
	if (exists > 0 && created)
		await_topic_everywhere(&s, topic, end, largest);
	/* A topic that existed before is known to every broker. So one answer is enough to learn its size limit. */
	if (exists > 0 && *largest == 0)
		await_topic(&s, topic, -1, end, largest);
	kafka_session_close(&s);
	return exists > 0 ? 0 : -1;
}
