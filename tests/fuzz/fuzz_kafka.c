/* fuzz_kafka -- what people and programs write that ends in librdkafka. Input: an offset (-o), a line feed, partitions
 * (-p), a line feed, a URI, a line feed, an envelope, raw.
 *
 * Holds: nothing is read or written out of bounds; what is refused says why; partitions are in bounds; an envelope that
 * is read, and written again, reads as the same message. */
#include "sp-capture-kafka/options.h"
#include "sp-capture/source/kafka_options.h"
#include "kafka/config_internal.h"
#include "kafka/envelope.h"
#include <assert.h>

/* The text up to the next line feed, as a string in OUT. */
static void take_line(struct span *rest, char *out, size_t size)
{
	const char *end = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	size_t n = end ? (size_t)(end - rest->p) : rest->n, kept = n < size ? n : size - 1;
	if (kept > 0)
		memcpy(out, rest->p, kept);
	out[kept] = '\0';
	rest->p += n + (end != NULL);
	rest->n -= n + (end != NULL);
}

static void check_options(const char *offset, const char *partitions, const char *uri)
{
	struct kafka_offset o;
	struct kafka_config *c = NULL;
	struct err e = ERR_INIT;
	if (kafka_offset_parse(offset, &o, &e) < 0)
		assert(e.status == EX_USAGE && *e.msg);
	else
		assert(o.kind != KAFKA_OFFSET_TAIL || o.value >= 0);
	struct kafka_options *k = kafka_options_new(&e);
	if (!k)
		abort();
	if (kafka_options_set(k, 'p', partitions, &e) < 0) {
		assert(e.status == EX_USAGE && *e.msg);
	} else {
		assert(k->consumer.partition_count > 0 && k->consumer.partition_count <= KAFKA_PARTITIONS_MAX);
		for (size_t i = 0; i < k->consumer.partition_count; i++)
			assert(k->partitions[i] >= 0);
	}
	if (kafka_options_set(k, OPT_SHARD, partitions, &e) == 0)
		assert(k->consumer.shard >= 0 && k->consumer.shard < k->consumer.shards);
	kafka_options_free(k);
	if (kafka_config_new(uri, &c, &e) < 0) {
		assert(*e.msg);
		return;
	}
	for (char *const *t = kafka_config_topics(c); *t; t++)
		assert(**t && !strpbrk(*t, "/,? "));
	kafka_config_free(c);
}

static bool same(struct span a, struct span b)
{
	return (a.p == NULL) == (b.p == NULL) && span_eq(a, b);
}

static void check_envelope(struct span text)
{
	struct kafka_envelope v, w;
	struct kafka_message m, back;
	struct err e = ERR_INIT;
	struct buf out;
	kafka_envelope_init(&v);
	kafka_envelope_init(&w);
	buf_init(&out, 16 << 20);
	if (kafka_envelope_read(&v, text, true, &m, &e) < 0) {
		assert(e.status == EX_DATAERR && *e.msg);
	} else {
		assert(m.partition >= -1);
		m.partition = m.partition < 0 ? 0 : m.partition;
		m.topic = "t";
		assert(kafka_envelope_write(&m, &out) == 0 &&
			kafka_envelope_read(&w, buf_span(&out), true, &back, &e) == 0);
		assert(same(m.key, back.key) && same(m.value, back.value) && m.timestamp_ms == back.timestamp_ms);
		assert(m.partition == back.partition && m.header_count == back.header_count);
		for (size_t i = 0; i < m.header_count; i++)
			assert(same(m.headers[i].name, back.headers[i].name) &&
				same(m.headers[i].value, back.headers[i].value));
	}
	buf_release(&out);
	kafka_envelope_release(&v);
	kafka_envelope_release(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char offset[256], partitions[256], uri[256];
	struct span rest = { (const char *)data, size };
	take_line(&rest, offset, sizeof offset);
	take_line(&rest, partitions, sizeof partitions);
	take_line(&rest, uri, sizeof uri);
	check_options(offset, partitions, uri);
	check_envelope(rest);
	return 0;
}
