/* format_decode.h -- decoding a text with a format, and comparing the records, written as text, with what they should be.
 * The text is read in pieces of several sizes, which must not make a difference. */
#ifndef CAPTURE_FORMAT_DECODE_H
#define CAPTURE_FORMAT_DECODE_H
#include "json/json.h"
#include "sp-capture/format/format.h"
#include "check.h"

/* The state of an input that gives a text in pieces of at most SIZE bytes. */
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

/* Appends a record to OUT: "TIME EVENT" ("TIME*EVENT" if the time is that of ts), or "!LINE: REASON". */
static inline void show_record(int r, const struct record *rec, struct buf *out)
{
	char time[TIME_TEXT_MAX];
	if (r == NEXT_REJECTED) {
		CHECK(buf_addf(out, "!%" PRIu64 ": %s\n", rec->number, rec->why) == 0);
		return;
	}
	if (rec->has_time)
		CHECK(buf_add(out, time, time_write(rec->time, time)) == 0 &&
			buf_addc(out, rec->time_is_ts ? '*' : ' ') == 0);
	CHECK(buf_add_span(out, rec->event) == 0 && buf_addc(out, '\n') == 0);
}

/* Decodes TEXT, read in pieces of SIZE bytes, with format NAME. OUT gets a line for each record, as show_record() writes it,
 * or "error STATUS: MESSAGE". An event that is marked as checked is checked again. */
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
		if (r == NEXT_ERROR)
			CHECK(buf_addf(out, "error %d: %s\n", e.status, e.msg) == 0);
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			break;
		show_record(r, &rec, out);
		size_t at;
		const char *why;
		if (r == NEXT_EVENT && rec.checked)
			CHECK(json_check(&checker, rec.event, &at, &why) == 0);
	}
	json_checker_release(&checker);
	reader_release(&reader);
	f->close(d);
}

/* No option is given; the run began on 2024-05-01 at 10:40 UTC. */
static const struct format_options plain = { .max_event = EVENT_MAX, .changed_ms = INT64_C(1714560000000) };

/* Checks that decoding TEXT gives WANT, in pieces of any size. */
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
