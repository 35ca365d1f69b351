/* compress.h -- bytes on their way to a file: as they are, or packed by gzip or zstd. */
#ifndef SINK_COMPRESS_H
#define SINK_COMPRESS_H
#include "base/buf.h"
#include "stream/writer.h"
#include <stdbool.h>

enum packing {
	PACK_NONE,
	PACK_GZ,  /* RFC 1952 */
	PACK_ZST, /* RFC 8878 */
};

struct pack {
	enum packing kind;
	struct writer out;
	void *stream; /* of the library; owned */
	bool pending; /* bytes were added since the last flush */
};

/* Packs to FD, which stays the caller's; NAME is borrowed, for messages. */
int pack_init(struct pack *p, int fd, const char *name, enum packing kind, struct err *e) MUST_USE;
void pack_release(struct pack *p);
/* Appends. Unpacked lines that are added whole are written whole: no write(2) ends inside one. */
int pack_add(struct pack *p, struct span bytes, struct err *e) MUST_USE;
/* Everything so far reaches the file and can be unpacked. */
int pack_flush(struct pack *p, struct err *e) MUST_USE;
/* The end of the packed stream; everything reaches the file. */
int pack_finish(struct pack *p, struct err *e) MUST_USE;
/* Bytes of the file so far. */
uint64_t pack_bytes(const struct pack *p);

/* Unpacks the first line of the file FD (read from its start, at most OUT's maximum) into OUT, without
 * its newline; empty if there is none. CSV: newlines between quotes belong to it. -1: it cannot be read, or is not packed so. */
int pack_first_line(int fd, const char *name, enum packing kind, bool csv, struct buf *out, struct err *e) MUST_USE;
#endif
