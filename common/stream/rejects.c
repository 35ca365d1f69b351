/* rejects.c -- lines that are not events: reported, counted, and kept as dead letters.
 *
 * The user must see each kind of mistake, but a million bad lines must not flood the terminal. So only the first ten
 * lines of a kind are reported. If the time is missing in one event, it is usually missing in all events of the input.
 * So of consecutive events without a time, only the first is reported. A dead letter is flushed at once, so that
 * tail -f shows it while the program runs. */
#include "stream/rejects.h"
#include "base/amount.h"
#include "base/diag.h"
#include "base/vec.h"
#include "json/string.h"
#include <inttypes.h>
#include <stdlib.h>

enum {
	REPORTED_MAX = 10,      /* lines of a kind that are reported one by one */
	KINDS_MAX = 256,        /* more than any program has: each kind is a string literal in its source */
	LETTER_MAX = 512 << 20, /* bytes; a byte of the line may become \u00XX, which has 6 bytes */
};

struct reject_kind {
	const char *name;
	uint64_t count, reported;
};

int rejects_init(struct rejects *r, const char *path, struct err *e)
{
	*r = (struct rejects){ .path = path };
	buf_init(&r->line, LETTER_MAX);
	return aside_open(&r->file, path, e);
}

void rejects_release(struct rejects *r)
{
	aside_release(&r->file);
	buf_release(&r->line);
	free(r->kinds);
	*r = (struct rejects){ 0 };
}

int rejects_keep(struct rejects *r, const char *path, struct err *e)
{
	if (r->path)
		return 0;
	r->path = path;
	r->announces = true;
	return aside_open(&r->file, path, e);
}

/* Counts a line of KIND. Returns the counts of this kind. If there is no room for a new kind, does not count the line
 * and returns NULL. */
static struct reject_kind *rejects_count(struct rejects *r, const char *kind)
{
	for (size_t i = 0; i < r->kind_count; i++)
		if (strcmp(r->kinds[i].name, kind) == 0) {
			r->kinds[i].count++;
			return &r->kinds[i];
		}
	if (r->kind_count == KINDS_MAX)
		return NULL;
	struct reject_kind *kinds = vec_room(r->kinds, &r->kind_cap, r->kind_count + 1, sizeof *kinds);
	if (!kinds)
		return NULL;
	r->kinds = kinds;
	kinds[r->kind_count] = (struct reject_kind){ kind, 1, 0 };
	return &kinds[r->kind_count++];
}

/* Returns true if the messages A and B are equal. "'x' is no time" and "'y' is no time" count as equal, because the
 * text in quotes is the value of the event. */
static bool same_reason(const char *a, const char *b)
{
	for (;; a++, b++) {
		if (*a == '\'' && *b == '\'') {
			const char *x = strchr(a + 1, '\''), *y = strchr(b + 1, '\'');
			if (x && y && strncmp(x, "' is no time", 12) == 0) {
				a = x;
				b = y;
			}
		}
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
	}
}

/* Returns true if KIND begins with "no time" and the line just before POSITION was rejected for the same reason WHY.
 * Keeps POSITION and WHY for the next call. */
static bool follows_its_like(struct rejects *r, const char *kind, const char *why, uint64_t position)
{
	bool like = position == r->last_position + 1 && strncmp(kind, "no time", 7) == 0 &&
		same_reason(why, r->last_why);
	r->last_position = position;
	if (!like)
		snprintf(r->last_why, sizeof r->last_why, "%s", why);
	return like;
}

/* Appends the dead letter of the line RAW to the file. RAW becomes a JSON string, in which U+FFFD replaces each byte
 * that is not UTF-8. Returns 0, or -1 with E set if memory is exhausted or writing fails. */
static int rejects_write(struct rejects *r, const char *why, const char *source, uint64_t position, struct span raw,
	struct err *e)
{
	struct buf *b = &r->line;
	buf_reset(b);
	if (buf_adds(b, "{\"error\":") < 0 || json_quote(span_of(why), b) < 0 || buf_adds(b, ",\"source\":") < 0 ||
		json_quote(span_of(source), b) < 0 || buf_addf(b, ",\"position\":%" PRIu64 ",\"raw\":", position) < 0 ||
		json_quote(raw, b) < 0 || buf_addc(b, '}') < 0)
		return err_set(e, EX_OSERR, "%s: out of memory: a dead letter of %zu bytes", r->path, raw.n);
	return aside_add(&r->file, SPAN_NONE, buf_span(b), e) < 0 ? -1 : aside_flush(&r->file, e);
}

int rejects_add(struct rejects *r, const char *kind, const char *why, const char *source, uint64_t position,
	struct span raw, struct err *e)
{
	r->total++;
	struct reject_kind *k = rejects_count(r, kind);
	if (!follows_its_like(r, kind, why, position) && (!k || k->reported < REPORTED_MAX)) {
		diag("%s%c%" PRIu64 ": %s", source, r->separator ? r->separator : ':', position, why);
		if (k)
			k->reported++;
	}
	if (r->announces)
		diag("rejected lines are kept in %s", r->path);
	r->announces = false;
	return aside_is_open(&r->file) ? rejects_write(r, why, source, position, raw, e) : 0;
}

/* Reports what was counted, and closes the file. Rejected lines make the exit status EX_DATAERR only if they are lost.
 * With --reject, the file keeps them. */
int rejects_finish(struct rejects *r, struct err *e)
{
	char text[AMOUNT_TEXT_MAX];
	for (size_t i = 0; i < r->kind_count; i++)
		if (r->kinds[i].count > r->kinds[i].reported)
			diag("... and %s more: %s", amount_format(r->kinds[i].count - r->kinds[i].reported, text),
				r->kinds[i].name);
	if (!r->path)
		return r->total > 0 ? EX_DATAERR : 0;
	return aside_close(&r->file, e);
}
