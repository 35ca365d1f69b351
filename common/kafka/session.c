/* session.c -- a librdkafka handle for questions to the cluster.
 *
 * If a connection is broken, librdkafka's answer to a question is just "timed out". The reason arrives earlier, in the
 * error callback, and the session keeps it. Invariant: once an authentication or TLS error is noted, no later error
 * replaces it, because later errors are vaguer. */
#include "kafka/session.h"
#include "base/clock.h"

enum {
	WAIT_MS = 10000, /* the longest wait for an answer */
	STEP_MS = 500,   /* the time between calls of rd_kafka_poll(), which runs on_error() */
};

/* Returns true if CODE is an error that does not pass by itself. */
static bool is_final(rd_kafka_resp_err_t code)
{
	return code == RD_KAFKA_RESP_ERR__AUTHENTICATION || code == RD_KAFKA_RESP_ERR__SSL;
}

/* librdkafka's error callback: keeps CODE and REASON in the session ARG. An authentication or TLS error is not
 * replaced. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *arg)
{
	(void)rk;
	struct kafka_session *s = arg;
	if (is_final(s->code))
		return;
	s->code = (rd_kafka_resp_err_t)code;
	snprintf(s->why, sizeof s->why, "%s", reason);
}

int kafka_session_open(struct kafka_session *s, const struct kafka_config *c, struct err *e)
{
	*s = (struct kafka_session){ .config = c };
	if (!kafka_config_has_brokers(c))
		return err_set(e, EX_USAGE,
			"no broker is given: write kafka://HOST:PORT/TOPIC, or put bootstrap.servers=HOST:PORT into the file of -F");
	rd_kafka_conf_t *conf = kafka_config_copy(c);
	if (!conf)
		return err_oom(e, "the Kafka configuration");
	rd_kafka_conf_set_opaque(conf, s); /* the argument of on_error() */
	rd_kafka_conf_set_error_cb(conf, on_error);
	char why[512] = "";
	/* If rd_kafka_new() succeeds, the handle owns CONF. If it fails, CONF must still be destroyed. */
	if (kafka_config_default(c, conf, "log_level", "0", e) == 0 &&
		(s->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why)))
		return 0;
	if (*why)
		kafka_error_set_new(e, c, conf, why);
	rd_kafka_conf_destroy(conf);
	return -1;
}

int kafka_session_metadata(struct kafka_session *s, const char *topic, const struct rd_kafka_metadata **out,
	struct err *e)
{
	rd_kafka_topic_t *t = topic ? rd_kafka_topic_new(s->rk, topic, NULL) : NULL;
	if (topic && !t)
		return err_set(e, EX_USAGE, "topic '%s': %s", topic, rd_kafka_err2str(rd_kafka_last_error()));
	int64_t end = clock_monotonic_ms() + WAIT_MS;
	rd_kafka_resp_err_t code;
	do {
		code = rd_kafka_metadata(s->rk, !topic, t, out, STEP_MS);
		rd_kafka_poll(s->rk, 0); /* runs on_error() */
	} while (code && !is_final(s->code) && clock_monotonic_ms() < end);
	if (t)
		rd_kafka_topic_destroy(t);
	if (!code)
		return 0;
	return s->code ? kafka_error_set(e, s->config, s->code, s->why) :
			 kafka_error_set(e, s->config, code, "no broker answers");
}

void kafka_session_close(struct kafka_session *s)
{
	if (s->rk)
		rd_kafka_destroy(s->rk);
	s->rk = NULL;
}
