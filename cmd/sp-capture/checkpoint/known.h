/* known.h -- the files that a job has read: the fingerprint of each, and how far it was read.
 *
 * The snapshots of sp-capture hold this list. A file stays in it after it was read to its end, and even if it is not an
 * operand of this run: it must not be read again when it is an operand of a later run. */
#ifndef CAPTURE_CHECKPOINT_KNOWN_H
#define CAPTURE_CHECKPOINT_KNOWN_H
#include "sp-capture/checkpoint/fingerprint.h"
#include "sp-capture/source/source.h"
#include "state/save.h"

#define KNOWN_NO_SOURCE SIZE_MAX

struct known_file {
	char *name; /* the operand of the last run that read the file; owned */
	uint64_t device, inode;
	uint64_t size; /* bytes of the file when it was last looked at; never less than position.reached */
	struct fingerprint print;
	struct position position;    /* after the last record that was written */
	const struct format *format; /* of the records before POSITION; NULL: no record was read */
	size_t source;               /* the source of this run that reads the file, or KNOWN_NO_SOURCE */
	bool ended;                  /* this run has reached the end of the file; not saved */
	bool cut;                    /* the file was truncated while this run read it; not saved */
};

struct known {
	struct known_file *list; /* owned */
	size_t count, cap;
};

void known_release(struct known *k);
/* Appends an empty entry for a file NAME and returns it, or NULL with E set if memory is exhausted. */
struct known_file *known_add(struct known *k, const char *name, struct err *e) MUST_USE;
/* Gives F the name NAME. Returns 0, or -1 with E set if memory is exhausted. */
int known_rename(struct known_file *f, const char *name, struct err *e) MUST_USE;

/* Returns true if F has bytes that were not read when it was last looked at. */
static inline bool known_unread(const struct known_file *f)
{
	return f->position.reached < f->size;
}
/* Returns true if reading has begun in F and has not reached its end. */
static inline bool known_open(const struct known_file *f)
{
	return f->position.reached > 0 && known_unread(f);
}

/* Brings F up to date with source S, which reads it: its position, its size and its fingerprint. SUM is for hashing.
 * The source need not be open. Returns 0, or -1 with E set (EX_IOERR) if the file cannot be read. */
int known_update(struct known_file *f, const struct source *s, struct sum *sum, struct err *e) MUST_USE;

/* For file_source_guard(); ARG is the entry of the source. Returns 0 if FD is the file of ARG, which may have grown; -1
 * with E set otherwise, also if FD is -1 (EX_TEMPFAIL: the next run finds out which file is which), or if it cannot be
 * read. */
int known_check(void *arg, int fd, struct err *e) MUST_USE;

/* Writes the files. Leaves out empty files, because they have no fingerprint. */
void known_save(const struct known *k, struct save *s);
/* Reads the files into K, which must be zeroed. Returns 0, or -1 with E set (EX_OSERR). Damage makes L fail. */
int known_load(struct known *k, struct load *l, struct err *e) MUST_USE;
#endif
