/* fuzz_formats.c -- every decoder on any bytes. The first byte chooses the format, the second how the rest is
 * cut into reads and how long an event may be.
 *
 * Holds: every event is one line that json_check() passes and within the limit; every reject has its kind and
 * reason; line numbers and offsets do not go back; and the same bytes in one piece give the same records. */
#include "json/json.h"
#include "sp-capture/format/format.h"
#include <assert.h>

struct pieces {
	const uint8_t *p;
	size_t n, size;
};

static ssize_t read_piece(struct input *in, void *to, size_t n, struct err *e)
{
	(void)e;
	struct pieces *s = in->state;
	size_t take = s->n < s->size ? s->n : s->size;
	take = take < n ? take : n;
	memcpy(to, s->p, take);
	s->p += take;
	s->n -= take;
	return (ssize_t)take;
}

/* A mark of all that a decoder gave. */
static uint64_t mix(uint64_t hash, const void *p, size_t n)
{
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++)
		hash = (hash ^ b[i]) * UINT64_C(0x100000001b3);
	return hash;
}

static void check_record(const struct record *rec, int r, const struct format_options *o, struct json_checker *checker)
{
	size_t at;
	const char *why;
	if (r == 2) {
		assert(rec->kind && rec->why[0]);
		return;
	}
	assert(rec->event.n <= o->max_event && !memchr(rec->event.p, '\n', rec->event.n));
	if (rec->checked)
		assert(json_check(checker, rec->event, &at, &why) == 0);
	if (rec->has_time)
		assert(rec->time.nsec >= 0 && rec->time.nsec <= 999999999 && rec->time.digits >= 0 &&
			rec->time.digits <= 9);
}

static uint64_t run(const struct format *f, const struct format_options *o, struct pieces pieces)
{
	struct err e = ERR_INIT;
	struct decoder *d;
	uint64_t hash = UINT64_C(0xcbf29ce484222325), number = 0, offset = 0;
	if (f->open(&d, o, &e) < 0)
		return 0;
	struct input in = { .read = read_piece, .state = &pieces, .fd = -1, .name = "fuzz" };
	struct reader reader;
	struct json_checker checker;
	if (reader_init(&reader, in, o->max_event, &e) < 0 || json_checker_init(&checker, &e) < 0)
		abort();
	for (;;) {
		struct record rec = { .checked = false };
		int r = f->next(d, &reader, &rec, &e);
		if (r == -1)
			assert(e.status == EX_DATAERR && e.msg[0]);
		if (r != 1 && r != 2)
			break;
		check_record(&rec, r, o, &checker);
		assert(rec.number >= number && rec.offset >= offset);
		number = rec.number;
		offset = rec.offset;
		hash = mix(hash, &number, sizeof number);
		hash = mix(mix(hash, &offset, sizeof offset), rec.raw.p, rec.raw.n);
		hash = r == 1 ? mix(hash, rec.event.p, rec.event.n) : mix(hash, rec.why, strlen(rec.why));
	}
	json_checker_release(&checker);
	reader_release(&reader);
	f->close(d);
	return hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const paths[] = { NULL, ".f", ".a[].b", "." };
	static const char *const patterns[] = { "^(?<a>\\w+) (?<b>.*)$", "(?<x>(a|b|ab)*)(?<y>\\d+)?c",
		"(?<n>-?\\d+)|(?<t>.)" };
	if (n < 2)
		return 0;
	size_t count = 0;
	while (formats[count])
		count++;
	const struct format *f = formats[data[0] % count];
	struct format_options o = { .max_event = data[1] & 0x80 ? 64 : EVENT_MAX,
		.now_ms = INT64_C(1714560000000),
		.each = paths[data[1] % 4],
		.pattern = patterns[data[1] % 3],
		.columns = data[1] % 5 == 0 ? "a,b,c" : NULL };
	struct span text = { (const char *)data + 2, n - 2 };
	unsigned welcome = data[1] & DETECT_TEXT;
	const struct format *detected = format_detect(text, DETECT_END | welcome);
	assert(detected && format_detect(text, DETECT_FULL | welcome));
	size_t size = data[1] % 16 + 1;
	uint64_t whole = run(f, &o, (struct pieces){ data + 2, n - 2, n });
	uint64_t cut = run(f, &o, (struct pieces){ data + 2, n - 2, size });
	assert(whole == cut);
	return 0;
}
