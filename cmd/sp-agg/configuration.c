/* configuration.c -- what the state of sp-agg depends on, as text in a checkpoint.
 *
 * Every text has all lines. So two texts can be compared line by line, and a message can name the line that differs. */
#include "sp-agg/configuration.h"
#include "base/dur.h"
#include <inttypes.h>

/* Appends TEXT with blanks in place of line breaks, because a newline ends the line of the configuration. */
static int add_text(struct buf *out, const char *text)
{
	size_t from = out->n;
	if (buf_adds(out, text) < 0)
		return -1;
	for (size_t i = from; i < out->n; i++)
		if ((unsigned char)out->p[i] < ' ')
			out->p[i] = ' ';
	return 0;
}

/* Appends the name of column or key NAME and "=" unless TEXT alone gives the same name. */
static int add_keys(const struct plan *p, struct buf *out)
{
	if (p->key_count == 0)
		return buf_adds(out, "none");
	for (size_t i = 0; i < p->key_count; i++) {
		const struct key_column *k = &p->keys[i];
		const char *name = exprs_name(p->x, k->expr);
		if (i > 0 && buf_adds(out, ", ") < 0)
			return -1;
		if ((!name || strcmp(name, k->name) != 0) && (add_text(out, k->name) < 0 || buf_addc(out, '=') < 0))
			return -1;
		if (add_text(out, exprs_source(p->x, k->expr)) < 0)
			return -1;
	}
	return 0;
}

static int add_columns(const struct plan *p, struct buf *out)
{
	if (p->result_count == 0)
		return buf_adds(out, "none");
	for (size_t i = 0; i < p->result_count; i++)
		if ((i > 0 && buf_adds(out, ", ") < 0) || add_text(out, p->results[i].text) < 0)
			return -1;
	return 0;
}

/* Appends "10 by -n per country". */
static int add_top(const struct config *c, const struct plan *p, struct buf *out)
{
	const char *before = " per ";
	if (!c->top)
		return buf_adds(out, "none");
	if (buf_addf(out, "%" PRId64 " by %s", c->top, c->ascending ? "-" : "") < 0 ||
		add_text(out, p->results[c->order].name) < 0)
		return -1;
	for (size_t i = 0; i < p->key_count; i++) {
		if (!c->per[i])
			continue;
		if (buf_adds(out, before) < 0 || add_text(out, p->keys[i].name) < 0)
			return -1;
		before = ", ";
	}
	return 0;
}

/* The interval of --emit DURATION is left out, because the state does not depend on it. */
int configuration_write(const struct config *c, const struct plan *p, struct buf *out, struct err *e)
{
	static const char *const emit[] = { "close", "update", "at intervals" };
	int r = buf_adds(out, "--by: ") < 0 || add_keys(p, out) < 0 || buf_adds(out, "\ncolumns: ") < 0 ||
			add_columns(p, out) < 0 || buf_addf(out, "\n--emit: %s\n--count: ", emit[c->emit]) < 0 ||
			(c->count ? buf_addf(out, "%" PRId64, c->count) : buf_adds(out, "none")) < 0 ||
			buf_addf(out, "\n--overflow: %s\n--top: ", c->overflow_other ? "other" : "error") < 0 ||
			add_top(c, p, out) < 0 || buf_addc(out, '\n') < 0 ?
		-1 :
		0;
	return r < 0 ? err_oom(e, "the configuration") : 0;
}

/* Appends BEFORE and the length L. */
static void add_length(struct buf *out, const char *before, struct window_length l)
{
	char text[WINDOW_LENGTH_TEXT_MAX];
	(void)buf_addf(out, "%s%s", before, l.unit == LENGTH_MS ? dur_format(l.ms, text) : window_length_text(l, text));
}

/* Appends BEFORE and the duration MS, unless MS is 0. */
static void add_duration(struct buf *out, const char *before, int64_t ms)
{
	char text[32];
	if (ms != 0)
		(void)buf_addf(out, "%s%s", before, dur_format(ms, text));
}

void configuration_windows(const struct windowing *w, struct buf *out)
{
	static const char *const kinds[] = { "tumbling ", "hopping ", "cumulating ", "session " };
	(void)buf_adds(out, w ? kinds[w->kind] : "none");
	if (!w)
		return;
	if (w->kind == WINDOW_SESSION)
		add_duration(out, "", w->gap);
	else
		add_length(out, "", w->size);
	if (w->kind == WINDOW_HOPPING || w->kind == WINDOW_CUMULATE)
		add_length(out, " every ", w->advance);
	add_duration(out, ", offset ", w->offset);
	add_duration(out, ", lateness ", w->lateness);
	if (w->zone)
		(void)buf_addf(out, ", %s", w->tz);
}

/* Returns the value of the line NAME of TEXT; SPAN_NONE if there is no such line. */
static struct span line_value(struct span text, const char *name)
{
	size_t n = strlen(name);
	while (text.n > 0) {
		const char *newline = memchr(text.p, '\n', text.n);
		size_t length = newline ? (size_t)(newline - text.p) : text.n;
		if (length >= n + 2 && memcmp(text.p, name, n) == 0 && text.p[n] == ':')
			return (struct span){ text.p + n + 2, length - n - 2 };
		length += newline != NULL;
		text = (struct span){ text.p + length, text.n - length };
	}
	return SPAN_NONE;
}

int configuration_upgrade(struct span old, struct span now, const char *open, struct err *e)
{
	static const char *const fixed[] = { "--by", "--emit", "--count", "--overflow" };
	for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
		struct span before = line_value(old, fixed[i]), after = line_value(now, fixed[i]);
		if (!span_eq(before, after))
			return err_set(e, EX_DATAERR,
				"%s was '%.*s' and is '%.*s', which --upgrade cannot bridge, with %s open: run the old "
				"line with --end first",
				fixed[i], SPAN_ARG(before), SPAN_ARG(after), open);
	}
	return 0;
}
