/* follow.c -- files followed by name, as tail -F does.
 *
 * A name has tails: files that are, or were, under it, oldest first. When another file takes the name, the old
 * one is still read: whoever writes it may not have noticed yet, and no line of it may be lost. It is let
 * go when it has been quiet for QUIET_MS. A file whose last bytes read are not there any more was truncated: it
 * begins again. inotify wakes us; all else is looked up, so that a lost or coalesced
 * notice costs at most RECHECK_MS. */
#include "base/clock.h"
#include "base/diag.h"
#include "sp-capture/run.h"
#include "stream/stop.h"
#include "sp-capture/source/decompress.h"
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum {
	RECHECK_MS = 1000,
	QUIET_MS = 60000,
	OLD_MAX = 8,  /* tails kept under one name */
	MARK = 64,    /* bytes that a file is known again by */
	BURST = 4096, /* records of one tail before the next has its turn */
};

struct tail {
	struct source source;
	struct tail *newer;
	int fd, watch;
	dev_t dev;
	ino_t ino;
	off_t at;          /* where reading goes on */
	off_t head, start; /* --from end with column names: bytes 0..head are read, then from start on */
	char mark[MARK];   /* the last bytes in front of at ... */
	size_t marked;     /* ... and how many */
	bool plain;        /* it is not packed, its first bytes say */
	bool final;        /* nothing more is waited for: its end is the end */
	int64_t active_ms; /* when it last gave something */
};

struct file {
	const char *path;
	char *folder;       /* owned */
	struct tail *tails; /* oldest first; owned */
	bool told;          /* that it is not there */
};

struct follow {
	struct run *run;
	int notify; /* inotify; -1: cannot be had */
	struct file *files;
	size_t count;
};

/* Remembers the last bytes that were read: GOT more at P. */
static void set_mark(struct tail *t, const char *p, size_t got)
{
	if (got > MARK) {
		p += got - MARK;
		got = MARK;
	}
	size_t keep = t->marked < MARK - got ? t->marked : MARK - got;
	memmove(t->mark, t->mark + t->marked - keep, keep);
	memcpy(t->mark + keep, p, got);
	t->marked = keep + got;
}

/* Packed data cannot be followed: a file that grows has no whole frames, nor can reading begin at its end. */
static int check_plain(struct tail *t, const char *name, struct err *e)
{
	char magic[4];
	ssize_t n = pread(t->fd, magic, sizeof magic, 0);
	const char *kind = n > 0 ? decompress_kind(magic, (size_t)n) : NULL;
	if (kind)
		return err_set(e, EX_USAGE, "%s: %s data cannot be followed; read it without --follow", name, kind);
	t->plain = n == sizeof magic;
	return 0;
}

/* Reads what stands behind the mark, and the mark with it: when that is not what it was, the file was
 * truncated, and perhaps written anew past its old length. */
static ssize_t tail_read(struct input *in, void *to, size_t n, struct err *e)
{
	struct tail *t = in->state;
	if (!t->plain && check_plain(t, in->name, e) < 0)
		return -1;
	if (t->at < t->head && n > (size_t)(t->head - t->at))
		n = (size_t)(t->head - t->at);
	char seen[MARK];
	struct iovec parts[] = { { seen, t->marked }, { to, n } };
	ssize_t got;
	do
		got = preadv(t->fd, parts, 2, t->at - (off_t)t->marked);
	while (got < 0 && errno == EINTR && !stop_flag);
	if (got < 0)
		return errno == EINTR ? 0 : err_errno(e, EX_IOERR, errno, "%s", in->name);
	if ((size_t)got < t->marked || memcmp(seen, t->mark, t->marked) != 0) {
		t->final = true;
		return 0;
	}
	got -= (ssize_t)t->marked;
	t->at += got;
	if (got > 0)
		set_mark(t, to, (size_t)got);
	if (got > 0 && t->at == t->head) {
		t->at = t->start;
		t->marked = 0;
	}
	return got > 0 || t->final ? got : INPUT_AGAIN;
}

/* Behind the last newline of the first SIZE bytes. */
static off_t last_line(int fd, off_t size)
{
	char part[4096];
	while (size > 0) {
		size_t n = size < (off_t)sizeof part ? (size_t)size : sizeof part;
		ssize_t got = pread(fd, part, n, size - (off_t)n);
		if (got != (ssize_t)n)
			return size;
		const char *newline = memrchr(part, '\n', n);
		if (newline)
			return size - (off_t)n + (newline - part) + 1;
		size -= (off_t)n;
	}
	return 0;
}

