/* file.c -- one file, or standard output.
 *
 * A new file is visible when finish() has renamed it (outfile.h), so a reader finds either the whole result or the old
 * file. With --append, lines are added to the file as they come. But lines for a .gz or .zst file are collected in a
 * temporary file, and finish() adds them to the file. When the input pauses, file_pause() writes all buffered bytes to
 * standard output, a device, a pipe, or a file that lines are appended to.
 *
 * target_file and target_stdout have no commit(): a new file is complete only at the end of the run, and what was
 * written to a pipe cannot be taken back. */
#include "sp-sink/encode/file_format.h"
#include "sp-sink/place/outfile.h"
#include "sp-sink/target/target.h"
#include "stream/reader.h"
#include <stdlib.h>
#include <unistd.h>

enum {
	LINE_MAX_BYTES = (1 << 30) + EVENT_MAX_EXTRA, /* most bytes of one encoded event */
	HEADER_MAX_BYTES = 16 << 20, /* most bytes of the first line of a file to which events are appended */
};

struct target {
	bool is_stdout;
	struct outfile file;   /* the file; closed if is_stdout */
	struct compressor out; /* standard output; closed if not is_stdout */
	struct encoder encoder;
	struct buf line; /* scratch: one encoded event */
};

/* Sets *FORMAT to the value of --format. Without --format, the ending of the file's name decides, and standard output
 * gets uncompressed NDJSON. Returns 0, or -1 with E set (EX_USAGE). */
static int file_choose_format(const struct target_config *c, bool is_stdout, struct file_format *format, struct err *e)
{
	struct buf target_list;
	*format = FILE_FORMAT_DEFAULT;
	if (c->format)
		return file_format_parse(c->format, format, e);
	if (is_stdout || file_format_of_path(c->uri.path, format))
		return 0;
	buf_init(&target_list, 1000);
	const char *text = target_add_forms(c->types, &target_list) < 0 ? NULL : buf_string(&target_list);
	err_set(e, EX_USAGE,
		"%s: the name does not say the format: let it end in .ndjson, .csv or .tsv (with .gz or .zst after it "
		"if compressed), or give --format; the targets are %s",
		c->uri.path, text ? text : "");
	buf_release(&target_list);
	return -1;
}

/* Opens the file PATH to append events to it. A CSV file keeps the columns of its header. Returns 0, or -1 with E
 * set. */
static int file_open_append(struct target *t, const char *path, struct file_format format, struct err *e)
{
	struct buf header;
	if (outfile_append(&t->file, path, format.compressor, e) < 0)
		return -1;
	/* A pipe has no header to read, and an empty file has none to keep. */
	if (!t->file.regular || t->file.start == 0)
		return 0;
	buf_init(&header, HEADER_MAX_BYTES);
	int r = compressor_first_line(t->file.fd, path, format.compressor, format.encoder->quoted_newlines, &header, e);
	if (r == 0)
		r = encoder_resume(&t->encoder, buf_span(&header), path, e);
	buf_release(&header);
	return r;
}

/* Opens a file or standard output. Starts the encoder first, so that --columns is checked before a file is created.
 * Returns 0, or -1 with E set. */
static int file_open_any(struct target **out, const struct target_config *c, bool is_stdout, struct err *e)
{
	struct file_format format;
	if (file_choose_format(c, is_stdout, &format, e) < 0)
		return -1;
	struct target *t = *out = calloc(1, sizeof *t);
	if (!t)
		return err_oom(e, "a target");
	t->is_stdout = is_stdout;
	t->file.fd = t->file.out.out.fd = t->out.out.fd = -1;
	buf_init(&t->line, LINE_MAX_BYTES);
	struct encoder_options encoding = c->encoding;
	encoding.zone = c->zone;
	if (encoder_begin(&t->encoder, format.encoder, &encoding, e) < 0)
		return -1;
	if (t->is_stdout)
		return compressor_init(&t->out, STDOUT_FILENO, "standard output", format.compressor, e);
	if (c->append)
		return file_open_append(t, c->uri.path, format, e);
	return outfile_create(&t->file, NULL, c->uri.path, format.compressor, e);
}

static int file_open(struct target **out, const struct target_config *c, struct err *e)
{
	return file_open_any(out, c, false, e);
}

static int stdout_open(struct target **out, const struct target_config *c, struct err *e)
{
	return file_open_any(out, c, true, e);
}

static int file_add(struct target *t, struct span lines, struct err *e)
{
	return t->is_stdout ? compressor_add(&t->out, lines, e) : outfile_add(&t->file, lines, e);
}

static int file_put(struct target *t, struct event *ev, bool *due, struct err *e)
{
	(void)due; /* nothing is committed before the end */
	buf_reset(&t->line);
	/* The event is encoded as a whole before any byte of it is added, so a rejected event adds nothing. */
	int r = encoder_event(&t->encoder, ev, &t->line, e);
	return r != 0 ? r : file_add(t, buf_span(&t->line), e);
}

/* Writes the buffered bytes. Otherwise readers would not see the last events until more input comes. Returns 0, or -1
 * with E set. */
static int file_pause(struct target *t, struct err *e)
{
	return t->is_stdout ? compressor_flush(&t->out, e) : outfile_flush(&t->file, e);
}

static int file_finish(struct target *t, struct err *e)
{
	buf_reset(&t->line);
	if (encoder_end(&t->encoder, &t->line, e) < 0 || file_add(t, buf_span(&t->line), e) < 0)
		return -1;
	if (!t->is_stdout)
		return outfile_commit(&t->file, e);
	if (compressor_finish(&t->out, e) < 0)
		return -1;
	/* The result of close(2) is checked, because some file systems report a full disk only when a file is
	 * closed. */
	return writer_close(&t->out.out, e);
}

static void file_free(struct target *t)
{
	outfile_release(&t->file);
	compressor_release(&t->out);
	encoder_release(&t->encoder);
	buf_release(&t->line);
	free(t);
}

const struct target_type target_stdout = {
	.form = "-",
	.help = "standard output",
	.options = TARGET_FORMAT | TARGET_COLUMNS | TARGET_DELIMITER | TARGET_TZ,
	.guarantee = TARGET_AT_LEAST_ONCE,
	.open = stdout_open,
	.put = file_put,
	.pause = file_pause,
	.finish = file_finish,
	.free = file_free,
};

const struct target_type target_file = {
	.form = "FILE",
	.help = "a file .ndjson, .csv or .tsv, also .gz and .zst; it appears when it is complete",
	.options = TARGET_APPEND | TARGET_FORMAT | TARGET_COLUMNS | TARGET_DELIMITER | TARGET_TZ,
	.open = file_open,
	.put = file_put,
	.pause = file_pause,
	.finish = file_finish,
	.free = file_free,
};
