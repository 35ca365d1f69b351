/* store.c -- the part of a store that all types share, and the watermark.
 *
 * The watermark never moves back. When the watermark moves, the store fires the windows that are now complete before it
 * takes the next event. */
#include "sp-agg/store/store.h"
#include "base/amount.h"

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

/* Sets the watermark to that at which every window up to END is forgotten, unless it is there already. */
static void watermark_pass(struct store_env *env, int64_t end)
{
	int64_t lateness = env->windowing ? env->windowing->lateness : 0;
	if (end != INT64_MIN && end - 1 + lateness > env->watermark)
		env->watermark = end - 1 + lateness;
}

/* The rows are written as at the end of the input. A new, empty store then takes the place of the old one, because
 * finish() leaves a store in a state that takes no more events. */
int store_close(struct store *s, struct err *e)
{
	if (!s->type)
		return 0;
	int64_t watermark = s->env.watermark, last_end = s->type->last_end ? s->type->last_end(s->self) : INT64_MIN;
	if (store_finish(s, e) < 0)
		return -1;
	s->env.ended = false;
	s->env.watermark = watermark;
	watermark_pass(&s->env, last_end);
	s->type->free(s->self);
	s->self = s->type->open(&s->env, e);
	if (!s->self)
		s->type = NULL;
	return s->self ? 0 : -1;
}

struct store_size store_size(const struct store *s)
{
	return s->type ? s->type->size(s->self) : (struct store_size){ .part = "window" };
}

void store_describe(const struct store *s, struct buf *out)
{
	struct store_size size = store_size(s);
	char n[AMOUNT_TEXT_MAX];
	if (size.keys == 0)
		return;
	(void)buf_addf(out, "%s key%s", amount_format(size.keys, n), size.keys == 1 ? "" : "s");
	if (size.parts > 0)
		(void)buf_addf(out, " in %s %s%s", amount_format(size.parts, n), size.part, size.parts == 1 ? "" : "s");
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
