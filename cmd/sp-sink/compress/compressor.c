/* compressor.c -- gzip by zlib, zstd by libzstd. */
#include "sp-sink/compress/compressor.h"
#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>
#include <zstd.h>

enum {
	CHUNK = 64 << 10,
	GZ_LEVEL = 4, /* events shrink nearly as much as by 6, at twice the speed */
	GZ_WINDOW = 15 + 16,
	ZST_LEVEL = 3,
};

static int no_memory(const char *name, struct err *e)
{
	return err_set(e, EX_OSERR, "%s: out of memory for packing", name);
}

static int open_stream(struct compressor *p)
{
	if (p->kind == COMPRESS_ZST) {
		ZSTD_CCtx *z = ZSTD_createCCtx();
		p->stream = z;
		return z && !ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_compressionLevel, ZST_LEVEL)) &&
				!ZSTD_isError(ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1)) ?
			0 :
			-1;
	}
	z_stream *z = calloc(1, sizeof *z);
	if (z && deflateInit2(z, GZ_LEVEL, Z_DEFLATED, GZ_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(z);
		z = NULL;
	}
	p->stream = z;
	return z ? 0 : -1;
}

int compressor_init(struct compressor *p, int fd, const char *name, enum compression kind, struct err *e)
{
	*p = (struct compressor){ .kind = kind };
	if (writer_init(&p->out, fd, name, e) < 0)
		return -1;
	if (kind == COMPRESS_NONE || open_stream(p) == 0)
		return 0;
	compressor_release(p);
	return no_memory(name, e);
}

void compressor_release(struct compressor *p)
{
	if (p->stream && p->kind == COMPRESS_GZ) {
		deflateEnd(p->stream);
		free(p->stream);
	} else if (p->stream) {
		ZSTD_freeCCtx(p->stream);
	}
	writer_release(&p->out);
	*p = (struct compressor){ .out.fd = -1 };
}

static int deflate_bytes(struct compressor *p, struct span s, int flush, struct err *e)
{
	z_stream *z = p->stream;
	int r = Z_OK;
	do {
		size_t part = s.n < INT_MAX ? s.n : INT_MAX;
		z->next_in = (const Bytef *)s.p;
		z->avail_in = (uInt)part;
		char *to = writer_room(&p->out, CHUNK, e);
		if (!to)
			return -1;
		z->next_out = (Bytef *)to;
		z->avail_out = CHUNK;
		r = deflate(z, part < s.n ? Z_NO_FLUSH : flush);
		if (r == Z_STREAM_ERROR)
			return no_memory(p->out.name, e);
		writer_used(&p->out, CHUNK - z->avail_out);
		s.p += part - z->avail_in;
		s.n -= part - z->avail_in;
	} while (s.n > 0 || (r != Z_STREAM_END && z->avail_out == 0));
	return 0;
}

static int zstd_bytes(struct compressor *p, struct span s, ZSTD_EndDirective how, struct err *e)
{
	ZSTD_inBuffer in = { s.p, s.n, 0 };
	size_t left = 1;
	while (left > 0 || in.pos < in.size) {
		char *to = writer_room(&p->out, CHUNK, e);
		if (!to)
			return -1;
		ZSTD_outBuffer out = { to, CHUNK, 0 };
		left = ZSTD_compressStream2(p->stream, &out, &in, how);
		if (ZSTD_isError(left))
			return err_set(e, EX_SOFTWARE, "%s: zstd: %s", p->out.name, ZSTD_getErrorName(left));
		writer_used(&p->out, out.pos);
		if (how == ZSTD_e_continue)
			left = 0;
	}
	return 0;
}

int compressor_add(struct compressor *p, struct span s, struct err *e)
{
	p->pending = true;
	if (s.n == 0)
		return 0;
	if (p->kind == COMPRESS_GZ)
		return deflate_bytes(p, s, Z_NO_FLUSH, e);
	if (p->kind == COMPRESS_ZST)
		return zstd_bytes(p, s, ZSTD_e_continue, e);
	return writer_add(&p->out, s.p, s.n, e);
}

static int drain(struct compressor *p, int gz, ZSTD_EndDirective zst, struct err *e)
{
	int r = p->kind == COMPRESS_GZ  ? deflate_bytes(p, SPAN(""), gz, e) :
		p->kind == COMPRESS_ZST ? zstd_bytes(p, SPAN(""), zst, e) :
					  0;
	p->pending = false;
	return r < 0 ? -1 : writer_flush(&p->out, e);
}

int compressor_flush(struct compressor *p, struct err *e)
{
	return p->pending ? drain(p, Z_SYNC_FLUSH, ZSTD_e_flush, e) : 0;
}

int compressor_finish(struct compressor *p, struct err *e)
{
	return drain(p, Z_FINISH, ZSTD_e_end, e);
}

uint64_t compressor_bytes(const struct compressor *p)
{
	return p->out.bytes + p->out.n;
}
