/* error.c -- librdkafka's errors as ours: what happened, what to do, the exit status. */
#include "kafka/config.h"
#include <stdatomic.h>

static int status_of(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return EX_NOPERM;
	case RD_KAFKA_RESP_ERR__SSL:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART: return EX_UNAVAILABLE;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION: return EX_DATAERR;
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
	case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: return EX_CONFIG;
	default: return EX_UNAVAILABLE;
	}
}

bool kafka_error_passes(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
	case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
	case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
	case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
	case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
	case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
	case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__WAIT_COORD: return true;
	default: return false;
	}
}

/* Why OpenSSL refused the broker's certificate: X509_V_ERR_..., 0: it did not. librdkafka tells this on one of its
 * threads, to a callback whose argument belongs to the handle; a program talks to one cluster, so here is one place. */
static atomic_int certificate_fault;

static int on_certificate(rd_kafka_t *rk, const char *name, int32_t id, int *fault, int depth, const char *der,
	size_t size, char *why, size_t why_size, void *arg)
{
	(void)rk, (void)name, (void)id, (void)depth, (void)der, (void)size, (void)arg;
	if (!*fault)
		return 1;
	atomic_store(&certificate_fault, *fault);
	snprintf(why, why_size, "refused by OpenSSL");
	return 0;
}

void kafka_certificate_watch(rd_kafka_conf_t *conf)
{
	/* Without TLS in librdkafka there is nothing to watch. */
	(void)rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
}

/* In words; the numbers are OpenSSL's x509_vfy.h. */
static const char *certificate_words(void)
{
	switch (atomic_load(&certificate_fault)) {
	case 9: return "the broker's certificate is not yet valid";
	case 10: return "the broker's certificate has expired";
	case 2:
	case 18:
	case 19:
	case 20:
	case 21: return "the broker's certificate is not signed by a known authority; ssl.ca.location=FILE names one";
	case 62:
	case 64: return "the broker's certificate is for another host name";
	default: return "the broker's certificate could not be verified";
	}
}

/* What to do, where librdkafka's words leave that open. */
static const char *advice(rd_kafka_resp_err_t code, const char *detail)
{
	if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION)
		return "";
	if (strstr(detail, "SCRAM") && rd_kafka_version() < 0x02060100)
		return ": check sasl.username, sasl.password and sasl.mechanism; if they are right: librdkafka before 2.6.1 cannot "
		       "do SCRAM with Kafka 4: use PLAIN over TLS, or a newer librdkafka";
	return ": check sasl.username, sasl.password and sasl.mechanism";
}

int kafka_error(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail)
{
	const char *text = detail && *detail ? detail : rd_kafka_err2str(code);
	if (code == RD_KAFKA_RESP_ERR__SSL && strstr(text, "certificate verify failed"))
		text = certificate_words();
	return err_set(e, status_of(code), "kafka://%s: %s%s", kafka_config_brokers(c), text, advice(code, text));
}

int kafka_new_error(struct err *e, const struct kafka_config *c, const rd_kafka_conf_t *conf, const char *why)
{
	static const char *const files[] = { "ssl.ca.location", "ssl.certificate.location", "ssl.key.location" };
	char value[512];
	size_t size = sizeof value;
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
		if (span_starts(span_of(why), span_of(files[i])) &&
			rd_kafka_conf_get(conf, files[i], value, &size) == RD_KAFKA_CONF_OK)
			return err_set(e, EX_CONFIG, "%s: cannot be used as %s: %s", value, files[i], why);
	return err_set(e, EX_CONFIG, "kafka://%s: %s", kafka_config_brokers(c), why);
}
