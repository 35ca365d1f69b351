/* results.c -- writes the keys and results of a group as members of a JSON object.
 *
 * Results are written in the order of the command line. A derived column is computed from the members that the row has
 * already. */
#include "sp-agg/results.h"
#include "sp-agg/derived.h"

int results_too_long(const struct buf *row, struct err *e)
{
	return err_set(e, EX_DATAERR, "a row would be longer than %zu bytes: collect fewer values", row->max);
}

/* Copies S to P, which has room for it. Returns the position after the copy. */
static char *put(char *p, struct span s)
{
	memcpy(p, s.p, s.n);
	return p + s.n;
}

int results_add_keys(const struct plan *plan, struct span key, struct buf *row, struct err *e)
{
	const struct span name_other = SPAN("\"__other__\"");
	bool other = span_eq(key, GROUP_KEY_OTHER);
	const char *from = key.p, *end = key.p + key.n;
	/* Makes room once for the longest text that is possible. So the parts can be copied without checks. */
	char *p = buf_room(row, plan->names.n + key.n + plan->key_count * (name_other.n + 1));
	if (!p)
		return results_too_long(row, e);
	for (size_t i = 0; i < plan->key_count; i++) {
		const char *stop = i + 1 < plan->key_count && !other ? memchr(from, '\n', (size_t)(end - from)) : end;
		p = put(p, plan_column(plan, i));
		p = put(p, other ? name_other : (struct span){ from, (size_t)(stop - from) });
		*p++ = ',';
		from = stop + 1;
	}
	row->n = (size_t)(p - row->p);
	return 0;
}

/* Computes column I of P, a derived column, from the members of ROW, and stores the value in p->derived. The expression
 * reads ROW as a JSON object, so ROW ends with a brace while the expression is computed. The value is not appended to
 * ROW directly, because it can point into ROW. Returns 0, or -1 with E set. */
static int eval_derived(struct plan *p, size_t i, struct buf *row, struct err *e)
{
	size_t n = row->n;
	bool comma = row->p[n - 1] == ',';
	row->n -= comma;
	if (buf_addc(row, '}') < 0)
		return results_too_long(row, e);
	buf_reset(&p->derived);
	int status = derived_eval(p, i, buf_span(row), &p->derived, e);
	if (comma)
		row->p[n - 1] = ',';
	row->n = n;
	return status;
}

int results_add(struct plan *p, const char *record, const struct pool *pool, size_t count, struct buf *row,
	struct buf *last, struct err *e)
{
	size_t start = row->n;
	for (size_t i = 0; i < count; i++) {
		const struct result_column *r = &p->results[i];
		if (r->derived && eval_derived(p, i, row, e) < 0)
			return -1;
		if (buf_add_span(row, plan_column(p, p->key_count + i)) < 0)
			return results_too_long(row, e);
		start = row->n;
		/* result() appends JSON text. For a group without values, this text is for example null for max(.ms)
		 * and 0 for count, as in SQL. */
		const struct fold *f = &p->folds.folds[r->fold];
		if ((r->derived ? buf_add_span(row, buf_span(&p->derived)) :
				  f->type->result(f, record + f->offset, pool, row)) < 0 ||
			buf_addc(row, ',') < 0)
			return results_too_long(row, e);
	}
	if (last && buf_add(last, row->p + start, row->n - 1 - start) < 0)
		return err_oom(e, "the ranking of --top");
	return 0;
}
