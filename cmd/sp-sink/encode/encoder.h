/* encoder.h -- events as lines of a file: NDJSON, CSV, TSV. */
#ifndef SINK_ENCODE_ENCODER_H
#define SINK_ENCODE_ENCODER_H
#include "sp-sink/name_table.h"
#include "sp-sink/compress/compressor.h"
#include "sp-sink/event.h"

enum line_format { LINES_NDJSON, LINES_CSV, LINES_TSV };

struct shape {
	enum line_format format;
	enum compression packing;
};
/* "csv.gz" and the like, as for --format. -1: EX_USAGE with the list. */
int shape_parse(const char *text, struct shape *out, struct err *e) MUST_USE;
/* By the end of the name PATH. */
int shape_of_path(const char *path, struct shape *out, struct err *e) MUST_USE;
/* ".csv.gz" */
const char *shape_suffix(struct shape s);

struct encoder {
	enum line_format format;
	bool has_columns; /* csv, tsv: names are fixed */
	bool header_written;
	struct name_table names;
	struct span *cells; /* of one row; owned */
	struct buf plain;   /* a string, unescaped */
};

/* COLUMNS: as given to --columns, or NULL: the first event's. -1: EX_USAGE. */
int encoder_init(struct encoder *l, enum line_format format, const char *columns, struct err *e) MUST_USE;
void encoder_release(struct encoder *l);
/* The file begins with HEADER already (append): its columns count. -1: they are not --columns (EX_DATAERR). */
int encoder_continue(struct encoder *l, struct span header, const char *path, struct err *e) MUST_USE;
/* Appends ROW to OUT, with the header in front if it is the first. 0; 1: refused, OUT is as before; -1. */
int encoder_write(struct encoder *l, struct event *ev, struct buf *out, struct err *e) MUST_USE;
/* What a file without events still has: its header, if --columns named it. */
int encoder_end(struct encoder *l, struct buf *out, struct err *e) MUST_USE;
#endif
