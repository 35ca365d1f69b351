/* compressor.h -- bytes on their way to a file: as they are, or packed by gzip or zstd. */
#ifndef SINK_COMPRESS_COMPRESSOR_H
#define SINK_COMPRESS_COMPRESSOR_H
#include "base/buf.h"
#include "stream/writer.h"
#include <stdbool.h>

enum compression {
	COMPRESS_NONE,
	COMPRESS_GZ,  /* RFC 1952 */
	COMPRESS_ZST, /* RFC 8878 */
};

struct compressor {
	enum compression kind;
	struct writer out;
	void *stream; /* of the library; owned */
	bool pending; /* bytes were added since the last flush */
};

/* Packs to FD, which stays the caller's; NAME is borrowed, for messages. */
int compressor_init(struct compressor *p, int fd, const char *name, enum compression kind, struct err *e) MUST_USE;
void compressor_release(struct compressor *p);
/* Appends. Unpacked lines that are added whole are written whole: no write(2) ends inside one. */
int compressor_add(struct compressor *p, struct span bytes, struct err *e) MUST_USE;
/* Everything so far reaches the file and can be unpacked. */
int compressor_flush(struct compressor *p, struct err *e) MUST_USE;
/* The end of the packed stream; everything reaches the file. */
int compressor_finish(struct compressor *p, struct err *e) MUST_USE;
/* Bytes of the file so far. */
uint64_t compressor_bytes(const struct compressor *p);

/* Unpacks the first line of the file FD (read from its start, at most OUT's maximum) into OUT, without
 * its newline; empty if there is none. CSV: newlines between quotes belong to it. -1: it cannot be read, or is not packed so. */
int compressor_first_line(int fd, const char *name, enum compression kind, bool csv, struct buf *out,
	struct err *e) MUST_USE;
#endif
