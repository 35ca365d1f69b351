/* store.c -- the part of a store that all types share, and the watermark.
 *
 * The watermark never moves back. When the watermark moves, the store fires the windows that are now complete before it
 * takes the next event. */
#include "sp-agg/store/store.h"

/* The layout of records comes first: open() makes tables, and a table needs the size of a record. */
int store_open(struct store *s, const struct store_type *type, struct fold_plan *plan, enum bounds_kind kind,
	struct err *e)
{
	s->env.kind = kind;
	fold_plan_layout(plan, type->header_bytes(&s->env));
	s->self = type->open(&s->env, e);
	if (!s->self)
		return -1;
	s->type = type;
	return 0;
}

/* A store that was never opened may be released as well. */
void store_release(struct store *s)
{
	if (s->type)
		s->type->free(s->self);
	s->type = NULL;
	s->self = NULL;
}

int store_advance(struct store *s, int64_t ms, struct err *e)
{
	if (ms <= s->env.watermark)
		return 0;
	s->env.watermark = ms;
	return s->type ? s->type->advance(s->self, e) : 0;
}

int store_emit_changed(struct store *s, struct err *e)
{
	return s->type && s->type->emit_changed ? s->type->emit_changed(s->self, e) : 0;
}

/* The end of the input counts as the last watermark, because no event can come after it. */
int store_finish(struct store *s, struct err *e)
{
	s->env.ended = true;
	s->env.watermark = INT64_MAX;
	return s->type ? s->type->finish(s->self, e) : 0;
}

int store_out_of_order(const struct store_env *env, const struct event *ev, struct err *e)
{
	char bounds[BOUNDS_TEXT_MAX];
	/* The text of the bounds ends with a comma, which the message replaces by the closing brace. */
	size_t n = bounds_write(env->kind, ev->bounds, bounds);
	return err_set(e, EX_DATAERR,
		"event %.*s} came after a watermark that closed its windows: something between sp-window and sp-agg has "
		"changed the order of lines (sort, a parallel filter, cat of streams whose times overlap): move it before "
		"sp-window",
		(int)(n - 1), bounds);
}
