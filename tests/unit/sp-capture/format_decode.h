/* format_decode.h -- what a format makes of a text, as text, cut into reads in several ways, which must not matter. */
#ifndef CAPTURE_FORMAT_DECODE_H
#define CAPTURE_FORMAT_DECODE_H
#include "json/json.h"
#include "sp-capture/format/format.h"
#include "check.h"

/* An input that gives a text in pieces. */
struct pieces {
	const char *p;
	size_t n, size;
};

static inline ssize_t read_piece(struct input *in, void *to, size_t n, struct err *e)
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

static inline void show_record(int r, const struct record *rec, struct buf *out)
{
	char time[TIME_TEXT_MAX];
	if (r == 2) {
		CHECK(buf_addf(out, "!%" PRIu64 ": %s\n", rec->number, rec->why) == 0);
		return;
	}
	if (rec->has_time)
		CHECK(buf_add(out, time, time_write(rec->time, time)) == 0 &&
			buf_addc(out, rec->time_is_ts ? '*' : ' ') == 0);
	CHECK(buf_add_span(out, rec->event) == 0 && buf_addc(out, '\n') == 0);
}

/* What FORMAT makes of TEXT, read in pieces of SIZE bytes: an event a line, a reject as "!LINE: why". */
static inline void decode(const char *name, const struct format_options *o, struct span text, size_t size,
	struct buf *out)
{
	struct err e = ERR_INIT;
	const struct format *f = format_find(name, &e);
	struct decoder *d = NULL;
	buf_reset(out);
	if (!f || f->open(&d, o, &e) < 0) {
		CHECK(buf_addf(out, "error %d: %s\n", e.status, e.msg) == 0);
		return;
	}
	struct pieces pieces = { text.p, text.n, size };
	struct input in = { .read = read_piece, .state = &pieces, .fd = -1, .name = "test" };
	struct reader reader;
	CHECK(reader_init(&reader, in, o->max_event, &e) == 0);
	struct json_checker checker;
	CHECK(json_checker_init(&checker, &e) == 0);
	for (;;) {
		struct record rec = { .checked = false };
		int r = f->next(d, &reader, &rec, &e);
		if (r == -1)
			CHECK(buf_addf(out, "error %d: %s\n", e.status, e.msg) == 0);
		if (r != 1 && r != 2)
			break;
		show_record(r, &rec, out);
		size_t at;
		const char *why;
		if (r == 1 && rec.checked)
			CHECK(json_check(&checker, rec.event, &at, &why) == 0);
	}
	json_checker_release(&checker);
	reader_release(&reader);
	f->close(d);
}

static const struct format_options plain = { .max_event = EVENT_MAX, .now_ms = INT64_C(1714560000000) };

static inline void check_text(const char *name, const struct format_options *o, struct span text, const char *want)
{
	static const size_t sizes[] = { 1 << 20, 1, 2, 7, 61 };
	struct buf out;
	buf_init(&out, 64 << 20);
	bool good = true;
	for (size_t i = 0; good && i < sizeof sizes / sizeof sizes[0]; i++) {
		decode(name, o, text, sizes[i], &out);
		good = CHECK_STR(buf_string(&out), want);
		if (!good)
			fprintf(stderr, "\tformat %s, pieces of %zu\n", name, sizes[i]);
	}
	buf_release(&out);
}

static inline void check(const char *name, const char *text, const char *want)
{
	check_text(name, &plain, span_of(text), want);
}
#endif
