/* file.c -- sources that are read to their ends: files and standard input, plain or compressed.
 *
 * All operands are checked before the first one is opened, so that a missing file is reported before anything is
 * written. The merge can close a named regular file and open it again later, so hundreds of files need only a few
 * descriptors. A regular file can be read from a position: the format and the header line are read again at its start,
 * then reading continues at the position. */
#include "sp-capture/source/file.h"
#include "sp-capture/source/decompress.h"
#include "sp-capture/source/record_reader.h"
#include "sp-capture/source/table.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct file_source {
	struct source base;
	const char *path;     /* the operand; "-" is standard input */
	uint64_t size;        /* size of a regular file; 0 for anything else */
	bool regular;         /* the operand is a regular file; standard input can be one too */
	uint64_t base_offset; /* where the data of standard input begins in its file; 0 for a named file */
	/* Where reading begins each time the file is opened, if FROM_START is set. */
	struct position start;
	bool from_start;
	struct position reached; /* the position when the file was closed */
	/* Called with ARG whenever the file is opened; NULL: nothing is checked. */
	int (*check)(void *arg, int fd, struct err *e);
	void *arg;
	struct record_reader records;
};

/* Returns the file whose member BASE is S. */
static struct file_source *file_of(struct source *s)
{
	return (struct file_source *)s;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Sets the members of F for operand PATH. Returns 0, or -1 with E set if PATH is missing, a directory, or unreadable.
 * A file that standard output also writes to is refused too, unless it is empty, and so is the file REJECT (NULL: none):
 * each rejected line would be read and rejected again. */
static int file_check(struct file_source *f, const char *path, const char *reject, struct err *e)
{
	bool standard = strcmp(path, "-") == 0;
	f->path = path;
	f->base.name = standard ? "standard input" : path;
	struct stat st;
	if ((standard ? fstat(STDIN_FILENO, &st) : stat(path, &st)) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", f->base.name);
	if (S_ISDIR(st.st_mode))
		return err_set(e, EX_NOINPUT, "%s: is a directory; name the files in it", f->base.name);
	if (!standard && access(path, R_OK) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", path);
	struct stat out;
	if (S_ISREG(st.st_mode) && st.st_size > 0 && fstat(STDOUT_FILENO, &out) == 0 && is_same_file(&st, &out))
		return err_set(e, EX_USAGE, "%s: is also the output; it would never end", f->base.name);
	if (S_ISREG(st.st_mode) && reject && stat(reject, &out) == 0 && is_same_file(&st, &out))
		return err_set(e, EX_USAGE, "%s: is also the file of --reject; it would never end", f->base.name);
	f->regular = S_ISREG(st.st_mode);
	f->base.can_reopen = f->regular && !standard;
	f->size = f->regular ? (uint64_t)st.st_size : 0;
	off_t base = standard && f->regular ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;
	f->base_offset = base > 0 ? (uint64_t)base : 0;
	return 0;
}

/* source_type.init: checks each operand and makes a source of it. No file is opened yet. */
static int files_init(struct source_set *set, struct err *e)
{
	for (size_t i = 0; i < set->options->operand_count; i++) {
		struct file_source *f = calloc(1, sizeof *f);
		if (!f || source_set_add(set, &f->base, e) < 0) {
			free(f);
			return err_oom(e, "a source");
		}
		if (file_check(f, set->options->operands[i], set->options->reject, e) < 0)
			return -1;
	}
	return 0;
}

void file_source_guard(struct source *s, int (*check)(void *arg, int fd, struct err *e), void *arg)
{
	struct file_source *f = file_of(s);
	f->check = strcmp(f->path, "-") == 0 ? NULL : check;
	f->arg = arg;
}

/* Opens the file that the operand names now. Returns a descriptor, or -1 with E set. */
static int file_open_path(const struct file_source *f, struct err *e)
{
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && (!f->check || errno != ENOENT))
		return err_errno(e, err_status_read(errno), errno, "%s", f->base.name);
	/* A file that is gone was there when the run began. */
	if (f->check && f->check(f->arg, fd, e) < 0) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	return fd;
}

/* Opens the file at its beginning. Returns 0, or -1 with E set. */
static int file_open_input(struct file_source *f, struct err *e)
{
	int fd = strcmp(f->path, "-") == 0 ? STDIN_FILENO : file_open_path(f, e);
	if (fd < 0)
		return -1;
	if (f->base.can_reopen)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	struct input in;
	if (decompress_open(&in, fd, f->base.name, e) < 0) {
		if (fd != STDIN_FILENO)
			close(fd);
		return -1;
	}
	return record_reader_open(&f->records, f->base.set, in, f->base.name, e);
}

/* Reads what later records depend on (the format and the header line), then moves to F->start. If the file has only a
 * part of these lines and may still grow, no record was read before, and the file is opened at its beginning again.
 * Returns 0, or -1 with E set. */
static int file_go_to_start(struct file_source *f, struct err *e)
{
	enum next n = record_reader_head(&f->records, e);
	if (n == NEXT_ERROR)
		return -1;
	if (n != NEXT_EVENT && f->records.in.may_grow && f->base.can_reopen) {
		record_reader_close(&f->records);
		return file_open_input(f, e);
	}
	if (n != NEXT_EVENT)
		return err_set(e, EX_DATAERR, "%s: is shorter than what was read of it before", f->base.name);
	if (decompress_seek(&f->records.in.in, f->start.offset, e) < 0)
		return -1;
	return record_reader_jump(&f->records, &f->start, e);
}

/* source_type.open: opens the file at F->start if file_seek() has set it, else at the beginning. Returns 0, or -1 with
 * E set. */
static int file_open(struct source *s, struct err *e)
{
	struct file_source *f = file_of(s);
	if (file_open_input(f, e) < 0)
		return -1;
	if (f->from_start && file_go_to_start(f, e) < 0) {
		record_reader_close(&f->records);
		return -1;
	}
	s->open = true;
	return 0;
}

void file_source_begin_at(struct source *s, const struct format *format, const struct position *p)
{
	struct file_source *f = file_of(s);
	f->records.format = format;
	f->start = f->reached = s->written = *p;
	s->has_written = true;
	/* A position at the very start counts as no position. Then an empty file, in which no header line is found, is
	 * no fault. */
	f->from_start = p->offset > 0 || p->skip > 0;
}

/* source_type.seek: opens the file at P. F keeps P, so that file_open() can begin there again after a close. Returns 0,
 * or -1 with E set. */
static int file_seek(struct source *s, const struct position *p, struct err *e)
{
	struct file_source *f = file_of(s);
	if (!f->regular)
		return err_set(e, EX_USAGE, "%s: is not a file, so it cannot be read from a position", s->name);
	file_source_begin_at(s, NULL, p);
	return file_open(s, e);
}

/* source_type.close: closes the file. F keeps the position that was reached, so that file_mark() still knows it. */
static void file_close(struct source *s)
{
	struct file_source *f = file_of(s);
	if (f->records.begun)
		record_reader_position(&f->records, &f->reached);
	record_reader_close(&f->records);
	s->open = false;
}

/* source_type.next: reads the next record. Sets S->format as well, because the first call decides the format. */
static enum next file_next(struct source *s, struct record *out, struct err *e)
{
	struct file_source *f = file_of(s);
	enum next n = record_reader_next(&f->records, out, e);
	s->format = f->records.format;
	return n;
}

/* source_type.mark: sets *OUT to the position after the last record, even if the file is closed. Always returns
 * true. */
static bool file_mark(const struct source *s, struct position *out)
{
	const struct file_source *f = (const struct file_source *)s;
	if (f->records.begun)
		record_reader_position(&f->records, out);
	else
		*out = f->reached;
	return true;
}

int file_source_look(const struct source *s, uint64_t *base, bool *owned, struct err *e)
{
	const struct file_source *f = (const struct file_source *)s;
	int fd = s->open ? decompress_fd(&f->records.in.in) : strcmp(f->path, "-") == 0 ? STDIN_FILENO : -1;
	*base = f->base_offset;
	*owned = fd < 0;
	if (fd < 0 && (fd = open(f->path, O_RDONLY | O_CLOEXEC)) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", s->name);
	return fd;
}

bool file_source_is_regular(const struct source *s)
{
	return ((const struct file_source *)s)->regular;
}

/* source_type.progress: counts the bytes of the files as they are stored, compressed or not. Returns false if a source
 * is empty or is not a regular file. */
static bool files_progress(const struct source_set *set, uint64_t *done, uint64_t *total)
{
	*done = *total = 0;
	for (size_t i = 0; i < set->count; i++) {
		const struct file_source *f = (const struct file_source *)set->list[i];
		if (f->size == 0)
			return false;
		*total += f->size;
		*done += f->base.over ? f->size : f->base.open ? decompress_position(&f->records.in.in) : 0;
	}
	*done = *done < *total ? *done : *total;
	return *total > 0;
}

static void files_free(struct source_set *set)
{
	for (size_t i = 0; i < set->count; i++) {
		file_close(set->list[i]);
		free(set->list[i]);
	}
}

const struct source_type source_file = {
	.name = "file",
	.init = files_init,
	.progress = files_progress,
	.free_all = files_free,
	.open = file_open,
	.next = file_next,
	.mark = file_mark,
	.seek = file_seek,
	.close = file_close,
	.position_sign = ':',
	.merges = true,
};
