/* queue.h -- events between reading and their groups, some of them at a time. */
#ifndef AGG_QUEUE_H
#define AGG_QUEUE_H
#include "sp-agg/store/store.h"

/* Events that can wait: so many groups are fetched from memory side by side. */
enum { QUEUE_EVENTS = 16 };

struct queue {
	struct store *store; /* borrowed */
	const struct plan *plan;
	struct event events[QUEUE_EVENTS];
	struct event *current; /* the one that is being read; those that wait are before it */
	size_t waiting;        /* events that are read and not yet in their group */
	uint64_t count;        /* events taken so far: the next arrival number */
};

/* PLAN is finished. -1: EX_OSERR; queue_release() it all the same. */
int queue_init(struct queue *q, const struct plan *plan, struct store *store, struct err *e) MUST_USE;
void queue_release(struct queue *q);
/* Takes the current event, which has been read whole and found good: adds it to its group now, or lets it wait. The
 * store is open. -1: E, the run ends. */
int queue_take(struct queue *q, struct err *e) MUST_USE;
/* Adds the events that wait to their groups: to be called before anything else happens to the store, and before the
 * reader's buffer, which holds their lines, changes. Changes q->current. */
int queue_flush(struct queue *q, struct err *e) MUST_USE;
#endif
