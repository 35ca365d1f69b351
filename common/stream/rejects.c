/* rejects.c -- lines that are no events: told, counted, and kept as dead letters. */
#include "stream/rejects.h"
#include "base/amount.h"
#include "base/diag.h"
#include "json/json.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	TOLD = 10,              /* diagnostics of one kind */
	KINDS_MAX = 256,        /* kinds are strings of the program: more is a mistake of ours */
	LETTER_MAX = 512 << 20, /* a dead letter; escapes make a line up to six times as long */
};

struct reject_kind {
	const char *name;
	uint64_t count;
};

int rejects_init(struct rejects *r, const char *path, struct err *e)
{
	*r = (struct rejects){ .fd = -1, .path = path };
	buf_init(&r->line, LETTER_MAX);
	if (!path)
		return 0;
	r->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (r->fd < 0)
		return err_errno(e, err_status_write(errno), errno, "%s", path);
	return 0;
}

void rejects_release(struct rejects *r)
{
	if (r->fd >= 0)
		close(r->fd);
	buf_release(&r->line);
	free(r->kinds);
	*r = (struct rejects){ .fd = -1 };
}

/* How often KIND has come, this time counted. Out of memory counts as the first: it is told. */
static uint64_t count_kind(struct rejects *r, const char *kind)
{
	for (size_t i = 0; i < r->kind_count; i++)
		if (strcmp(r->kinds[i].name, kind) == 0)
			return ++r->kinds[i].count;
	if (r->kind_count == KINDS_MAX)
		return 1;
	struct reject_kind *kinds = realloc(r->kinds, (r->kind_count + 1) * sizeof *kinds);
	if (!kinds)
		return 1;
	r->kinds = kinds;
	kinds[r->kind_count++] = (struct reject_kind){ kind, 1 };
	return 1;
}

static int write_letter(struct rejects *r, struct err *e)
{
	const char *p = r->line.p;
	size_t n = r->line.n;
	while (n > 0) {
		ssize_t done = write(r->fd, p, n);
		if (done < 0 && errno != EINTR)
			return err_errno(e, EX_IOERR, errno, "%s", r->path);
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

static int dead_letter(struct rejects *r, const char *why, const char *source, uint64_t position, struct span raw,
	struct err *e)
{
	struct buf *b = &r->line;
	buf_reset(b);
	if (buf_adds(b, "{\"error\":") < 0 || json_quote(span_of(why), b) < 0 || buf_adds(b, ",\"source\":") < 0 ||
		json_quote(span_of(source), b) < 0 || buf_addf(b, ",\"position\":%" PRIu64 ",\"raw\":", position) < 0 ||
		json_quote(raw, b) < 0 || buf_adds(b, "}\n") < 0)
		return err_set(e, EX_OSERR, "%s: no memory for a dead letter of %zu bytes", r->path, raw.n);
	return write_letter(r, e);
}

int rejects_add(struct rejects *r, const char *kind, const char *why, const char *source, uint64_t position,
	struct span raw, struct err *e)
{
	r->total++;
	if (count_kind(r, kind) <= TOLD)
		diag("%s%c%" PRIu64 ": %s", source, r->separator ? r->separator : ':', position, why);
	return r->fd < 0 ? 0 : dead_letter(r, why, source, position, raw, e);
}

int rejects_finish(struct rejects *r, struct err *e)
{
	char text[32];
	for (size_t i = 0; i < r->kind_count; i++)
		if (r->kinds[i].count > TOLD)
			diag("... and %s more: %s", amount_format(r->kinds[i].count - TOLD, text), r->kinds[i].name);
	if (r->fd < 0)
		return r->total > 0 ? EX_DATAERR : 0;
	int fd = r->fd;
	r->fd = -1;
	if (close(fd) < 0 && errno != EINTR)
		return err_errno(e, EX_IOERR, errno, "%s", r->path);
	return 0;
}
