/* reader.h -- an input cut into lines.
 *
 * A line is a span into the reader's buffer and is valid until the next call. Bytes are moved only if a read ended
 * inside a line: then the beginning of this line is moved to the start of the buffer. Whatever the input holds, memory
 * is bounded by a small multiple of the line limit and the read size. */
#ifndef STREAM_READER_H
#define STREAM_READER_H
#include "base/span.h"
#include "stream/input.h"
#include "stream/next.h"
#include "stream/sum.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	EVENT_MAX = 1 << 20,        /* longest event in bytes that a source accepts (default of --max-event) */
	EVENT_MAX_EXTRA = 64 << 10, /* bytes that later programs accept beyond EVENT_MAX, for added fields and bounds */
	READ_SIZE = 256 << 10,      /* bytes requested per read; small enough for the second-level cache of a CPU */
};

struct line {
	struct span text; /* without the newline; a '\r' before the newline is kept */
	uint64_t number;  /* number of the line in the input, from 1 */
	uint64_t offset;  /* offset of the line's first byte in the input */
	bool newline;     /* false if the input ends without a newline after this line */
	bool too_long;    /* the line is over the limit: text is only its beginning, of at most 256 bytes */
};

/* Returns true if S holds nothing but spaces, tabs and carriage returns. */
static inline bool line_is_blank(struct span s)
{
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s.n == 0;
}

/* Functions that the reader calls. Each may be NULL. A hook returns 0, or -1 with E set; then the reader's function
 * that called it fails with this error. */
struct reader_hooks {
	/* Called before a read that would block, and again after each signal and each timeout. Flushes output, so that
	 * a pause in the input never delays results. */
	int (*before_wait)(void *arg, struct err *e);
	/* Called before the buffer changes. Finishes the work that still refers to lines returned so far. */
	int (*before_fill)(void *arg, struct err *e);
	/* Called each time timeout_ms has passed without a byte of input. */
	int (*on_idle)(void *arg, struct err *e);
	void *arg; /* passed to all three; borrowed */
};

struct reader {
	struct input in;
	char *p;              /* the buffer of cap bytes; owned */
	size_t cap, from, to; /* p[from..to) is unread */
	size_t scanned;       /* p[from..scanned) holds no newline */
	size_t max;           /* the line limit in bytes */
	uint64_t skipped;     /* bytes dropped of the line at `from`; 0 while the line is within the limit */
	size_t read_size;     /* bytes requested per read; tests set it with SP_READ_SIZE */
	uint64_t number;      /* number of the last line, returned or blank */
	uint64_t offset;      /* offset of p[from] in the input */
	bool skip_blank;      /* blank lines are counted but not returned; set by the caller */
	bool eof;             /* the input has ended, or the stop flag has ended the reading */
	/* The last line or record is left unread if it is incomplete: the stop flag has ended the reading, or the input
	 * has ended but may grow. */
	bool stopped;
	bool may_grow;             /* a later run reads what is appended to the input; set by the caller */
	struct reader_hooks hooks; /* set by the caller after reader_init() */
	/* How long to wait before each call of hooks.on_idle. If 0, on_idle is never called. A hook may change this. */
	int64_t timeout_ms;
	/* The longest time to wait for input, after which reader_next() and reader_fill() return NEXT_LATER. 0 means no
	 * limit. If a limit is set, hooks.on_idle is never called. Set by callers that can go on without more bytes. */
	int64_t patience_ms;
	/* Under checkpoints, the sum of the bytes p[..summed) since reader_sum_begin(); owned. NULL: no sum. */
	struct sum *sum;
	size_t summed;
};

/* Prepares to read lines of at most MAX bytes from IN, which the reader then owns. If the descriptor of IN is a pipe,
 * raises its capacity to 1 MiB. Returns 0, or -1 with E set (EX_OSERR) if memory is exhausted. */
int reader_init(struct reader *r, struct input in, size_t max, struct err *e) MUST_USE;
/* Closes the input and frees the buffer. */
void reader_release(struct reader *r);

/* Reads the next line into *OUT. Returns
 * - NEXT_EVENT if *OUT is set; the line may be over the limit (too_long);
 * - NEXT_END if the input has ended or the stop flag is set;
 * - NEXT_LATER if patience_ms has passed without input, or if the input has no bytes now, which only inputs with
 *   INPUT_AGAIN (followed files) report;
 * - NEXT_ERROR with E set if reading or a hook failed, or memory is exhausted. */
enum next reader_next(struct reader *r, struct line *out, struct err *e) MUST_USE;

/* ---- sums (stream/sum.h), for callers that read lines only ---- */

/* Begins a new sum after the line that was returned last. Returns 0, or -1 with E set (EX_OSERR). */
int reader_sum_begin(struct reader *r, struct err *e) MUST_USE;
/* Sets *BYTES and *HASH to the sum of all bytes up to the beginning of LINE, the text of the line that was returned
 * last, and begins a new sum after this line. The lines must not have been changed in the buffer. */
void reader_sum_take(struct reader *r, struct span line, uint64_t *bytes, uint64_t *hash);

/* ---- for decoders whose records are not lines ---- */

/* Moves the unread bytes to the start of the buffer and reads more bytes after them. Returns NEXT_EVENT if bytes were
 * read. Returns NEXT_ERROR with E set (EX_DATAERR) if the buffer has no room for another read and more than twice the
 * line limit is unread. Otherwise returns NEXT_END, NEXT_LATER or NEXT_ERROR like reader_next(). */
enum next reader_fill(struct reader *r, struct err *e) MUST_USE;

/* Returns the unread bytes; valid until the next reader_fill(). */
static inline struct span reader_unread(const struct reader *r)
{
	return (struct span){ r->p + r->from, r->to - r->from };
}

/* Makes the last N consumed bytes unread again. The last call of reader_next() or reader_take() must have consumed all
 * of them, and no bytes may have been read since. r->number does not change. */
static inline void reader_give_back(struct reader *r, size_t n)
{
	r->from -= n;
	r->offset -= n;
	r->scanned = r->from;
}

/* Consumes the first N unread bytes. The caller counts lines in r->number if it needs to. */
static inline void reader_take(struct reader *r, size_t n)
{
	r->from += n;
	r->offset += n;
	r->scanned = r->from;
}
#endif
