/* compressor.c -- the table of compression formats, and what is the same for all of them.
 *
 * Bytes go through a library (zlib or libzstd) into a writer. The library writes into the writer's own buffer, so that
 * compressed bytes are not copied. Without a library (compressor_none) the writer is called directly. */
#include "sp-sink/compress/compressor.h"

const struct compressor_type compressor_none = { .name = "none", .suffix = "" };

const struct compressor_type *const compressor_types[] = { &compressor_none, &compressor_gzip, &compressor_zstd, NULL };

int compressor_oom(const char *name, struct err *e)
{
	return err_set(e, EX_OSERR, "%s: out of memory for compression", name);
}

int compressor_init(struct compressor *c, int fd, const char *name, const struct compressor_type *type, struct err *e)
{
	*c = (struct compressor){ .type = type };
	if (writer_init(&c->out, fd, name, e) < 0)
		return -1;
	if (!type->init || (c->stream = type->init()))
		return 0;
	compressor_release(c);
	return compressor_oom(name, e);
}

void compressor_release(struct compressor *c)
{
	if (c->stream)
		c->type->release(c->stream);
	writer_release(&c->out);
	/* -1 stands for no descriptor. 0 would be standard input, which the owner of C would then close. */
	*c = (struct compressor){ .out.fd = -1 };
}

/* Without compression, S goes to the writer in one call. A writer never divides the bytes of one call between two calls
 * of write(2), so a line stays whole. */
int compressor_add(struct compressor *c, struct span s, struct err *e)
{
	c->pending = true;
	if (s.n == 0)
		return 0;
	return c->type->compress ? c->type->compress(c, s, e) : writer_add(&c->out, s.p, s.n, e);
}

int compressor_flush(struct compressor *c, struct err *e)
{
	if (!c->pending)
		return 0;
	/* A second flush without new bytes would only add an empty block. */
	c->pending = false;
	if (c->type->flush && c->type->flush(c, e) < 0)
		return -1;
	return writer_flush(&c->out, e);
}

/* A file without bytes gets an empty gzip member or zstd frame, so that it can be decompressed. */
int compressor_finish(struct compressor *c, struct err *e)
{
	c->pending = false;
	if (c->type->finish && c->type->finish(c, e) < 0)
		return -1;
	return writer_flush(&c->out, e);
}

uint64_t compressor_bytes(const struct compressor *c)
{
	return c->out.bytes + c->out.n;
}
