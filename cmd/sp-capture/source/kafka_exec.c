/* kafka_exec.c -- Kafka's side of sp-capture as it is linked into the ordinary program: it hands over to
 * sp-capture-kafka, which has librdkafka. Loading that library takes longer than all else at the start, so who reads
 * files does without it. */
#include "sp-capture/source/kafka_options.h"
#include "sp-capture/source/kafka_run.h"
#include <errno.h>
#include <unistd.h>

void kafka_options_init(struct kafka_options *k)
{
	*k = (struct kafka_options){ 0 };
}

void kafka_options_release(struct kafka_options *k)
{
	(void)k;
}

int kafka_options_set(struct kafka_options *k, int id, const char *value, struct err *e)
{
	(void)e;
	k->used = true;
	k->properties_list = k->properties_list || (id == 'X' && strcmp(value, "list") == 0);
	return 0;
}

/* PROGRAM/../../libexec/sp/sp-capture-kafka, beside where this program was installed. */
static int hand_over(char **argv, struct err *e)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 64);
	char *slash = n > 0 ? memrchr(path, '/', (size_t)n) : NULL;
	if (!slash)
		return err_errno(e, EX_OSERR, errno, "/proc/self/exe");
	snprintf(slash, 64, "/../libexec/sp/sp-capture-kafka");
	execv(path, argv);
	return err_errno(e, EX_UNAVAILABLE, errno, "%s, which reads kafka://", path);
}

int kafka_options_finish(struct kafka_options *k, char **argv, char **sources, size_t count, struct err *e)
{
	if (k->properties_list)
		return hand_over(argv, e);
	for (size_t i = 0; i < count; i++)
		if (strncmp(sources[i], "kafka://", 8) == 0)
			return hand_over(argv, e);
	return k->used ? err_set(e, EX_USAGE,
				 "-G, -p, -o, -e, -L, -J, -X, -F, --shard, --envelope, --registry and --wait are for "
				 "a source kafka://HOST:PORT/TOPIC") :
			 0;
}

int run_kafka(struct run *r, struct err *e)
{
	(void)r;
	return err_set(e, EX_SOFTWARE, "this program has no Kafka");
}

int kafka_show(const struct options *c)
{
	(void)c;
	return EX_SOFTWARE;
}
