/* file.h -- what checkpoints need of sources of type source_file, in addition to the interface of all sources. */
#ifndef CAPTURE_SOURCE_FILE_H
#define CAPTURE_SOURCE_FILE_H
#include "sp-capture/source/source.h"

/* Makes S begin at P when it is opened, and read FORMAT there (NULL: --format, or detected). S must not be open yet. */
void file_source_begin_at(struct source *s, const struct format *format, const struct position *p);
/* Makes S call CHECK with ARG whenever it opens its file by name, before it reads. A file is opened when its turn
 * comes, and again after a pause. That can be long after the run began, and the name may belong to another file by
 * then. CHECK gets the descriptor, or -1 if the file is gone. It returns 0, or -1 with E set; then the source fails
 * with E. Does nothing for standard input. */
void file_source_guard(struct source *s, int (*check)(void *arg, int fd, struct err *e), void *arg);
/* Returns a descriptor for pread(2) of the file of S, which need not be open, and sets *BASE to the offset in it at
 * which the data begins. If *OWNED is set to true, the caller must close the descriptor. Returns -1 with E set if the
 * file cannot be opened. */
int file_source_look(const struct source *s, uint64_t *base, bool *owned, struct err *e) MUST_USE;
/* Returns true if S is a regular file. Standard input can be one. */
bool file_source_is_regular(const struct source *s);
#endif
