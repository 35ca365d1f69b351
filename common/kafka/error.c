/* error.c -- librdkafka's errors as ours: what happened, what to do, the exit status. */
#include "kafka/config.h"

static int status_of(rd_kafka_resp_err_t code)
{
	switch ((int)code) {
	case RD_KAFKA_RESP_ERR__AUTHENTICATION:
	case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
	case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
	case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
		return EX_NOPERM;
	case RD_KAFKA_RESP_ERR__SSL:
	case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
	case RD_KAFKA_RESP_ERR__TRANSPORT:
	case RD_KAFKA_RESP_ERR__RESOLVE:
	case RD_KAFKA_RESP_ERR__TIMED_OUT:
	case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
	case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
	case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
	case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
		return EX_UNAVAILABLE;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
		return EX_DATAERR;
	case RD_KAFKA_RESP_ERR__INVALID_ARG:
	case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
		return EX_CONFIG;
	default:
		return EX_UNAVAILABLE;
	}
}

/* What to do, where librdkafka's words leave that open. */
static const char *advice(rd_kafka_resp_err_t code, const char *detail)
{
	if (code == RD_KAFKA_RESP_ERR__SSL && strstr(detail, "certificate verify failed")) {
		if (strstr(detail, "expired"))
			return ": the broker's certificate has expired";
		return ": the broker's certificate is not signed by a known authority, has expired, or is for another host name; "
		       "ssl.ca.location=FILE names the authority";
	}
	if (code != RD_KAFKA_RESP_ERR__AUTHENTICATION)
		return "";
	if (strstr(detail, "SCRAM") && !strstr(detail, "credentials"))
		return ": librdkafka before 2.6.1 cannot do SCRAM with Kafka 4: use PLAIN over TLS, or a newer librdkafka";
	return ": check sasl.username, sasl.password and sasl.mechanism";
}

int kafka_error(struct err *e, const struct kafka_config *c, rd_kafka_resp_err_t code, const char *detail)
{
	const char *text = detail && *detail ? detail : rd_kafka_err2str(code);
	return err_set(e, status_of(code), "kafka://%s: %s%s", kafka_config_brokers(c), text, advice(code, text));
}