/* Behind the first line; 0 if it has no end. */
static off_t first_line(int fd, size_t max)
{
	char part[4096];
	for (off_t at = 0; at < (off_t)max;) {
		ssize_t got = pread(fd, part, sizeof part, at);
		if (got <= 0)
			break;
		const char *newline = memchr(part, '\n', (size_t)got);
		if (newline)
			return at + (newline - part) + 1;
		at += got;
	}
	return 0;
}

/* --from end: only what comes from now on, but the line that names the columns is still needed, and the
 * first lines decide the format. */
static void begin_at_end(struct tail *t, off_t size, const struct options *c)
{
	t->start = last_line(t->fd, size);
	off_t head = first_line(t->fd, c->max_event);
	char line[64 << 10];
	ssize_t got = pread(t->fd, line, sizeof line, 0);
	const struct format *f = c->format;
	if (!f && head > 1 && got > 1)
		f = format_detect((struct span){ line, (size_t)got }, DETECT_FULL | (c->time_now ? DETECT_TEXT : 0));
	t->source.format = f;
	bool named = f && !c->format_options.columns && (f->flags & FORMAT_COLUMNS);
	t->head = named && head <= t->start ? head : 0;
	t->at = t->head > 0 ? 0 : t->start;
}

static int open_tail(struct follow *f, struct file *file, bool first, struct tail **out, struct err *e)
{
	struct tail *t = calloc(1, sizeof *t);
	if (!t)
		return err_set(e, EX_OSERR, "out of memory");
	struct stat st;
	t->watch = -1;
	t->fd = open(file->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (t->fd < 0 || fstat(t->fd, &st) < 0) {
		err_errno(e, err_status_read(errno), errno, "%s", file->path);
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, EX_NOINPUT, "%s: is %s; only regular files can be followed by name", file->path,
			S_ISDIR(st.st_mode) ? "a directory" : "no regular file");
	} else {
		t->dev = st.st_dev;
		t->ino = st.st_ino;
		t->active_ms = clock_monotonic_ms();
		t->source = (struct source){ .options = f->run->options, .path = file->path, .name = file->path };
		if (first && f->run->options->from_end)
			begin_at_end(t, st.st_size, f->run->options);
		struct input in = { .read = tail_read, .state = t, .fd = -1, .name = file->path };
		if (source_open_input(&t->source, in, e) == 0) {
			run_hooks(f->run, &t->source);
			if (f->notify >= 0) /* before the first read, so that no growth is missed */
				t->watch = inotify_add_watch(f->notify, file->path, IN_MODIFY);
			*out = t;
			return 0;
		}
	}
	if (t->fd >= 0)
		close(t->fd);
	free(t);
	return -1;
}

/* Lets a tail go; its watch only if no other tail has the same (a file that was truncated). */
static void close_tail(struct follow *f, struct tail *t)
{
	bool shared = false;
	for (size_t i = 0; i < f->count; i++)
		for (const struct tail *o = f->files[i].tails; o; o = o->newer)
			shared = shared || (o != t && o->watch == t->watch);
	if (t->watch >= 0 && !shared)
		inotify_rm_watch(f->notify, t->watch);
	close(t->fd);
	free(t);
}

/* Takes what a tail has, at most a burst; *MOVED if there was something. At the end of a tail that is final
 * *OVER is set. */
static int drain(struct follow *f, struct tail *t, bool *moved, bool *over, struct err *e)
{
	int n = 1;
	*over = false;
	for (int i = 0; i < BURST && n == 1 && !run_limit_reached(f->run); i++) {
		n = run_take(f->run, &t->source, e);
		*moved = *moved || n == 1;
	}
	*over = n == 0;
	return n < 0 ? -1 : 0;
}

/* One round over all tails, the oldest of each name first. A failed one stays, so that it is not opened again. */
static int drain_all(struct follow *f, bool *moved, struct err *e)
{
	for (size_t i = 0; i < f->count; i++) {
		for (struct tail **at = &f->files[i].tails; *at;) {
			struct tail *t = *at;
			bool over = false, gave = false;
			if (!t->source.over && drain(f, t, &gave, &over, e) < 0)
				return -1;
			if (gave)
				t->active_ms = clock_monotonic_ms();
			*moved = *moved || gave;
			if (over && run_close(f->run, &t->source, e) < 0)
				return -1;
			if (t->final && t->source.over) {
				*at = t->newer;
				close_tail(f, t);
				*moved = true;
			} else {
				at = &t->newer;
			}
		}
	}
	return 0;
}

