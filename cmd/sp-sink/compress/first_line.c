/* first_line.c -- reads the first line of a file that may be compressed. --append reads the header of a CSV file in
 * this way.
 *
 * The file is read with pread(2), so the offset at which the caller appends does not move. Reading stops in the chunk
 * in which the line ends. A line that does not fit into the caller's buffer is an error, so memory is bounded. */
#include "sp-sink/compress/compressor.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

struct first_line {
	int fd;
	const char *name;
	off_t offset; /* file offset to read next */
	char in[COMPRESSOR_CHUNK];
	struct buf *out;
	struct err *e;
	bool quoted; /* a newline between double quotes does not end the line */
	bool inside; /* the bytes checked so far end between double quotes */
};

/* Reads the next chunk into f->in. Returns its size, 0 at the end of the file, or -1 with E set. */
static ssize_t first_line_fetch(struct first_line *f)
{
	ssize_t n;
	do
		n = pread(f->fd, f->in, sizeof f->in, f->offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(f->e, EX_IOERR, errno, "%s", f->name);
	f->offset += n;
	return n;
}

/* Searches the bytes of f->out from FROM on for the end of the line. If the newline is there, cuts f->out before it and
 * returns true. */
static bool first_line_ended(struct first_line *f, size_t from)
{
	for (size_t i = from; i < f->out->n; i++) {
		/* In a doubled quote, the first quote ends a quoted part and the second begins another. The state after
		 * both is the same. */
		if (f->out->p[i] == '"') {
			f->inside = f->quoted && !f->inside;
		} else if (f->out->p[i] == '\n' && !f->inside) {
			f->out->n = i;
			return true;
		}
	}
	return false;
}

static int first_line_too_long(struct first_line *f)
{
	return err_set(f->e, EX_DATAERR, "%s: the first line is longer than %zu bytes", f->name, f->out->max);
}

/* Reads up to the first newline of a file that is not compressed. Returns 0, or -1 with E set. */
static int first_line_plain(struct first_line *f)
{
	ssize_t n;
	while ((n = first_line_fetch(f)) > 0) {
		size_t from = f->out->n;
		if (buf_add(f->out, f->in, (size_t)n) < 0)
			return first_line_too_long(f);
		if (first_line_ended(f, from))
			return 0;
	}
	return n < 0 ? -1 : 0;
}

/* Decompresses IN, one chunk of the file. Returns 1 when the line is complete, 0 when more is needed, or -1 with E
 * set. */
static int first_line_chunk(struct first_line *f, const struct compressor_type *type, void *stream, struct span in)
{
	while (in.n > 0) {
		size_t from = f->out->n, n = 0;
		char *to = buf_room(f->out, COMPRESSOR_CHUNK);
		if (!to)
			return first_line_too_long(f);
		enum decompress r = type->decompress(stream, &in, to, COMPRESSOR_CHUNK, &n);
		if (r == DECOMPRESS_ERROR)
			return err_set(f->e, EX_DATAERR, "%s: the name ends in %s, but the content is not %s", f->name,
				type->suffix, type->name);
		f->out->n += n;
		/* A line does not continue in the next gzip member. But members before the line may be empty. */
		if (first_line_ended(f, from) || (r == DECOMPRESS_END && f->out->n > 0))
			return 1;
	}
	return 0;
}

static int first_line_decompress(struct first_line *f, const struct compressor_type *type)
{
	void *stream = type->read_init();
	ssize_t n = 0;
	int r = 0;
	if (!stream)
		return compressor_oom(f->name, f->e);
	while (r == 0 && (n = first_line_fetch(f)) > 0)
		r = first_line_chunk(f, type, stream, (struct span){ f->in, (size_t)n });
	type->read_release(stream);
	return n < 0 || r < 0 ? -1 : 0;
}

int compressor_first_line(int fd, const char *name, const struct compressor_type *type, bool quoted, struct buf *out,
	struct err *e)
{
	struct first_line *f = malloc(sizeof *f); /* too large for the stack */
	if (!f)
		return err_oom(e, "the first line of a file");
	*f = (struct first_line){ .fd = fd, .name = name, .out = out, .e = e, .quoted = quoted };
	int r = type->decompress ? first_line_decompress(f, type) : first_line_plain(f);
	free(f);
	return r;
}
