/* fingerprint.h -- identifies a file by hashes of its first bytes and of the bytes before a position.
 *
 * Names, devices and inodes change: files are renamed, copied, restored, and mounted elsewhere. So two runs agree that
 * a file is the same if its first bytes (at most FINGERPRINT_HEAD) and the FINGERPRINT_MARK bytes before the position
 * are the same. Both are kept as an XXH3 hash and the number of bytes hashed, because a short file may have grown. */
#ifndef CAPTURE_CHECKPOINT_FINGERPRINT_H
#define CAPTURE_CHECKPOINT_FINGERPRINT_H
#include "stream/sum.h"
#include <stdbool.h>

enum { FINGERPRINT_HEAD = 1024, FINGERPRINT_MARK = 64 };

struct fingerprint {
	uint64_t head_bytes, head; /* number and hash of the first bytes; 0 bytes: the file was empty */
	uint64_t end;              /* the mark is before this byte */
	uint64_t mark_bytes, mark; /* number and hash of the bytes before END; 0 bytes: not known */
};

/* Returns true if A and B are equal. */
static inline bool fingerprint_eq(const struct fingerprint *a, const struct fingerprint *b)
{
	return a->head_bytes == b->head_bytes && a->head == b->head && a->end == b->end &&
		a->mark_bytes == b->mark_bytes && a->mark == b->mark;
}

/* A file whose fingerprints are computed. */
struct fingerprint_file {
	int fd;           /* for pread(2); borrowed */
	uint64_t base;    /* offset of the data in the file */
	uint64_t size;    /* bytes of the data */
	const char *name; /* for messages; borrowed */
	struct sum *sum;  /* for hashing; borrowed */
	size_t head_n;    /* bytes in HEAD */
	char head[FINGERPRINT_HEAD];
	uint64_t hashed_bytes, hashed; /* the last hash of the first bytes that was computed */
};

/* Prepares F for the file FD, whose data begins at byte BASE, and reads its first bytes. Returns 0, or -1 with E set
 * (EX_IOERR). */
int fingerprint_file_open(struct fingerprint_file *f, int fd, uint64_t base, const char *name, struct sum *sum,
	struct err *e) MUST_USE;
/* Sets *OUT to the fingerprint of F with a mark before byte END. Returns 0, or -1 with E set (EX_IOERR). */
int fingerprint_take(struct fingerprint_file *f, uint64_t end, struct fingerprint *out, struct err *e) MUST_USE;
/* Returns true if F still begins with the first bytes of P. */
bool fingerprint_begins(struct fingerprint_file *f, const struct fingerprint *p) MUST_USE;
/* Sets *FITS to whether F is the file of P, which may have grown since. Returns 0, or -1 with E set (EX_IOERR). */
int fingerprint_fits(struct fingerprint_file *f, const struct fingerprint *p, bool *fits, struct err *e) MUST_USE;
#endif
