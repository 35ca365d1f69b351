/* queue.h -- events that were read and wait to be added to their groups. */
#ifndef AGG_QUEUE_H
#define AGG_QUEUE_H
#include "sp-agg/store/store.h"

/* The number of events that can wait: their groups are fetched from memory at the same time. */
enum { QUEUE_EVENTS = 16 };

struct queue {
	struct store *store; /* borrowed */
	const struct plan *plan;
	struct event events[QUEUE_EVENTS];
	struct event *current; /* the event that is being read; the waiting ones are before it */
	size_t waiting;        /* number of events that were read and are not yet in their groups */
	uint64_t count;        /* number of events taken, and so the next arrival number */
};

/* Prepares Q for PLAN, which is finished. Returns 0; -1 with E set (EX_OSERR). The caller must call queue_release(),
 * even after a failure. */
int queue_init(struct queue *q, const struct plan *plan, struct store *store, struct err *e) MUST_USE;
void queue_release(struct queue *q);
/* Takes the current event, which has passed all checks: adds it to its group now, or lets it wait. The store must be
 * open. Returns 0; -1 with E set if the run must end. */
int queue_take(struct queue *q, struct err *e) MUST_USE;
/* Adds the waiting events to their groups, and changes q->current. The caller must call it before anything else happens
 * to the store, and before the reader's buffer, which holds their lines, changes. Returns 0; -1 with E set if the run
 * must end. */
int queue_flush(struct queue *q, struct err *e) MUST_USE;
#endif
