/* queue.c -- events that were read and wait to be added to their groups.
 *
 * If there are more groups than the processor's cache holds, most of the time of an event is spent waiting for its
 * group to come from memory. So up to QUEUE_EVENTS events wait together, and their accesses to memory overlap. When an
 * event enters the queue, the slot of its key in the hash table is prefetched. When the queue is flushed, all records
 * are prefetched before the first one is used. If there are few groups, no event waits.
 *
 * Invariant: events keep their order, and nothing else happens to the store while events wait. The queue is flushed
 * before a control line, before a change of bounds (except for sessions, whose groups are all in one table), before the
 * watermark moves, before --emit DURATION writes rows, and before the reader changes its buffer. So waiting changes no
 * result. */
#include "sp-agg/queue.h"
#include "program/filter.h"
#include "sp-agg/values.h"
#include "window/watermark.h"

int queue_init(struct queue *q, const struct plan *plan, struct store *store, struct err *e)
{
	*q = (struct queue){ .store = store, .plan = plan, .current = &q->events[0] };
	for (size_t i = 0; i < QUEUE_EVENTS; i++) {
		struct event *ev = &q->events[i];
		buf_init(&ev->key_text, (size_t)1 << 30);
		buf_init(&ev->spelling, (size_t)1 << 30);
		ev->fold.args = calloc(plan->arg_set_count + 1, FOLD_ARGS * sizeof(struct value));
		if (!ev->fold.args)
			return err_oom(e, "the arguments of an event");
		/* values_read() changes only the entries of sets with a condition, so the others stay true. */
		memset(ev->fold.use, true, sizeof ev->fold.use);
	}
	return 0;
}

void queue_release(struct queue *q)
{
	for (size_t i = 0; i < QUEUE_EVENTS; i++)
		event_release(&q->events[i]);
}

/* Adds EV to the store. Then, if the type of the store has watermark_by_events, moves the watermark by the start of
 * EV's bounds, which is the time of EV. Returns 0, or -1 with E set. */
static int store_event(struct queue *q, const struct event *ev, struct err *e)
{
	struct store *s = q->store;
	int r = s->type->take(s->self, ev, e);
	if (r < 0 && e->status == EX_DATAERR)
		err_context(e, FILTER_INPUT ":%llu", (unsigned long long)ev->line);
	bounds_restore(ev);
	if (r == 0 && s->type->watermark_by_events)
		return store_advance(s, watermark_of(s->env.windowing, ev->bounds.start), e);
	return r;
}

int queue_flush(struct queue *q, struct err *e)
{
	size_t n = q->waiting;
	int r = 0;
	q->current = &q->events[0];
	if (n == 0)
		return 0;
	q->waiting = 0;
	const struct table *t = q->store->type->next_table(q->store->self);
	for (size_t i = 0; i < n && t; i++)
		table_prefetch_record(t, q->events[i].fold.hash);
	for (size_t i = 0; i < n; i++) {
		if (r == 0)
			r = store_event(q, &q->events[i], e);
		else
			bounds_restore(&q->events[i]);
	}
	return r;
}

/* An event waits only if there are many groups, and its values stay valid after the next event is read. */
int queue_take(struct queue *q, struct err *e)
{
	enum { FEW = 4096 }; /* fewer groups than this fit into the cache */
	struct event *ev = q->current;
	ev->fold.hash = table_hash(ev->fold.key);
	ev->fold.seq = q->count++;
	const struct table *t = q->store->type->next_table(q->store->self);
	bool few = !t || t->count < FEW;
	if (few && q->waiting == 0)
		return store_event(q, ev, e);
	q->waiting++;
	if (few || q->waiting == QUEUE_EVENTS || !values_survive(q->plan, ev))
		return queue_flush(q, e);
	table_prefetch(t, ev->fold.hash);
	q->current++;
	return 0;
}
