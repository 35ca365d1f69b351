/* envelope.c -- writes whole Kafka messages as events, and reads them back.
 *
 * Invariant: kafka_envelope_read() restores the key, value, headers and timestamp that kafka_envelope_write() was
 * given, byte for byte, and distinguishes null from empty. tests/fuzz/fuzz_kafka.c checks this.
 *
 * All strings are decoded into one buffer, which may move while it grows. So an offset into the buffer is kept for each
 * string. The offsets become pointers when everything is decoded. */
#include "kafka/envelope.h"
#include "base/vec.h"
#include "json/json.h"
#include "text/number.h"
#include "text/time.h"
#include "text/utf8.h"
#include <inttypes.h>

enum {
	DECODED_MAX = 64 << 20, /* the limit in bytes for all strings of one message */
	HEADERS_MAX = 65536,
};
/* The alphabet of RFC 4648, section 4. */
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Appends S in base64, with padding. Returns 0, or -1 if OUT is full. */
static int base64_write(struct span s, struct buf *out)
{
	char *to = buf_room(out, (s.n + 2) / 3 * 4);
	if (!to)
		return -1;
	const unsigned char *p = (const unsigned char *)s.p;
	for (size_t i = 0; i < s.n; i += 3) {
		unsigned v = (unsigned)p[i] << 16 | (i + 1 < s.n ? (unsigned)p[i + 1] << 8 : 0) |
			(i + 2 < s.n ? p[i + 2] : 0);
		*to++ = base64_digits[v >> 18];
		*to++ = base64_digits[v >> 12 & 63];
		*to++ = i + 1 < s.n ? base64_digits[v >> 6 & 63] : '=';
		*to++ = i + 2 < s.n ? base64_digits[v & 63] : '=';
	}
	out->n += (s.n + 2) / 3 * 4;
	return 0;
}

