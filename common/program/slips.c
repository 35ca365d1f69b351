/* slips.c -- tells the user about mistakes in expressions that only the events show, such as a field that no event has.
 *
 * Nothing fails because of such a mistake, and the exit status does not change. The message is printed at the end of
 * the run. Before that, the status line shows a short form of the message. */
#include "program/slips.h"
#include "base/diag.h"

enum { SLIPS_BYTES_MAX = 64 << 10 };

/* Appends to OUT what the expression of USE is for, and its text, such as "--by .url". Returns 0, or -1 if OUT is
 * full. */
static int add_label(const struct slip_use *use, struct buf *out)
{
	const char *source = use->source ? use->source : exprs_source(use->x, use->number);
	return buf_addf(out, "%s%s%s", use->what, *use->what ? " " : "", source);
}

void slips_print(const struct slip_use *use)
{
	struct buf label, lines;
	buf_init(&label, SLIPS_BYTES_MAX * 2);
	buf_init(&lines, SLIPS_BYTES_MAX);
	if (add_label(use, &label) == 0 && exprs_slips(use->x, use->number, &lines) == 0) {
		struct span rest = buf_span(&lines);
		while (rest.n > 0) {
			size_t n = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);
			diag("%.*s: %.*s", SPAN_ARG(buf_span(&label)), (int)n, rest.p);
			rest = (struct span){ rest.p + n + 1, rest.n - n - 1 };
		}
	}
	buf_release(&label);
	buf_release(&lines);
}

/* The status line must be short. So the message is cut before the list of fields, which is in parentheses, or before
 * the advice, which follows a semicolon. */
bool slips_describe(const struct slip_use *use, struct buf *out)
{
	struct buf lines;
	buf_init(&lines, SLIPS_BYTES_MAX);
	bool any = exprs_slips(use->x, use->number, &lines) == 0 && lines.n > 0;
	if (any) {
		size_t n = 0;
		while (lines.p[n] != '\n' && lines.p[n] != '(' && lines.p[n] != ';')
			n++;
		n -= lines.p[n] == '(' && n > 0; /* drops the blank before the parenthesis */
		if (buf_adds(out, "; ") == 0 && add_label(use, out) == 0)
			buf_addf(out, ": %.*s", (int)n, lines.p);
	}
	buf_release(&lines);
	return any;
}
