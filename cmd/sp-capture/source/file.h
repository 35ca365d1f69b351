/* file.h -- one SOURCE operand as a row of records: opened, unpacked, its format decided. */
#ifndef CAPTURE_SOURCE_FILE_H
#define CAPTURE_SOURCE_FILE_H
#include "sp-capture/options.h"

struct source {
	const struct options *options;
	const char *path; /* as given; "-": standard input */
	const char *name; /* for diagnostics */
	uint64_t size;    /* of a regular file; else 0 */
	bool regular;     /* can be closed and read again */
	bool open, began;
	bool over;                   /* its end was reached, or it failed */
	struct reader in;            /* while open */
	const struct format *format; /* once it began; set before: not decided by the first line */
	struct decoder *decoder;
};

/* SOURCE for operand PATH, not opened yet. -1: it is missing, a directory or may not be read. */
int source_init(struct source *s, const struct options *c, const char *path, struct err *e) MUST_USE;
/* Opens it. The caller sets the hooks of s->in afterwards. */
int source_open(struct source *s, struct err *e) MUST_USE;
/* The same over an input that is there already (followed files), which is taken. */
int source_open_input(struct source *s, struct input in, struct err *e) MUST_USE;
/* Closes it; it can be opened again. */
void source_close(struct source *s);
/* The next record, as format.next(). */
int source_next(struct source *s, struct record *out, struct err *e) MUST_USE;
#endif
