/* config.c -- where to connect and how: the URI, -F files, -X, the environment. */
#include "kafka/config.h"
#include "base/opt.h"
#include <ctype.h>
#include <errno.h>

enum { SET_MAX = 256 };

struct kafka_config {
	rd_kafka_conf_t *conf;
	char *brokers;    /* of the URI; NULL: those of the file */
	char *topic_text; /* what topics[] points into */
	char **topics;
	char *set[SET_MAX]; /* names that the user set */
	size_t set_count;
	char *file_brokers; /* bootstrap.servers of a file or -X; NULL */
};

static const char *const secrets[] = { "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
	"sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", NULL };

static bool is_secret(const char *name)
{
	for (int i = 0; secrets[i]; i++)
		if (strcmp(name, secrets[i]) == 0)
			return true;
	return false;
}

/* SP_KAFKA_SASL_PASSWORD for sasl.password. */
static void environment_name(const char *name, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "SP_KAFKA_%s", name);
	for (size_t i = 9; i < n && i < size; i++)
		out[i] = out[i] == '.' ? '_' : (char)toupper((unsigned char)out[i]);
}

/* librdkafka lists its properties only as a text for people: a name begins each line, "name  | scope | ...". */
static int unknown_property(const char *name, struct err *e)
{
	const char *names[600] = { NULL };
	size_t count = 0;
	struct buf all;
	buf_init(&all, 16 << 20);
	const char *text = kafka_config_list(&all) < 0 ? NULL : buf_string(&all);
	for (char *p = text ? all.p : NULL; p && *p && count < 599;) {
		char *next = strchr(p, '\n'), *blank = strpbrk(p, " \n");
		if (blank && *blank == ' ' && blank > p)
			names[count++] = p;
		if (blank)
			*blank = '\0';
		p = next ? next + 1 : NULL;
	}
	const char *near = opt_nearest(name, names);
	if (near)
		err_set(e, EX_USAGE, "unknown Kafka property '%s'; did you mean '%s'?", name, near);
	else
		err_set(e, EX_USAGE, "unknown Kafka property '%s'; -X list shows them all", name);
	buf_release(&all);
	return -1;
}

static int set(struct kafka_config *c, const char *name, const char *value, struct err *e)
{
	char why[512];
	switch (rd_kafka_conf_set(c->conf, name, value, why, sizeof why)) {
	case RD_KAFKA_CONF_OK: break;
	case RD_KAFKA_CONF_UNKNOWN: return unknown_property(name, e);
	case RD_KAFKA_CONF_INVALID:
	default:
		if (is_secret(name))
			return err_set(e, EX_CONFIG, "Kafka property '%s': its value is refused", name);
		return err_set(e, EX_USAGE, "Kafka property '%s': %s", name, why);
	}
	if (strcmp(name, "bootstrap.servers") == 0 || strcmp(name, "metadata.broker.list") == 0) {
		free(c->file_brokers);
		c->file_brokers = strdup(value);
	}
	if (c->set_count == SET_MAX)
		return err_set(e, EX_CONFIG, "more than %d Kafka properties", SET_MAX);
	c->set[c->set_count] = strdup(name);
	return c->set[c->set_count] && ++c->set_count ? 0 : err_set(e, EX_OSERR, "out of memory");
}

/* Properties with two names (librdkafka's CONFIGURATION.md, "Alias for"): the second one is what it is known by here. */
static const char *known_as(const char *name)
{
	static const char *const aliases[][2] = { { "queue.buffering.max.ms", "linger.ms" },
		{ "compression.type", "compression.codec" }, { "delivery.timeout.ms", "message.timeout.ms" },
		{ "request.required.acks", "acks" }, { "message.send.max.retries", "retries" },
		{ "max.in.flight.requests.per.connection", "max.in.flight" },
		{ "metadata.broker.list", "bootstrap.servers" },
		{ "max.partition.fetch.bytes", "fetch.message.max.bytes" }, { "sasl.mechanisms", "sasl.mechanism" },
		{ "auto.commit.enable", "enable.auto.commit" } };
	for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
		if (strcmp(name, aliases[i][0]) == 0)
			return aliases[i][1];
	return name;
}

bool kafka_config_has(const struct kafka_config *c, const char *name)
{
	for (size_t i = 0; i < c->set_count; i++)
		if (strcmp(known_as(c->set[i]), known_as(name)) == 0)
			return true;
	return false;
}

static int secrets_of_environment(struct kafka_config *c, struct err *e)
{
	char name[64];
	for (int i = 0; secrets[i]; i++) {
		environment_name(secrets[i], name, sizeof name);
		const char *value = getenv(name);
		if (value && set(c, secrets[i], value, e) < 0)
			return -1;
	}
	return 0;
}

/* "a,b" into a NULL-terminated list; names as Kafka allows them. */
static int split_topics(struct kafka_config *c, const char *uri, struct err *e)
{
	size_t n = 1;
	for (const char *p = c->topic_text; *p; p++) {
		n += *p == ',';
		if (!isalnum((unsigned char)*p) && !strchr("._-,", *p))
			return err_set(e, EX_USAGE, "'%s': a topic's name has letters, digits, '.', '_' and '-' only",
				uri);
	}
	c->topics = calloc(n + 1, sizeof *c->topics);
	if (!c->topics)
		return err_set(e, EX_OSERR, "out of memory");
	size_t used = 0;
	for (char *p = c->topic_text; p && *p;) {
		char *comma = strchr(p, ',');
		if (comma)
			*comma++ = '\0';
		if (*p)
			c->topics[used++] = p;
		p = comma;
	}
	return 0;
}

