/* fuzz_fold_load.c -- loading the states of groups from any bytes.
 *
 * The first byte of the input selects a column; the others are saved groups with this column and count. They are loaded
 * or refused. Loaded groups are saved, which gives bytes that must be loaded and saved as the same bytes. They are also
 * merged into others, and all results are computed. */
#include "fold/groups.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool c)
{
	if (!c)
		abort();
}

static int save_write(void *arg, const void *p, size_t n, struct err *e)
{
	return buf_add(arg, p, n) < 0 ? err_oom(e, "a test") : 0;
}

static void save(const struct groups *g, struct buf *out)
{
	struct err e = ERR_INIT;
	struct save s;
	buf_init(out, FOLD_RESULT_MAX);
	must(save_init(&s, save_write, out, &e) == 0);
	groups_save(g, &s);
	must(save_finish(&s, &e) == 0);
	save_release(&s);
}

static void results(const struct fold_plan *plan, const struct groups *g)
{
	for (uint32_t i = 0; i < g->table.next; i++)
		for (size_t k = 0; k < plan->fold_count; k++) {
			const struct fold *f = &plan->folds[k];
			const char *record = table_at(&g->table, i, NULL);
			struct buf out;
			buf_init(&out, FOLD_RESULT_MAX);
			(void)f->type->result(f, record + f->offset, &g->pool, &out);
			buf_release(&out);
		}
}

/* Saves and loads G again, and merges it into an empty table twice. */
static void use(const struct fold_plan *plan, struct group_budget *budget, const struct groups *g)
{
	struct buf first, second;
	struct err e = ERR_INIT;
	save(g, &first);
	struct load l = load_from(buf_span(&first));
	struct groups *again = groups_load(plan, budget, NULL, &l, &e);
	must(again && load_finish(&l, &e) == 0);
	save(again, &second);
	must(span_eq(buf_span(&first), buf_span(&second)));
	results(plan, again);
	must(groups_merge(again, g, &e) == 0);
	results(plan, again);
	groups_free(again);
	buf_release(&first);
	buf_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const columns[] = { "n=count(.x)", "n=sum(.x)", "n=avg(.x)", "n=var(.x)", "n=stddev(.x)",
		"n=min(.y)", "n=arg_max(.x, .y)", "n=first(.y)", "n=delta(.x)", "n=rate(.x)", "n=duration",
		"n=count_distinct(.y)", "n=approx_distinct(.x)", "n=quantile(.x, 0.93)", "n=approx_quantile(.x, 0.5)",
		"n=topk(.y, 2)", "n=histogram(.x, -1, 1.5, 7)", "n=collect(.y)", "n=collect_set(.y)" };
	enum { COLUMNS = sizeof columns / sizeof columns[0] };
	static struct fold_plan plan;
	struct err e = ERR_INIT;
	struct group_budget budget = { 0 };
	if (size == 0)
		return 0;
	struct exprs *x = exprs_new(&e);
	must(x && fold_parse(&plan.folds[0], columns[data[0] % COLUMNS], x, &e) == 0);
	must(fold_parse(&plan.folds[1], "c=count", x, &e) == 0);
	plan.fold_count = 2;
	fold_plan_layout(&plan, data[0] / COLUMNS % 2 ? sizeof(struct group_header) : 0);
	/* in a block of its own, so that the sanitizer notices reading past its end */
	char *bytes = malloc(size);
	must(bytes != NULL);
	memcpy(bytes, data + 1, size - 1);
	struct load l = load_from((struct span){ bytes, size - 1 });
	struct groups *g = groups_load(&plan, &budget, NULL, &l, &e);
	must(g ? !load_failed(&l) : load_failed(&l) && e.status == EX_DATAERR);
	if (g)
		use(&plan, &budget, g);
	groups_free(g);
	must(budget.bytes == 0);
	fold_plan_release(&plan);
	exprs_free(x);
	free(bytes);
	return 0;
}
