/* reader.h -- an input cut into lines.
 *
 * Lines are spans into the reader's buffer, valid until the next call. Nothing is copied but the
 * part of a line that is cut by the end of a read. Memory is bounded by twice the line limit plus
 * the read size, whatever comes in. */
#ifndef STREAM_READER_H
#define STREAM_READER_H
#include "base/span.h"
#include "stream/input.h"
#include "stream/next.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	EVENT_MAX = 1 << 20,        /* default of --max-event at the edge */
	EVENT_MAX_EXTRA = 64 << 10, /* what later programs take above it */
	READ_SIZE = 256 << 10,      /* stays in a second-level cache */
};

struct line {
	struct span text; /* without "\n"; a '\r' before it is left */
	uint64_t number;  /* from 1 */
	uint64_t offset;  /* of its first byte in the input */
	bool newline;     /* false: the input ended inside the line */
	bool too_long;    /* text is only its beginning (256 bytes at most); the rest was skipped */
};

/* Nothing but spaces, tabs and carriage returns. */
static inline bool line_is_blank(struct span s)
{
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s.n == 0;
}

struct reader {
	struct input in;
	char *p;              /* owned buffer */
	size_t cap, from, to; /* bytes from..to are unread; cap bytes allocated */
	size_t scanned;       /* no newline before here */
	size_t max;           /* longest line */
	uint64_t skipped;     /* bytes dropped of an over-long line; 0: not inside one */
	size_t read_size;     /* bytes asked for at a time; SP_READ_SIZE in the environment (tests) */
	uint64_t number, offset;
	bool skip_blank; /* lines of nothing but white space are counted, but not given out; set by the caller */
	bool eof;
	bool stopped; /* the stop flag ended it: a torn last line is dropped */
	/* Called before a read that would block, so that output can be flushed, and again after each
	 * signal. May be NULL. -1 ends reader_next() with its error. */
	int (*before_wait)(void *arg, struct err *e);
	/* Called before lines given out so far are overwritten (write out what refers to them). May be
	 * NULL, like before_wait. */
	int (*before_fill)(void *arg, struct err *e);
	void *before_wait_arg; /* for all three calls */
	/* Called when no byte has come for timeout_ms (when > 0), and again each time; may be NULL. */
	int (*on_idle)(void *arg, struct err *e);
	int64_t timeout_ms;
};

/* Reads lines of at most MAX bytes from IN. If IN's descriptor is a pipe, it is made 1 MiB. */
int reader_init(struct reader *r, struct input in, size_t max, struct err *e) MUST_USE;
void reader_release(struct reader *r);
/* The next line: 1; 0 at the end of the input (or when the stop flag ends it); -1 with E set;
 * NEXT_LATER when the input has nothing now (followed files only): call again later.
 * A line over the limit comes as one with too_long set. */
int reader_next(struct reader *r, struct line *out, struct err *e) MUST_USE;

/* ---- for decoders of bytes that are no lines ---- */

/* Reads more behind p + to, moving p + from to the front: 1 if bytes came; 0 at the end; -1 with E, also
 * when more than twice the line limit is unread (EX_DATAERR); or NEXT_LATER. */
int reader_fill(struct reader *r, struct err *e) MUST_USE;
static inline struct span reader_unread(const struct reader *r)
{
	return (struct span){ r->p + r->from, r->to - r->from };
}
/* Counts N unread bytes as taken; the caller counts lines in r->number if it wants to. */
static inline void reader_take(struct reader *r, size_t n)
{
	r->from += n;
	r->offset += n;
	r->scanned = r->from;
}
#endif
