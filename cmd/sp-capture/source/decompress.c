/* decompress.c -- an input that decompresses gzip and zstd.
 *
 * The first bytes decide the kind of the data. Plain bytes are read directly into the caller's buffer. Compressed bytes
 * go through a buffer of RAW_BYTES, and zlib or libzstd decompresses them into the caller's buffer. Invariant:
 * p[from..to) are bytes that were read from the descriptor and not used yet. A fault in the data is kept in LATE until
 * everything before it was returned. */
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
#include <zstd_errors.h>

enum {
	RAW_BYTES = 32 << 10,
	SNIFF = 4,            /* this number of bytes always decides the kind */
	ZSTD_FRAME_START = 5, /* after so many bytes of a zstd frame, the library says how many it needs next */
};

enum kind { UNDECIDED, PLAIN, GZIP, ZSTD };

struct decompress {
	struct input raw; /* reads the descriptor */
	enum kind kind;
	unsigned char *p; /* owned: RAW_BYTES bytes; p[from..to) are not used yet */
	size_t from, to;
	uint64_t position; /* bytes read from the descriptor */
	/* The offset of the descriptor at which the data begins. -1: the descriptor cannot be moved. */
	off_t base;
	bool end;     /* a read returned 0, because there are no more bytes or a signal asked to stop */
	bool inside;  /* a gzip member or a zstd frame has begun and is not complete */
	bool pending; /* the library holds output that did not fit into the caller's buffer */
	z_stream z;
	bool z_open;        /* inflateInit2() was called for Z */
	ZSTD_DStream *zstd; /* owned; NULL: not created */
	size_t zstd_next;   /* how many bytes the zstd library needs to complete a block; 0: not known yet */
	struct err late;    /* a fault in the data; returned when everything before it was returned */
};

/* Moves the unused bytes to the start of the buffer and reads more bytes after them. Returns 1 if bytes came, 0 at the
 * end, or -1 with E set. */
static int read_raw(struct decompress *u, struct err *e)
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

/* Returns the kind of data that begins with the N bytes at P (N > 0). Returns UNDECIDED if they are only the beginning
 * of a magic number and END is false. END means that there are no more bytes. */
