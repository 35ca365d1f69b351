/* snapshot_read.c -- reads and checks snapshots (place.h).
 *
 * The hash is checked before anything else but the version, so all later code may expect a header that snapshot_write()
 * has written. It still checks what it reads: the hash is no protection against somebody who wants to do harm. */
#include "checkpoint/snapshot_internal.h"
#include "base/hex.h"
#include "json/json.h"
#include "stream/control.h"

enum { TEXT_MAX = 8 << 20 };

/* Sets E to "PATH: WHAT" with the cure. Always returns -1. */
static int refuse(const struct checkpoint_place *p, const char *path, const char *what, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s: %s: restore %s of that time, or start over with rm -r %s and an empty store",
		path, what, p->folder->path, p->folder->path);
}

/* Divides the file S into header, body and hash. Returns NULL, or what is wrong with it. */
static const char *divide(const struct snapshot *s, struct span *header, struct span *body)
{
	static const char damaged[] = "the snapshot is damaged";
	struct span all = buf_span(&s->bytes), begin = SPAN(SNAPSHOT_BEGIN);
	const char *newline = memchr(all.p, '\n', all.n);
	if (!span_starts(all, begin) || !newline || newline[-1] != '}')
		return damaged;
	/* Another version may have another form from here on. */
	if (all.p[begin.n] != '0' + SNAPSHOT_VERSION || all.p[begin.n + 1] != ',')
		return "the snapshot was written by another version of sp, or is damaged";
	*header = (struct span){ all.p, (size_t)(newline + 1 - all.p) };
	if (all.n < header->n + SNAPSHOT_END)
		return damaged;
	*body = (struct span){ newline + 1, all.n - header->n - SNAPSHOT_END };
	char hash[SNAPSHOT_END + 1];
	snprintf(hash, sizeof hash, "%016llx\n", (unsigned long long)snapshot_hash(*body, *header));
	return memcmp(hash, body->p + body->n, SNAPSHOT_END) == 0 ? NULL : damaged;
}

/* Returns true if the member NAME of HEADER is the string WANTED. */
static bool is_member(struct span header, const char *name, const char *wanted)
{
	struct buf text;
	buf_init(&text, 4096);
	bool same = control_string(header, name, &text) == 0 && span_eq(buf_span(&text), span_of(wanted));
	buf_release(&text);
	return same;
}

/* Takes the members of HEADER into S. Returns NULL, or what is wrong with it. */
static const char *take_header(struct snapshot *s, struct span header, struct span body, const char *id,
	const struct epoch *epoch)
{
	char number[24];
	int64_t bytes;
	snprintf(number, sizeof number, "%llu", (unsigned long long)epoch->number);
	if (!is_member(header, "id", id))
		return "the snapshot belongs to another program";
	if (!is_member(header, "run", epoch->run) || !is_member(header, "epoch", number))
		return "the file has the snapshot of another epoch";
	if (control_i64(header, "bytes", &bytes) < 0 || bytes < 0 || (uint64_t)bytes != body.n ||
		control_string(header, "configuration", &s->text) < 0)
		return "the snapshot is damaged";
	size_t n = s->text.n;
	if (control_string(header, "open", &s->text) < 0)
		return "the snapshot is damaged";
	s->configuration = (struct span){ buf_span(&s->text).p, n };
	s->open = (struct span){ s->configuration.p + n, s->text.n - n };
	s->body = load_from(body);
	return NULL;
}

int snapshot_read(const struct checkpoint_place *p, const struct epoch *epoch, struct snapshot *s, struct err *e)
{
	char name[SNAPSHOT_NAME], path[4500];
	struct span header, body;
	*s = (struct snapshot){ .configuration = SPAN(""), .open = SPAN(""), .body = load_from(SPAN("")) };
	buf_init(&s->bytes, SIZE_MAX / 2);
	buf_init(&s->text, TEXT_MAX);
	snapshot_name(epoch, name);
	snprintf(path, sizeof path, "%s/%s/%s", p->folder->path, p->id, name);
	int r = checkpoint_file_read(p->fd, name, path, &s->bytes, e);
	if (r < 0)
		return -1;
	if (r == 0) {
		char what[64];
		snprintf(what, sizeof what, "the snapshot of epoch %llu is missing", (unsigned long long)epoch->number);
		return refuse(p, path, what, e);
	}
	const char *wrong = divide(s, &header, &body);
	if (!wrong)
		wrong = take_header(s, header, body, p->id, epoch);
	return wrong ? refuse(p, path, wrong, e) : 0;
}

