/* values.c -- reads the arguments of the functions for one event.
 *
 * All expressions of an event are evaluated, and all functions have accepted their arguments, before any state changes.
 * So a rejected event changes nothing. A function that takes numbers accepts every number. So in the common case, where
 * all functions take numbers and all arguments are numbers, no check() is called. */
#include "sp-agg/values.h"
#include "sp-agg/eval.h"

/* Sets the value of the number V, so that no function needs to parse the text again. An exact number loses its text. A
 * number that is not exact keeps its text, which has more digits. A text that only begins like a number does not
 * change, and neither does a number that is too large to compute with. check() will reject both. */
static void read_number(struct value *v)
{
	if (num_parse(v->text, &v->num) < 0)
		return;
	if (v->num.exact)
		v->text = SPAN_NONE;
	else if (num_too_large(&v->num, v->text))
		return;
	v->is_num = true;
}

/* Evaluates the elements FIRST to END - 1 of p->arguments. Sets *CHECK to true if check() must be called: a function of
 * numbers gets a value that is not a number, or a function that keeps values gets a text that is not valid JSON.
 * Returns 0, or -1 with E set. */
static int read_arguments(const struct plan *p, struct event *ev, size_t first, size_t end, bool *check, struct err *e)
{
	struct value *args = ev->fold.args;
	for (const struct argument *g = p->arguments + first, *last = p->arguments + end; g < last; g++) {
		struct value *v = &args[g->args_index];
		if (eval(p->x, g->expr, g->current_text, v, e) < 0)
			return err_context(e, "%s", g->name);
		if (g->kept && !v->is_num && !json_valid_fast(v->text, v->type))
			*check = true;
		if (!g->numeric)
			continue;
		if (v->type == JSON_NUMBER && !v->is_num)
			read_number(v);
		*check = *check || !v->is_num;
	}
	return 0;
}

/* Evaluates the conditions, and the arguments of the sets whose condition is true. Sets *CHECK to true if check() must
 * be called for one of these arguments. Returns 0, or -1 with E set. */
static int read_conditional(const struct plan *p, struct event *ev, bool *check, struct err *e)
{
	for (size_t i = 0; i < p->conditional_count; i++) {
		size_t n = p->conditional[i];
		const struct arg_set *s = &p->arg_sets[n];
		struct value where;
		if (exprs_eval(p->x, s->where, &where, e) < 0)
			return err_context(e, "%s", s->name);
		ev->fold.use[n] = value_true(&where);
		if (ev->fold.use[n] && read_arguments(p, ev, s->first, s->end, check, e) < 0)
			return -1;
	}
	return 0;
}

int values_read(const struct plan *p, struct event *ev, struct err *e)
{
	/* CHECK also becomes true if a function of numbers gets another value, or a function that keeps values gets
	 * text that is not valid JSON. */
	bool check = p->check_always;
	if (read_arguments(p, ev, 0, p->unconditional_count, &check, e) < 0 || read_conditional(p, ev, &check, e) < 0)
		return -1;
	if (!check)
		return 0;
	for (const struct fold_check *c = p->checks, *end = c + p->check_count; c < end; c++) {
		struct value *args = &ev->fold.args[c->arg_set * FOLD_ARGS];
		/* Skips a function whose condition is false, and a function of numbers whose argument is a number. */
		if (!ev->fold.use[c->arg_set] || (c->numeric && args->is_num))
			continue;
		if (c->fold->type->check(c->fold, args, e) < 0)
			return err_context(e, "%s", c->fold->name);
	}
	return 0;
}

/* Returns true if V is a null, a number without text, or text in the line of EV. */
static bool survives(const struct event *ev, const struct value *v)
{
	return v->type == JSON_NULL || !v->text.p || (v->text.p >= ev->text.p && v->text.p < ev->text.p + ev->text.n);
}

/* The result of an expression that is not a path is in memory that the next exprs_event() overwrites. */
bool values_survive(const struct plan *p, const struct event *ev)
{
	struct span key = ev->fold.key;
	if (key.p != ev->key_text.p && (key.p < ev->text.p || key.p >= ev->text.p + ev->text.n))
		return false;
	for (size_t i = 0; i < p->argument_count; i++) {
		size_t at = p->arguments[i].args_index;
		/* If a condition is false, the arguments of its set were not evaluated. */
		if (ev->fold.use[at / FOLD_ARGS] && !survives(ev, &ev->fold.args[at]))
			return false;
	}
	return true;
}
