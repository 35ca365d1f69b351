/* record_reader.c -- reads records from an input.
 *
 * A byte-order mark at the start of the input is removed. UTF-16 is refused, and the message says how to convert it.
 * Unless --format was given, the first lines decide the format. Everything after that is the work of the decoder. A
 * followed file may still have too few bytes to decide the format. Its bytes stay in the reader, and the decision is
 * tried again when more bytes have come. */
#include "sp-capture/source/record_reader.h"
#include "base/clock.h"
#include "sp-capture/format/table.h"
#include <sys/stat.h>

enum {
	/* Sizes of one read, in bytes: READ_SEVERAL for 2 to MANY operands, READ_MANY for more than MANY operands. */
	MANY = 32,
	/* With more operands, each buffer is smaller, so that all buffers together fit into the processor's cache. */
	READ_SEVERAL = 64 << 10,
	READ_MANY = 16 << 10,
};

/* Sets when the input was last changed, by which the years of times without a year are found. FD is the descriptor of
 * the input, or -1. A pipe and a followed file are read as they grow, so for them it is now. It is now as well for a
 * file whose time was lost: archives that are made without times have 1970. */
static void set_age(struct format_options *o, int fd)
{
	struct stat st;
	o->live = fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_mtime < 366 * 86400;
	o->changed_ms = o->live ? clock_realtime_ms() : (int64_t)st.st_mtime * 1000;
}

/* If the caller has set R->format, it is kept. With more operands, each read is smaller, because the buffers of all
 * operands share the processor's cache. */
int record_reader_open(struct record_reader *r, const struct source_set *set, struct input in, const char *name,
	struct err *e)
{
	const struct format *format = r->format;
	*r = (struct record_reader){ .options = set->options,
		.name = name,
		.format = format,
		.format_options = set->options->format_options };
	set_age(&r->format_options, in.fd);
	year_run_init(&r->years, name, r->format_options.changed_ms, r->format_options.live,
		r->format_options.first_year);
	if (reader_init(&r->in, in, set->options->max_event, e) < 0) {
		if (in.close)
			in.close(&in);
		return -1;
	}
	size_t count = set->options->operand_count;
	size_t most = count > MANY ? READ_MANY : count > 1 ? READ_SEVERAL : READ_SIZE;
	if (r->in.read_size > most)
		r->in.read_size = most;
	r->in.hooks = set->hooks;
	r->open = true;
	return 0;
}

void record_reader_close(struct record_reader *r)
{
	if (r->decoder)
		r->format->close(r->decoder);
	r->decoder = NULL;
	if (r->open)
		reader_release(&r->in);
	r->open = r->begun = false;
}

/* Removes a byte-order mark of UTF-8. Returns
 * - NEXT_EVENT: the mark was removed, or the input has none;
 * - NEXT_LATER: more bytes are needed, and the input has none now;
 * - NEXT_ERROR with E set: the input is UTF-16, or reading failed. */
static enum next skip_mark(struct record_reader *r, struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf";
	for (;;) {
		struct span u = reader_unread(&r->in);
		size_t n = u.n < 3 ? u.n : 3;
		/* The bytes FF FE and FE FF are the byte-order marks of UTF-16, little-endian and big-endian. */
		if (n >= 2 && (memcmp(u.p, "\xff\xfe", 2) == 0 || memcmp(u.p, "\xfe\xff", 2) == 0))
			return (enum next)err_set(e, EX_DATAERR,
				"%s: this is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8", r->name);
		if ((n > 0 && memcmp(u.p, mark, n) != 0 && u.p[0] != '\xff' && u.p[0] != '\xfe') || n == 3) {
			if (n == 3 && memcmp(u.p, mark, 3) == 0)
				reader_take(&r->in, 3);
			return NEXT_EVENT;
		}
		enum next got = reader_fill(&r->in, e);
		if (got == NEXT_END)
			return NEXT_EVENT;
		if (got != NEXT_EVENT)
			return got;
	}
}

/* Drops the complete blank lines at the start of the buffer and counts them as lines. So any number of blank lines can
 * come before the first event. A blank line of more than MAX bytes stays, and the decoder will reject it. */
static void drop_blank_lines(struct record_reader *r, size_t max)
{
	struct span u = reader_unread(&r->in);
	size_t line = 0;
	for (size_t i = 0; i < u.n && i - line <= max; i++) {
		if (u.p[i] == '\n') {
			line = i + 1;
			r->in.number++;
		} else if (u.p[i] != ' ' && u.p[i] != '\t' && u.p[i] != '\r') {
			break;
		}
	}
	reader_take(&r->in, line);
}

/* Decides the format by the first lines, within --max-event bytes. Returns
 * - NEXT_EVENT: R->format is set;
 * - NEXT_LATER: more bytes are needed, and the input has none now;
 * - NEXT_ERROR with E set: reading failed. */
static enum next detect(struct record_reader *r, struct err *e)
{
	size_t max = r->options->max_event;
	unsigned flags = r->options->time_now ? DETECT_TEXT : 0;
	for (;;) {
		drop_blank_lines(r, max);
		struct span u = reader_unread(&r->in);
		if (u.n > max) {
			u.n = max;
			flags |= DETECT_FULL;
		}
		bool blank = line_is_blank(u);
		/* The input has no event, or its next line is too long and begins with MAX blank bytes. There is
		 * nothing to detect, so the choice of NDJSON is arbitrary. */
		if (blank && (flags & (DETECT_END | DETECT_FULL))) {
			r->format = &format_ndjson;
			return NEXT_EVENT;
		}
		if (!blank && (r->format = format_detect(u, flags)))
			return NEXT_EVENT;
		enum next got = reader_fill(&r->in, e);
		if (got == NEXT_END)
			flags |= DETECT_END;
		else if (got != NEXT_EVENT)
			return got;
	}
}

/* Only the byte-order mark and blank lines are removed from the reader. So after NEXT_LATER, the next call sees all
 * other bytes again. */
enum next record_reader_begin(struct record_reader *r, struct err *e)
{
	enum next n = skip_mark(r, e);
	if (r->options->format)
		r->format = r->options->format;
	if (n == NEXT_EVENT && !r->format)
		n = detect(r, e);
	if (n != NEXT_EVENT)
		return n;
	if (r->format->open(&r->decoder, &r->format_options, e) < 0)
		return NEXT_ERROR;
	r->begun = true;
	return NEXT_EVENT;
}

/* Before the format is known, no record was read, so the position is the start. */
void record_reader_position(const struct record_reader *r, struct position *out)
{
	*out = (struct position){ 0 };
	if (!r->begun)
		return;
	r->format->position(r->decoder, &r->in, out);
	out->years = year_run_save(&r->years);
}

/* Some formats have a head at the start of the input. For CSV it is the line that names the columns. */
enum next record_reader_head(struct record_reader *r, struct err *e)
{
	enum next n = r->begun ? NEXT_EVENT : record_reader_begin(r, e);
	return n == NEXT_EVENT && r->format->head ? (enum next)r->format->head(r->decoder, &r->in, e) : n;
}

int record_reader_jump(struct record_reader *r, const struct position *p, struct err *e)
{
	/* The bytes in the buffer come from before the move, so they are dropped. */
	r->in.from = r->in.to = r->in.scanned = 0;
	r->in.skipped = 0;
	r->in.eof = false;
	r->in.offset = p->offset;
	r->in.number = p->number;
	if (p->years)
		year_run_restore(&r->years, p->years);
	return r->format->seek(r->decoder, p, e);
}
