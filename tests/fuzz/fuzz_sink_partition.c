/* fuzz_sink_partition.c -- templates of --partition with any text and any values. Input: the template, a line feed, the
 * value of the field "a" in raw bytes.
 *
 * Checks that the result stays below its folder: no folder's name is empty, begins with '.', is longer than 255 bytes
 * or has a control character. A value alone is one name, from which the value can be decoded: different values give
 * different folders. */
#include "sp-sink/place/partition.h"
#include "text/utf8.h"
#include <assert.h>

static void check_segments(struct span path)
{
	const char *p = path.p, *end = path.p + path.n;
	for (;;) {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		size_t n = (size_t)((slash ? slash : end) - p);
		assert(n > 0 && n <= 255 && *p != '.');
		for (size_t i = 0; i < n; i++)
			assert((unsigned char)p[i] >= ' ' && p[i] != 0x7f);
		if (!slash)
			return;
		p = slash + 1;
	}
}

/* Appends the bytes that SEGMENT was made from. */
static void decode(struct span segment, struct buf *out)
{
	for (size_t i = 0; i < segment.n; i++) {
		char hex[3] = "";
		if (segment.p[i] != '%') {
			assert(buf_addc(out, segment.p[i]) == 0);
			continue;
		}
		assert(i + 2 < segment.n);
		memcpy(hex, segment.p + i + 1, 2);
		assert(buf_addc(out, (char)strtol(hex, NULL, 16)) == 0);
		i += 2;
	}
}

static void check_value(struct partition *t, struct event *ev, struct span value)
{
	struct buf path, back;
	struct err e = ERR_INIT;
	buf_init(&path, 3000);
	buf_init(&back, 3000);
	if (partition_expand(t, ev, 0, &path, &e) == 0) {
		assert(!memchr(path.p, '/', path.n));
		check_segments(buf_span(&path));
		decode(buf_span(&path), &back);
		assert(value.n == 0 ? strcmp(path.p, HIVE_NULL) == 0 : span_eq(buf_span(&back), value));
	}
	buf_release(&path);
	buf_release(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const uint8_t *nl = n ? memchr(data, '\n', n) : NULL;
	if (!nl)
		return 0;
	char *template = strndup((const char *)data, (size_t)(nl - data));
	struct span value = { (const char *)nl + 1, n - (size_t)(nl - data) - 1 };
	struct buf event, path;
	struct event ev = { 0 };
	struct err e = ERR_INIT;
	struct partition *t = NULL, *alone = NULL;
	buf_init(&event, 1 << 20);
	buf_init(&path, 3000);
	assert(template && buf_adds(&event, "{\"a\":") == 0 && json_quote(value, &event) == 0 &&
		buf_addc(&event, '}') == 0);
	assert(event_read(&ev, buf_span(&event), &e) == 0 && ev.count == 1);
	if (utf8_valid(value) == value.n && partition_new("{a}", NULL, &alone, &e) == 0)
		check_value(alone, &ev, value);
	if (partition_new(template, NULL, &t, &e) == 0 &&
		partition_expand(t, &ev, (int64_t)n * 86399999, &path, &e) == 0)
		check_segments(buf_span(&path));
	partition_free(t);
	partition_free(alone);
	event_release(&ev);
	buf_release(&event);
	buf_release(&path);
	free(template);
	return 0;
}
