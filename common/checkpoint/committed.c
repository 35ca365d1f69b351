/* committed.c -- DIR/COMMITTED: what the end of the line has committed last (folder.h).
 *
 * The reader takes nothing on trust: a member that is missing, occurs twice, or has another form makes the file
 * damaged. A wrong epoch would let the source continue at the wrong place. */
#include "checkpoint/folder.h"
#include "json/json.h"

enum { COMMITTED_MAX = 64 << 10 };

void committed_init(struct committed *c)
{
	*c = (struct committed){ .pace_ms = 0 };
	buf_init(&c->path, COMMITTED_MAX);
}

void committed_release(struct committed *c)
{
	buf_release(&c->path);
}

/* Reads V, a JSON string of decimal digits, into *OUT. Returns 0, or -1 if V is not such a string or is more than
 * INT64_MAX. */
static int read_digits(struct span v, uint64_t *out)
{
	*out = 0;
	if (v.n < 3 || v.p[0] != '"' || v.p[v.n - 1] != '"' || (v.n > 3 && v.p[1] == '0'))
		return -1;
	for (size_t i = 1; i + 1 < v.n; i++) {
		uint64_t digit = (uint64_t)(unsigned char)v.p[i] - '0';
		if (digit > 9 || *out > ((uint64_t)INT64_MAX - digit) / 10)
			return -1;
		*out = *out * 10 + digit;
	}
	return 0;
}

/* Reads V, a run in a JSON string, into RUN. Returns 0 or -1. */
static int read_run(struct span v, char run[RUN_TEXT])
{
	if (v.n < 2 || v.p[0] != '"' || v.p[v.n - 1] != '"' || (v.n != 2 && v.n != RUN_TEXT + 1))
		return -1;
	memcpy(run, v.p + 1, v.n - 2);
	run[v.n - 2] = '\0';
	return strspn(run, "0123456789abcdef") == v.n - 2 ? 0 : -1;
}

/* Reads V, an array of ids, into OUT, with commas between them. An id is the name of a program, so it needs no escapes.
 * Returns 0 or -1. */
static int read_path(struct span v, struct buf *out)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	struct json_walk w;
	struct span name, id;
	int next = -1;
	if (json_type(v) != JSON_ARRAY || json_walk_init(&w, v) < 0)
		return -1;
	buf_reset(out);
	while ((next = json_walk(&w, &name, &id)) > 0) {
		if (json_type(id) != JSON_STRING || id.n < 3 || (out->n > 0 && buf_addc(out, ',') < 0))
			return -1;
		for (size_t i = 1; i + 1 < id.n; i++)
			if (!memchr(allowed, id.p[i], sizeof allowed - 1) || buf_addc(out, id.p[i]) < 0)
				return -1;
	}
	return next;
}

/* Reads TEXT into C. Returns 0, or -1 if it is not exactly what committed_write() writes. */
static int take_text(struct committed *c, struct span text)
{
	static const char *const names[] = { "epoch", "run", "path", "pace" };
	struct json_walk w;
	struct span name, value;
	uint64_t pace = 0;
	int next = -1;
	size_t i = 0;
	/* The object must be all of the line. */
	if (text.n < 2 || json_skip(text.p, text.p + text.n) != text.p + text.n - 1 || text.p[text.n - 1] != '\n' ||
		json_walk_init(&w, text) < 0 || !w.object)
		return -1;
	for (; (next = json_walk(&w, &name, &value)) > 0; i++) {
		if (i == sizeof names / sizeof names[0] || !json_string_is(name, span_of(names[i])))
			return -1;
		int r = i == 0 ? read_digits(value, &c->epoch.number) :
			i == 1 ? read_run(value, c->epoch.run) :
			i == 2 ? read_path(value, &c->path) :
				 read_digits(value, &pace);
		if (r < 0)
			return -1;
	}
	c->pace_ms = (int64_t)pace;
	/* Epoch 0 has no run, every other epoch has one. */
	bool fits = (c->epoch.number == 0) == (c->epoch.run[0] == '\0');
	return next < 0 || i != sizeof names / sizeof names[0] || !fits ? -1 : 0;
}

int committed_read(const struct checkpoint_folder *f, struct committed *c, struct err *e)
{
	struct buf text;
	char path[4200];
	buf_init(&text, COMMITTED_MAX);
	c->epoch = (struct epoch){ .number = 0 };
	c->pace_ms = 0;
	buf_reset(&c->path);
	snprintf(path, sizeof path, "%s/COMMITTED", f->path);
	int r = checkpoint_file_read(f->fd, "COMMITTED", path, &text, e);
	if (r > 0)
		r = take_text(c, buf_span(&text));
	if (r < 0 && e->status == 0)
		err_set(e, EX_DATAERR,
			"%s is damaged: remove this file and start again, and the store says what was committed", path);
	buf_release(&text);
	return r < 0 ? -1 : 0;
}

int committed_write(const struct checkpoint_folder *f, const struct committed *c, struct err *e)
{
	struct buf text;
	struct span left = buf_span(&c->path);
	char path[4200];
	buf_init(&text, 2 * COMMITTED_MAX);
	int r = buf_addf(&text, "{\"epoch\":\"%llu\",\"run\":\"%s\",\"path\":[", (unsigned long long)c->epoch.number,
		c->epoch.run);
	while (r == 0 && left.n > 0) {
		const char *comma = memchr(left.p, ',', left.n);
		struct span id = { left.p, comma ? (size_t)(comma - left.p) : left.n };
		r = json_quote(id, &text);
		left = comma ? (struct span){ comma + 1, left.n - id.n - 1 } : SPAN_NONE;
		if (r == 0 && left.n > 0)
			r = buf_addc(&text, ',');
	}
	if (r < 0 || buf_addf(&text, "],\"pace\":\"%lld\"}\n", (long long)c->pace_ms) < 0)
		r = err_oom(e, "the file COMMITTED");
	snprintf(path, sizeof path, "%s/COMMITTED", f->path);
	if (r == 0)
		r = checkpoint_file_write(f->fd, "COMMITTED", path, buf_span(&text), "committed", e);
	buf_release(&text);
	return r;
}
