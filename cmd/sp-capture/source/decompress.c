/* decompress.c -- an input that decompresses gzip and zstd.
 *
 * The first bytes decide the kind. Plain bytes are read directly into the caller's buffer; compressed ones go through a
 * buffer of RAW_BYTES and one of two libraries. Invariant: p[from..to) are compressed bytes that were read but not
 * used. A fault in the data is kept in LATE until everything before it was returned. */
#include "sp-capture/source/decompress.h"
#include "stream/stop.h"
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum {
	RAW_BYTES = 32 << 10,
	SNIFF = 4, /* bytes that decide the kind */
};

enum kind { UNDECIDED, PLAIN, GZIP, ZSTD };

struct decompress {
	struct input raw; /* the descriptor */
	enum kind kind;
	unsigned char *p; /* owned: RAW_BYTES, of which from..to are compressed bytes to be used */
	size_t from, to;
	uint64_t position; /* bytes read from the descriptor */
	off_t base;        /* of the descriptor when it was opened: where byte 0 is; -1: it cannot be moved */
	bool end;          /* of the compressed bytes was reached */
	bool inside;       /* a member or frame has begun and is not complete */
	bool pending;      /* the library holds output that did not fit */
	z_stream z;
	bool z_open; /* Z was initialised */
	ZSTD_DStream *zstd;
	struct err late; /* a fault, to be reported after what came before it */
};

/* Reads more compressed bytes after those that are left. Returns 1, 0 at the end, or -1 with E. */
static int more(struct decompress *u, struct err *e)
{
	if (u->end)
		return 0;
	if (u->from > 0) {
		memmove(u->p, u->p + u->from, u->to - u->from);
		u->to -= u->from;
		u->from = 0;
	}
	ssize_t n = u->raw.read(&u->raw, u->p + u->to, RAW_BYTES - u->to, e);
	if (n < 0)
		return -1;
	u->end = n == 0;
	u->to += (size_t)n;
	u->position += (uint64_t)n;
	return n > 0;
}

/* Returns the kind of data that begins with the N bytes at P; UNDECIDED while they may still be the beginning of a
 * magic number. END: there are no more bytes. */
