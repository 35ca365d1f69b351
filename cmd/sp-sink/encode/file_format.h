/* file_format.h -- what a file's content is: an encoding (encoder.h) and a compression (compressor.h).
 *
 * Every pair of the two tables is a format, named like "csv.gz". */
#ifndef SINK_ENCODE_FILE_FORMAT_H
#define SINK_ENCODE_FILE_FORMAT_H
#include "sp-sink/compress/compressor.h"
#include "sp-sink/encode/encoder.h"

struct file_format {
	const struct encoder_type *encoder;
	const struct compressor_type *compressor;
};

/* NDJSON, not compressed: the format of targets that need not name one. */
#define FILE_FORMAT_DEFAULT ((struct file_format){ &encoder_ndjson, &compressor_none })

/* Reads TEXT, the value of --format. Returns 0, or -1 with E (EX_USAGE), which names the nearest format or all of
 * them. */
int file_format_parse(const char *text, struct file_format *out, struct err *e) MUST_USE;
/* Finds the format that the end of the file's name PATH says. Something must be before the suffix. Returns false if
 * the name does not say one. */
bool file_format_of_path(const char *path, struct file_format *out);
#endif