/* Old tails that have been quiet, or are too many, are waited for no more. */
static void retire(struct file *file, int64_t now)
{
	int count = 0;
	for (const struct tail *t = file->tails; t; t = t->newer)
		count++;
	for (struct tail *t = file->tails; t && t->newer; t = t->newer, count--)
		if (count > OLD_MAX || now - t->active_ms >= QUIET_MS)
			t->final = true;
}

static void tell_missing(struct file *file, const struct err *e)
{
	if (!file->told && !file->tails)
		diag("%s; waiting for it", e->msg);
	file->told = true;
}

/* Looks at who has the name now. *MOVED if there is something new to read. */
static int check(struct follow *f, struct file *file, bool first, bool *moved, struct err *e)
{
	struct tail *newest = file->tails;
	while (newest && newest->newer)
		newest = newest->newer;
	if (f->notify >= 0) /* again each time: the folder itself may have been made anew */
		(void)inotify_add_watch(f->notify, file->folder,
			IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR);
	struct stat st;
	if (stat(file->path, &st) < 0) {
		err_errno(e, err_status_read(errno), errno, "%s", file->path);
		tell_missing(file, e);
		return 0;
	}
	if (newest && newest->dev == st.st_dev && newest->ino == st.st_ino)
		return 0;
	struct tail *fresh = NULL;
	if (open_tail(f, file, first, &fresh, e) < 0) {
		if (first && e->status != EX_NOINPUT)
			return -1;
		if (S_ISREG(st.st_mode)) {
			tell_missing(file, e); /* gone again just now, or not ours to read yet */
			return 0;
		}
		return -1;
	}
	struct tail **at = &file->tails;
	while (*at)
		at = &(*at)->newer;
	*at = fresh;
	*moved = true;
	return 0;
}

static int check_all(struct follow *f, bool first, bool *moved, struct err *e)
{
	for (size_t i = 0; i < f->count; i++) {
		retire(&f->files[i], clock_monotonic_ms());
		if (check(f, &f->files[i], first, moved, e) < 0)
			return -1;
	}
	return 0;
}

/* Until something happens, or RECHECK_MS. */
static int wait_for_news(struct follow *f, struct err *e)
{
	char events[4096];
	struct pollfd p = { f->notify, POLLIN, 0 };
	if (run_pause(f->run, e) < 0)
		return -1;
	if (stop_poll(&p, 1, RECHECK_MS) > 0)
		while (read(f->notify, events, sizeof events) > 0)
			; /* what they say is looked up anyway */
	return 0;
}

static int follow(struct follow *f, struct err *e)
{
	bool moved = false;
	if (check_all(f, true, &moved, e) < 0)
		return -1;
	int64_t next_check = 0;
	while (!stop_flag && !run_limit_reached(f->run)) {
		moved = false;
		if (drain_all(f, &moved, e) < 0)
			return -1;
		/* Everything is read to its end before a name is looked at, unless that never happens. */
		if (moved && clock_monotonic_ms() < next_check)
			continue;
		next_check = clock_monotonic_ms() + RECHECK_MS;
		if (check_all(f, false, &moved, e) < 0)
			return -1;
		if (!moved && wait_for_news(f, e) < 0)
			return -1;
	}
	/* Asked to stop: the readers give the whole lines they hold, and then end. */
	for (moved = true; moved && !run_limit_reached(f->run);) {
		moved = false;
		if (drain_all(f, &moved, e) < 0)
			return -1;
	}
	return event_out_settle(&f->run->event_out, e);
}

static char *folder_of(const char *path)
{
	char *copy = strdup(path), *folder = copy ? strdup(dirname(copy)) : NULL;
	free(copy);
	return folder;
}

int run_follow(struct run *r, struct err *e)
{
	const struct options *c = r->options;
	struct follow f = { .run = r, .notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC) };
	int status = -1;
	f.files = calloc(c->source_count, sizeof *f.files);
	for (; f.files && f.count < c->source_count; f.count++) {
		f.files[f.count] = (struct file){ .path = c->sources[f.count],
			.folder = folder_of(c->sources[f.count]) };
		if (!f.files[f.count].folder)
			break;
	}
	status = f.count == c->source_count ? follow(&f, e) : err_set(e, EX_OSERR, "out of memory");
	if (status < 0)
		run_abandon(r);
	for (size_t i = 0; i < f.count; i++) {
		for (struct tail *t; (t = f.files[i].tails);) {
			f.files[i].tails = t->newer;
			source_close(&t->source);
			close_tail(&f, t);
		}
		free(f.files[i].folder);
	}
	free(f.files);
	if (f.notify >= 0)
		close(f.notify);
	return status;
}
