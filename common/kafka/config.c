/* config.c -- reads where and how to connect, from the URI, -F files, -X and the environment.
 *
 * One rd_kafka_conf_t holds all properties, and librdkafka checks each name and value when it is set. A list holds the
 * names of the properties that the user has set, so that our own defaults never replace a user's choice. Invariant: a
 * secret comes from a file or from the environment, and no message contains a secret. */
#include "kafka/config_internal.h"
#include "base/opt.h"
#include <ctype.h>
#include <errno.h>

enum { PROPERTIES_MAX = 256 };

struct kafka_config {
	rd_kafka_conf_t *conf;
	char *brokers;             /* of the URI; NULL: the URI names none */
	char *file_brokers;        /* bootstrap.servers of a file or -X; NULL: not set */
	char *topic_text;          /* the URI's topics as text; the names in topics[] point into it */
	char **topics;             /* the names of the topics, ended by NULL */
	char *set[PROPERTIES_MAX]; /* the names of the properties that the user has set; owned */
	size_t set_count;
};

/* The properties whose values must appear neither on a command line nor in a message. */
static const char *const secrets[] = { "sasl.password", "ssl.key.password", "ssl.keystore.password", "ssl.key.pem",
	"sasl.oauthbearer.client.secret", "sasl.oauthbearer.config", NULL };

static bool is_secret(const char *name)
{
	for (int i = 0; secrets[i]; i++)
		if (strcmp(name, secrets[i]) == 0)
			return true;
	return false;
}

/* Writes into OUT the name of the environment variable for the secret property NAME. For sasl.password the variable is
 * SP_KAFKA_SASL_PASSWORD. */
static void secret_variable(const char *name, char *out, size_t size)
{
	size_t n = (size_t)snprintf(out, size, "SP_KAFKA_%s", name);
	for (size_t i = strlen("SP_KAFKA_"); i < n && i < size; i++)
		out[i] = out[i] == '.' ? '_' : (char)toupper((unsigned char)out[i]);
}

/* Sets E for the unknown property NAME, and suggests the most similar known name. librdkafka lists its properties only
 * as a text for people, with lines such as "client.id  |  *  | ...". The known names are cut out of these lines. Always
 * returns -1. */
static int set_unknown_property(const char *name, struct err *e)
{
	const char *names[600] = { NULL };
	size_t count = 0;
	struct buf all;
	buf_init(&all, 16 << 20);
	const char *text = kafka_config_list(&all) < 0 ? NULL : buf_string(&all);
	/* A line that has a blank begins with a name, unless its first character is a blank. */
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

/* Sets property NAME to VALUE, and adds NAME to the list of properties that the user has set. Returns 0, or -1 with E
 * set: EX_USAGE, EX_CONFIG, EX_OSERR. */
static int set_property(struct kafka_config *c, const char *name, const char *value, struct err *e)
{
	char why[512]; /* librdkafka's text about an error */
	switch (rd_kafka_conf_set(c->conf, name, value, why, sizeof why)) {
	case RD_KAFKA_CONF_OK: break;
	case RD_KAFKA_CONF_UNKNOWN: return set_unknown_property(name, e);
	case RD_KAFKA_CONF_INVALID:
	default:
		/* librdkafka's text WHY quotes the value, so it is left out if the value is secret. */
		if (is_secret(name))
			return err_set(e, EX_CONFIG, "Kafka property '%s': its value is not accepted", name);
		return err_set(e, EX_USAGE, "Kafka property '%s': %s", name, why);
	}
	/* Keeps a copy of the brokers, for messages to the user and for kafka_config_has_brokers(). */
	if (strcmp(name, "bootstrap.servers") == 0 || strcmp(name, "metadata.broker.list") == 0) {
		free(c->file_brokers);
		c->file_brokers = strdup(value);
	}
	if (c->set_count == PROPERTIES_MAX)
		return err_set(e, EX_CONFIG, "more than %d Kafka properties", PROPERTIES_MAX);
	c->set[c->set_count] = strdup(name);
	return c->set[c->set_count] && ++c->set_count ? 0 : err_oom(e, "a Kafka property");
}

/* Returns one common name for all names of a property: linger.ms and queue.buffering.max.ms are the same property.
 * librdkafka's CONFIGURATION.md lists such names as aliases. */
static const char *main_name(const char *name)
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
		if (strcmp(main_name(c->set[i]), main_name(name)) == 0)
			return true;
	return false;
}

