/* test_kafka_config.c -- where to connect and how: the URI, files, -X, the environment; secrets are refused on the
 * command line. */
#include "check.h"
#include "kafka/config_internal.h"
#include <stdlib.h>
#include <unistd.h>

static void test_uri(void)
{
	static const struct {
		const char *uri, *brokers, *topics; /* topics: joined by a blank */
	} good[] = {
		{ "kafka://h/t", "h", "t" },
		{ "kafka://h:9092/t", "h:9092", "t" },
		{ "kafka://a:1,b:2/t,u.v,w-x_y", "a:1,b:2", "t u.v w-x_y" },
		{ "kafka://h", "h", "" },
		{ "kafka://h/", "h", "" },
		{ "kafka://h/,a,,b,", "h", "a b" },
		{ "kafka:///t", "(no broker given)", "t" },
	};
	static const char *const bad[][2] = {
		{ "http://h/t", "'http://h/t' is not kafka://HOST[:PORT]/TOPIC" },
		{ "kafka://h/t?acks=1",
			"'kafka://h/t?acks=1': a topic's name has letters, digits, '.', '_' and '-' only" },
		{ "kafka://h?acks=1",
			"'kafka://h?acks=1': properties are given with -X NAME=VALUE or -F FILE, not in the URI" },
		{ "kafka://h/a/b", "'kafka://h/a/b': a topic's name has letters, digits, '.', '_' and '-' only" },
		{ "kafka://me:secret@h/t",
			"no user and password in the URI: write sasl.username and sasl.password into a file, -F FILE" },
	};
	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		CHECK_ROW("%s", good[i].uri);
		struct kafka_config *c = NULL;
		struct err e = ERR_INIT;
		char topics[256] = "";
		if (!CHECK(kafka_config_new(good[i].uri, &c, &e) == 0))
			continue;
		CHECK_STR(kafka_config_brokers(c), good[i].brokers);
		for (char *const *t = kafka_config_topics(c); *t; t++)
			snprintf(topics + strlen(topics), sizeof topics - strlen(topics), "%s%s", *topics ? " " : "",
				*t);
		CHECK_STR(topics, good[i].topics);
		kafka_config_free(c);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK_ROW("%s", bad[i][0]);
		struct kafka_config *c = NULL;
		struct err e = ERR_INIT;
		CHECK(kafka_config_new(bad[i][0], &c, &e) < 0);
		CHECK_EQ(e.status, EX_USAGE);
		CHECK_STR(e.msg, bad[i][1]);
		CHECK(!strstr(e.msg, "secret"));
	}
}

/* What librdkafka is given for NAME; static storage. */
static const char *value_of(const struct kafka_config *c, const char *name)
{
	static char value[512];
	size_t size = sizeof value;
	rd_kafka_conf_t *conf = kafka_config_copy(c);
	CHECK(conf != NULL && rd_kafka_conf_get(conf, name, value, &size) == RD_KAFKA_CONF_OK);
	rd_kafka_conf_destroy(conf);
	return value;
}

