/* save.h -- writes state as bytes that any later version and any compiler can read, and reads it back.
 *
 * State is walked and written field by field, never as a memory image. Unsigned integers are LEB128 varints, signed
 * integers are zigzag varints (Protocol Buffers, "Encoding"), and a text follows its length. Fields are read in the
 * order in which they were written: save_u64() by load_u64(), save_span() by load_span(), and so on.
 *
 * Errors are sticky: after the first one, the save functions write nothing and the load functions return 0 and empty
 * spans. So a caller checks once, with save_failed() or load_failed(), at the end. But a loop over a number that was
 * read must get this number from load_count(), and must not run on after a failure. */
#ifndef STATE_SAVE_H
#define STATE_SAVE_H
#include "base/err.h"
#include "base/span.h"
#include <stdbool.h>
#include <stdint.h>

/* ---- writing ---- */

struct save {
	char *p; /* a buffer of cap bytes, of which n are filled; owned */
	size_t n, cap;
	/* Takes the N bytes at P. Returns 0, or -1 with E set. Called with full buffers, and once by save_finish(). */
	int (*write)(void *arg, const void *p, size_t n, struct err *e);
	void *arg;      /* borrowed */
	uint64_t bytes; /* bytes saved so far */
	bool failed;
	struct err error; /* the first error */
};

/* Prepares S to pass its bytes to WRITE(ARG). Returns 0, or -1 with E set (EX_OSERR) if memory is exhausted. */
int save_init(struct save *s, int (*write)(void *arg, const void *p, size_t n, struct err *e), void *arg,
	struct err *e) MUST_USE;
void save_release(struct save *s);
/* Passes on the bytes that are left in the buffer. Returns 0, or -1 with E set to the first error of S. */
int save_finish(struct save *s, struct err *e) MUST_USE;
/* Makes S fail with E, if it has not failed yet. */
void save_fail(struct save *s, const struct err *e);

enum { SAVE_VARINT = 10 }; /* most bytes of a varint */

/* The slow paths of save_u64() and save_bytes(), which empty the buffer if needed. Called by these two only. */
void save_u64_slowly(struct save *s, uint64_t v);
void save_bytes_slowly(struct save *s, const void *p, size_t n);

/* The function is inline, because a snapshot of a million keys has many millions of small numbers. */
static inline void save_u64(struct save *s, uint64_t v)
{
	if (s->cap - s->n < SAVE_VARINT) {
		save_u64_slowly(s, v);
		return;
	}
	char *to = s->p + s->n;
	size_t n = 0;
	for (; v >= 0x80; v >>= 7)
		to[n++] = (char)(v | 0x80);
	to[n++] = (char)v;
	s->n += n;
	s->bytes += n;
}
static inline void save_i64(struct save *s, int64_t v)
{
	uint64_t u = (uint64_t)v;
	save_u64(s, v < 0 ? ~(u << 1) : u << 1);
}
static inline void save_bool(struct save *s, bool v)
{
	save_u64(s, v);
}
/* Saves the N bytes at P, but not N: the reader must know it. */
static inline void save_bytes(struct save *s, const void *p, size_t n)
{
	if (n == 0 || n > s->cap - s->n) {
		save_bytes_slowly(s, p, n);
		return;
	}
	memcpy(s->p + s->n, p, n);
	s->n += n;
	s->bytes += n;
}
/* Saves the length of TEXT, then its bytes. */
static inline void save_span(struct save *s, struct span text)
{
	save_u64(s, text.n);
	save_bytes(s, text.p, text.n);
}
/* Saves V as eight bytes, the least significant first. V must be finite. */
void save_double(struct save *s, double v);
/* Saves N words of eight bytes each, but not N. */
void save_words(struct save *s, const uint64_t *words, size_t n);
/* Saves N counts, but not N. A run of zeros takes two bytes or a few more. */
void save_counts(struct save *s, const uint64_t *counts, size_t n);

/* ---- reading ---- */

struct load {
	const unsigned char *p, *end; /* the unread bytes; borrowed */
	bool failed;
	const char *why; /* a static string: the first error */
};

static inline struct load load_from(struct span bytes)
{
	return (struct load){ (const unsigned char *)bytes.p, (const unsigned char *)bytes.p + bytes.n, false, NULL };
}
/* Makes L fail because of WHY, a static string, if it has not failed yet. */
void load_fail(struct load *l, const char *why);
static inline bool load_failed(const struct load *l)
{
	return l->failed;
}
/* Returns 0 if L has not failed and all bytes are read. Otherwise returns -1 with E set (EX_DATAERR). */
int load_finish(struct load *l, struct err *e) MUST_USE;

uint64_t load_u64(struct load *l);
int64_t load_i64(struct load *l);
bool load_bool(struct load *l);
/* Returns the number of items that follow, each of which takes at least LEAST bytes (1 or more). Fails and returns 0
 * if the unread bytes cannot hold so many. So a damaged number never makes the caller allocate too much. */
size_t load_count(struct load *l, size_t least);
/* Returns the next N bytes; borrowed. Fails and returns an empty span if there are fewer. */
struct span load_bytes(struct load *l, size_t n);
struct span load_span(struct load *l);
/* Returns a number that must be at most MAX; fails and returns 0 if it is greater. */
uint64_t load_max(struct load *l, uint64_t max);
/* Returns a number that must be finite; fails and returns 0 if it is not. */
double load_double(struct load *l);
/* Sets the N numbers at TO. Fails and sets all of them to 0 if there are fewer. */
void load_words(struct load *l, uint64_t *to, size_t n);
void load_counts(struct load *l, uint64_t *to, size_t n);
#endif