/* Sets each secret property for which the environment has a variable. Returns 0, or -1 with E set. */
static int read_secrets(struct kafka_config *c, struct err *e)
{
	char name[64];
	for (int i = 0; secrets[i]; i++) {
		secret_variable(secrets[i], name, sizeof name);
		const char *value = getenv(name);
		if (value && set_property(c, secrets[i], value, e) < 0)
			return -1;
	}
	return 0;
}

/* Splits the URI's topics, such as "a,b", into a list that ends with NULL. Checks that the names have only characters
 * that Kafka allows. URI is quoted in the error message. Returns 0, or -1 with E set. */
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
		return err_oom(e, "the topics");
	size_t used = 0;
	for (char *p = c->topic_text; p && *p;) { /* empty names, as in "a,,b", are skipped */
		char *comma = strchr(p, ',');
		if (comma)
			*comma++ = '\0';
		if (*p)
			c->topics[used++] = p;
		p = comma;
	}
	return 0;
}

/* Reads brokers and topics from URI, which begins with "kafka://". Returns 0, or -1 with E set: EX_USAGE, EX_OSERR. */
static int read_uri(struct kafka_config *c, const char *uri, struct err *e)
{
	const char *p = uri + strlen("kafka://");
	/* The length of the brokers, "HOST:PORT,...". If it is 0, a file or -X has to name the brokers. */
	size_t host = strcspn(p, "/?");
	if (p[host] == '?')
		return err_set(e, EX_USAGE, "'%s': properties are given with -X NAME=VALUE or -F FILE, not in the URI",
			uri);
	/* A URI must not contain a password, because other people may see the URI: in the output of ps, in shell
	 * histories, in our own messages. */
	if (memchr(p, '@', host))
		return err_set(e, EX_USAGE,
			"no user and password in the URI: write sasl.username and sasl.password into a file, -F FILE");
	const char *topic = p[host] ? p + host + 1 : "";
	c->topic_text = strdup(topic);
	if (!c->topic_text || (host && !(c->brokers = strndup(p, host))))
		return err_oom(e, "the URI");
	return split_topics(c, uri, e);
}

int kafka_config_new(const char *uri, struct kafka_config **out, struct err *e)
{
	if (strncmp(uri, "kafka://", 8) != 0)
		return err_set(e, EX_USAGE, "'%s' is not kafka://HOST[:PORT]/TOPIC", uri);
	struct kafka_config *c = calloc(1, sizeof *c);
	if (!c || !(c->conf = rd_kafka_conf_new())) {
		free(c);
		return err_oom(e, "the Kafka configuration");
	}
	/* The environment is read first, so that -F and -X on the command line override it. */
	const char *file = getenv("SP_KAFKA_CONFIG");
	if (read_uri(c, uri, e) < 0 || (file && *file && kafka_config_file(c, file, e) < 0) || read_secrets(c, e) < 0) {
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

/* Cuts white space off both ends of S, in place. Returns the new start. */
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
			result = err_set(e, EX_CONFIG, "%s:%lu: not a line NAME=VALUE", path, number);
			break;
		}
		*value++ = '\0';
		result = set_property(c, trim(s), trim(value), e);
		/* The fault is in a file, not on the command line, so the status must not be EX_USAGE. */
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
	char name[128], env[160]; /* env: the environment variable for a secret */
	size_t n = strcspn(pair, "=");
	if (!pair[n] || n == 0 || n >= sizeof name)
		return err_set(e, EX_USAGE, "-X takes NAME=VALUE, or 'list'");
	memcpy(name, pair, n);
	name[n] = '\0';
	if (is_secret(name)) {
		secret_variable(name, env, sizeof env);
		return err_set(e, EX_USAGE,
			"-X %s: other users can see a command line: put it into a file (-F FILE) or the environment (%s)",
			name, env);
	}
	return set_property(c, name, pair + n + 1, e);
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
	FILE *f = open_memstream(&text, &n); /* librdkafka can print the list only to a FILE */
	if (!f)
		return -1;
	rd_kafka_conf_properties_show(f);
	int result = fclose(f) == 0 ? buf_add(out, text, n) : -1;
	free(text);
	return result;
}

rd_kafka_conf_t *kafka_config_copy(const struct kafka_config *c)
{
	/* Brokers in the URI override those of a file or -X. */
	rd_kafka_conf_t *conf = rd_kafka_conf_dup(c->conf);
	char why[256];
	if (conf && c->brokers &&
		rd_kafka_conf_set(conf, "bootstrap.servers", c->brokers, why, sizeof why) != RD_KAFKA_CONF_OK) {
		rd_kafka_conf_destroy(conf);
		return NULL;
	}
	if (conf)
		kafka_error_watch_certificates(conf);
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
