/* file.c -- opening a source, and what its first bytes say. */
#include "sp-capture/source/file.h"
#include "sp-capture/format/table.h"
#include "sp-capture/source/decompress.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	READ_SEVERAL = 64 << 10, /* bytes a read, when several sources are open at once ... */
	READ_MANY = 16 << 10,    /* ... or a great many */
	MANY = 32,
};

int source_init(struct source *s, const struct options *c, const char *path, struct err *e)
{
	bool standard = strcmp(path, "-") == 0;
	*s = (struct source){ .options = c, .path = path, .name = standard ? "standard input" : path };
	struct stat st;
	if ((standard ? fstat(STDIN_FILENO, &st) : stat(path, &st)) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", s->name);
	if (S_ISDIR(st.st_mode))
		return err_set(e, EX_NOINPUT, "%s: is a directory; name the files in it", s->name);
	if (!standard && access(path, R_OK) < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", path);
	struct stat out;
	if (S_ISREG(st.st_mode) && st.st_size > 0 && fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == st.st_dev &&
		out.st_ino == st.st_ino)
		return err_set(e, EX_USAGE, "%s: is also the output; it would never end", s->name);
	s->regular = S_ISREG(st.st_mode) && !standard;
	s->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return 0;
}

int source_open_input(struct source *s, struct input in, struct err *e)
{
	if (reader_init(&s->in, in, s->options->max_event, e) < 0) {
		if (in.close)
			in.close(&in);
		return -1;
	}
	size_t count = s->options->source_count, most = count > MANY ? READ_MANY : count > 1 ? READ_SEVERAL : READ_SIZE;
	if (s->in.read_size > most)
		s->in.read_size = most;
	s->open = true;
	return 0;
}

int source_open(struct source *s, struct err *e)
{
	int fd = strcmp(s->path, "-") == 0 ? STDIN_FILENO : open(s->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, err_status_read(errno), errno, "%s", s->name);
	if (s->regular)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	struct input in;
	if (decompress_open(&in, fd, s->name, e) < 0) {
		if (fd != STDIN_FILENO)
			close(fd);
		return -1;
	}
	return source_open_input(s, in, e);
}

void source_close(struct source *s)
{
	if (s->decoder)
		s->format->close(s->decoder);
	s->decoder = NULL;
	if (s->open)
		reader_release(&s->in);
	s->open = s->began = false;
}

/* Takes a byte-order mark off. 1, or what reader_fill() said (-1, NEXT_LATER). */
static int skip_mark(struct source *s, struct err *e)
{
	static const char mark[] = "\xef\xbb\xbf";
	for (;;) {
		struct span u = reader_unread(&s->in);
		size_t n = u.n < 3 ? u.n : 3;
		if (n >= 2 && (memcmp(u.p, "\xff\xfe", 2) == 0 || memcmp(u.p, "\xfe\xff", 2) == 0))
			return err_set(e, EX_DATAERR, "%s: this is UTF-16; convert it first: iconv -f UTF-16 -t UTF-8",
				s->name);
		if ((n > 0 && memcmp(u.p, mark, n) != 0 && u.p[0] != '\xff' && u.p[0] != '\xfe') || n == 3) {
			if (n == 3 && memcmp(u.p, mark, 3) == 0)
				reader_take(&s->in, 3);
			return 1;
		}
		int r = reader_fill(&s->in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
		if (r == 0)
			return 1;
	}
}

/* What the first lines say, within --max-event. 1, or what reader_fill() said. */
static int detect(struct source *s, struct err *e)
{
	size_t max = s->options->max_event;
	unsigned flags = s->options->time_now ? DETECT_TEXT : 0;
	for (;;) {
		struct span u = reader_unread(&s->in);
		size_t i = 0;
		while (i < u.n && (u.p[i] == ' ' || u.p[i] == '\t' || u.p[i] == '\r' || u.p[i] == '\n'))
			i++;
		if (i == u.n && (flags & DETECT_END)) {
			s->format = &format_ndjson; /* nothing but blank lines: no event and no fault */
			return 1;
		}
		if (u.n > max) {
			u.n = max;
			flags |= DETECT_FULL;
		}
		if (i < u.n && (s->format = format_detect(u, flags)))
			return 1;
		int r = reader_fill(&s->in, e);
		if (r < 0 || r == NEXT_LATER)
			return r;
		if (r == 0)
			flags |= DETECT_END;
	}
}

static int begin(struct source *s, struct err *e)
{
	int r = skip_mark(s, e);
	if (s->options->format)
		s->format = s->options->format;
	if (r == 1 && !s->format)
		r = detect(s, e);
	if (r != 1)
		return r;
	if (s->format->open(&s->decoder, &s->options->format_options, e) < 0)
		return -1;
	s->began = true;
	return 1;
}

int source_next(struct source *s, struct record *out, struct err *e)
{
	if (!s->began) {
		int r = begin(s, e);
		if (r != 1)
			return r;
	}
	out->newline = out->checked = out->has_time = out->time_is_ts = out->no_ts = false;
	out->guessed = s->options->format ? NULL : s->format;
	return s->format->next(s->decoder, &s->in, out, e);
}
