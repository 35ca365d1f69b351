/* record_reader.c -- reads records from an input.
 *
 * A byte-order mark at the start of the input is removed. UTF-16 is refused, and the message says how to convert it.
 * Unless --format was given, the first lines decide the format. Everything after that is the work of the decoder. A
 * followed file may still have too few lines to decide the format. These lines stay in the reader, and the decision is
 * tried again when more bytes have come, or when the input has paused. */
#include "sp-capture/source/record_reader.h"
#include "base/clock.h"
#include "sp-capture/format/table.h"
#include <sys/stat.h>

enum {
	FIRST_TIME = 347155200, /* 1981-01-01; an earlier time of a file is not its real time */
	MANY = 32,              /* for more operands than this number, READ_MANY applies */
	/* The largest number of bytes in one read, for 2 to MANY operands and for more. */
	READ_SEVERAL = 64 << 10,
	READ_MANY = 16 << 10,
};

/* Sets o->changed_ms to the time when the input was last changed. Times without a year get their years by this time. FD
 * is the descriptor of the input, or -1. For a pipe and a followed file, which are read as they grow, it is the current
 * time. The current time is also used for a file whose time was lost: archives made without times give their files a
 * time in 1970 or 1980. */
static void set_age(struct format_options *o, int fd)
{
	struct stat st;
	o->live = fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_mtime < FIRST_TIME;
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
	r->in.may_grow = set->may_grow;
	r->open = true;
	return 0;
}

void record_reader_forget_year(struct record_reader *r)
{
	r->format_options.first_year = r->years.first_year = 0;
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

/* Drops the complete blank lines at the start of the buffer, so that any number of them can come before the first
 * event. Line numbers count them too. A blank line of more than MAX bytes stays, and the decoder will reject it. */
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
	if (line > 0)
		r->sample.line = r->sample.searched = 0;
	reader_take(&r->in, line);
}

/* Updates r->sample: counts the complete lines in the unread bytes, without blank lines. Bytes that earlier calls have
 * searched are not searched again. */
static void count_lines(struct record_reader *r)
{
	struct span u = reader_unread(&r->in);
	struct record_sample *s = &r->sample;
	unsigned before = s->lines;
	const char *newline;
	while (s->searched < u.n && (newline = memchr(u.p + s->searched, '\n', u.n - s->searched))) {
		size_t end = (size_t)(newline - u.p);
		s->lines += !line_is_blank((struct span){ u.p + s->line, end - s->line });
		s->line = s->searched = end + 1;
	}
	s->searched = u.n;
	if (before == 0 && s->lines > 0)
		s->first_ms = clock_monotonic_ms();
}

/* Returns how many more milliseconds to wait for bytes before the lines of S decide the format. 0: the time is over. */
static int64_t time_left(const struct record_sample *s)
{
	int64_t now = clock_monotonic_ms(), quiet = s->last_ms + RECORD_READER_PAUSE_MS - now;
	int64_t trickle = s->first_ms + RECORD_READER_TRICKLE_MS - now;
	int64_t left = quiet < trickle ? quiet : trickle;
	return left > 0 ? left : 0;
}

/* Reads more bytes for the sample. If none come for a while, and the lines so far are enough to decide the format, sets
 * R->format. FLAGS are flags of enum detect. Returns
 * - NEXT_EVENT: bytes came, or R->format is set;
 * - NEXT_END: the input has ended;
 * - NEXT_LATER: the input has nothing now, and R->format is not set;
 * - NEXT_ERROR with E set. */
static enum next read_or_pause(struct record_reader *r, unsigned flags, struct err *e)
{
	struct record_sample *s = &r->sample;
	/* Bytes that are there already are read even if the time is over, so the wait is at least 1 ms. A patience of 0
	 * means a wait without a limit. */
	int64_t left = s->lines > 0 ? time_left(s) : 0;
	r->in.patience_ms = s->lines == 0 ? 0 : left > 0 ? left : 1;
	enum next got = reader_fill(&r->in, e);
	if (got == NEXT_LATER && s->lines > 0 && time_left(s) == 0)
		r->format = format_detect(reader_unread(&r->in), flags | DETECT_PAUSE);
	r->in.patience_ms = 0;
	if (got == NEXT_LATER && r->format)
		return NEXT_EVENT;
	/* The lines so far are not enough. An input with a descriptor now waits for more bytes without a limit. An
	 * input without a descriptor never waits, so the caller must wait. */
	if (got == NEXT_LATER && r->in.in.fd >= 0)
		got = reader_fill(&r->in, e);
	if (got == NEXT_EVENT)
		s->last_ms = clock_monotonic_ms();
	return got;
}

/* Decides the format by the first lines. Returns
 * - NEXT_EVENT: R->format is set;
 * - NEXT_END: the input has ended but may grow, and there are too few lines to decide;
 * - NEXT_LATER: more bytes are needed, and the input has none now;
 * - NEXT_ERROR with E set: reading failed. */
static enum next detect(struct record_reader *r, struct err *e)
{
	size_t max = r->options->max_event;
	/* Even if --max-event is smaller, up to 4096 bytes are looked at. */
	size_t most = max < 4096 ? 4096 : max;
	unsigned flags = r->options->time_now ? DETECT_TEXT : 0;
	while (!r->format) {
		drop_blank_lines(r, max);
		count_lines(r);
		struct span u = reader_unread(&r->in);
		if (r->sample.lines >= SAMPLE_LINES || (r->sample.lines > 0 && u.n >= SAMPLE_BYTES) || u.n > most)
			flags |= DETECT_FULL;
		if (flags & (DETECT_END | DETECT_FULL)) {
			/* The unread bytes are blank if the input has no event, or if a line that is too long begins
			 * with blanks. Then there is nothing to detect, and NDJSON is an arbitrary choice. */
			r->format = line_is_blank(u) ? &format_ndjson : format_detect(u, flags);
			break;
		}
		enum next got = read_or_pause(r, flags, e);
		/* If more lines may come in a later run, that run decides by them, unless the complete lines are enough
		 * now. */
		if (got == NEXT_END && r->in.may_grow) {
			struct span whole = reader_unread(&r->in);
			while (whole.n > 0 && whole.p[whole.n - 1] != '\n')
				whole.n--;
			r->format = whole.n > 0 ? format_detect(whole, flags | DETECT_PAUSE) : NULL;
			return r->format ? NEXT_EVENT : NEXT_END;
		}
		if (got == NEXT_END)
			flags |= DETECT_END;
		else if (got != NEXT_EVENT)
			return got;
	}
	return NEXT_EVENT;
}

/* Checks that --time-format has an effect. Returns 0. Returns -1 with E set if the decoder of the format finds the
 * times itself, and --time was not given. */
static int check_time_format(const struct record_reader *r, struct err *e)
{
	const struct options *o = r->options;
	if (!o->time_format_given || o->time || !(r->format->flags & FORMAT_OWN_TIMES))
		return 0;
	return err_set(e, EX_USAGE,
		"%s: --time-format has no effect: format %s finds its times itself; name another field with --time",
		r->in.in.name, r->format->name);
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
	if (check_time_format(r, e) < 0 || r->format->open(&r->decoder, &r->format_options, e) < 0)
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
	/* Without such a time there is only the time of the last change, which differs between equal files. */
	out->years = r->years.begun ? year_run_save(&r->years) : 0;
	out->reached = r->in.offset;
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
