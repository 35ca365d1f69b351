/* consumer_read.c -- reads the messages of one partition.
 *
 * librdkafka puts messages, ends of partitions and errors into one queue for each partition. kafka_consumer_next()
 * takes them out of the queue in batches, and returns one message or says why there is none. Only kafka_consumer_seek()
 * moves a partition's `position` back. Invariant: a message whose offset is `end` or higher is never returned.
 *
 * While a partition's queue is full, librdkafka's fetcher thread does not fetch the partition. The thread looks at the
 * queue again up to a second later, even if the queue is emptied sooner. wake_fetcher() wakes the thread. Without it,
 * the throughput would be about half. */
#include "kafka/consumer_internal.h"
#include "base/clock.h"
#include "base/vec.h"

enum {
	WAIT_STEP_MS = 2,   /* how long fill_batch() waits before it wakes the fetcher */
	WAKE_EVERY_MS = 30, /* the shortest time between wake-ups of the fetcher for one partition */
	SEEK_MS = 10000,    /* the longest wait for the answer to a seek */
};

/* Sets OUT's headers to those of M. The array of headers is P->headers, and its strings point into M. Returns 0, or -1
 * with E set if memory is exhausted. */
static int read_headers(struct kafka_partition *p, const rd_kafka_message_t *m, struct kafka_message *out,
	struct err *e)
{
	rd_kafka_headers_t *h = NULL;
	if (rd_kafka_message_headers(m, &h) != RD_KAFKA_RESP_ERR_NO_ERROR)
		return 0;
	size_t n = rd_kafka_header_cnt(h);
	struct kafka_header *headers = n > 0 ? vec_room(p->headers, &p->header_cap, n, sizeof *headers) : NULL;
	if (n > 0 && !headers)
		return err_oom(e, "a message's headers");
	p->headers = headers ? headers : p->headers;
	for (size_t i = 0; i < n; i++) {
		const char *name;
		const void *value;
		size_t size;
		rd_kafka_header_get_all(h, i, &name, &value, &size);
		p->headers[i] = (struct kafka_header){ span_of(name), { value, size } };
	}
	out->headers = p->headers;
	out->header_count = n;
	return 0;
}

/* Fills OUT with the contents of M, which are not copied. Returns 0, or -1 with E set if memory is exhausted. */
static int read_message(const struct kafka_consumer *k, struct kafka_partition *p, const rd_kafka_message_t *m,
	struct kafka_message *out, struct err *e)
{
	rd_kafka_timestamp_type_t type;
	int64_t ms = rd_kafka_message_timestamp(m, &type);
	*out = (struct kafka_message){ .key = { m->key, m->key_len },
		.value = { m->payload, m->len },
		.timestamp_ms = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : ms,
		.topic = p->topic,
		.partition = m->partition,
		.offset = m->offset };
	return k->o.headers ? read_headers(p, m, out, e) : 0;
}

/* Handles an M with which librdkafka reports an error or the partition's end. Returns 1 at the end of the partition and
 * after an error that librdkafka retries, or -1 with E set if the partition cannot be read further. */
static int handle_error(const struct kafka_consumer *k, struct kafka_partition *p, const rd_kafka_message_t *m,
	struct err *e)
{
	switch ((int)m->err) {
	case RD_KAFKA_RESP_ERR__PARTITION_EOF:
		/* The end can be higher than the last message's offset + 1, because the markers of transactions have
		 * offsets as well. */
		p->position = m->offset > p->position ? m->offset : p->position;
		p->finished = m->offset >= p->end;
		p->at_end = true;
		return 1;
	case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
	case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
		return err_set(e, EX_DATAERR,
			"%s@%lld: offset out of range: the messages there were deleted; choose another start with -o, or use "
			"another -G",
			p->name, (long long)p->position);
	case RD_KAFKA_RESP_ERR__BAD_MSG:
	case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
	case RD_KAFKA_RESP_ERR__NOT_IMPLEMENTED:
		/* If we continued, librdkafka would fetch the damaged message for ever, or read a wrong next offset
		 * from its bytes. */
		return err_set(e, EX_DATAERR, "%s@%lld: cannot be read: %s; start after it with -o", p->name,
			(long long)p->position, rd_kafka_message_errstr(m));
	default:
		if (kafka_error_is_transient(m->err))
			return 1; /* if the error lasts, librdkafka calls on_error() */
		kafka_error_set(e, k->config, m->err, rd_kafka_message_errstr(m));
		return err_context(e, "%s@%lld", p->name, (long long)p->position);
	}
}

/* Wakes librdkafka's fetcher thread, if the broker has more messages of P and the last wake-up was at least
 * WAKE_EVERY_MS ago. Any request to the partition's leader wakes the thread. This function asks for an offset, and does
 * not wait for the answer. */