static void test_set(void)
{
	static const char *const bad[][2] = {
		{ "linger.ms", "-X takes NAME=VALUE, or 'list'" },
		{ "=5", "-X takes NAME=VALUE, or 'list'" },
		{ "lingr.ms=5", "unknown Kafka property 'lingr.ms'; did you mean 'linger.ms'?" },
		{ "zzzzzzzzzzzzzzzz=5", "unknown Kafka property 'zzzzzzzzzzzzzzzz'; -X list shows them all" },
		{ "sasl.password=s3cret",
			"-X sasl.password: other users can see a command line: put it into a file (-F FILE) or the environment "
			"(SP_KAFKA_SASL_PASSWORD)" },
	};
	struct kafka_config *c = NULL;
	struct err e = ERR_INIT;
	if (!CHECK(kafka_config_new("kafka://h/t", &c, &e) == 0))
		return;
	CHECK_STR(value_of(c, "bootstrap.servers"), "h");
	CHECK(!kafka_config_has(c, "linger.ms"));
	CHECK(kafka_config_set(c, "linger.ms=7", &e) == 0 && kafka_config_has(c, "linger.ms"));
	CHECK_STR(value_of(c, "linger.ms"), "7");
	CHECK(kafka_config_has(c, "queue.buffering.max.ms")); /* another name for it */
	CHECK(!kafka_config_has(c, "compression.codec"));
	CHECK(kafka_config_set(c, "compression.type=gzip", &e) == 0 && kafka_config_has(c, "compression.codec"));
	/* A default does not replace the user's value. */
	rd_kafka_conf_t *conf = kafka_config_copy(c);
	char value[64];
	size_t size = sizeof value;
	CHECK(kafka_config_default(c, conf, "linger.ms", "9", &e) == 0 &&
		kafka_config_default(c, conf, "acks", "1", &e) == 0);
	CHECK(rd_kafka_conf_get(conf, "linger.ms", value, &size) == RD_KAFKA_CONF_OK);
	CHECK_STR(value, "7");
	size = sizeof value;
	CHECK(rd_kafka_conf_get(conf, "acks", value, &size) == RD_KAFKA_CONF_OK);
	CHECK_STR(value, "1");
	rd_kafka_conf_destroy(conf);
	CHECK(kafka_config_set(c, "linger.ms=soon", &e) < 0 && e.status == EX_USAGE && strstr(e.msg, "linger.ms"));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		CHECK(kafka_config_set(c, bad[i][0], &e) < 0);
		CHECK_EQ(e.status, EX_USAGE);
		CHECK_STR(e.msg, bad[i][1]);
	}
	kafka_config_free(c);
}

static void test_file(void)
{
	char path[] = "/tmp/test_kafka_config.XXXXXX", want[128];
	struct kafka_config *c = NULL;
	struct err e = ERR_INIT;
	int fd = mkstemp(path);
	if (!CHECK(fd >= 0 && kafka_config_new("kafka:///t", &c, &e) == 0))
		return;
	CHECK(dprintf(fd, "# of the console\r\n\n  bootstrap.servers = a:1,b:2 \r\nsasl.password = p=q \nlinger.ms=3") >
		0);
	CHECK(kafka_config_file(c, path, &e) == 0);
	CHECK_STR(kafka_config_brokers(c), "a:1,b:2");
	CHECK_STR(value_of(c, "sasl.password"), "p=q");
	CHECK_STR(value_of(c, "linger.ms"), "3");
	CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, "linger.ms=1\nnonsense\n", 21, 0) == 21);
	CHECK(kafka_config_file(c, path, &e) < 0 && e.status == EX_CONFIG);
	snprintf(want, sizeof want, "%s:2: not a line NAME=VALUE", path);
	CHECK_STR(e.msg, want);
	CHECK(ftruncate(fd, 0) == 0 && pwrite(fd, "lingr.ms=1\n", 11, 0) == 11);
	CHECK(kafka_config_file(c, path, &e) < 0 && e.status == EX_CONFIG);
	snprintf(want, sizeof want, "%s:1: unknown Kafka property 'lingr.ms'; did you mean 'linger.ms'?", path);
	CHECK_STR(e.msg, want);
	CHECK(kafka_config_file(c, "/nowhere/at/all", &e) < 0 && e.status == EX_NOINPUT);
	kafka_config_free(c);
	close(fd);
	unlink(path);
}

static void test_environment(void)
{
	struct kafka_config *c = NULL;
	struct err e = ERR_INIT;
	setenv("SP_KAFKA_SASL_PASSWORD", "from the environment", 1);
	CHECK(kafka_config_new("kafka://h/t", &c, &e) == 0);
	CHECK_STR(value_of(c, "sasl.password"), "from the environment");
	kafka_config_free(c);
	unsetenv("SP_KAFKA_SASL_PASSWORD");
	setenv("SP_KAFKA_CONFIG", "/nowhere/at/all", 1);
	CHECK(kafka_config_new("kafka://h/t", &c, &e) < 0 && e.status == EX_NOINPUT);
	unsetenv("SP_KAFKA_CONFIG");
}

int main(void)
{
	unsetenv("SP_KAFKA_CONFIG");
	test_uri();
	test_set();
	test_file();
	test_environment();
	return check_end();
}
