/* file_format.h -- the format of a file: an encoding (encoder.h) and a compression (compressor.h).
 *
 * Every encoding can be combined with every compression. A format has a name such as "csv.gz". */
#ifndef SINK_ENCODE_FILE_FORMAT_H
#define SINK_ENCODE_FILE_FORMAT_H
#include "sp-sink/compress/compressor.h"
#include "sp-sink/encode/encoder.h"

struct file_format {
	const struct encoder_type *encoder;
	const struct compressor_type *compressor;
};

/* NDJSON, not compressed: the format if nothing names another one. */
#define FILE_FORMAT_DEFAULT ((struct file_format){ &encoder_ndjson, &compressor_none })

/* Reads TEXT, the value of --format. Returns 0, or -1 with E set (EX_USAGE). The message names the nearest format, or
 * all formats if none is near. */
int file_format_parse(const char *text, struct file_format *out, struct err *e) MUST_USE;
/* Sets *OUT to the format that the suffix of PATH names. Returns true, or false if PATH names no format. A PATH that is
 * only a suffix, such as ".csv", names no format. */
bool file_format_of_path(const char *path, struct file_format *out);
#endif
