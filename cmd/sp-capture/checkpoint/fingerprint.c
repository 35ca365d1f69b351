/* fingerprint.c -- computes and compares fingerprints (fingerprint.h). */
#include "sp-capture/checkpoint/fingerprint.h"
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads the N bytes at AT into TO. *GOT is less than N only if the file ends before. Returns 0, or -1 with E set. */
static int read_at(const struct fingerprint_file *f, void *to, size_t n, uint64_t at, size_t *got, struct err *e)
{
	for (*got = 0; *got < n;) {
		ssize_t r = pread(f->fd, (char *)to + *got, n - *got, (off_t)(f->base + at + *got));
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return err_errno(e, EX_IOERR, errno, "%s", f->name);
		if (r == 0)
			break;
		*got += (size_t)r;
	}
	return 0;
}

static uint64_t hash(struct sum *sum, const void *p, size_t n)
{
	uint64_t bytes, h;
	sum_add(sum, p, n);
	sum_take(sum, &bytes, &h);
	return h;
}

int fingerprint_file_open(struct fingerprint_file *f, int fd, uint64_t base, const char *name, struct sum *sum,
	struct err *e)
{
	struct stat st;
	*f = (struct fingerprint_file){ .fd = fd, .base = base, .name = name, .sum = sum };
	if (fstat(fd, &st) < 0)
		return err_errno(e, EX_IOERR, errno, "%s", name);
	f->size = (uint64_t)st.st_size > base ? (uint64_t)st.st_size - base : 0;
	size_t n = f->size < FINGERPRINT_HEAD ? (size_t)f->size : FINGERPRINT_HEAD;
	return read_at(f, f->head, n, 0, &f->head_n, e);
}

/* Returns the hash of the first N bytes of F, which has at least N. Most files are compared with many others by
 * the same number of bytes, so the last hash is kept. */
static uint64_t head_hash(struct fingerprint_file *f, size_t n)
{
	if (f->hashed_bytes != n) {
		f->hashed = hash(f->sum, f->head, n);
		f->hashed_bytes = n;
	}
	return f->hashed;
}

/* Sets *OUT to the hash of the N bytes before END, and *WHOLE to whether the file has them. Returns 0, or -1 with E
 * set. */
static int mark_hash(const struct fingerprint_file *f, uint64_t end, size_t n, uint64_t *out, bool *whole,
	struct err *e)
{
	char bytes[FINGERPRINT_MARK];
	size_t got = 0;
	if (read_at(f, bytes, n, end - n, &got, e) < 0)
		return -1;
	*whole = got == n;
	*out = hash(f->sum, bytes, got);
	return 0;
}

int fingerprint_take(struct fingerprint_file *f, uint64_t end, struct fingerprint *out, struct err *e)
{
	bool whole = true;
	size_t n = end < FINGERPRINT_MARK ? (size_t)end : FINGERPRINT_MARK;
	*out = (struct fingerprint){ .head_bytes = f->head_n, .end = end };
	if (f->head_n > 0)
		out->head = head_hash(f, f->head_n);
	if (n > 0 && mark_hash(f, end, n, &out->mark, &whole, e) < 0)
		return -1;
	/* A file that was truncated while it was read has no mark. The next run sees that it is shorter. */
	out->mark_bytes = whole ? n : 0;
	return 0;
}

bool fingerprint_begins(struct fingerprint_file *f, const struct fingerprint *p)
{
	return p->head_bytes <= f->head_n && (p->head_bytes == 0 || head_hash(f, (size_t)p->head_bytes) == p->head);
}

int fingerprint_fits(struct fingerprint_file *f, const struct fingerprint *p, bool *fits, struct err *e)
{
	uint64_t mark = 0;
	bool whole = true;
	*fits = p->head_bytes > 0 && p->end <= f->size && fingerprint_begins(f, p);
	if (!*fits || p->mark_bytes == 0)
		return 0;
	if (mark_hash(f, p->end, (size_t)p->mark_bytes, &mark, &whole, e) < 0)
		return -1;
	*fits = whole && mark == p->mark;
	return 0;
}
