/* zstd.c -- zstd (RFC 8878) by libzstd.
 *
 * Each file, and each run that appends to one, is one frame, which ends with a checksum of its content. So a reader of
 * a damaged file gets an error instead of wrong events. */
#include "sp-sink/compress/compressor.h"
#include <zstd.h>

enum { ZSTD_LEVEL = 3 }; /* libzstd's default */

/* Returns the state of libzstd for frames that end with a checksum, or NULL if memory is exhausted. */
static void *zstd_init(void)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	if (z &&
		(ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, ZSTD_LEVEL)) ||
			ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)))) {
		ZSTD_freeCCtx(z);
		z = NULL;
	}
	return z;
}

static void zstd_release(void *stream)
{
	ZSTD_freeCCtx(stream);
}

/* Compresses S. With ZSTD_e_continue, the loop ends when libzstd has taken all of S. With any other value of HOW, the
 * loop ends when libzstd returns 0, because it then holds no more bytes. Returns 0, or -1 with E set. */
static int zstd_step(struct compressor *c, struct span s, ZSTD_EndDirective how, struct err *e)
{
	ZSTD_inBuffer in = { s.p, s.n, 0 };
	size_t left = 1;
	while (left > 0 || in.pos < in.size) {
		char *to = writer_room(&c->out, COMPRESSOR_CHUNK, e);
		if (!to)
			return -1;
		ZSTD_outBuffer out = { to, COMPRESSOR_CHUNK, 0 };
		left = ZSTD_compressStream2(c->stream, &out, &in, how);
		if (ZSTD_isError(left))
			return err_set(e, EX_SOFTWARE, "%s: zstd: %s", c->out.name, ZSTD_getErrorName(left));
		writer_used(&c->out, out.pos);
		if (how == ZSTD_e_continue)
			left = 0;
	}
	return 0;
}

/* Most input stays in libzstd until it has a whole block, 128 KiB. */
static int zstd_compress(struct compressor *c, struct span bytes, struct err *e)
{
	return zstd_step(c, bytes, ZSTD_e_continue, e);
}

/* Ends the block, so that a reader can decompress all bytes so far. */
static int zstd_flush(struct compressor *c, struct err *e)
{
	return zstd_step(c, SPAN(""), ZSTD_e_flush, e);
}

static int zstd_finish(struct compressor *c, struct err *e)
{
	return zstd_step(c, SPAN(""), ZSTD_e_end, e);
}

static void *zstd_read_init(void)
{
	return ZSTD_createDCtx();
}

static void zstd_read_release(void *stream)
{
	ZSTD_freeDCtx(stream);
}

static enum decompress zstd_decompress(void *stream, struct span *bytes, char *to, size_t room, size_t *n)
{
	ZSTD_inBuffer in = { bytes->p, bytes->n, 0 };
	ZSTD_outBuffer out = { to, room, 0 };
	/* At the end of a frame libzstd continues with the next one, so DECOMPRESS_END is never returned. */
	if (ZSTD_isError(ZSTD_decompressStream(stream, &out, &in)))
		return DECOMPRESS_ERROR;
	*n = out.pos;
	bytes->p += in.pos;
	bytes->n -= in.pos;
	return DECOMPRESS_MORE;
}

const struct compressor_type compressor_zstd = {
	.name = "zstd",
	.suffix = ".zst",
	.init = zstd_init,
	.compress = zstd_compress,
	.flush = zstd_flush,
	.finish = zstd_finish,
	.release = zstd_release,
	.read_init = zstd_read_init,
	.decompress = zstd_decompress,
	.read_release = zstd_read_release,
};
