/* w3c.c -- reads logs in which lines with '#' name the columns. These are the logs of Zeek, and logs in the extended
 * log file format of the W3C, which IIS, Exchange, CloudFront and the firewall of Windows write.
 *
 *   #Fields: date time cs-method cs-uri-stem sc-status
 *   2024-05-01 10:39:58 GET / 200
 *
 * Lines with '#' without a row between them are a run. A run with "#Fields" defines all columns of the rows that
 * follow. So a position among these rows consists of the start of the run and the number of rows after it. Rows between
 * the first and the second run are different: w3c_head() reads the first run in any case, so the positions of these
 * rows need only an offset. */
#include "sp-capture/format/decode_line.h"
#include "sp-capture/format/table.h"
#include "sp-capture/format/w3c_internal.h"
#include <stdlib.h>

static void w3c_close(struct decoder *decoder)
{
	struct w3c_decoder *d = (struct w3c_decoder *)decoder;
	if (d) {
		w3c_columns_release(&d->columns);
		w3c_columns_release(&d->run);
		csv_walk_release(&d->walk);
		time_format_free(d->auto_time);
		buf_release(&d->out);
		buf_release(&d->unescaped);
		buf_release(&d->json);
	}
	free(d);
}

static int w3c_open(struct decoder **out, const struct format_options *o, struct err *e)
{
	struct w3c_decoder *d = calloc(1, sizeof *d);
	*out = NULL;
	if (!d)
		return err_oom(e, "a decoder");
	d->options = o;
	w3c_columns_init(&d->columns);
	w3c_columns_init(&d->run);
	csv_walk_init(&d->walk, (struct csv_dialect){ .separator = ',', .quotes = true });
	buf_init(&d->out, SIZE_MAX / 2);
	buf_init(&d->unescaped, SIZE_MAX / 2);
	buf_init(&d->json, SIZE_MAX / 2);
	if (time_format_new("auto", NULL, &d->auto_time, e) < 0) {
		w3c_close((struct decoder *)d);
		return -1;
	}
	*out = (struct decoder *)d;
	return 0;
}

/* Makes d->run, what the last lines with '#' say, valid for the rows that follow. A run with "#Fields" replaces
 * d->columns. Any other run changes only the day and the zone in d->columns. */
static void apply_run(struct w3c_decoder *d)
{
	struct w3c_columns old = d->columns;
	d->in_run = false;
	if (d->run_has_fields) {
		d->columns = d->run;
		d->run = old;
		d->base = d->run_start;
		d->base.state = 1;
		d->records = 0;
		d->as_head = false;
	} else if (d->run_has_more) {
		if (d->run.day[0]) {
			memcpy(d->columns.day, d->run.day, sizeof d->columns.day);
			d->columns.day_second = d->run.day_second;
		}
		d->columns.local |= d->run.local;
		d->as_head = false;
	}
	d->run_has_fields = d->run_has_more = false;
}

/* Reads lines with '#' and blank lines up to the next row, which stays unread. What the lines say is then valid for
 * that row. Returns NEXT_EVENT when a row is next, NEXT_END, NEXT_LATER, or NEXT_ERROR with E set. */
static int read_run(struct w3c_decoder *d, struct reader *in, struct err *e)
{
	for (;;) {
		struct span whole;
		struct line line;
		int r = decode_line_whole(in, &whole, e);
		if (r != NEXT_EVENT)
			return r;
		bool head = *reader_unread(in).p == '#';
		if (!head &&
			(!whole.p ||
				!line_is_blank((struct span){ whole.p, whole.n - (whole.p[whole.n - 1] == '\n') })))
			break;
		if (!d->in_run) {
			d->run_start = (struct position){ .offset = in->offset, .number = in->number };
			d->in_run = true;
			w3c_columns_reset(&d->run);
		}
		r = reader_next(in, &line, e);
		if (r != NEXT_EVENT)
			return r;
		if (head && !line.too_long && w3c_head_line(d, line.text, in->in.name, e) < 0)
			return NEXT_ERROR;
	}
	if (d->in_run)
		apply_run(d);
	return NEXT_EVENT;
}

/* Reads the head, which is the first run of lines with '#'. Returns NEXT_EVENT when it is read, otherwise another
 * result of read_run(). */
static int w3c_head(struct decoder *decoder, struct reader *in, struct err *e)
{
	struct w3c_decoder *d = (struct w3c_decoder *)decoder;
	if (d->started)
		return NEXT_EVENT;
	int r = read_run(d, in, e);
	/* If the input ends after the head, the head is complete, although no row has made it valid. */
	if (r != NEXT_EVENT)
		return r == NEXT_END && d->in_run ? NEXT_EVENT : r;
	d->started = d->as_head = true;
	d->base = (struct position){ .offset = in->offset, .number = in->number };
	d->records = 0;
	return NEXT_EVENT;
}

static int w3c_next(struct decoder *decoder, struct reader *in, struct record *out, struct err *e)
{
	struct w3c_decoder *d = (struct w3c_decoder *)decoder;
	for (;;) {
		unsigned bytes;
		int r = d->started ? read_run(d, in, e) : w3c_head(decoder, in, e);
		if (r == NEXT_EVENT)
			r = decode_line_next(in, false, out, &bytes, e);
		if (r == NEXT_EVENT)
			r = w3c_row(d, out, e);
		if (r != NEXT_EVENT && r != NEXT_REJECTED)
			return r;
		d->records++;
		if (d->to_drop == 0)
			return r;
		d->to_drop--;
		out->checked = out->has_time = out->time_is_ts = out->no_ts = false;
	}
}

static void w3c_position(const struct decoder *decoder, const struct reader *in, struct position *out)
{
	const struct w3c_decoder *d = (const struct w3c_decoder *)decoder;
	if (d->started && !d->as_head) {
		*out = d->base;
		out->skip = d->records;
		return;
	}
	/* If no row has followed the last lines with '#', they must be read again. So the position is their start. */
	*out = d->in_run ? d->run_start : (struct position){ .offset = in->offset, .number = in->number };
}

static int w3c_seek(struct decoder *decoder, const struct position *p, struct err *e)
{
	struct w3c_decoder *d = (struct w3c_decoder *)decoder;
	if (p->state > 1)
		return err_set(e, EX_DATAERR, "the position is not one of this format");
	/* If the position is before the first row, next() must read the head again. */
	if (p->offset < d->base.offset)
		d->started = false;
	d->in_run = d->run_has_fields = d->run_has_more = false;
	d->base = *p;
	d->base.skip = 0;
	d->records = 0;
	d->to_drop = p->skip;
	return 0;
}

const struct format format_w3c = {
	.name = "w3c",
	.help = "logs with #Fields lines: W3C extended, IIS, CloudFront, Zeek",
	.flags = FORMAT_CHANGING,
	.second_look = 1,
	.probe_sample = w3c_probe_sample,
	.open = w3c_open,
	.next = w3c_next,
	.close = w3c_close,
	.position = w3c_position,
	.seek = w3c_seek,
	.head = w3c_head,
};
