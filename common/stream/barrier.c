/* barrier.c -- reading and writing the control lines of checkpoints.
 *
 * The lines come from another process, perhaps through a program that the user wrote. So each member is checked: a
 * run is 32 hexadecimal digits, a job is not a path, and an id can be the name of a folder. If a member occurs twice,
 * the first one counts. */
#include "stream/barrier.h"
#include "base/hex.h"
#include "json/json.h"
#include "text/utf8.h"
#include <inttypes.h>

enum {
	DIR_BYTES = 64 << 10,  /* longer than PATH_MAX */
	PATH_BYTES = 64 << 10, /* ids of more than a thousand programs */
	ID_BYTES = 63,         /* the longest id */
	SHOWN = 100,           /* bytes of a wrong line in its message */
};

void start_line_init(struct start_line *s)
{
	*s = (struct start_line){ .from = { 0, "" } };
	buf_init(&s->dir, DIR_BYTES);
	buf_init(&s->path, PATH_BYTES);
}

void start_line_release(struct start_line *s)
{
	buf_release(&s->dir);
	buf_release(&s->path);
}

/* ---- members ---- */

/* Appends the text of VALUE, a JSON string with its quotes, to OUT. Returns 0, or -1. */
static int read_string(struct span value, struct buf *out)
{
	if (json_type(value) != JSON_STRING || value.n < 2)
		return -1;
	return json_unescape((struct span){ value.p + 1, value.n - 2 }, out);
}

/* Appends the string NAME of LINE to OUT. Returns 0, or -1 if there is none or it contains a zero byte. */
static int read_member(struct span line, const char *name, struct buf *out)
{
	size_t before = out->n;
	if (control_string(line, name, out) < 0)
		return -1;
	return out->n > before && memchr(out->p + before, '\0', out->n - before) ? -1 : 0;
}

/* Copies the string NAME of LINE to TO, of SIZE bytes. Returns 0, or -1 if it is missing or too long. */
static int read_text(struct span line, const char *name, char *to, size_t size)
{
	struct buf b;
	buf_init(&b, size - 1);
	int r = read_member(line, name, &b);
	if (r == 0 && b.n > 0)
		memcpy(to, b.p, b.n);
	to[r == 0 ? b.n : 0] = '\0';
	buf_release(&b);
	return r;
}

/* Returns true if TEXT is 32 hexadecimal digits in lower case. */
static bool is_run(const char *text)
{
	return strlen(text) == RUN_TEXT - 1 && text[strspn(text, "0123456789abcdef")] == '\0';
}

static int read_run(struct span line, char run[RUN_TEXT])
{
	return read_text(line, "run", run, RUN_TEXT) == 0 && is_run(run) ? 0 : -1;
}

/* Reads the string NAME of LINE, a number of decimal digits. Returns 0, or -1. */
static int read_u64(struct span line, const char *name, uint64_t *out)
{
	char text[24];
	uint64_t v = 0;
	if (read_text(line, name, text, sizeof text) < 0 || *text == '\0')
		return -1;
	for (const char *p = text; *p; p++) {
		uint64_t digit = (uint64_t)(unsigned char)*p - '0';
		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return -1;
		v = v * 10 + digit;
	}
	*out = v;
	return 0;
}

/* Reads the string NAME of LINE, 16 hexadecimal digits. Returns 0, or -1. */
static int read_hash(struct span line, const char *name, uint64_t *out)
{
	char text[17];
	if (read_text(line, name, text, sizeof text) < 0 || strlen(text) != 16)
		return -1;
	*out = 0;
	for (const char *p = text; *p; p++) {
		int digit = hex_digit(*p);
		if (digit < 0)
			return -1;
		*out = *out << 4 | (uint64_t)digit;
	}
	return 0;
}

/* ---- start ---- */

/* Returns true if TEXT can be a part of the names of files: UTF-8 without slashes and control characters, and not
 * hidden. */
static bool is_name(struct span text)
{
	if (text.n == 0 || *text.p == '.' || utf8_valid(text) != text.n)
		return false;
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' || text.p[i] == '/' || text.p[i] == 0x7f)
			return false;
	return true;
}

/* Appends the ids of the array VALUE to PATH, with commas. Returns 0, or -1. */
static int read_path(struct span value, struct buf *path)
{
	struct json_walk w;
	struct span name, id;
	int more;
	if (json_type(value) != JSON_ARRAY || json_walk_init(&w, value) < 0)
		return -1;
	while ((more = json_walk(&w, &name, &id)) > 0) {
		size_t begin = path->n + (path->n > 0);
		if ((path->n > 0 && buf_addc(path, ',') < 0) || read_string(id, path) < 0)
			return -1;
		struct span text = { buf_span(path).p + begin, path->n - begin };
		if (!is_name(text) || text.n > ID_BYTES || memchr(text.p, ',', text.n))
			return -1;
	}
	return more < 0 || path->n == 0 ? -1 : 0;
}

