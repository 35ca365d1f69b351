/* first_line.c -- the first line of a file, packed or not. */
#include "sp-sink/compress/compressor.h"
#include <errno.h>
#include <unistd.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

enum { CHUNK = 64 << 10 };

struct head {
	int fd;
	const char *name;
	off_t at; /* file offset to read next */
	char in[CHUNK];
	struct buf *out;
	struct err *e;
	bool csv;    /* a newline between quotes does not end the line */
	bool inside; /* them */
};

static ssize_t fetch(struct head *h)
{
	ssize_t n;
	do
		n = pread(h->fd, h->in, sizeof h->in, h->at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_errno(h->e, EX_IOERR, errno, "%s", h->name);
	h->at += n;
	return n;
}

/* Cuts at the first newline behind FROM: 1 if there is one; 0: more is needed. */
static int ended(struct head *h, size_t from)
{
	for (size_t i = from; i < h->out->n; i++) {
		if (h->out->p[i] == '"') {
			h->inside = h->csv && !h->inside;
		} else if (h->out->p[i] == '\n' && !h->inside) {
			h->out->n = i;
			return 1;
		}
	}
	return 0;
}

static int too_long(struct head *h)
{
	return err_set(h->e, EX_DATAERR, "%s: its first line is longer than %zu bytes", h->name, h->out->max);
}

static int not_packed(struct head *h, const char *what)
{
	return err_set(h->e, EX_DATAERR, "%s: is not packed by %s, as its name says", h->name, what);
}

static int plain(struct head *h)
{
	ssize_t n;
	while ((n = fetch(h)) > 0) {
		size_t from = h->out->n;
		if (buf_add(h->out, h->in, (size_t)n) < 0)
			return too_long(h);
		if (ended(h, from))
			return 0;
	}
	return n < 0 ? -1 : 0;
}

static int gz_block(struct head *h, z_stream *z, int *end)
{
	while (z->avail_in > 0 && !*end) {
		size_t from = h->out->n;
		char *to = buf_room(h->out, CHUNK);
		if (!to)
			return too_long(h);
		z->next_out = (Bytef *)to;
		z->avail_out = CHUNK;
		int r = inflate(z, Z_NO_FLUSH);
		if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
			return not_packed(h, "gzip");
		h->out->n += CHUNK - z->avail_out;
		*end = ended(h, from) || (r == Z_STREAM_END && h->out->n > 0) || r == Z_BUF_ERROR;
		if (r == Z_STREAM_END && !*end)
			inflateReset(z); /* an empty member: the line is in the next one */
	}
	return 0;
}

static int gz(struct head *h)
{
	z_stream z = { 0 };
	ssize_t n = 0;
	int end = 0, r = 0;
	if (inflateInit2(&z, 15 + 16) != Z_OK)
		return err_set(h->e, EX_OSERR, "out of memory");
	while (r == 0 && !end && (n = fetch(h)) > 0) {
		z.next_in = (const Bytef *)h->in;
		z.avail_in = (uInt)n;
		r = gz_block(h, &z, &end);
	}
	inflateEnd(&z);
	return n < 0 ? -1 : r;
}

static int zst_block(struct head *h, ZSTD_DCtx *z, size_t n, int *end)
{
	ZSTD_inBuffer in = { h->in, n, 0 };
	while (in.pos < in.size && !*end) {
		size_t from = h->out->n;
		char *to = buf_room(h->out, CHUNK);
		if (!to)
			return too_long(h);
		ZSTD_outBuffer out = { to, CHUNK, 0 };
		if (ZSTD_isError(ZSTD_decompressStream(z, &out, &in)))
			return not_packed(h, "zstd");
		h->out->n += out.pos;
		*end = ended(h, from);
	}
	return 0;
}

static int zst(struct head *h)
{
	ZSTD_DCtx *z = ZSTD_createDCtx();
	ssize_t n = 0;
	int end = 0, r = 0;
	if (!z)
		return err_set(h->e, EX_OSERR, "out of memory");
	while (r == 0 && !end && (n = fetch(h)) > 0)
		r = zst_block(h, z, (size_t)n, &end);
	ZSTD_freeDCtx(z);
	return n < 0 ? -1 : r;
}

int compressor_first_line(int fd, const char *name, enum compression kind, bool csv, struct buf *out, struct err *e)
{
	struct head *h = malloc(sizeof *h);
	if (!h)
		return err_set(e, EX_OSERR, "out of memory");
	*h = (struct head){ .fd = fd, .name = name, .out = out, .e = e, .csv = csv };
	int r = kind == COMPRESS_GZ ? gz(h) : kind == COMPRESS_ZST ? zst(h) : plain(h);
	free(h);
	return r;
}