static enum kind sniff(const unsigned char *p, size_t n, bool end)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	size_t g = n < sizeof gzip ? n : sizeof gzip, z = n < SNIFF ? n : SNIFF;
	if (memcmp(p, gzip, g) == 0 && !(end && n < sizeof gzip))
		return n < sizeof gzip ? UNDECIDED : GZIP;
	if (memcmp(p, zstd, z) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	/* A zstd file may begin with a skippable frame: magic numbers 0x184D2A50 to 0x184D2A5F, little-endian. */
	if ((p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", z - 1) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	return PLAIN;
}

const char *decompress_kind(const void *p, size_t n)
{
	enum kind k = n > 0 ? sniff(p, n, false) : UNDECIDED;
	return k == GZIP ? "gzip" : k == ZSTD ? "zstd" : NULL;
}

/* Reads until the kind is decided, and sets up the library for it. */
static int start(struct decompress *u, struct err *e)
{
	while (u->kind == UNDECIDED) {
		if (u->to == 0 ? u->end : false)
			u->kind = PLAIN;
		else if (u->to > 0)
			u->kind = sniff(u->p, u->to, u->end);
		if (u->kind == UNDECIDED && more(u, e) < 0)
			return -1;
	}
	if (u->kind == GZIP) {
		u->z_open = inflateInit2(&u->z, 15 + 16) == Z_OK;
		if (!u->z_open)
			return err_set(e, EX_OSERR, "out of memory");
	} else if (u->kind == ZSTD) {
		u->zstd = ZSTD_createDStream();
		if (!u->zstd)
			return err_set(e, EX_OSERR, "out of memory");
	}
	return 0;
}

/* Reads plain bytes: first those that were read to decide the kind. */
static ssize_t plain(struct decompress *u, void *to, size_t n, struct err *e)
{
	size_t have = u->to - u->from;
	if (have == 0) {
		ssize_t got = u->raw.read(&u->raw, to, n, e);
		u->position += got > 0 ? (uint64_t)got : 0;
		return got;
	}
	n = have < n ? have : n;
	memcpy(to, u->p + u->from, n);
	u->from += n;
	return (ssize_t)n;
}

/* Notes a fault in the data. Always returns -1. */
static int damaged(struct decompress *u, const char *what, const char *why)
{
	return err_set(&u->late, EX_DATAERR, "%s: damaged %s data: %s; the rest of it is lost", u->raw.name, what, why);
}

/* Between two gzip members. Returns 1 if another one begins, 0 at the end, -1 if something else follows (in LATE) or a
 * read fails (in E). */
static int next_member(struct decompress *u, struct err *e)
{
	for (;;) {
		while (u->from < u->to && u->p[u->from] == 0)
			u->from++;
		if (u->to - u->from >= 2)
			break;
		int r = more(u, e);
		if (r < 0)
			return -1;
		if (r == 0 && u->from == u->to)
			return 0;
		if (r == 0)
			break;
	}
	if (u->to - u->from < 2 || u->p[u->from] != 0x1f || u->p[u->from + 1] != 0x8b)
		return damaged(u, "gzip", "other data follows its end");
	return inflateReset(&u->z) == Z_OK ? 1 : damaged(u, "gzip", "cannot begin again");
}

/* Each decompresses at most N bytes into TO. Returns how many; 0 if more compressed bytes are needed, or at the end,
 * with *FINISHED; -1 with the fault in LATE or in E. */
static ssize_t gzip_step(struct decompress *u, void *to, size_t n, bool *finished, struct err *e)
{
	if (!u->inside) {
		int r = next_member(u, e);
		*finished = r == 0;
		if (r <= 0)
			return r;
		u->inside = true;
	}
	u->z.next_in = u->p + u->from;
	u->z.avail_in = (unsigned)(u->to - u->from);
	u->z.next_out = to;
	u->z.avail_out = n > 1U << 30 ? 1U << 30 : (unsigned)n;
	unsigned room = u->z.avail_out;
	int r = inflate(&u->z, Z_NO_FLUSH);
	u->from = u->to - u->z.avail_in;
	u->pending = u->z.avail_out == 0;
	if (r == Z_STREAM_END)
		u->inside = false;
	else if (r != Z_OK && r != Z_BUF_ERROR)
		damaged(u, "gzip", u->z.msg ? u->z.msg : "unknown fault");
	return (ssize_t)(room - u->z.avail_out);
}

static ssize_t zstd_step(struct decompress *u, void *to, size_t n, bool *finished, struct err *e)
{
	(void)e;
	bool hungry = u->from == u->to && !u->pending;
	*finished = hungry && !u->inside && u->end;
	if (hungry)
		return 0; /* called without input, the library would expect another frame */
	ZSTD_inBuffer in = { u->p, u->to, u->from };
	ZSTD_outBuffer out = { to, n, 0 };
	size_t r = ZSTD_decompressStream(u->zstd, &out, &in);
	u->from = in.pos;
	u->pending = r != 0 && out.pos == n; /* 0: the frame is complete, and all of it was returned */
	if (ZSTD_isError(r))
		damaged(u, "zstd", ZSTD_getErrorName(r));
	else
		u->inside = r != 0;
	return (ssize_t)out.pos;
}

/* Decompresses until there are bytes to return, the end, or a fault. */
static ssize_t decompressed(struct decompress *u, void *to, size_t n, struct err *e)
{
	const char *name = u->kind == GZIP ? "gzip" : "zstd";
	bool finished = false;
	for (;;) {
		if (u->late.status) {
			*e = u->late;
			return -1;
		}
		ssize_t made = u->kind == GZIP ? gzip_step(u, to, n, &finished, e) : zstd_step(u, to, n, &finished, e);
		if (made > 0 || finished)
			return made;
		if (u->late.status)
			continue;
		if (made < 0)
			return -1;
		if (u->from == u->to) {
			int r = more(u, e);
			if (r < 0)
				return -1;
			if (r == 0 && stop_flag)
				return 0;
			if (r == 0 && u->inside)
				err_set(&u->late, EX_DATAERR, "%s: %s data ends in the middle (a torn file?)",
					u->raw.name, name);
		}
	}
}

/* input.read */
static ssize_t decompress_read(struct input *in, void *to, size_t n, struct err *e)
{
	struct decompress *u = in->state;
	if (u->kind == UNDECIDED && start(u, e) < 0)
		return -1;
	ssize_t r = u->kind == PLAIN ? plain(u, to, n, e) : decompressed(u, to, n, e);
	/* The reader polls the descriptor before it reads. While bytes are held here a read does not block, whatever
	 * poll() would say, so the descriptor is hidden. */
	in->fd = u->from < u->to || u->pending || u->late.status || u->end ? -1 : u->raw.fd;
	return r;
}

/* Releases the library's state, so that start() may be called again. */
static void end_streams(struct decompress *u)
{
	if (u->z_open)
		inflateEnd(&u->z);
	u->z_open = false;
	ZSTD_freeDStream(u->zstd);
	u->zstd = NULL;
}

/* Reads N decompressed bytes and drops them. */
static int drop(struct input *in, uint64_t n, struct err *e)
{
	char bytes[16 << 10];
	while (n > 0) {
		ssize_t got = decompress_read(in, bytes, n < sizeof bytes ? (size_t)n : sizeof bytes, e);
		if (got < 0)
			return -1;
		if (got == 0)
			return err_set(e, EX_DATAERR, "%s: is shorter than what was read of it before", in->name);
		n -= (uint64_t)got;
	}
	return 0;
}

/* The state is set back to the start of the data and the kind is decided again, because the libraries cannot jump. */
int decompress_seek(struct input *in, uint64_t offset, struct err *e)
{
	struct decompress *u = in->state;
	end_streams(u);
	u->kind = UNDECIDED;
	u->from = u->to = 0;
	u->end = u->inside = u->pending = false;
	u->late = (struct err)ERR_INIT;
	u->z = (z_stream){ 0 };
	u->position = 0;
	if (u->base < 0 || lseek(u->raw.fd, u->base, SEEK_SET) < 0)
		return err_set(e, EX_USAGE, "%s: is not a file, so it cannot be read from a position", in->name);
	if (start(u, e) < 0)
		return -1;
	if (u->kind != PLAIN)
		return drop(in, offset, e);
	struct stat st;
	if (fstat(u->raw.fd, &st) == 0 && st.st_size - u->base < (off_t)offset)
		return err_set(e, EX_DATAERR, "%s: is shorter than what was read of it before", in->name);
	u->from = u->to = 0;
	u->end = false;
	u->position = offset;
	if (lseek(u->raw.fd, u->base + (off_t)offset, SEEK_SET) < 0)
		return err_errno(e, EX_IOERR, errno, "%s", in->name);
	in->fd = u->raw.fd;
	return 0;
}

/* input.close. Standard input stays open: it belongs to the whole process. */
static void decompress_close(struct input *in)
{
	struct decompress *u = in->state;
	end_streams(u);
	if (u->raw.fd != STDIN_FILENO)
		close(u->raw.fd);
	free(u->p);
	free(u);
	in->state = NULL;
}

int decompress_open(struct input *out, int fd, const char *name, struct err *e)
{
	struct decompress *u = calloc(1, sizeof *u);
	unsigned char *p = malloc(RAW_BYTES);
	if (!u || !p) {
		free(u);
		free(p);
		return err_set(e, EX_OSERR, "out of memory");
	}
	u->raw = input_fd(fd, name);
	u->p = p;
	u->base = lseek(fd, 0, SEEK_CUR);
	*out = (struct input){ .read = decompress_read, .close = decompress_close, .state = u, .fd = fd, .name = name };
	return 0;
}

uint64_t decompress_position(const struct input *in)
{
	const struct decompress *u = in->state;
	return u ? u->position : 0;
}
