/* values.c -- what an event holds: its key, its time, and the arguments of the functions.
 *
 * All expressions of an event are evaluated, and all functions asked, before any state is touched: an event that
 * is rejected changes nothing. */
#include "json/json_time.h"
#include "sp-agg/intake.h"

static void init_arguments(struct config *c, size_t n)
{
	struct shared *s = &c->shared[n];
	s->first = c->argument_count;
	for (size_t i = 0; i < FOLD_ARGS; i++)
		if (s->args[i] >= 0)
			c->arguments[c->argument_count++] = (struct argument){ .at = n * FOLD_ARGS + i,
				.expr = s->args[i],
				.text = exprs_text(c->x, s->args[i]),
				.numeric = s->numeric,
				.name = s->name };
	s->end = c->argument_count;
}

void values_init(struct config *c)
{
	for (size_t i = 0; i < c->key_count; i++)
		c->keys[i].text = exprs_text(c->x, c->keys[i].expr);
	for (size_t i = 0; i < c->shared_count; i++)
		if (c->shared[i].where < 0)
			init_arguments(c, i);
		else
			c->conditional[c->conditional_count++] = i;
	c->always_count = c->argument_count;
	for (size_t i = 0; i < c->conditional_count; i++)
		init_arguments(c, c->conditional[i]);
	for (size_t i = 0; i < c->fold_count; i++) {
		if (!c->folds[i].type->check)
			continue;
		c->checks[c->check_count++] = i;
		c->check_each = c->check_each || !c->shared[c->shared_of[i]].numeric;
	}
}

/* V, a number's text, as the number. */
static void read_number(struct value *v)
{
	if (num_parse(v->text, &v->num) < 0)
		v->num = num_from_i64(0); /* as value_num() */
	v->is_num = true;
	v->text = SPAN_NONE;
}

/* The arguments [FIRST, END) of the current event. *ODD: one that should be a number is none. */
static int read_arguments(struct agg *a, size_t first, size_t end, bool *odd, struct err *e)
{
	struct value *args = a->ev->args;
	for (const struct argument *g = a->c->arguments + first, *last = a->c->arguments + end; g < last; g++) {
		struct value *v = &args[g->at];
		if (value_eval(a->c->x, g->expr, g->text, v, e) < 0)
			return err_context(e, "%s", g->name);
		if (!g->numeric)
			continue;
		if (v->type == JSON_NUMBER && !v->is_num)
			read_number(v);
		*odd = *odd || !v->is_num;
	}
	return 0;
}

/* The arguments of the functions that are for some events only, for this one. */
static int read_conditional(struct agg *a, bool *odd, struct err *e)
{
	const struct config *c = a->c;
	for (size_t i = 0; i < c->conditional_count; i++) {
		size_t n = c->conditional[i];
		const struct shared *s = &c->shared[n];
		struct value where;
		if (exprs_eval(c->x, s->where, &where, e) < 0)
			return err_context(e, "%s", s->name);
		a->ev->use[n] = value_true(&where);
		if (a->ev->use[n] && read_arguments(a, s->first, s->end, odd, e) < 0)
			return -1;
	}
	return 0;
}

/* Every argument of every function, and every function asked whether it takes them. */
static int eval_folds(struct agg *a, struct err *e)
{
	const struct config *c = a->c;
	bool check = c->check_each;
	if (read_arguments(a, 0, c->always_count, &check, e) < 0 || read_conditional(a, &check, e) < 0)
		return -1;
	for (size_t i = 0; check && i < c->check_count; i++) {
		const struct fold *f = &c->folds[c->checks[i]];
		size_t s = c->shared_of[c->checks[i]];
		struct value *args = &a->ev->args[s * FOLD_ARGS];
		if (!a->ev->use[s] || (c->shared[s].numeric && args->is_num))
			continue; /* a number is what they all want */
		if (f->type->check(f, args, e) < 0)
			return err_context(e, "%s", f->name);
	}
	return 0;
}

/* What the time is where there is none at the path. */
static int no_time(struct agg *a, struct err *e)
{
	if (a->has_windowing)
		return err_set(e, EX_DATAERR,
			"no time at %s, though sp-window has read one there: a filter, or its --keep, "
			"has dropped it",
			a->w.time);
	a->ev->ts = a->mode == MODE_WINDOWS ? a->ev->b.end - 1 : a->last_ts;
	return 0;
}

/* E says what is wrong with the time, but the options it speaks of are not ours. */
static int bad_time(const struct agg *a, struct err *e)
{
	struct err why = *e;
	return err_set(e, EX_DATAERR, "%s: %s; %s", a->has_windowing ? a->w.time : ".ts", why.msg,
		a->has_windowing ? "sp-window could read it: a filter behind it has changed it" :
				   "let sp-capture read it first, sp-agg takes times as they come from there");
}

static int read_time(struct agg *a, struct err *e)
{
	struct event *ev = a->ev;
	struct value v;
	struct stamp t;
	if (a->mode == MODE_SESSIONS) {
		ev->ts = ev->b.start;
		return 0;
	}
	if (value_eval(a->c->x, a->time_expr, a->time_text, &v, e) < 0)
		return bad_time(a, e);
	if (v.type == JSON_NULL)
		return no_time(a, e);
	bool string = v.type == JSON_STRING && v.text.n > 2;
	if (string && time_read_cached(&a->minute_cache, (struct span){ v.text.p + 1, v.text.n - 2 }, &ev->ts) == 0)
		return 0;
	if (json_time_parse(a->time_format, v.text, &t, e) < 0)
		return bad_time(a, e);
	ev->ts = stamp_ms(t);
	return 0;
}

int values_read(struct agg *a, const char **kind, struct err *e)
{
	const struct event *ev = a->ev;
	size_t skip = ev->prefix ? ev->prefix - 1 : 0; /* a brace stands there now */
	*kind = "event that cannot be read";
	if (exprs_event(a->c->x, (struct span){ ev->text.p + skip, ev->text.n - skip }, e) < 0)
		return 1;
	*kind = "expression or value";
	if (keys_make(a, e) < 0 || eval_folds(a, e) < 0)
		return 1;
	*kind = "event without a time";
	if (a->c->timed)
		return read_time(a, e) < 0 ? 1 : 0;
	if (a->follows && read_time(a, e) < 0)
		a->ev->ts = INT64_MIN; /* a filter took it out: then the watermark lines are all there is */
	return 0;
}

/* Does V last as long as its line does? */
static bool lasts(const struct event *ev, const struct value *v)
{
	return v->type == JSON_NULL || v->is_num || (v->text.p >= ev->text.p && v->text.p < ev->text.p + ev->text.n);
}

bool values_last(const struct agg *a)
{
	const struct config *c = a->c;
	const struct event *ev = a->ev;
	if (ev->key.p != ev->key_text.p && (ev->key.p < ev->text.p || ev->key.p >= ev->text.p + ev->text.n))
		return false;
	for (size_t i = 0; i < c->argument_count; i++) {
		size_t at = c->arguments[i].at;
		if (ev->use[at / FOLD_ARGS] && !lasts(ev, &ev->args[at]))
			return false;
	}
	return true;
}
