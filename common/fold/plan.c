/* plan.c -- all aggregate functions of a program, and the record that keeps their states.
 *
 * One record has the states of all functions of a group, so that an event touches one block of memory. Every loop in
 * this file visits the folds in the order of the columns. Events are not checked here: check() of every fold has
 * accepted them already. So adding an event fails only if memory is exhausted, and then the run ends. */
#include "fold/plan.h"

/* Places the states in the order of the columns. Folds read and write whole words of 8 bytes, so each state begins at a
 * multiple of 8. */
void fold_plan_layout(struct fold_plan *p, size_t header_bytes)
{
	size_t n = header_bytes;
	for (size_t i = 0; i < p->fold_count; i++) {
		struct fold *f = &p->folds[i];
		f->offset = n;
		n += (f->type->state_size + 7) & ~(size_t)7;
		p->bound[i] = (struct bound_fold){ f->type->add, f, f->offset, p->arg_set_of[i] };
	}
	p->header_bytes = header_bytes;
	p->record_bytes = n ? n : 8; /* a record must not be empty */
}

void fold_plan_release(struct fold_plan *p)
{
	for (size_t i = 0; i < p->fold_count; i++)
		fold_release(&p->folds[i]);
	p->fold_count = 0;
}

/* Sets E to "out of memory" with advice that suits every caller: each program that groups events has options to limit
 * the groups. Returns -1. */
static int states_oom(struct err *e)
{
	return err_oom(e, "the groups: group by fewer keys, or limit them with --max-keys or --max-state");
}

void fold_states_init(const struct fold_plan *p, char *record)
{
	for (size_t i = 0; i < p->fold_count; i++) {
		const struct fold *f = &p->folds[i];
		fold_init(f, record + f->offset);
	}
}

/* Adds EV to each state. This is the innermost loop of sp-agg, so it reads only bound[], which takes less memory than
 * folds[]. Returns 0, or -1 with E set. */
int fold_states_add(const struct fold_plan *p, char *record, struct pool *pool, const struct fold_event *ev,
	struct err *e)
{
	for (const struct bound_fold *b = p->bound, *end = b + p->fold_count; b < end; b++)
		if (ev->use[b->arg_set] &&
			b->add(b->fold, record + b->offset, pool, &ev->args[b->arg_set * FOLD_ARGS], ev->ts, ev->seq) <
				0)
			return states_oom(e);
	return 0;
}

/* Merges each state of FROM into the state of INTO for the same column. The result does not depend on how events were
 * divided: sums are exact, and states keep arrival numbers. Returns 0, or -1 with E set. */
int fold_states_merge(const struct fold_plan *p, char *into, struct pool *pool, const char *from,
	const struct pool *from_pool, struct err *e)
{
	const struct fold *f = p->folds;
	for (size_t i = 0; i < p->fold_count; i++, f++)
		if (f->type->merge(f, into + f->offset, pool, from + f->offset, from_pool) < 0)
			return states_oom(e);
	return 0;
}

void fold_states_save(const struct fold_plan *p, const char *record, const struct pool *pool, struct save *s)
{
	const struct fold *f = p->folds;
	for (size_t i = 0; i < p->fold_count; i++, f++)
		f->type->save(f, record + f->offset, pool, s);
}

/* Reads the state of a column that is not kept, and drops it. Only its function knows where the state ends. Returns 0,
 * or -1 if memory is exhausted. */
static int state_drop(const struct fold *f, struct load *l)
{
	struct pool pool;
	void *state = calloc(1, f->type->state_size);
	pool_init(&pool);
	int r = state ? f->type->load(f, state, &pool, l) : -1;
	pool_release(&pool);
	free(state);
	return r;
}

/* Reads the states in the order in which they were saved. Returns 0, or -1 with E set. */
int fold_states_load(const struct fold_plan *p, const struct fold_map *map, char *record, struct pool *pool,
	struct load *l, struct err *e)
{
	size_t count = map ? map->count : p->fold_count;
	for (size_t i = 0; i < count && !load_failed(l); i++) {
		int to = map ? map->to[i] : (int)i;
		const struct fold *f = to < 0 ? &map->dropped[i] : &p->folds[to];
		int r = to < 0 ? state_drop(f, l) : f->type->load(f, record + f->offset, pool, l);
		if (r < 0)
			return states_oom(e);
	}
	return 0;
}

/* Each state has at least one byte. */
size_t fold_states_least(const struct fold_plan *p, const struct fold_map *map)
{
	return map ? map->count : p->fold_count;
}

/* A caller needs this only to remove a single record: releasing a whole pool frees the blocks of all states. */
void fold_states_release(const struct fold_plan *p, char *record, struct pool *pool)
{
	for (size_t i = 0; i < p->fold_count; i++) {
		const struct fold *f = &p->folds[i];
		if (f->type->release)
			f->type->release(f, record + f->offset, pool);
	}
}
