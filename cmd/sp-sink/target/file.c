/* file.c -- one file, or standard output. */
#include "sp-sink/encode/encoder.h"
#include "sp-sink/place/outfile.h"
#include "sp-sink/target/target.h"
#include <inttypes.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 1 << 30, HEADER_MAX = 16 << 20 };

struct target {
	struct outfile file;
	struct compressor out; /* standard output; file is closed then */
	bool is_stdout;
	struct encoder lines;
	struct buf line;
};

static struct target *target_new(const struct config *c, struct shape *shape, struct err *e)
{
	bool is_stdout = c->target == &target_stdout;
	*shape = (struct shape){ LINES_NDJSON, COMPRESS_NONE };
	if (c->format ? shape_parse(c->format, shape, e) < 0 : !is_stdout && shape_of_path(c->uri.path, shape, e) < 0)
		return NULL;
	struct target *t = calloc(1, sizeof *t);
	if (!t) {
		err_set(e, EX_OSERR, "out of memory");
		return NULL;
	}
	t->is_stdout = is_stdout;
	t->file.fd = t->file.out.out.fd = t->out.out.fd = -1;
	buf_init(&t->line, LINE_MAX_BYTES);
	return t;
}

static int open_append(struct target *t, const char *path, struct shape shape, struct err *e)
{
	struct buf header;
	if (outfile_append(&t->file, path, shape.packing, e) < 0)
		return -1;
	if (!t->file.regular || t->file.start == 0)
		return 0;
	buf_init(&header, HEADER_MAX);
	int r = compressor_first_line(t->file.fd, path, shape.packing, shape.format == LINES_CSV, &header, e);
	if (r == 0)
		r = encoder_continue(&t->lines, buf_span(&header), path, e);
	buf_release(&header);
	return r;
}

static int file_open(struct target **out, const struct config *c, struct err *e)
{
	struct shape shape;
	struct target *t = *out = target_new(c, &shape, e);
	if (!t || encoder_init(&t->lines, shape.format, c->columns, e) < 0)
		return -1;
	if (t->is_stdout)
		return compressor_init(&t->out, STDOUT_FILENO, "standard output", shape.packing, e);
	if (c->append)
		return open_append(t, c->uri.path, shape, e);
	return outfile_create(&t->file, NULL, c->uri.path, shape.packing, e);
}

static int add(struct target *t, struct span lines, struct err *e)
{
	return t->is_stdout ? compressor_add(&t->out, lines, e) : outfile_add(&t->file, lines, e);
}

static int file_put(struct target *t, struct event *ev, struct err *e)
{
	buf_reset(&t->line);
	int r = encoder_write(&t->lines, ev, &t->line, e);
	return r != 0 ? r : add(t, buf_span(&t->line), e);
}

static int file_pause(struct target *t, struct err *e)
{
	return t->is_stdout ? compressor_flush(&t->out, e) : outfile_flush(&t->file, e);
}

static int file_finish(struct target *t, struct err *e)
{
	buf_reset(&t->line);
	if (encoder_end(&t->lines, &t->line, e) < 0 || add(t, buf_span(&t->line), e) < 0)
		return -1;
	if (!t->is_stdout)
		return outfile_commit(&t->file, e);
	if (compressor_finish(&t->out, e) < 0)
		return -1;
	return writer_close(&t->out.out, e);
}

static void file_free(struct target *t)
{
	outfile_release(&t->file);
	compressor_release(&t->out);
	encoder_release(&t->lines);
	buf_release(&t->line);
	free(t);
}

const struct target_type target_stdout = {
	.open = file_open,
	.put = file_put,
	.pause = file_pause,
	.finish = file_finish,
	.free = file_free,
};
const struct target_type target_file = {
	.open = file_open,
	.put = file_put,
	.pause = file_pause,
	.finish = file_finish,
	.free = file_free,
};