static int read_uri(struct kafka_config *c, const char *uri, struct err *e)
{
	const char *p = uri + strlen("kafka://");
	size_t host = strcspn(p, "/?");
	if (p[host] == '?')
		return err_set(e, EX_USAGE, "'%s': properties are given with -X NAME=VALUE or -F FILE, not in the URI",
			uri);
	if (memchr(p, '@', host))
		return err_set(e, EX_USAGE,
			"user and password do not go into the URI: write sasl.username and sasl.password into a file, -F FILE");
	const char *topic = p[host] ? p + host + 1 : "";
	c->topic_text = strdup(topic);
	if (!c->topic_text || (host && !(c->brokers = strndup(p, host))))
		return err_set(e, EX_OSERR, "out of memory");
	return split_topics(c, uri, e);
}

int kafka_config_new(const char *uri, struct kafka_config **out, struct err *e)
{
	if (strncmp(uri, "kafka://", 8) != 0)
		return err_set(e, EX_USAGE, "'%s' is not kafka://HOST[:PORT]/TOPIC", uri);
	struct kafka_config *c = calloc(1, sizeof *c);
	if (!c || !(c->conf = rd_kafka_conf_new())) {
		free(c);
		return err_set(e, EX_OSERR, "out of memory");
	}
	const char *file = getenv("SP_KAFKA_CONFIG");
	if (read_uri(c, uri, e) < 0 || (file && *file && kafka_config_file(c, file, e) < 0) ||
		secrets_of_environment(c, e) < 0) {
		kafka_config_free(c);
		return -1;
	}
	*out = c;
	return 0;
}

void kafka_config_free(struct kafka_config *c)
{
	if (!c)
		return;
	rd_kafka_conf_destroy(c->conf);
	for (size_t i = 0; i < c->set_count; i++)
		free(c->set[i]);
	free(c->topics);
	free(c->topic_text);
	free(c->brokers);
	free(c->file_brokers);
	free(c);
}

static char *trim(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	size_t n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		s[--n] = '\0';
	return s;
}

int kafka_config_file(struct kafka_config *c, const char *path, struct err *e)
{
	FILE *f = fopen(path, "re");
	if (!f)
		return err_errno(e, err_status_read(errno), errno, "%s", path);
	char *line = NULL;
	size_t cap = 0;
	int result = 0;
	for (unsigned long number = 1; result == 0 && getline(&line, &cap, f) > 0; number++) {
		char *s = trim(line), *value = strchr(s, '=');
		if (!*s || *s == '#')
			continue;
		if (!value) {
			result = err_set(e, EX_CONFIG, "%s:%lu: no NAME=VALUE", path, number);
			break;
		}
		*value++ = '\0';
		result = set(c, trim(s), trim(value), e);
		if (result < 0) {
			e->status = EX_CONFIG;
			err_context(e, "%s:%lu", path, number);
		}
	}
	if (result == 0 && ferror(f))
		result = err_errno(e, EX_IOERR, errno, "%s", path);
	free(line);
	fclose(f);
	return result;
}

int kafka_config_set(struct kafka_config *c, const char *pair, struct err *e)
{
	char name[128], env[160];
	size_t n = strcspn(pair, "=");
	if (!pair[n] || n == 0 || n >= sizeof name)
		return err_set(e, EX_USAGE, "-X takes NAME=VALUE, or 'list'");
	memcpy(name, pair, n);
	name[n] = '\0';
	if (is_secret(name)) {
		environment_name(name, env, sizeof env);
		return err_set(e, EX_USAGE,
			"-X %s: others can read a command line: put it into a file (-F FILE) or the environment (%s)",
			name, env);
	}
	return set(c, name, pair + n + 1, e);
}

char *const *kafka_config_topics(const struct kafka_config *c)
{
	return c->topics;
}

const char *kafka_config_brokers(const struct kafka_config *c)
{
	return c->brokers ? c->brokers : c->file_brokers ? c->file_brokers : "(no broker given)";
}

bool kafka_config_has_brokers(const struct kafka_config *c)
{
	return c->brokers || c->file_brokers;
}

int kafka_config_list(struct buf *out)
{
	char *text = NULL;
	size_t n = 0;
	FILE *f = open_memstream(&text, &n);
	if (!f)
		return -1;
	rd_kafka_conf_properties_show(f);
	int result = fclose(f) == 0 ? buf_add(out, text, n) : -1;
	free(text);
	return result;
}

rd_kafka_conf_t *kafka_config_copy(const struct kafka_config *c)
{
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(c->conf);
	char why[256];
	if (conf && c->brokers &&
		rd_kafka_conf_set(conf, "bootstrap.servers", c->brokers, why, sizeof why) != RD_KAFKA_CONF_OK) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	if (conf)
		kafka_certificate_watch(conf);
	return conf;
}

int kafka_config_default(const struct kafka_config *c, rd_kafka_conf_t *conf, const char *name, const char *value,
	struct err *e)
{
	char why[512];
	if (kafka_config_has(c, name) || rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
		return 0;
	return err_set(e, EX_SOFTWARE, "Kafka property '%s': %s", name, why);
}
