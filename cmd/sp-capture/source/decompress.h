/* decompress.h -- an input that unpacks gzip and zstd, known by their first bytes, never by name. */
#ifndef CAPTURE_SOURCE_DECOMPRESS_H
#define CAPTURE_SOURCE_DECOMPRESS_H
#include "stream/input.h"
#include <stdint.h>

/* An input over FD, which it closes (but not standard input); NAME is borrowed. Nothing is read yet.
 * Concatenated members and frames are one stream; zeros behind a gzip member are passed over, as gzip does.
 * Packed data that is torn or damaged: what could be unpacked is delivered first, then -1 with
 * EX_DATAERR. */
int decompress_open(struct input *out, int fd, const char *name, struct err *e) MUST_USE;
/* "gzip" or "zstd" when a file that begins with the N bytes at P is such; NULL: it is not, or N is too few to say. */
const char *decompress_kind(const void *p, size_t n);
/* Moves to byte OFFSET of the decompressed data, wherever IN is now. Plain data is skipped; compressed data is decompressed
 * from its start again. Returns -1 with E: EX_USAGE if the descriptor is not a file, EX_DATAERR if there are fewer bytes. */
int decompress_seek(struct input *in, uint64_t offset, struct err *e) MUST_USE;
/* Bytes read from the descriptor so far, to show progress. */
uint64_t decompress_position(const struct input *in);
#endif