/* Reads the epoch VALUE, an object. Epoch 0 has no run, and all others have one. Returns 0, or -1. */
static int read_epoch(struct span value, struct epoch *out)
{
	if (json_type(value) != JSON_OBJECT || read_u64(value, "epoch", &out->number) < 0 ||
		read_text(value, "run", out->run, RUN_TEXT) < 0)
		return -1;
	return out->number == 0 ? -(*out->run != '\0') : -!is_run(out->run);
}

/* Returns the first member NAME of LINE, or SPAN_NONE. */
static struct span member(struct span line, const char *name)
{
	struct json_walk w;
	struct span key, value;
	if (json_walk_init(&w, line) == 0)
		while (json_walk(&w, &key, &value) > 0)
			if (json_string_is(key, span_of(name)))
				return value;
	return SPAN_NONE;
}

int start_line_read(struct start_line *s, struct span line, struct err *e)
{
	buf_reset(&s->dir);
	buf_reset(&s->path);
	if (!span_eq(member(line, "v"), SPAN("1")))
		return err_set(e, EX_DATAERR,
			"a start line of another version of checkpoints: use programs of one release");
	if (read_text(line, "job", s->job, sizeof s->job) < 0 || !is_name(span_of(s->job)) ||
		read_run(line, s->run) < 0 || read_epoch(member(line, "from"), &s->from) < 0 ||
		read_member(line, "dir", &s->dir) < 0 || s->dir.n == 0 || *s->dir.p != '/' ||
		read_path(member(line, "path"), &s->path) < 0)
		return err_set(e, EX_DATAERR, "a damaged start line: %.*s", line.n > SHOWN ? SHOWN : (int)line.n,
			line.p);
	return 0;
}

/* Appends the ids of PATH, which have commas between them, as strings with commas. Returns 0, or -1. */
static int write_path(struct span path, struct buf *out)
{
	for (const char *p = path.p, *end = p + path.n; p < end;) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		size_t n = (size_t)((comma ? comma : end) - p);
		if ((p > path.p && buf_addc(out, ',') < 0) || json_quote((struct span){ p, n }, out) < 0)
			return -1;
		p += n + 1;
	}
	return 0;
}

int start_line_write(const struct start_line *s, struct buf *out)
{
	if (buf_adds(out, "{\"$sp\":\"start\",\"v\":1,\"job\":") < 0 || json_quote(span_of(s->job), out) < 0 ||
		buf_addf(out, ",\"run\":\"%s\",\"dir\":", s->run) < 0 || json_quote(buf_span(&s->dir), out) < 0 ||
		buf_addf(out, ",\"from\":{\"epoch\":\"%" PRIu64 "\",\"run\":\"%s\"},\"path\":[", s->from.number,
			s->from.run) < 0 ||
		write_path(buf_span(&s->path), out) < 0)
		return -1;
	return buf_adds(out, "]}\n");
}

/* ---- barrier, stop and end ---- */

static const char *kind_name(enum control_kind kind)
{
	return kind == CONTROL_STOP ? "stop" : kind == CONTROL_END ? "end" : "barrier";
}

int barrier_line_read(struct barrier_line *b, enum control_kind kind, struct span line, struct err *e)
{
	*b = (struct barrier_line){ .kind = kind };
	if (read_run(line, b->epoch.run) < 0 || read_u64(line, "epoch", &b->epoch.number) < 0 || b->epoch.number == 0 ||
		read_u64(line, "bytes", &b->bytes) < 0 || read_hash(line, "sum", &b->sum) < 0)
		return err_set(e, EX_DATAERR, "a damaged %s line: %.*s", kind_name(kind),
			line.n > SHOWN ? SHOWN : (int)line.n, line.p);
	return 0;
}

int barrier_line_write(const struct barrier_line *b, struct buf *out)
{
	return buf_addf(out,
		"{\"$sp\":\"%s\",\"run\":\"%s\",\"epoch\":\"%" PRIu64 "\",\"bytes\":\"%" PRIu64
		"\",\"sum\":\"%016" PRIx64 "\"}\n",
		kind_name(b->kind), b->epoch.run, b->epoch.number, b->bytes, b->sum);
}