/* Appends the bytes that S encodes; padding may be missing. Returns 0, or -1 if S is not base64 or OUT is full. */
static int base64_read(struct span s, struct buf *out)
{
	unsigned v = 0, bits = 0; /* the lowest BITS bits of V are not written yet; higher bits are ignored */
	while (s.n > 0 && s.p[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		const char *at = s.p[i] ? strchr(base64_digits, s.p[i]) : NULL;
		if (!at)
			return -1;
		v = v << 6 | (unsigned)(at - base64_digits);
		bits += 6;
		if (bits >= 8 && buf_addc(out, (char)(v >> (bits -= 8) & 255)) < 0)
			return -1;
	}
	return s.n % 4 == 1 ? -1 : 0; /* a single last character has 6 bits, too few for a byte */
}

/* Appends S as a JSON member: "NAME":"text", "NAME_base64":"..." or "NAME":null. Returns 0, or -1 if OUT is full. */
static int write_bytes(const char *name, struct span s, struct buf *out)
{
	if (!s.p)
		return buf_addf(out, "\"%s\":null", name);
	/* NUL is valid UTF-8, but many programs that read JSON end a string there. */
	bool text = utf8_valid(s) == s.n && !memchr(s.p, 0, s.n);
	if (buf_addf(out, text ? "\"%s\":" : "\"%s_base64\":\"", name) < 0)
		return -1;
	if (text)
		return json_quote(s, out);
	return base64_write(s, out) < 0 ? -1 : buf_addc(out, '"');
}

/* Appends M's headers: ,"headers":[{"name":..,"value":..},...]. Returns 0, or -1 if OUT is full. */
static int write_headers(const struct kafka_message *m, struct buf *out)
{
	if (buf_adds(out, ",\"headers\":[") < 0)
		return -1;
	for (size_t i = 0; i < m->header_count; i++) {
		if (buf_adds(out, i ? ",{" : "{") < 0 || write_bytes("name", m->headers[i].name, out) < 0 ||
			buf_addc(out, ',') < 0 || write_bytes("value", m->headers[i].value, out) < 0 ||
			buf_addc(out, '}') < 0)
			return -1;
	}
	return buf_addc(out, ']');
}

int kafka_envelope_write(const struct kafka_message *m, struct buf *out)
{
	/* "ts" is clamped to the years 1970 to 9999. "timestamp" keeps the exact time. */
	char ts[TIME_TEXT_MAX];
	int64_t ms = m->timestamp_ms < 0 ? 0 : m->timestamp_ms > TIME_MS_MAX ? TIME_MS_MAX : m->timestamp_ms;
	size_t n = time_write((struct stamp){ ms / 1000, (int32_t)(ms % 1000) * 1000000, 3 }, ts);
	if (buf_adds(out, "{\"ts\":\"") < 0 || buf_add(out, ts, n) < 0 ||
		buf_addf(out, "\",\"topic\":\"%s\",\"partition\":%d,\"offset\":%lld,\"timestamp\":", m->topic,
			(int)m->partition, (long long)m->offset) < 0)
		return -1;
	if ((m->timestamp_ms < 0 ? buf_adds(out, "null") : buf_add_i64(out, m->timestamp_ms)) < 0)
		return -1;
	if (buf_addc(out, ',') < 0 || write_bytes("key", m->key, out) < 0 || write_headers(m, out) < 0 ||
		buf_addc(out, ',') < 0 || write_bytes("value", m->value, out) < 0)
		return -1;
	return buf_addc(out, '}');
}

void kafka_envelope_init(struct kafka_envelope *v)
{
	*v = (struct kafka_envelope){ 0 };
	buf_init(&v->bytes, DECODED_MAX);
}

void kafka_envelope_release(struct kafka_envelope *v)
{
	buf_release(&v->bytes);
	free(v->headers);
}

/* Checks that EVENT is one valid JSON value and nothing else. EVENT may come from anywhere, and json_walk() must be
 * given valid JSON only. Returns 0, or -1 with E set. */
static int check_json(struct span event, struct err *e)
{
	const char *end, *why = "no object";
	size_t at = 0;
	if (json_check_value(event, JSON_DEPTH_MAX, &end, &at, &why) < 0)
		return err_set(e, EX_DATAERR, "byte %zu: %s", at + 1, why);
	end = json_space(end, event.p + event.n);
	if (end < event.p + event.n)
		return err_set(e, EX_DATAERR, "byte %zu: something after the object", (size_t)(end - event.p) + 1);
	return 0;
}

/* A string of the envelope, decoded as N bytes at OFFSET of kafka_envelope.bytes. */
struct envelope_field {
	bool set;  /* the envelope has this member */
	bool null; /* the member is null, and has no bytes */
	size_t offset, n;
};

/* Decodes the member NAME with VALUE into FIELD if NAME is WANT or WANT_base64. Returns 1, or 0 if NAME is another
 * name. Returns -1 if VALUE is neither a string nor null, is not base64, or does not fit into the buffer. */
static int read_field(struct kafka_envelope *v, struct span name, struct span value, const char *want,
	struct envelope_field *field)
{
	/* A NAME with escapes such as \u0061 does not match. kafka_envelope_write() writes no escapes in names. */
	struct span w = span_of(want);
	if (!span_starts(name, w))
		return 0;
	bool base64 = span_eq((struct span){ name.p + w.n, name.n - w.n }, SPAN("_base64"));
	if (!base64 && name.n != w.n)
		return 0;
	*field = (struct envelope_field){ .set = true, .null = json_type(value) == JSON_NULL, .offset = v->bytes.n };
	if (field->null)
		return base64 ? -1 : 1;
	if (json_type(value) != JSON_STRING)
		return -1;
	struct span inside = { value.p + 1, value.n - 2 };
	if ((base64 ? base64_read(inside, &v->bytes) : json_unescape(inside, &v->bytes)) < 0)
		return -1;
	field->n = v->bytes.n - field->offset;
	return 1;
}

/* Returns the bytes of S. Call it only when all strings are decoded, because decoding may move the buffer. */
static struct span field_span(const struct kafka_envelope *v, const struct envelope_field *s)
{
	if (!s->set || s->null)
		return SPAN_NONE;
	return (struct span){ v->bytes.p ? v->bytes.p + s->offset : "", s->n };
}

/* Makes room in V for one header after the first COUNT. Returns 0, or -1 with E set. */
static int header_room(struct kafka_envelope *v, size_t count, struct err *e)
{
	if (count == HEADERS_MAX)
		return err_set(e, EX_DATAERR, "envelope: more than %d headers", HEADERS_MAX);
	struct kafka_header *h = vec_room(v->headers, &v->header_cap, count + 1, sizeof *h);
	if (!h)
		return err_oom(e, "a message's headers");
	v->headers = h;
	return 0;
}

/* Reads the array LIST into V's headers and sets *COUNT to their number. Until all strings are decoded, the pointers in
 * the headers hold numbers. A name's pointer is its offset in the buffer. A value's pointer is its offset + 1, so that
 * 0 can mean a null value. Returns 0, or -1 with E set. */
static int read_headers(struct kafka_envelope *v, struct span list, size_t *count, struct err *e)
{
	struct json_walk all, one;
	struct span name, value, item;
	int r;
	*count = 0;
	if (json_type(list) != JSON_ARRAY || json_walk_init(&all, list) < 0)
		return err_set(e, EX_DATAERR, "envelope: \"headers\" is no array");
	while ((r = json_walk(&all, &name, &item)) > 0) {
		struct envelope_field n = { 0 }, val = { 0 };
		if (json_type(item) != JSON_OBJECT || json_walk_init(&one, item) < 0)
			return err_set(e, EX_DATAERR, "envelope: a header is no object");
		while ((r = json_walk(&one, &name, &value)) > 0)
			if (read_field(v, name, value, "name", &n) < 0 || read_field(v, name, value, "value", &val) < 0)
				return err_set(e, EX_DATAERR,
					"envelope: a header's name or value is neither text nor base64");
		/* In Kafka a header's value may be null, but not its name. */
		if (r < 0 || !n.set || n.null)
			return err_set(e, EX_DATAERR, "envelope: a header without name");
		if (header_room(v, *count, e) < 0)
			return -1;
		v->headers[*count].name = (struct span){ (const char *)(uintptr_t)n.offset, n.n };
		v->headers[(*count)++].value = (struct span){
			val.null || !val.set ? NULL : (const char *)(uintptr_t)(val.offset + 1), val.n
		};
	}
	return r < 0 ? err_set(e, EX_DATAERR, "envelope: \"headers\" cannot be read") : 0;
}

/* Sets *OUT to VALUE, a whole number from 0 to MAX; does not change *OUT if VALUE is null. Returns 0, or -1 with E
 * set. */
static int read_number(struct span value, const char *name, int64_t max, int64_t *out, struct err *e)
{
	struct num n;
	if (json_type(value) == JSON_NULL)
		return 0;
	if (json_type(value) != JSON_NUMBER || num_parse(value, &n) < 0 || !num_i64(n, out) || *out < 0 || *out > max)
		return err_set(e, EX_DATAERR, "envelope: \"%s\" is no whole number from 0 to %" PRId64, name, max);
	return 0;
}

int kafka_envelope_read(struct kafka_envelope *v, struct span event, bool with_partition, struct kafka_message *m,
	struct err *e)
{
	struct json_walk w;
	struct span name, value;
	struct envelope_field key = { 0 }, body = { 0 };
	int64_t partition = -1, timestamp = -1;
	size_t headers = 0;
	int r;
	/* Skips white space, because json_walk_init() expects the object's brace at the beginning. */
	const char *start = json_space(event.p, event.p + event.n);
	buf_reset(&v->bytes);
	event = (struct span){ start, event.n - (size_t)(start - event.p) };
	if (check_json(event, e) < 0)
		return -1;
	if (json_type(event) != JSON_OBJECT || json_walk_init(&w, event) < 0)
		return err_set(e, EX_DATAERR, "not an object");
	while ((r = json_walk(&w, &name, &value)) > 0) {
		if (read_field(v, name, value, "key", &key) < 0 || read_field(v, name, value, "value", &body) < 0)
			return err_set(e, EX_DATAERR, "envelope: \"%.*s\" is neither text nor base64", SPAN_ARG(name));
		if (span_eq(name, SPAN("headers")) && read_headers(v, value, &headers, e) < 0)
			return -1;
		if (span_eq(name, SPAN("timestamp")) && read_number(value, "timestamp", INT64_MAX, &timestamp, e) < 0)
			return -1;
		if (with_partition && span_eq(name, SPAN("partition")) &&
			read_number(value, "partition", INT32_MAX, &partition, e) < 0)
			return -1;
	}
	if (r < 0)
		return err_set(e, EX_DATAERR, "not an object that can be read");
	/* A "value" that is null makes a tombstone. An object without the member "value" is not an envelope. */
	if (!body.set)
		return err_set(e, EX_DATAERR,
			"envelope: no \"value\" (--envelope takes what sp-capture --envelope writes)");
	/* Everything is decoded, so the buffer does not move any more. The offsets become pointers. */
	for (size_t i = 0; i < headers; i++) {
		struct kafka_header *h = &v->headers[i];
		h->name.p = (v->bytes.p ? v->bytes.p : "") + (uintptr_t)h->name.p;
		h->value.p = h->value.p ? (v->bytes.p ? v->bytes.p : "") + ((uintptr_t)h->value.p - 1) : NULL;
	}
	*m = (struct kafka_message){ .key = field_span(v, &key),
		.value = field_span(v, &body),
		.headers = v->headers,
		.header_count = headers,
		.timestamp_ms = timestamp,
		.partition = (int32_t)partition };
	return 0;
}
