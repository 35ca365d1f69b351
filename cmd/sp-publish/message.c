/* message.c -- makes a Kafka message from an event.
 *
 * Without --value the message's value is the line itself, which is not copied. Without --timestamp its timestamp is the
 * event's own time. The results of expressions are written into one buffer, which may move while it grows. So each part
 * of the message is kept as an offset (struct piece) until all parts are written. */
#include "sp-publish/message.h"
#include "json/json_time.h"
#include "program/slips.h"
#include "text/time.h"

enum { TEXT_MAX = 256 << 20 }; /* the limit for message_maker.text, in bytes */

int message_maker_init(struct message_maker *m, struct err *e)
{
	*m = (struct message_maker){ .key = -1, .partition = -1, .timestamp = -1, .value = -1, .partition_number = -1 };
	m->exprs = exprs_new(e);
	kafka_envelope_init(&m->in);
	buf_init(&m->text, TEXT_MAX);
	return m->exprs && time_format_new("auto", NULL, &m->auto_time, e) == 0 ? 0 : -1;
}

void message_maker_release(struct message_maker *m)
{
	for (size_t i = 0; i < m->header_count; i++)
		free(m->header_exprs[i].name);
	exprs_free(m->exprs);
	time_format_free(m->auto_time);
	kafka_envelope_release(&m->in);
	buf_release(&m->text);
}

int message_maker_compile(struct message_maker *m, int *field, const char *expr, struct err *e)
{
	*field = exprs_add(m->exprs, expr, e);
	return *field < 0 ? -1 : 0;
}

int message_maker_add_header(struct message_maker *m, const char *text, struct err *e)
{
	const char *equals = strchr(text, '='); /* the first '=': a name cannot contain '=' */
	if (!equals || equals == text)
		return err_set(e, EX_USAGE, "--header '%s' is not NAME=EXPR", text);
	if (m->header_count == MESSAGE_HEADERS_MAX)
		return err_set(e, EX_USAGE, "more than %d headers", MESSAGE_HEADERS_MAX);
	int n = exprs_add(m->exprs, equals + 1, e);
	if (n < 0)
		return -1;
	char *name = strndup(text, (size_t)(equals - text));
	if (!name)
		return err_oom(e, "a header");
	m->header_exprs[m->header_count].name = name;
	m->header_exprs[m->header_count++].expr = n;
	return 0;
}

/* Fills LIST with the expressions of M, each with the option that it belongs to. Returns their number. */
static size_t list_uses(const struct message_maker *m, struct slip_use list[MESSAGE_HEADERS_MAX + 4])
{
	const struct slip_use options[] = { { m->exprs, m->key, "--key", NULL },
		{ m->exprs, m->partition, "--partition", NULL }, { m->exprs, m->timestamp, "--timestamp", NULL },
		{ m->exprs, m->value, "--value", NULL } };
	size_t n = 0;
	for (size_t i = 0; i < 4; i++)
		if (options[i].number >= 0)
			list[n++] = options[i];
	for (size_t i = 0; i < m->header_count; i++)
		list[n++] = (struct slip_use){ m->exprs, m->header_exprs[i].expr, "--header", NULL };
	return n;
}

void message_maker_report(const struct message_maker *m)
{
	struct slip_use list[MESSAGE_HEADERS_MAX + 4];
	size_t n = list_uses(m, list);
	for (size_t i = 0; i < n; i++)
		slips_print(&list[i]);
}

void message_maker_describe(const struct message_maker *m, struct buf *out)
{
	struct slip_use list[MESSAGE_HEADERS_MAX + 4];
	size_t n = list_uses(m, list);
	for (size_t i = 0; i < n && !slips_describe(&list[i], out); i++) {
	}
}

/* A part of the message: null, or N bytes at OFFSET of message_maker.text. */
struct piece {
	bool null;
	size_t offset, n;
};

/* Evaluates the expression EXPR into *OUT: a string without its quotes and escapes, any other value as JSON, and null
 * as a null piece. Returns 0, or -1 with E set. */
static int write_piece(struct message_maker *m, int expr, struct piece *out, struct err *e)
{
	struct value v;
	if (exprs_eval(m->exprs, expr, &v, e) < 0)
		return -1;
	*out = (struct piece){ .null = v.type == JSON_NULL, .offset = m->text.n };
	int r = 0;
	/* Escapes are resolved, because Kafka compares keys by their bytes: "GR" and "\u0047R" must be the same key. */
	if (v.type == JSON_STRING && !v.is_num)
		r = json_unescape((struct span){ v.text.p + 1, v.text.n - 2 }, &m->text);
	else if (!out->null)
		r = value_write(&v, &m->text);
	out->n = m->text.n - out->offset;
	return r < 0 ? err_set(e, EX_DATAERR, "a value that cannot be written") : 0;
}