void snapshot_release(struct snapshot *s)
{
	buf_release(&s->bytes);
	buf_release(&s->text);
	s->configuration = s->open = SPAN("");
	s->body = load_from(SPAN(""));
}

/* ---- comparing configurations ---- */

/* Returns the first line of *REST without its newline, and moves *REST past it. */
static struct span take_line(struct span *rest)
{
	const char *newline = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
	struct span line = { rest->p, newline ? (size_t)(newline - rest->p) : rest->n };
	size_t n = line.n + (newline != NULL);
	*rest = (struct span){ rest->p + n, rest->n - n };
	return line;
}

/* Returns the name in LINE, the text before its first ": ", and sets *VALUE to the text after it. Without ": ", all of
 * LINE is the name. */
static struct span take_name(struct span line, struct span *value)
{
	const char *colon = line.n ? memmem(line.p, line.n, ": ", 2) : NULL;
	if (!colon)
		colon = line.p + line.n;
	size_t n = (size_t)(colon - line.p), skip = n < line.n ? n + 2 : n;
	*value = (struct span){ line.p + skip, line.n - skip };
	return (struct span){ line.p, n };
}

/* Appends to OUT what differs between the configurations OLD and NEW in the first line that differs. */
static void name_difference(struct span old, struct span new, struct buf *out)
{
	struct span before, after, old_value, new_value;
	do {
		before = take_line(&old);
		after = take_line(&new);
	} while (span_eq(before, after) && (old.n > 0 || new.n > 0));
	struct span old_name = take_name(before, &old_value), new_name = take_name(after, &new_value);
	if (span_eq(old_name, new_name))
		(void)buf_addf(out, "%.*s was '%.*s' and is '%.*s'", SPAN_ARG(old_name), SPAN_ARG(old_value),
			SPAN_ARG(new_value));
	else if (before.n > 0 && after.n > 0)
		(void)buf_addf(out, "was %.*s '%.*s', is %.*s '%.*s'", SPAN_ARG(old_name), SPAN_ARG(old_value),
			SPAN_ARG(new_name), SPAN_ARG(new_value));
	else if (before.n > 0)
		(void)buf_addf(out, "%.*s was '%.*s', is gone", SPAN_ARG(old_name), SPAN_ARG(old_value));
	else
		(void)buf_addf(out, "%.*s is new: '%.*s'", SPAN_ARG(new_name), SPAN_ARG(new_value));
}

int snapshot_compare(const struct snapshot *s, struct span configuration, bool upgrade, const char *id, struct err *e)
{
	struct buf quoted, clean, what;
	buf_init(&quoted, TEXT_MAX);
	buf_init(&clean, TEXT_MAX);
	buf_init(&what, TEXT_MAX);
	/* The stored text has gone through JSON, which replaces bytes that are not UTF-8. So must this one. */
	if (json_quote(configuration, &quoted) == 0 && quoted.n >= 2 &&
		json_unescape((struct span){ quoted.p + 1, quoted.n - 2 }, &clean) == 0)
		configuration = buf_span(&clean);
	int r = span_eq(s->configuration, configuration) ? 0 : 1;
	if (r == 1 && s->open.n > 0 && !upgrade) {
		name_difference(s->configuration, configuration, &what);
		/* The message begins with the program's name in any case. An id with a number says which of several it
		 * is. */
		bool numbered = strchr(id, '.') != NULL;
		r = err_set(e, EX_DATAERR,
			"%s%s%.*s, with %.*s open: run the old line with --end first, or try --upgrade, which keeps what fits",
			numbered ? id : "", numbered ? ": " : "", SPAN_ARG(what), SPAN_ARG(s->open));
	}
	buf_release(&quoted);
	buf_release(&clean);
	buf_release(&what);
	return r;
}
