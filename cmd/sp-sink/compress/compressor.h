/* compressor.h -- bytes on their way to a descriptor: as they are, or compressed by gzip or zstd.
 *
 * One row of compressor_types[] is one format of compression; a new one is a file that defines a struct compressor_type
 * and a line in compressor.c. The functions below call those of the row; the rest of sp-sink does not depend on the
 * format. */
#ifndef SINK_COMPRESS_COMPRESSOR_H
#define SINK_COMPRESS_COMPRESSOR_H
#include "base/buf.h"
#include "stream/writer.h"
#include <stdbool.h>

struct compressor;

/* What a call of decompress() returns. */
enum decompress {
	DECOMPRESS_ERROR = -1, /* the input is not of this format */
	DECOMPRESS_MORE,       /* the call has used all input or filled its output */
	DECOMPRESS_END,        /* the end of a gzip member, or of what can be decompressed */
};

/* A format of compression. compress(), flush() and finish() append to c->out and return 0, or -1 with E. All functions
 * are NULL in compressor_none, which leaves bytes as they are. */
struct compressor_type {
	const char *name;   /* in messages: "gzip" */
	const char *suffix; /* at the end of a file's name and of --format: ".gz"; "" for none */
	/* Returns the library's state, for c->stream, or NULL if memory is exhausted. */
	void *(*init)(void);
	/* Compresses BYTES. The library may keep the result until more bytes have come. */
	int (*compress)(struct compressor *c, struct span bytes, struct err *e);
	/* Writes what the library holds, so that all bytes so far can be decompressed. */
	int (*flush)(struct compressor *c, struct err *e);
	/* Writes the rest and the end of the compressed stream. */
	int (*finish)(struct compressor *c, struct err *e);
	void (*release)(void *stream);
	/* Returns the library's state for decompressing, or NULL if memory is exhausted. */
	void *(*read_init)(void);
	/* Decompresses the bytes of *IN, and moves *IN after those that it has used. Writes up to ROOM bytes to TO, and
	 * their number to *N. */
	enum decompress (*decompress)(void *stream, struct span *in, char *to, size_t room, size_t *n);
	void (*read_release)(void *stream);
};

extern const struct compressor_type compressor_none, compressor_gzip, compressor_zstd;
/* All formats, compressor_none first; NULL-terminated. */
extern const struct compressor_type *const compressor_types[];

enum { COMPRESSOR_CHUNK = 64 << 10 }; /* bytes that go into or come out of a library at a time */

struct compressor {
	const struct compressor_type *type; /* NULL: released */
	struct writer out;
	void *stream; /* the library's state; owned */
	bool pending; /* bytes were added since the last flush */
};

/* Compresses to FD, which stays the caller's. NAME is for messages and borrowed for the life of C. Returns 0, or -1
 * with E (C is then released). */
int compressor_init(struct compressor *c, int fd, const char *name, const struct compressor_type *type,
	struct err *e) MUST_USE;
/* Frees what C holds, without a flush. Does nothing if C was released before. */
void compressor_release(struct compressor *c);
/* Appends BYTES. Uncompressed lines that are added whole are written whole: no write(2) ends inside one. Returns 0, or
 * -1 with E. */
int compressor_add(struct compressor *c, struct span bytes, struct err *e) MUST_USE;
/* Writes all bytes so far to the descriptor, in a form that can be decompressed. Returns 0, or -1 with E. */
int compressor_flush(struct compressor *c, struct err *e) MUST_USE;
/* Ends the compressed stream and writes all of it. Returns 0, or -1 with E. */
int compressor_finish(struct compressor *c, struct err *e) MUST_USE;
/* Returns the size of the output so far, in bytes, including what is in the writer's buffer. */
uint64_t compressor_bytes(const struct compressor *c);
/* Sets E (EX_OSERR) to "NAME: out of memory for compression". Returns -1. The formats call it. */
int compressor_oom(const char *name, struct err *e);

/* Decompresses the first line of the file FD into OUT, without its newline; OUT is empty if there is no line. FD is
 * read from its start, at most up to OUT's maximum; its file offset does not move. QUOTED: a newline between double
 * quotes belongs to the line, as in CSV. NAME is for messages. Returns 0, or -1 with E: the file cannot be read
 * (EX_IOERR), is not of this format or has a longer first line (EX_DATAERR). */
int compressor_first_line(int fd, const char *name, const struct compressor_type *type, bool quoted, struct buf *out,
	struct err *e) MUST_USE;
#endif
