/* gzip.c -- gzip (RFC 1952) by zlib.
 *
 * A flush is zlib's Z_SYNC_FLUSH: it ends a block on a byte boundary, so that a reader can decompress everything that
 * was added before. Each file, and each run that appends to one, is one gzip member. */
#include "sp-sink/compress/compressor.h"
#include <limits.h>
#include <stdlib.h>
#define ZLIB_CONST
#include <zlib.h>

enum {
	GZIP_LEVEL = 4,        /* events shrink nearly as much as with level 6, at twice the speed */
	GZIP_WINDOW = 15 + 16, /* the largest window, and 16 for gzip's header instead of zlib's */
	GZIP_MEMORY = 8,       /* zlib's default memLevel */
};

/* Returns the state of zlib, or NULL if memory is exhausted. deflateInit2() fails for no other reason here, because its
 * parameters are valid. */
static void *gzip_init(void)
{
	z_stream *z = calloc(1, sizeof *z);
	if (z && deflateInit2(z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static void gzip_release(void *stream)
{
	deflateEnd(stream);
	free(stream);
}

/* Deflates S. zlib counts bytes in unsigned int, so long input is passed in parts. Only the last part gets FLUSH. The
 * output is complete when zlib does not fill the buffer that it was given. Returns 0, or -1 with E set. */
static int gzip_deflate(struct compressor *c, struct span s, int flush, struct err *e)
{
	z_stream *z = c->stream;
	int r = Z_OK;
	/* The loop runs once even without input, so that zlib writes what FLUSH asks for. */
	do {
		size_t part = s.n < INT_MAX ? s.n : INT_MAX;
		z->next_in = (const Bytef *)s.p;
		z->avail_in = (uInt)part;
		char *to = writer_room(&c->out, COMPRESSOR_CHUNK, e);
		if (!to)
			return -1;
		z->next_out = (Bytef *)to;
		z->avail_out = COMPRESSOR_CHUNK;
		r = deflate(z, part < s.n ? Z_NO_FLUSH : flush);
		if (r == Z_STREAM_ERROR)
			return compressor_oom(c->out.name, e);
		writer_used(&c->out, COMPRESSOR_CHUNK - z->avail_out);
		s.p += part - z->avail_in;
		s.n -= part - z->avail_in;
	} while (s.n > 0 || (r != Z_STREAM_END && z->avail_out == 0));
	return 0;
}

/* Most input stays in zlib, which writes a block when it has collected enough. */
static int gzip_compress(struct compressor *c, struct span bytes, struct err *e)
{
	return gzip_deflate(c, bytes, Z_NO_FLUSH, e);
}

static int gzip_flush(struct compressor *c, struct err *e)
{
	return gzip_deflate(c, SPAN(""), Z_SYNC_FLUSH, e);
}

static int gzip_finish(struct compressor *c, struct err *e)
{
	return gzip_deflate(c, SPAN(""), Z_FINISH, e);
}

static void *gzip_read_init(void)
{
	z_stream *z = calloc(1, sizeof *z);
	if (z && inflateInit2(z, GZIP_WINDOW) != Z_OK) {
		free(z);
		z = NULL;
	}
	return z;
}

static void gzip_read_release(void *stream)
{
	inflateEnd(stream);
	free(stream);
}

static enum decompress gzip_decompress(void *stream, struct span *in, char *to, size_t room, size_t *n)
{
	z_stream *z = stream;
	z->next_in = (const Bytef *)in->p;
	z->avail_in = (uInt)in->n;
	z->next_out = (Bytef *)to;
	z->avail_out = (uInt)room;
	int r = inflate(z, Z_NO_FLUSH);
	*n = room - z->avail_out;
	in->p += in->n - z->avail_in;
	in->n = z->avail_in;
	if (r == Z_STREAM_END) {
		/* A gzip file may have several members, one after the other. */
		inflateReset(z);
		return DECOMPRESS_END;
	}
	/* Z_BUF_ERROR means that zlib can decompress nothing more from this input. */
	return r == Z_OK ? DECOMPRESS_MORE : r == Z_BUF_ERROR ? DECOMPRESS_END : DECOMPRESS_ERROR;
}

const struct compressor_type compressor_gzip = {
	.name = "gzip",
	.suffix = ".gz",
	.init = gzip_init,
	.compress = gzip_compress,
	.flush = gzip_flush,
	.finish = gzip_finish,
	.release = gzip_release,
	.read_init = gzip_read_init,
	.decompress = gzip_decompress,
	.read_release = gzip_read_release,
};
