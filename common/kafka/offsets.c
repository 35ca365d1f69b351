/* offsets.c -- where to begin and where to end: -o's forms, turned into offsets. */
#include "kafka/offsets.h"
#include "base/amount.h"
#include "base/clock.h"
#include "text/time.h"
#include <poll.h>

enum { ASK_MS = 10000, AGAIN_MS = 50 };

static int parse_time(const char *text, int64_t *ms, struct err *e)
{
	struct time_format *f = NULL;
	struct stamp t;
	if (time_format_new("auto", NULL, &f, e) < 0)
		return -1;
	int r = time_parse_text(f, span_of(text), &t, e);
	time_format_free(f);
	*ms = r < 0 ? 0 : stamp_ms(t);
	return r < 0 ? err_set(e, EX_USAGE, "'%s' is no time: write RFC 3339 or milliseconds since 1970", text) : 0;
}

int kafka_offset_parse(const char *text, struct kafka_offset *out, struct err *e)
{
	static const char *const names[] = { "beginning", "end", "stored", NULL };
	*out = (struct kafka_offset){ 0 };
	if (strncmp(text, "s@", 2) == 0 || strncmp(text, "e@", 2) == 0) {
		out->kind = *text == 's' ? OFFSET_TIME : OFFSET_UNTIL;
		return parse_time(text + 2, &out->value, e);
	}
	if (strspn(text, "-0123456789") == strlen(text) && *text) {
		out->kind = *text == '-' ? OFFSET_TAIL : OFFSET_AT;
		int r = amount_parse_int(text, INT64_MIN + 1, INT64_MAX, &out->value, e);
		out->value = out->value < 0 ? -out->value : out->value;
		return r;
	}
	int n = opt_choice("offset", text, names, e);
	if (n < 0)
		return -1;
	out->kind = n == 0 ? OFFSET_BEGINNING : n == 1 ? OFFSET_END : OFFSET_STORED;
	return 0;
}

/* What a question asks for; a leader that is not known yet, or is changing, is asked again. */
struct question {
	struct kafka_session *s;
	const char *topic;
	int32_t partition;
};

static int refused(const struct question *q, rd_kafka_resp_err_t code, struct err *e)
{
	kafka_error(e, q->s->config, code, rd_kafka_err2str(code));
	return err_context(e, "%s[%d]", q->topic, (int)q->partition);
}

static bool ask_again(rd_kafka_resp_err_t code, int64_t until_ms)
{
	if (!kafka_error_passes(code) || clock_monotonic_ms() >= until_ms)
		return false;
	(void)poll(NULL, 0, AGAIN_MS);
	return true;
}

static int watermarks(const struct question *q, int64_t *low, int64_t *high, struct err *e)
{
	int64_t until = clock_monotonic_ms() + ASK_MS;
	rd_kafka_resp_err_t code;
	do
		code = rd_kafka_query_watermark_offsets(q->s->rk, q->topic, q->partition, low, high, ASK_MS);
	while (ask_again(code, until));
	return code ? refused(q, code, e) : 0;
}

/* The first offset whose time is at or after MS; the end when there is none. */
static int at_time(const struct question *q, int64_t ms, int64_t high, int64_t *out, struct err *e)
{
	int64_t until = clock_monotonic_ms() + ASK_MS;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, q->topic, q->partition);
	rd_kafka_resp_err_t code;
	do {
		list->elems[0].offset = ms;
		code = rd_kafka_offsets_for_times(q->s->rk, list, ASK_MS);
		code = code ? code : list->elems[0].err;
	} while (ask_again(code, until));
	*out = list->elems[0].offset < 0 ? high : list->elems[0].offset;
	rd_kafka_topic_partition_list_destroy(list);
	return code ? refused(q, code, e) : 0;
}

int kafka_offset_resolve(struct kafka_session *s, const char *topic, int32_t partition, const struct kafka_offset *from,
	const struct kafka_offset *until, struct kafka_range *out, struct err *e)
{
	int64_t low = 0, high = 0;
	const struct question q = { s, topic, partition };
	if (watermarks(&q, &low, &high, e) < 0)
		return -1;
	*out = (struct kafka_range){ .low = low, .high = high, .start = low, .end = high };
	if (until && at_time(&q, until->value, high, &out->end, e) < 0)
		return -1;
	switch (from->kind) {
	case OFFSET_END: out->start = high; return 0;
	case OFFSET_AT:
		out->start = from->value;
		if (from->value < low || from->value > high)
			return err_set(e, EX_DATAERR, "%s[%d]@%lld: there are only offsets %lld to %lld", topic,
				(int)partition, (long long)from->value, (long long)low, (long long)high);
		return 0;
	case OFFSET_TAIL: out->start = high - low < from->value ? low : high - from->value; return 0;
	case OFFSET_TIME: return at_time(&q, from->value, high, &out->start, e);
	case OFFSET_UNTIL:
	case OFFSET_STORED:
	case OFFSET_BEGINNING:
	default: return 0;
	}
}
