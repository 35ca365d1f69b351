/* compressor.h -- writes bytes to a descriptor, as they are or compressed by gzip or zstd.
 *
 * Each entry of compressor_types[] is a format of compression. To add a format, define its struct compressor_type in a
 * new file and list it in compressor.c. The functions below call those of the format, so the rest of sp-sink does not
 * depend on it. */
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

/* A format of compression. compress(), flush() and finish() append to c->out and return 0, or -1 with E set. All
 * functions are NULL in compressor_none, which leaves bytes as they are. */
struct compressor_type {
	const char *name;   /* in messages: "gzip" */
	const char *suffix; /* at the end of a file's name and of --format: ".gz"; "" for compressor_none */
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
	/* Decompresses the bytes of *IN, and moves *IN past the bytes that were used. Writes up to ROOM bytes to TO and
	 * sets *N to their number. */
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

/* Prepares C to write to FD, which the caller must close. NAME is for messages and borrowed for the life of C. Returns
 * 0, or -1 with E set; C is then released. */
int compressor_init(struct compressor *c, int fd, const char *name, const struct compressor_type *type,
	struct err *e) MUST_USE;
/* Frees what C holds, without a flush. Does nothing if C was released before. */
void compressor_release(struct compressor *c);
/* Appends BYTES. Without compression, a line that is added by one call stays whole: no write(2) ends within the line.
 * Returns 0, or -1 with E set. */
int compressor_add(struct compressor *c, struct span bytes, struct err *e) MUST_USE;
/* Writes all bytes so far to the descriptor, in a form that can be decompressed. Returns 0, or -1 with E set. */
int compressor_flush(struct compressor *c, struct err *e) MUST_USE;
/* Ends the compressed stream and writes all of it. Returns 0, or -1 with E set. */
int compressor_finish(struct compressor *c, struct err *e) MUST_USE;
/* Returns the size of the output so far, in bytes, including what is in the writer's buffer. */
uint64_t compressor_bytes(const struct compressor *c);
/* Sets E (EX_OSERR) to "NAME: out of memory for compression". Always returns -1. */
int compressor_oom(const char *name, struct err *e);

/* Reads the first line of the file FD and decompresses it into OUT, without its newline. OUT is empty if the file has
 * no line. FD is read from its start, and its file offset does not move. If QUOTED is true, a newline between double
 * quotes belongs to the line, as in CSV. NAME is for messages.
 *
 * Returns 0, or -1 with E set: EX_IOERR if the file cannot be read, EX_DATAERR if it is not of this format or its first
 * line does not fit into OUT. */
int compressor_first_line(int fd, const char *name, const struct compressor_type *type, bool quoted, struct buf *out,
	struct err *e) MUST_USE;
#endif
