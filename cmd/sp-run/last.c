/* last.c -- writes and reads DIR/sp-run/last.json, one JSON object with a fixed set of members. */
#include "sp-run/last.h"
#include "json/scan.h"
#include "json/string.h"
#include <fcntl.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20 };

void last_init(struct last *l)
{
	*l = (struct last){ .try = 0 };
	buf_init(&l->line, FILE_MAX);
	buf_init(&l->dir, FILE_MAX);
}

void last_release(struct last *l)
{
	buf_release(&l->line);
	buf_release(&l->dir);
}

/* Overwrites the file PATH with OUT. On a full disk this still works, although a new file would find no room. Returns
 * true on success. */
static bool overwrite(const char *path, const struct buf *out)
{
	int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	bool done = fd >= 0 && pwrite(fd, out->p, out->n, 0) == (ssize_t)out->n && ftruncate(fd, (off_t)out->n) == 0;
	if (fd >= 0)
		close(fd);
	return done;
}

/* No fsync: after a power cut only the status of the last try is missing. */
void last_write(const struct last *l, const char *place)
{
	struct buf out;
	char path[4200], tmp[4200];
	buf_init(&out, FILE_MAX);
	snprintf(path, sizeof path, "%s/last.json", place);
	snprintf(tmp, sizeof tmp, "%s/.last.json.tmp", place);
	(void)buf_adds(&out, "{\"line\":");
	(void)!json_quote(buf_span(&l->line), &out);
	(void)buf_adds(&out, ",\"dir\":");
	(void)!json_quote(buf_span(&l->dir), &out);
	(void)buf_addf(&out, ",\"running\":%s,\"try\":%lld,\"status\":%lld,\"ended_at\":\"%s\",\"reason\":",
		l->running ? "true" : "false", (long long)l->try, (long long)l->status, l->ended_at);
	(void)!json_quote(span_of(l->reason), &out);
	(void)buf_adds(&out, "}\n");
	int fd = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool written = fd >= 0 && write(fd, out.p, out.n) == (ssize_t)out.n;
	if (fd >= 0)
		close(fd);
	if (!written || rename(tmp, path) < 0) {
		(void)unlink(tmp);
		(void)overwrite(path, &out);
	}
	buf_release(&out);
}

/* Copies the JSON string VALUE, unescaped, to TO (SIZE bytes). A longer string is cut. */
static void copy_string(struct span value, char *to, size_t size)
{
	struct buf text;
	buf_init(&text, FILE_MAX);
	*to = '\0';
	if (value.n >= 2 && json_type(value) == JSON_STRING &&
		json_unescape((struct span){ value.p + 1, value.n - 2 }, &text) == 0)
		snprintf(to, size, "%.*s", SPAN_ARG(buf_span(&text)));
	buf_release(&text);
}

static void take_member(struct last *l, struct span name, struct span value)
{
	if (span_eq(name, SPAN("line")) && value.n >= 2)
		(void)!json_unescape((struct span){ value.p + 1, value.n - 2 }, &l->line);
	else if (span_eq(name, SPAN("dir")) && value.n >= 2)
		(void)!json_unescape((struct span){ value.p + 1, value.n - 2 }, &l->dir);
	else if (span_eq(name, SPAN("running")))
		l->running = json_type(value) == JSON_TRUE;
	else if (span_eq(name, SPAN("try")))
		l->try = strtoll(value.p, NULL, 10);
	else if (span_eq(name, SPAN("status")))
		l->status = strtoll(value.p, NULL, 10);
	else if (span_eq(name, SPAN("ended_at")))
		copy_string(value, l->ended_at, sizeof l->ended_at);
	else if (span_eq(name, SPAN("reason")))
		copy_string(value, l->reason, sizeof l->reason);
}

bool last_read(struct last *l, const char *place)
{
	char path[4200];
	struct buf text;
	struct json_walk w;
	struct span name, value;
	buf_init(&text, FILE_MAX);
	snprintf(path, sizeof path, "%s/last.json", place);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *to = fd >= 0 ? buf_room(&text, FILE_MAX / 2) : NULL;
	ssize_t n = to ? read(fd, to, FILE_MAX / 2) : 0;
	text.n = n > 0 ? (size_t)n : 0;
	if (fd >= 0)
		close(fd);
	/* buf_string() adds a NUL, at which strtoll(3) stops. */
	bool found = text.n > 0 && buf_string(&text) && json_walk_init(&w, buf_span(&text)) == 0;
	while (found && json_walk(&w, &name, &value) > 0)
		take_member(l, name, value);
	buf_release(&text);
	return found;
}
