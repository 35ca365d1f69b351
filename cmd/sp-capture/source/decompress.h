/* decompress.h -- an input that decompresses gzip (RFC 1952) and zstd (RFC 8878).
 *
 * The first bytes show whether the data is compressed. The name of the file does not matter. */
#ifndef CAPTURE_SOURCE_DECOMPRESS_H
#define CAPTURE_SOURCE_DECOMPRESS_H
#include "stream/input.h"
#include <stdint.h>

/* Makes *OUT an input that reads FD. NAME is borrowed, for messages. Nothing is read yet. Closing the input closes FD,
 * unless FD is standard input. Several gzip members or zstd frames one after the other are one stream. Zeros after a
 * gzip member are ignored, as the program gzip ignores them. If the data is damaged or truncated, read() returns
 * everything before the fault, and then fails with EX_DATAERR. Returns 0. If memory is exhausted, returns -1 with E set
 * (EX_OSERR) and leaves FD open. */
int decompress_open(struct input *out, int fd, const char *name, struct err *e) MUST_USE;
/* Returns "gzip" or "zstd" if the N bytes at P are the beginning of data in that format. Returns NULL if they are not,
 * or if N is too small to decide. */
const char *decompress_kind(const void *p, size_t n);
/* Makes the next read() of IN begin at byte OFFSET of the decompressed data. If the data is compressed, it is
 * decompressed again from its start. Returns 0, or -1 with E set: EX_USAGE if the descriptor cannot be moved (a pipe),
 * EX_DATAERR if there are fewer than OFFSET bytes, or another status. */
int decompress_seek(struct input *in, uint64_t offset, struct err *e) MUST_USE;
/* Returns the descriptor that IN reads, or -1 if IN is closed. */
int decompress_fd(const struct input *in);
/* Returns how many bytes, compressed or not, were read from the descriptor. It is used to show progress. */
uint64_t decompress_position(const struct input *in);
#endif
