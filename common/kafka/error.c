/* error.c -- turns librdkafka's errors into struct err: the exit status, what happened, and what to do.
 *
 * librdkafka has about 200 error codes; a script that runs our programs needs to distinguish four cases. EX_NOPERM: the
 * credentials or rights are wrong. EX_DATAERR: messages cannot be read. EX_CONFIG: a property is wrong. EX_UNAVAILABLE:
 * all other errors; the script may try again later. */
#include "kafka/config_internal.h"
#include <stdatomic.h>

/* Returns the exit status for CODE, which is EX_UNAVAILABLE for all codes that need no status of their own. */
static int status_of(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED: return EX_NOPERM;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION: return EX_DATAERR;
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
	case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE: return EX_CONFIG;
	default: return EX_UNAVAILABLE;
	}
}

bool kafka_error_is_transient(rd_kafka_resp_err_t code)
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

/* The reason why OpenSSL refused a broker's certificate, as an X509_V_ERR_ number, or 0. The variable is atomic,
 * because librdkafka calls on_certificate() on one of its own threads. The variable is global, because the callbacks of
 * a handle share one argument, which other files use for their own structs. One variable is enough for a program, which
 * uses one cluster. */
static atomic_int certificate_fault;

/* librdkafka's callback for certificates. Returns 1 if OpenSSL accepts the certificate; otherwise notes OpenSSL's
 * reason and returns 0. */
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

void kafka_error_watch_certificates(rd_kafka_conf_t *conf)
{
	/* The call fails if librdkafka was built without TLS. Then there are no certificates to refuse. */
	(void)rd_kafka_conf_set_ssl_cert_verify_cb(conf, on_certificate);
}

/* Returns the reason in certificate_fault in words. The numbers are those of OpenSSL's x509_vfy.h, which is not
 * included so that our programs can be built without it. */
static const char *certificate_words(void)
{
	switch (atomic_load(&certificate_fault)) {
	case 9 /* CERT_NOT_YET_VALID */: return "the broker's certificate is not yet valid";
	case 10 /* CERT_HAS_EXPIRED */: return "the broker's certificate has expired";
	case 2 /* UNABLE_TO_GET_ISSUER_CERT */:
	case 18 /* DEPTH_ZERO_SELF_SIGNED_CERT */:
	case 19 /* SELF_SIGNED_CERT_IN_CHAIN */:
	case 20 /* UNABLE_TO_GET_ISSUER_CERT_LOCALLY */:
	case 21 /* UNABLE_TO_VERIFY_LEAF_SIGNATURE */:
		return "the broker's certificate is not signed by a known authority; ssl.ca.location=FILE names one";
	case 62 /* HOSTNAME_MISMATCH */:
	case 64 /* IP_ADDRESS_MISMATCH */: return "the broker's certificate is for another host name";
	default: return "the broker's certificate could not be verified";
	}
}

/* Returns advice to append to DETAIL, the text of an error, or "" if we have no advice. */
static const char *advice(rd_kafka_resp_err_t code, const char *detail)
{
	if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION)
		return "";
	if (strstr(detail, "SCRAM") && rd_kafka_version() < 0x02060100)
		return ": check sasl.username, sasl.password and sasl.mechanism; if they are right: librdkafka before 2.6.1 cannot "
		       "use SCRAM with Kafka 4: use PLAIN over TLS, or a newer librdkafka";
	return ": check sasl.username, sasl.password and sasl.mechanism";
}

int kafka_error_set(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail)
{
	const char *text = detail && *detail ? detail : rd_kafka_err2str(code);
	if (code == RD_KAFKA_RESP_ERR__SSL && strstr(text, "certificate verify failed"))
		text = certificate_words();
	return err_set(e, status_of(code), "kafka://%s: %s%s", kafka_config_brokers(c), text, advice(code, text));
}

int kafka_error_set_new(struct err *e, const struct kafka_config *c, const rd_kafka_conf_t *conf, const char *why)
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
