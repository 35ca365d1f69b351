/* fold_state.h -- one state of a function with a pool of its own, and events to add to it. */
#ifndef FOLD_FOLD_STATE_H
#define FOLD_FOLD_STATE_H
#include "check.h"
#include "fold/fold.h"

/* An event: its event time in ms, and its JSON object. */
struct event {
	int64_t ts;
	const char *json;
};

/* A state with a pool of its own. */
struct state {
	struct pool pool;
	void *at;
};

static inline void state_init(struct state *s, const struct fold *f)
{
	pool_init(&s->pool);
	s->at = malloc(f->type->state_size);
	CHECK(s->at != NULL);
	fold_init(f, s->at);
}

static inline void state_free(struct state *s, const struct fold *f)
{
	if (f->type->release)
		f->type->release(f, s->at, &s->pool);
	free(s->at);
	pool_release(&s->pool);
}

/* Adds event number SEQ to S. Returns 0; 1 if it was rejected, with the reason in E. */
static inline int feed(struct state *s, const struct fold *f, struct exprs *x, const struct event *ev, uint64_t seq,
	struct err *e)
{
	struct value args[FOLD_ARGS] = { 0 }, where;
	if (exprs_event(x, span_of(ev->json), e) < 0)
		return 1;
	for (int i = 0; i < FOLD_ARGS; i++)
		if (f->args[i] >= 0 && exprs_eval(x, f->args[i], &args[i], e) < 0)
			return 1;
	if (f->where >= 0 && exprs_eval(x, f->where, &where, e) < 0)
		return 1;
	if (f->where >= 0 && !value_true(&where))
		return 0;
	if (f->type->check && f->type->check(f, args, e) < 0)
		return 1;
	CHECK(f->type->add(f, s->at, &s->pool, args, ev->ts, seq) == 0);
	return 0;
}
#endif