static enum kind sniff(const unsigned char *p, size_t n, bool end)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	size_t g = n < sizeof gzip ? n : sizeof gzip, z = n < SNIFF ? n : SNIFF;
	if (memcmp(p, gzip, g) == 0 && !(end && n < sizeof gzip))
		return n < sizeof gzip ? UNDECIDED : GZIP;
	if (memcmp(p, zstd, z) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	/* A zstd file may begin with a skippable frame: magic numbers 0x184D2A50 to 0x184D2A5F in little-endian
	 * order. */
	if ((p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", z - 1) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	return PLAIN;
}

const char *decompress_kind(const void *p, size_t n)
{
	enum kind k = n > 0 ? sniff(p, n, false) : UNDECIDED;
	return k == GZIP ? "gzip" : k == ZSTD ? "zstd" : NULL;
}

/* Reads until the kind is decided, and initialises the library that the kind needs. Returns 0, or -1 with E set. */
static int start(struct decompress *u, struct err *e)
{
	while (u->kind == UNDECIDED) {
		if (u->to == 0 ? u->end : false)
			u->kind = PLAIN;
		else if (u->to > 0)
			u->kind = sniff(u->p, u->to, u->end);
		if (u->kind == UNDECIDED && read_raw(u, e) < 0)
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
		u->zstd_next = 0;
	}
	return 0;
}

/* Copies up to N plain bytes to TO: first the bytes that were read to decide the kind, then bytes from the descriptor.
 * Returns how many; 0 at the end; or -1 with E set. */
static ssize_t read_plain(struct decompress *u, void *to, size_t n, struct err *e)
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

/* Sets LATE to a fault in the data: WHAT is "gzip" or "zstd", WHY is the reason. Always returns -1. */
static int damaged(struct decompress *u, const char *what, const char *why)
{
	return err_set(&u->late, EX_DATAERR, "%s: damaged %s data: %s; the rest of it is lost", u->raw.name, what, why);
}

/* Looks for the next gzip member and skips zeros before it, as gzip does. Returns
 * - 1 if a member begins;
 * - 0 at the end of the data;
 * - -1 with LATE set if other data follows, or with E set if reading failed. */
static int next_member(struct decompress *u, struct err *e)
{
	for (;;) {
		while (u->from < u->to && u->p[u->from] == 0)
			u->from++;
		if (u->to - u->from >= 2)
			break;
		int r = read_raw(u, e);
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

/* gzip_step() and zstd_step() decompress at most N bytes into TO. They return
 * - how many bytes were decompressed;
 * - 0 if more compressed bytes are needed, or at the end of the data. Only at the end *FINISHED is true;
 * - -1 with E set if reading failed, or with LATE set if other data follows a gzip member.
 * Any other fault in the data also sets LATE, but the result is still the number of bytes decompressed before it. */
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
	bool needs_input = u->from == u->to && !u->pending;
	*finished = needs_input && !u->inside && u->end;
	/* The library must not be called without input, because it would then expect another frame. */
	if (needs_input)
		return 0;
	/* If a call meets damaged data, all output of that call is lost. So each call gets at most the rest of one
	 * block, and no input while the library still holds output. Then all blocks before the damage are returned. */
	size_t most = u->pending ? 0 : u->zstd_next ? u->zstd_next : ZSTD_FRAME_START;
	ZSTD_inBuffer in = { u->p, u->to - u->from < most ? u->to : u->from + most, u->from };
	ZSTD_outBuffer out = { to, n, 0 };
	size_t r = ZSTD_decompressStream(u->zstd, &out, &in);
	u->from = in.pos;
	/* If R is 0, the frame is complete, and the library holds no more output of the frame. */
	u->pending = r != 0 && out.pos == n;
	u->zstd_next = ZSTD_isError(r) ? 0 : r;
	if (ZSTD_isError(r) && ZSTD_getErrorCode(r) == ZSTD_error_frameParameter_windowTooLarge)
		err_set(&u->late, EX_DATAERR,
			"%s: its zstd data needs more than 128 MiB of memory; read it by: zstd -dc --long=31 %s | ...",
			u->raw.name, u->raw.name);
	else if (ZSTD_isError(r))
		damaged(u, "zstd", ZSTD_getErrorName(r));
	else
		u->inside = r != 0;
	return (ssize_t)out.pos;
}

/* Decompresses into TO until there are bytes to return, or the end or a fault is reached. Returns how many bytes; 0 at
 * the end; or -1 with E set. */
static ssize_t read_compressed(struct decompress *u, void *to, size_t n, struct err *e)
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
			int r = read_raw(u, e);
			if (r < 0)
				return -1;
			if (r == 0 && stop_flag)
				return 0;
			if (r == 0 && u->inside)
				err_set(&u->late, EX_DATAERR, "%s: %s data ends in the middle (a truncated file?)",
					u->raw.name, name);
		}
	}
}

/* input.read: reads plain or decompressed bytes, and sets IN->fd to the descriptor to poll next, or -1. */
static ssize_t decompress_read(struct input *in, void *to, size_t n, struct err *e)
{
	struct decompress *u = in->state;
	if (u->kind == UNDECIDED && start(u, e) < 0)
		return -1;
	ssize_t r = u->kind == PLAIN ? read_plain(u, to, n, e) : read_compressed(u, to, n, e);
	/* The reader polls IN->fd before it reads. While bytes are held here, that poll could wait although there is
	 * something to read. So IN->fd is -1 then, and nothing is polled. */
	in->fd = u->from < u->to || u->pending || u->late.status || u->end ? -1 : u->raw.fd;
	return r;
}

/* Frees the state of both libraries, so that start() may be called again. */
static void end_streams(struct decompress *u)
{
	if (u->z_open)
		inflateEnd(&u->z);
	u->z_open = false;
	ZSTD_freeDStream(u->zstd);
	u->zstd = NULL;
}

/* Reads N decompressed bytes and drops them. Returns 0, or -1 with E set if there are fewer than N bytes or reading
 * failed. */
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

/* Goes back to the start of the data and decides the kind again. In plain data, lseek() then moves to OFFSET.
 * Compressed data is decompressed and dropped up to OFFSET, because the libraries cannot jump. */
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

/* input.close: frees the state and closes the descriptor. Standard input stays open, because it belongs to the whole
 * process. */
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

int decompress_fd(const struct input *in)
{
	const struct decompress *u = in->state;
	return u ? u->raw.fd : -1;
}
