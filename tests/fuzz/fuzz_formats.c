/* fuzz_formats.c -- every decoder on any bytes. The first byte chooses the format by its number in the table; the second
 * chooses the options, the size of the reads, and the longest event.
 *
 * Asserts: every event is one line that json_check() accepts and that is within the limit; every rejected record has its
 * kind and reason; line numbers and offsets never decrease; and reading the same bytes in one piece, or stopping after some
 * records and going on at the position with another decoder, gives the same records. */
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

/* Adds N bytes to a hash of all records of a decoder (FNV-1a). */
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
	if (r == NEXT_REJECTED) {
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

/* One decoder over the text from a position on. */
struct session {
	const struct format *f;
	struct decoder *d;
	struct pieces pieces;
	struct reader reader;
	struct json_checker checker;
};

/* Starts reading TEXT at P in pieces of SIZE bytes. Returns false if the options are not good for the format. */
static bool start(struct session *s, const struct format *f, const struct format_options *o, struct span text,
	const struct position *p, size_t size)
{
	struct err e = ERR_INIT;
	*s = (struct session){ .f = f, .pieces = { (const uint8_t *)text.p + p->offset, text.n - p->offset, size } };
	if (f->open(&s->d, o, &e) < 0)
		return false;
	struct input in = { .read = read_piece, .state = &s->pieces, .fd = -1, .name = "fuzz" };
	if (reader_init(&s->reader, in, o->max_event, &e) < 0 || json_checker_init(&s->checker, &e) < 0)
		abort();
	s->reader.offset = p->offset;
	s->reader.number = p->number;
	return true;
}

static void stop(struct session *s)
{
	json_checker_release(&s->checker);
	reader_release(&s->reader);
	s->f->close(s->d);
}

/* Replaces S by a session that goes on at the position of S. Returns false if the source has no head to read, and so no
 * records. */
static bool restart(struct session *s, const struct format_options *o, struct span text, size_t size)
{
	struct err e = ERR_INIT;
	struct position p, zero = { .offset = 0 };
	const struct format *f = s->f;
	struct session head;
	f->position(s->d, &s->reader, &p);
	stop(s);
	if (!start(s, f, o, text, &p, size) || !start(&head, f, o, text, &zero, size))
		abort();
	int r = f->head ? f->head(s->d, &head.reader, &e) : NEXT_EVENT;
	stop(&head);
	if (r != NEXT_EVENT)
		return false;
	if (f->seek(s->d, &p, &e) < 0)
		abort();
	return true;
}

/* Decodes TEXT and returns a hash of all records. After RESTART_AFTER records another decoder goes on. */
static uint64_t run(const struct format *f, const struct format_options *o, struct span text, size_t size,
	size_t restart_after)
{
	struct err e = ERR_INIT;
	struct session s;
	struct position zero = { .offset = 0 };
	uint64_t hash = UINT64_C(0xcbf29ce484222325), number = 0, offset = 0;
	if (!start(&s, f, o, text, &zero, size))
		return 0;
	for (size_t count = 0;; count++) {
		if (count == restart_after && !restart(&s, o, text, size))
			break;
		struct record rec = { .checked = false };
		int r = f->next(s.d, &s.reader, &rec, &e);
		if (r == NEXT_ERROR)
			assert(e.status == EX_DATAERR && e.msg[0]);
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			break;
		check_record(&rec, r, o, &s.checker);
		assert(rec.number >= number && rec.offset >= offset);
		number = rec.number;
		offset = rec.offset;
		hash = mix(hash, &number, sizeof number);
		hash = mix(mix(hash, &offset, sizeof offset), rec.raw.p, rec.raw.n);
		hash = r == NEXT_EVENT ? mix(hash, rec.event.p, rec.event.n) : mix(hash, rec.why, strlen(rec.why));
	}
	stop(&s);
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
		.changed_ms = INT64_C(1714560000000),
		.each = paths[data[1] % 4],
		.pattern = patterns[data[1] % 3],
		.columns = data[1] % 5 == 0 ? "a,b,c" : NULL,
		.csv = { .quote = data[1] % 7 == 3 ? "none" : NULL,
			.decimal = data[1] % 4 == 1 ? "," : NULL,
			.comment = data[1] % 6 == 2 ? "#" : NULL,
			.skip = data[1] % 9 == 4 ? "1" : NULL } };
	struct span text = { (const char *)data + 2, n - 2 };
	unsigned welcome = data[1] & DETECT_TEXT;
	const struct format *detected = format_detect(text, DETECT_END | welcome);
	assert(detected && format_detect(text, DETECT_FULL | welcome));
	size_t size = data[1] % 16 + 1;
	uint64_t whole = run(f, &o, text, n, SIZE_MAX);
	assert(run(f, &o, text, size, SIZE_MAX) == whole);
	assert(run(f, &o, text, size, data[1] % 7) == whole);
	return 0;
}
