/* merge_record.c -- records on their way through the merge. */
#include "sp-capture/merge_record.h"

struct head {
	const char *kind; /* NULL: an event */
	uint64_t number;
	size_t why; /* bytes of the reason, its zero counted, in front of the raw ones */
};

static struct span as_span(const struct head *head)
{
	return (struct span){ (const char *)head, sizeof *head };
}

int merge_record_event(struct merge *m, size_t source, const struct record *record, const struct event *event,
	struct err *e)
{
	struct head head = { NULL, record->number, 0 };
	return merge_push(m, source, event->ms, (struct span[]){ as_span(&head), event->text, SPAN("\n") },
		2 + event->bare, e);
}

int merge_record_reject(struct merge *m, size_t source, const struct record *record, struct err *e)
{
	struct head head = { record->kind, record->number, strlen(record->why) + 1 };
	struct span parts[] = { as_span(&head), { record->why, head.why }, record->raw };
	return merge_push(m, source, MERGE_NO_TIME, parts, 3, e);
}

uint64_t merge_record_number(struct span bytes)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	return head.number;
}

int merge_record_deliver(struct run *r, const char *name, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	struct span text = { bytes.p + sizeof head, bytes.n - sizeof head };
	if (!head.kind) {
		struct event event = { 0, text, false, false };
		return event_out_write(&r->event_out, &event, e);
	}
	return rejects_add(&r->rejects, head.kind, text.p, name, head.number,
		(struct span){ text.p + head.why, text.n - head.why }, e);
}
