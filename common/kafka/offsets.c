/* offsets.c -- parses the forms of -o (beginning, end, stored, N, -N, s@TIME, e@TIME), and finds the offsets that they
 * mean in one partition.
 *
 * The broker is asked two questions: which offsets a partition has, and which is the first offset with a timestamp at
 * or after a time. After an error that passes by itself, such as a leader election, the question is asked again. */
#include "kafka/offsets.h"
#include "base/amount.h"
#include "base/clock.h"
#include "text/time.h"
#include <poll.h>

enum {
	/* The longest wait for one answer, and the longest time in which a question is repeated. */
	WAIT_MS = 10000,
	RETRY_MS = 50, /* the wait before a question is repeated */
};

/* Sets *MS to the time TEXT: RFC 3339, or a number of s, ms, us or ns since 1970, whose unit is taken from its size.
 * Returns 0, or -1 with E set. */
static int parse_time(const char *text, int64_t *ms, struct err *e)
{
	struct time_format *f = NULL;
	struct stamp t;
	if (time_format_new("auto", NULL, &f, e) < 0)
		return -1;
	int r = time_parse_text(f, span_of(text), &t, e);
	time_format_free(f);
	*ms = r < 0 ? 0 : stamp_ms(t);
	return r < 0 ? err_set(e, EX_USAGE, "'%s' is not a time: write RFC 3339 or milliseconds since 1970", text) : 0;
}

int kafka_offset_parse(const char *text, struct kafka_offset *out, struct err *e)
{
	static const char *const names[] = { "beginning", "end", "stored", NULL };
	*out = (struct kafka_offset){ 0 };
	if (strncmp(text, "s@", 2) == 0 || strncmp(text, "e@", 2) == 0) {
		out->kind = *text == 's' ? KAFKA_OFFSET_TIME : KAFKA_OFFSET_UNTIL;
		return parse_time(text + 2, &out->value, e);
	}
	if (strspn(text, "-0123456789") == strlen(text) && *text) {
		out->kind = *text == '-' ? KAFKA_OFFSET_TAIL : KAFKA_OFFSET_AT;
		int r = amount_parse_int(text, INT64_MIN + 1, INT64_MAX, &out->value, e);
		out->value = out->value < 0 ? -out->value : out->value;
		return r;
	}
	int n = opt_choice("offset", text, names, e); /* opt_choice() names the nearest word in its message */
	if (n < 0)
		return -1;
	out->kind = n == 0 ? KAFKA_OFFSET_BEGINNING : n == 1 ? KAFKA_OFFSET_END : KAFKA_OFFSET_STORED;
	return 0;
}

/* The partition that the functions below ask about. */
struct question {
	struct kafka_session *s;
	const char *topic;
	int32_t partition;
};

/* Sets E to the broker's error CODE, with the partition's name. Always returns -1. */
static int set_answer(const struct question *q, rd_kafka_resp_err_t code, struct err *e)
{
	kafka_error_set(e, q->s->config, code, rd_kafka_err2str(code));
	return err_context(e, "%s[%d]", q->topic, (int)q->partition);
}

/* Decides whether a question that got the error CODE is repeated. If the error passes by itself and it is not UNTIL_MS
 * yet, waits RETRY_MS and returns true. */
static bool ask_again(rd_kafka_resp_err_t code, int64_t until_ms)
{
	if (!kafka_error_is_transient(code) || clock_monotonic_ms() >= until_ms)
		return false;
	(void)poll(NULL, 0, RETRY_MS);
	return true;
}

/* Sets *LOW to the partition's first offset and *HIGH to the offset after its last message. Returns 0, or -1 with E
 * set. */
static int ask_watermarks(const struct question *q, int64_t *low, int64_t *high, struct err *e)
{
	int64_t until = clock_monotonic_ms() + WAIT_MS;
	rd_kafka_resp_err_t code;
	do
		code = rd_kafka_query_watermark_offsets(q->s->rk, q->topic, q->partition, low, high, WAIT_MS);
	while (ask_again(code, until));
	return code ? set_answer(q, code, e) : 0;
}

/* Sets *OUT to the first offset with a timestamp of MS or later, or to HIGH if there is none. Returns 0, or -1 with E
 * set. */
static int ask_time(const struct question *q, int64_t ms, int64_t high, int64_t *out, struct err *e)
{
	int64_t until = clock_monotonic_ms() + WAIT_MS;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, q->topic, q->partition);
	rd_kafka_resp_err_t code;
	do {
		list->elems[0].offset = ms; /* the time to ask for; the answer replaces it by an offset */
		code = rd_kafka_offsets_for_times(q->s->rk, list, WAIT_MS);
		code = code ? code : list->elems[0].err;
	} while (ask_again(code, until));
	/* A negative offset means that all messages are older. */
	*out = list->elems[0].offset < 0 ? high : list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? set_answer(q, code, e) : 0;
}

int kafka_offset_resolve(struct kafka_session *s, const char *topic, int32_t partition, const struct kafka_offset *from,
	const struct kafka_offset *until, struct kafka_offset_range *out, struct err *e)
{
	int64_t low = 0, high = 0;
	const struct question q = { s, topic, partition };
	if (ask_watermarks(&q, &low, &high, e) < 0)
		return -1;
	*out = (struct kafka_offset_range){ .low = low, .high = high, .start = low, .end = high };
	/* The end is found now, before anything is read. So messages that arrive during the run do not change it. */
	if (until && ask_time(&q, until->value, high, &out->end, e) < 0)
		return -1;
	switch (from->kind) {
	case KAFKA_OFFSET_END: out->start = high; return 0;
	case KAFKA_OFFSET_AT:
		out->start = from->value;
		if (from->value < low || from->value > high)
			return err_set(e, EX_DATAERR,
				"%s[%d]@%lld: offset out of range: the partition has offsets %lld to %lld", topic,
				(int)partition, (long long)from->value, (long long)low, (long long)high);
		return 0;
	case KAFKA_OFFSET_TAIL: out->start = high - low < from->value ? low : high - from->value; return 0;
	case KAFKA_OFFSET_TIME: return ask_time(&q, from->value, high, &out->start, e);
	case KAFKA_OFFSET_UNTIL: /* impossible here: -o e@TIME sets UNTIL, not FROM */
	case KAFKA_OFFSET_STORED:
	case KAFKA_OFFSET_BEGINNING:
	default: return 0;
	}
}
