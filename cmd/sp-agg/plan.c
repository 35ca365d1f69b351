/* plan.c -- what sp-agg computes: which expressions are evaluated for each event, and in which order.
 *
 * Functions often share arguments: avg(.ms), max(.ms) and p99=quantile(.ms, 0.99) need .ms once. Each distinct
 * combination of arguments and condition is an argument set. Sets without a condition come first in the list of
 * arguments, so that the common case is one loop; each set with one follows as a range of its own, which is skipped
 * when the condition is false. */
#include "sp-agg/plan.h"
#include "sp-agg/columns.h"

int plan_init(struct plan *p, struct err *e)
{
	*p = (struct plan){ .x = exprs_new(e) };
	buf_init(&p->names, 1 << 20);
	return p->x ? 0 : -1;
}

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->key_count; i++)
		free(p->keys[i].name);
	fold_plan_release(&p->folds);
	buf_release(&p->names);
	exprs_free(p->x);
}

/* Finds the arguments of fold number I among the sets there are, or adds a set. */
static void find_arg_set(struct plan *p, size_t i)
{
	const struct fold *f = &p->folds.folds[i];
	struct arg_set s = { .where = f->where, .numeric = f->type->numeric, .name = f->name };
	memcpy(s.args, f->args, sizeof s.args);
	size_t at = 0;
	while (at < p->arg_set_count &&
		(p->arg_sets[at].where != s.where || p->arg_sets[at].numeric != s.numeric ||
			memcmp(p->arg_sets[at].args, s.args, sizeof s.args) != 0))
		at++;
	if (at == p->arg_set_count)
		p->arg_sets[p->arg_set_count++] = s;
	p->folds.arg_set_of[i] = at;
}

int plan_add_fold(struct plan *p, const char *text, struct err *e)
{
	struct fold_plan *folds = &p->folds;
	if (folds->fold_count == FOLDS_MAX)
		return err_set(e, EX_USAGE, "more than %d functions", FOLDS_MAX);
	struct fold *f = &folds->folds[folds->fold_count];
	if (fold_parse(f, text, p->x, e) < 0)
		return -1;
	p->timed = p->timed || f->type->by_time;
	find_arg_set(p, folds->fold_count);
	folds->fold_count++;
	return 0;
}

/* Appends the arguments of set number N to the list. */
static void list_arguments(struct plan *p, size_t n)
{
	struct arg_set *s = &p->arg_sets[n];
	s->first = p->argument_count;
	for (size_t i = 0; i < FOLD_ARGS; i++)
		if (s->args[i] >= 0)
			p->arguments[p->argument_count++] = (struct argument){ .at = n * FOLD_ARGS + i,
				.expr = s->args[i],
				.text = exprs_text(p->x, s->args[i]),
				.numeric = s->numeric,
				.name = s->name };
	s->end = p->argument_count;
}

int plan_finish(struct plan *p, struct err *e)
{
	if (columns_finish(p, e) < 0)
		return -1;
	for (size_t i = 0; i < p->key_count; i++)
		p->keys[i].text = exprs_text(p->x, p->keys[i].expr);
	for (size_t i = 0; i < p->arg_set_count; i++)
		if (p->arg_sets[i].where < 0)
			list_arguments(p, i);
		else
			p->conditional[p->conditional_count++] = i;
	p->always_count = p->argument_count;
	for (size_t i = 0; i < p->conditional_count; i++)
		list_arguments(p, p->conditional[i]);
	for (size_t i = 0; i < p->folds.fold_count; i++) {
		if (!p->folds.folds[i].type->check)
			continue;
		p->checks[p->check_count++] = i;
		p->check_each = p->check_each || !p->arg_sets[p->folds.arg_set_of[i]].numeric;
	}
	return 0;
}
