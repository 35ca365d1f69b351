/* reader.h -- an input cut into lines.
 *
 * A line is a span into the reader's buffer and is valid until the next call. Bytes are moved only when a read has
 * cut a line: then its beginning is moved to the start of the buffer. Memory is bounded by twice the line limit plus
 * the read size, whatever the input holds. */
#ifndef STREAM_READER_H
#define STREAM_READER_H
#include "base/span.h"
#include "stream/input.h"
#include "stream/next.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	EVENT_MAX = 1 << 20, /* longest event in bytes that a source accepts (default of --max-event) */
	EVENT_MAX_EXTRA =
		64 << 10,      /* what later programs accept on top: fields and bounds that were added on the way */
	READ_SIZE = 256 << 10, /* bytes asked for at a time; small enough for a second-level cache */
};

struct line {
	struct span text; /* without the newline; a '\r' before it is kept */
	uint64_t number;  /* from 1 */
	uint64_t offset;  /* of its first byte in the input */
	bool newline;     /* false: the input ended before the line did */
	bool too_long;    /* over the limit: text is its beginning (at most 256 bytes), the rest was dropped */
};

/* Returns true if S holds nothing but spaces, tabs and carriage returns. */
static inline bool line_is_blank(struct span s)
{
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s.n == 0;
}

/* What the reader calls back. Each may be NULL. A hook that returns -1 with E set ends the call in progress with
 * that error. */
struct reader_hooks {
	/* Before a read that would block, and again after each signal: flush output here, so that a pause in the
	 * input never holds results back. */
	int (*before_wait)(void *arg, struct err *e);
	/* Before the buffer changes: finish whatever still refers to lines given out so far. */
	int (*before_fill)(void *arg, struct err *e);
	/* After timeout_ms without a byte, and again each time it passes. */
	int (*on_idle)(void *arg, struct err *e);
	void *arg; /* passed to all three; borrowed */
};

struct reader {
	struct input in;
	char *p;                   /* the buffer of cap bytes; owned */
	size_t cap, from, to;      /* p[from..to) is unread */
	size_t scanned;            /* p[from..scanned) holds no newline */
	size_t max;                /* the line limit in bytes */
	uint64_t skipped;          /* bytes dropped so far of the over-long line at from; 0: it is not over-long yet */
	size_t read_size;          /* bytes asked for at a time; tests set it with SP_READ_SIZE */
	uint64_t number;           /* of the last line */
	uint64_t offset;           /* of p[from] in the input */
	bool skip_blank;           /* blank lines are counted but not returned; set by the caller */
	bool eof;                  /* the input has ended, or the stop flag has ended it */
	bool stopped;              /* the stop flag did: an incomplete last line is dropped */
	struct reader_hooks hooks; /* set by the caller after reader_init() */
	int64_t timeout_ms;        /* for hooks.on_idle; 0: never. A hook may change it */
};

/* Starts reading lines of at most MAX bytes from IN, which the reader owns from now on. If IN's descriptor is a
 * pipe, its capacity is raised to 1 MiB. Returns 0, or -1 with E set (EX_OSERR). */
int reader_init(struct reader *r, struct input in, size_t max, struct err *e) MUST_USE;
/* Closes the input and frees the buffer. */
void reader_release(struct reader *r);

/* Reads the next line into *OUT. Returns
 * - NEXT_EVENT: a line, also one over the limit (too_long);
 * - NEXT_END: the input has ended, or the stop flag is set;
 * - NEXT_LATER: the input has nothing now; only inputs that return INPUT_AGAIN (followed files) lead here;
 * - NEXT_ERROR with E set: reading failed, or a hook did. */
enum next reader_next(struct reader *r, struct line *out, struct err *e) MUST_USE;

/* ---- for decoders whose records are not lines ---- */

/* Reads more bytes after p[to), first moving p[from..to) to the start of the buffer. Returns NEXT_EVENT if bytes
 * came; NEXT_END; NEXT_LATER; or NEXT_ERROR, also when more than twice the line limit is unread (EX_DATAERR). */
enum next reader_fill(struct reader *r, struct err *e) MUST_USE;

/* Returns the unread bytes; valid until the next reader_fill(). */
static inline struct span reader_unread(const struct reader *r)
{
	return (struct span){ r->p + r->from, r->to - r->from };
}

/* Consumes the first N unread bytes. The caller counts lines in r->number if it needs to. */
static inline void reader_take(struct reader *r, size_t n)
{
	r->from += n;
	r->offset += n;
	r->scanned = r->from;
}
#endif