static void wake_fetcher(struct kafka_consumer *k, struct kafka_partition *p)
{
	int64_t now = clock_monotonic_ms();
	if (now - p->woken_ms < WAKE_EVERY_MS || kafka_consumer_high(k, p) <= p->position)
		return;
	p->woken_ms = now;
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = RD_KAFKA_OFFSET_END;
	(void)rd_kafka_offsets_for_times(k->rk, list, 0);
	rd_kafka_topic_partition_list_destroy(list);
}

/* Fills P's batch with messages that have arrived. If there are none, waits up to TIMEOUT_MS for a single message. When
 * asked for several messages, librdkafka would wait the whole timeout for all of them. */
static void fill_batch(struct kafka_consumer *k, struct kafka_partition *p, int64_t timeout_ms)
{
	p->batch_n = p->batch_at = 0;
	if (!p->queue)
		return;
	/* If the queue has shrunk to less than half of its largest length, it may have been full at that length. The
	 * fetcher may then still sleep. Waking it now lets new messages come before the queue is empty. */
	size_t ahead = rd_kafka_queue_length(p->queue);
	if (ahead > p->most_ahead) {
		p->most_ahead = ahead;
	} else if (ahead < p->most_ahead / 2) {
		p->most_ahead = ahead;
		wake_fetcher(k, p);
	}
	ssize_t n = rd_kafka_consume_batch_queue(p->queue, 0, p->batch, KAFKA_BATCH_MAX);
	for (int64_t ms; n <= 0 && timeout_ms > 0; timeout_ms -= ms) {
		ms = timeout_ms < WAIT_STEP_MS ? timeout_ms : WAIT_STEP_MS;
		n = rd_kafka_consume_batch_queue(p->queue, (int)ms, p->batch, 1);
		if (n <= 0)
			wake_fetcher(k, p);
	}
	p->batch_n = n > 0 ? (size_t)n : 0;
}

/* Handles GOT, the next entry of P's batch. If GOT is a message before P's `end`, reads it into *OUT and sets *FOUND.
 * Returns 1 if the caller must go on with the next entry, because GOT reports the partition's end or an error that
 * passes by itself. Returns 0 after a message or at P's `end`, or -1 with E set. */
static int take_message(struct kafka_consumer *k, struct kafka_partition *p, const rd_kafka_message_t *got,
	struct kafka_message *out, bool *found, struct err *e)
{
	if (got->err)
		return handle_error(k, p, got, e);
	p->at_end = false;
	if (got->offset >= p->end) {
		p->finished = true;
		return 0;
	}
	if (read_message(k, p, got, out, e) < 0)
		return -1;
	p->position = got->offset + 1;
	p->finished = p->position >= p->end;
	*found = true;
	return 0;
}

enum next kafka_consumer_next(struct kafka_consumer *k, size_t part, int64_t timeout_ms, struct kafka_message *out,
	struct err *e)
{
	struct kafka_partition *p = k->parts[part];
	bool found = false;
	if (p->current)
		rd_kafka_message_destroy(p->current);
	p->current = NULL;
	if (!p->finished && p->batch_at == p->batch_n)
		fill_batch(k, p, timeout_ms);
	int r = 1;
	while (r > 0 && !p->finished && p->batch_at < p->batch_n) {
		rd_kafka_message_t *got = p->batch[p->batch_at++];
		r = take_message(k, p, got, out, &found, e);
		if (found)
			p->current = got;
		else
			rd_kafka_message_destroy(got);
	}
	if (found)
		kafka_consumer_note_connection(k, false, "");
	if (r < 0)
		return NEXT_ERROR;
	return found ? NEXT_EVENT : p->finished ? NEXT_END : NEXT_LATER;
}

int kafka_consumer_seek(struct kafka_consumer *k, size_t part, int64_t offset, struct err *e)
{
	struct kafka_partition *p = k->parts[part];
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
	rd_kafka_topic_partition_list_add(list, p->topic, p->number)->offset = offset;
	rd_kafka_error_t *error = rd_kafka_seek_partitions(k->rk, list, SEEK_MS);
	rd_kafka_resp_err_t code = error ? rd_kafka_error_code(error) : list->elems[0].err;
	rd_kafka_topic_partition_list_destroy(list);
	if (error)
		rd_kafka_error_destroy(error);
	if (code) {
		kafka_error_set(e, k->config, code, rd_kafka_err2str(code));
		return err_context(e, "%s@%lld", p->name, (long long)offset);
	}
	while (p->batch_at < p->batch_n)
		rd_kafka_message_destroy(p->batch[p->batch_at++]);
	p->position = offset;
	p->finished = offset >= p->end;
	p->at_end = false;
	return 0;
}

/* librdkafka reports the end only after a fetch that found nothing. If every fetch finds a few messages, librdkafka
 * never reports the end. So the offsets are compared as well. */
bool kafka_consumer_at_end(const struct kafka_consumer *k, size_t part)
{
	const struct kafka_partition *p = k->parts[part];
	if (p->at_end)
		return true;
	int64_t high = kafka_consumer_high(k, p);
	return p->position >= (high < 0 ? p->high : high);
}
