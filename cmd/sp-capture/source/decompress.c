/* decompress.c -- plain, gzip or zstd. Plain bytes go straight to the caller's buffer. */
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
	RAW = 32 << 10,
	SNIFF = 4, /* bytes that tell a kind */
};

enum kind { UNDECIDED, PLAIN, GZIP, ZSTD };

struct decompress {
	struct input raw; /* the descriptor */
	enum kind kind;
	unsigned char *p; /* packed bytes from..to, RAW bytes allocated */
	size_t from, to;
	uint64_t position;
	off_t base;   /* of the descriptor when it was opened: where byte 0 is; -1: it cannot be moved */
	bool end;     /* of the packed bytes */
	bool inside;  /* a member or frame has begun and is not complete */
	bool pending; /* the unpacker holds output that did not fit */
	z_stream z;
	bool z_open;
	ZSTD_DStream *zstd;
	struct err late; /* an error to report when what came before it is delivered */
};

/* Reads more packed bytes behind those that are left: 1, 0 at the end, -1. */
static int more(struct decompress *u, struct err *e)
{
	if (u->end)
		return 0;
	if (u->from > 0) {
		memmove(u->p, u->p + u->from, u->to - u->from);
		u->to -= u->from;
		u->from = 0;
	}
	ssize_t n = u->raw.read(&u->raw, u->p + u->to, RAW - u->to, e);
	if (n < 0)
		return -1;
	u->end = n == 0;
	u->to += (size_t)n;
	u->position += (uint64_t)n;
	return n > 0;
}

/* What the first bytes say; UNDECIDED while they may still become a magic number. */
static enum kind sniff(const unsigned char *p, size_t n, bool end)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b }, zstd[] = { 0x28, 0xb5, 0x2f, 0xfd };
	size_t g = n < sizeof gzip ? n : sizeof gzip, z = n < SNIFF ? n : SNIFF;
	if (memcmp(p, gzip, g) == 0 && !(end && n < sizeof gzip))
		return n < sizeof gzip ? UNDECIDED : GZIP;
	if (memcmp(p, zstd, z) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	/* A zstd frame to be skipped: 0x184D2A50 to 5F, little end first. */
	if ((p[0] & 0xf0) == 0x50 && memcmp(p + 1, "\x2a\x4d\x18", z - 1) == 0 && !(end && n < SNIFF))
		return n < SNIFF ? UNDECIDED : ZSTD;
	return PLAIN;
}

const char *decompress_kind(const void *p, size_t n)
{
	enum kind k = n > 0 ? sniff(p, n, false) : UNDECIDED;
	return k == GZIP ? "gzip" : k == ZSTD ? "zstd" : NULL;
}

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

static int damaged(struct decompress *u, const char *what, const char *why)
{
	return err_set(&u->late, EX_DATAERR, "%s: damaged %s data: %s; the rest of it is lost", u->raw.name, what, why);
}

/* Between members: 1 another begins, 0 the end, -1 something else stands there (told late). */
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
		return damaged(u, "gzip", "something else stands behind its end");
	return inflateReset(&u->z) == Z_OK ? 1 : damaged(u, "gzip", "cannot begin again");
}

/* One step of unpacking into TO: bytes made, or -1 (told late, or in E), or 0 with nothing left. */
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
		return 0; /* with no input it would begin a frame that never comes */
	ZSTD_inBuffer in = { u->p, u->to, u->from };
	ZSTD_outBuffer out = { to, n, 0 };
	size_t r = ZSTD_decompressStream(u->zstd, &out, &in);
	u->from = in.pos;
	u->pending = r != 0 && out.pos == n; /* 0: the frame is over, and all of it is out */
	if (ZSTD_isError(r))
		damaged(u, "zstd", ZSTD_getErrorName(r));
	else
		u->inside = r != 0;
	return (ssize_t)out.pos;
}

static ssize_t unpacked(struct decompress *u, void *to, size_t n, struct err *e)
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

static ssize_t decompress_read(struct input *in, void *to, size_t n, struct err *e)
{
	struct decompress *u = in->state;
	if (u->kind == UNDECIDED && start(u, e) < 0)
		return -1;
	ssize_t r = u->kind == PLAIN ? plain(u, to, n, e) : unpacked(u, to, n, e);
	/* poll() speaks of the descriptor only: while bytes wait here, reading does not block. */
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
	unsigned char *p = malloc(RAW);
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
