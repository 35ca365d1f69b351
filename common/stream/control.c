/* control.c -- control lines of the stream.
 *
 * Control lines are rare, so the ordinary JSON functions read them, member by member. The kind is the value of the
 * first member, "$sp", so it is found by comparing the start of the line. */
#include "stream/control.h"
#include "text/time.h"
#include "json/json.h"

/* Returns CONTROL_OTHER for a control line that only a newer version knows, so that programs pass it on unchanged. */
enum control_kind control_kind(struct span line)
{
	static const struct {
		const char *name;
		enum control_kind kind;
	} kinds[] = {
		{ "windowing\"", CONTROL_WINDOWING },
		{ "watermark\"", CONTROL_WATERMARK },
		{ "start\"", CONTROL_START },
		{ "barrier\"", CONTROL_BARRIER },
		{ "stop\"", CONTROL_STOP },
		{ "end\"", CONTROL_END },
	};
	if (!control_is(line))
		return CONTROL_OTHER;
	struct span rest = { line.p + 8, line.n - 8 }; /* after {"$sp":" */
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (span_starts(rest, span_of(kinds[i].name)))
			return kinds[i].kind;
	return CONTROL_OTHER;
}

/* Appends the string NAME of LINE to OUT. If LINE has several members of this name, the first one counts. Returns 0 or
 * -1. */
int control_string(struct span line, const char *name, struct buf *out)
{
	struct json_walk w;
	struct span key, value;
	if (json_walk_init(&w, line) < 0)
		return -1;
	while (json_walk(&w, &key, &value) > 0) {
		if (!json_string_is(key, span_of(name)))
			continue;
		if (json_type(value) != JSON_STRING || value.n < 2)
			return -1;
		return json_unescape((struct span){ value.p + 1, value.n - 2 }, out);
	}
	return -1;
}

/* Reads the integer NAME of LINE. The limit is one higher for negative numbers, because the absolute value of INT64_MIN
 * is INT64_MAX + 1. Returns 0 or -1. */
int control_i64(struct span line, const char *name, int64_t *out)
{
	struct buf text;
	buf_init(&text, 64);
	int r = control_string(line, name, &text);
	size_t i = text.n && text.p[0] == '-';
	bool minus = i > 0;
	uint64_t v = 0, limit = (uint64_t)INT64_MAX + minus;
	if (i == text.n)
		r = -1;
	/* Digits are read here, because strtoll(3) would accept spaces and a plus sign. */
	for (; r == 0 && i < text.n; i++) {
		uint64_t digit = (uint64_t)(unsigned char)text.p[i] - '0';
		if (digit > 9 || v > (limit - digit) / 10)
			r = -1;
		v = v * 10 + digit;
	}
	if (r == 0)
		*out = (int64_t)(minus ? 0 - v : v);
	buf_release(&text);
	return r;
}

/* Reads the time of a watermark line. A program of the user's own, between sp-window and this program, may have damaged
 * the line. So the message shows the first 100 bytes of the line. Returns 0, or -1 with E set. */
int control_read_watermark(struct span line, int64_t *ms, struct err *e)
{
	struct buf text;
	buf_init(&text, 64);
	int r = control_string(line, "ts", &text);
	if (r < 0 || time_read_ms(buf_span(&text), ms) < 0)
		r = err_set(e, EX_DATAERR, "watermark line without a time in \"ts\": %.*s",
			line.n > 100 ? 100 : (int)line.n, line.p);
	buf_release(&text);
	return r;
}

int control_write_watermark(int64_t ms, struct buf *out)
{
	char time[TIME_TEXT_MAX];
	size_t n = time_write_ms(ms, time);
	if (buf_adds(out, "{\"$sp\":\"watermark\",\"ts\":\"") < 0 || buf_add(out, time, n) < 0)
		return -1;
	return buf_adds(out, "\"}\n");
}
