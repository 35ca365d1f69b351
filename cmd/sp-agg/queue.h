/* queue.h -- events that were read and wait to be added to their groups. */
#ifndef AGG_QUEUE_H
#define AGG_QUEUE_H
#include "sp-agg/store/store.h"

/* The number of events that can wait. When the queue is flushed, the processor fetches the groups of all waiting events
 * from memory at the same time, not one after the other. */
enum { QUEUE_EVENTS = 16 };

struct queue {
	struct store *store;     /* borrowed */
	const struct plan *plan; /* borrowed */
	struct event events[QUEUE_EVENTS];
	/* The event that is being read. The waiting events are before it in the array. */
	struct event *current;
	size_t waiting; /* number of events that were read and are not yet in their groups */
	/* The number of events taken so far, which is also the arrival number of the next event. Under checkpoints,
	 * it includes the events of earlier runs. */
	uint64_t count;
	uint64_t first; /* the arrival number of the first event of this run */
};

/* Prepares Q for PLAN. plan_finish() must have been called before. Returns 0, or -1 with E set (EX_OSERR). The caller
 * must call queue_release(), even after a failure. */
int queue_init(struct queue *q, const struct plan *plan, struct store *store, struct err *e) MUST_USE;
void queue_release(struct queue *q);
/* Adds the current event, which has passed all checks, to its group, or lets the event wait. The store must be open.
 * Returns 0, or -1 with E set if the run must end. */
int queue_take(struct queue *q, struct err *e) MUST_USE;
/* Adds the waiting events to their groups. Then q->current is the first element of the array again. Must be called
 * before any other use of the store, and before the reader's buffer changes, because the lines of the waiting events
 * are in that buffer. Returns 0, or -1 with E set if the run must end. */
int queue_flush(struct queue *q, struct err *e) MUST_USE;
#endif
