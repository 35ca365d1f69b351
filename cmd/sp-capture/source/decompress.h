/* decompress.h -- an input that decompresses gzip (RFC 1952) and zstd (RFC 8878), recognised by their first bytes and
 * never by the name of the file. */
#ifndef CAPTURE_SOURCE_DECOMPRESS_H
#define CAPTURE_SOURCE_DECOMPRESS_H
#include "stream/input.h"
#include <stdint.h>

/* Makes *OUT an input over FD. Closing it closes FD, unless that is standard input. NAME is borrowed, for messages.
 * Nothing is read yet. Concatenated gzip members or zstd frames are one stream; zeros after a gzip member are ignored,
 * as gzip does. Of data that is damaged or ends early, everything before the fault is returned, then the error
 * (EX_DATAERR). Returns 0, or -1 with EX_OSERR; FD is then still open. */
int decompress_open(struct input *out, int fd, const char *name, struct err *e) MUST_USE;
/* Returns "gzip" or "zstd" if a file that begins with the N bytes at P is compressed so; NULL if not, or if N is too
 * small to tell. */
const char *decompress_kind(const void *p, size_t n);
/* Moves to byte OFFSET of the decompressed data, wherever IN is now. Plain data is skipped; compressed data is
 * decompressed from its start again. Returns -1 with E: EX_USAGE if the descriptor is not a file, EX_DATAERR if there
 * are fewer bytes. */
int decompress_seek(struct input *in, uint64_t offset, struct err *e) MUST_USE;
/* Returns how many bytes were read from the descriptor: compressed bytes, to show progress. */
uint64_t decompress_position(const struct input *in);
#endif