/* Returns the bytes of P, or SPAN_NONE if P is null. All pieces must have been written, because m->text may move until
 * then. */
static struct span piece_span(const struct message_maker *m, const struct piece *p)
{
	if (p->null)
		return SPAN_NONE;
	return (struct span){ m->text.p ? m->text.p + p->offset : "", p->n };
}

/* Sets *OUT to the result of --partition. If the result is null, *OUT stays unchanged and the partitioner chooses.
 * Returns 0, or -1 with E set. */
static int eval_partition(struct message_maker *m, int32_t *out, struct err *e)
{
	struct value v;
	int64_t n;
	if (exprs_eval(m->exprs, m->partition, &v, e) < 0)
		return -1;
	if (v.type == JSON_NULL)
		return 0;
	if (v.type != JSON_NUMBER || !num_i64(value_num(&v), &n) || n < 0 || n > INT32_MAX)
		return err_set(e, EX_DATAERR, "--partition gives no partition number");
	*out = (int32_t)n;
	return 0;
}

/* Sets *MS to the result of --timestamp, in milliseconds since 1970. The result is a time in RFC 3339, or a number of
 * s, ms, us or ns, whose unit is guessed from its size. Without --timestamp, sets *MS to the time that sp-capture
 * writes at the beginning of an event. Sets *MS to -1 if there is no such time, or if the result is null. Returns 0, or
 * -1 with E set. */
static int eval_time(struct message_maker *m, struct span event, int64_t *ms, struct err *e)
{
	struct value v;
	struct stamp t;
	const struct span front = SPAN("{\"ts\":\"");
	/* Only a time as sp-capture writes it, at the beginning of the event, is read. Any other "ts" counts as no
	 * time. */
	if (m->timestamp < 0 && span_starts(event, front)) {
		const char *close = memchr(event.p + front.n, '"', event.n - front.n);
		if (close &&
			time_read_fast((struct span){ event.p + front.n, (size_t)(close - event.p) - front.n }, ms) ==
				0)
			return 0;
	}
	*ms = -1;
	if (m->timestamp < 0)
		return 0;
	if (exprs_eval(m->exprs, m->timestamp, &v, e) < 0)
		return -1;
	if (v.type == JSON_NULL)
		return 0;
	/* json_time_parse() needs text. A computed number has no text yet, so write the number first. */
	if (v.is_num) {
		size_t at = m->text.n;
		if (value_write(&v, &m->text) < 0)
			return err_set(e, EX_DATAERR, "--timestamp gives no time");
		v.text = (struct span){ m->text.p + at, m->text.n - at };
	}
	if (json_time_parse(m->auto_time, v.text, &t, e) < 0)
		return err_context(e, "--timestamp");
	*ms = stamp_ms(t);
	/* In Kafka the timestamp -1 means "no timestamp", and brokers refuse other negative timestamps. */
	return *ms < 0 ? err_set(e, EX_DATAERR, "--timestamp: Kafka has no time before 1970") : 0;
}

int message_maker_make(struct message_maker *m, struct span event, struct kafka_message *out, struct err *e)
{
	struct piece key = { .null = true }, value = { .null = true }, headers[MESSAGE_HEADERS_MAX];
	buf_reset(&m->text);
	if (m->envelope)
		return kafka_envelope_read(&m->in, event, false, out, e);
	*out = (struct kafka_message){ .value = event,
		.partition = m->partition_number,
		.headers = m->headers,
		.header_count = m->header_count };
	/* Write all parts before taking a pointer into m->text, which may move while it grows. */
	if (exprs_event(m->exprs, event, e) < 0 || eval_time(m, event, &out->timestamp_ms, e) < 0 ||
		(m->key >= 0 && write_piece(m, m->key, &key, e) < 0) ||
		(m->value >= 0 && write_piece(m, m->value, &value, e) < 0) ||
		(m->partition >= 0 && eval_partition(m, &out->partition, e) < 0))
		return -1;
	for (size_t i = 0; i < m->header_count; i++)
		if (write_piece(m, m->header_exprs[i].expr, &headers[i], e) < 0)
			return -1;
	if (m->value >= 0 && value.null && !m->null_value)
		return err_set(e, EX_DATAERR, "--value gives null; --null-value makes a tombstone of it");
	out->key = piece_span(m, &key);
	if (m->value >= 0)
		out->value = piece_span(m, &value);
	/* The names are borrowed from m->header_exprs. The values point into m->text. */
	for (size_t i = 0; i < m->header_count; i++)
		m->headers[i] = (struct kafka_header){ span_of(m->header_exprs[i].name), piece_span(m, &headers[i]) };
	return 0;
}
