/* parcel.c -- records on their way through the merge. */
#include "parcel.h"

struct head {
	const char *kind; /* NULL: an event */
	uint64_t number;
	size_t why;       /* bytes of the reason, its zero counted, in front of the raw ones */
};

void parcel_init(struct parcel *p)
{
	buf_init(&p->bytes, SIZE_MAX / 4);
}

void parcel_release(struct parcel *p)
{
	buf_release(&p->bytes);
}

int parcel_event(struct parcel *p, const struct record *record, const struct event *event)
{
	struct head head = { NULL, record->number, 0 };
	buf_reset(&p->bytes);
	return buf_add(&p->bytes, &head, sizeof head) < 0 ? -1 : buf_add_span(&p->bytes, event->text);
}

int parcel_reject(struct parcel *p, const struct record *record)
{
	struct head head = { record->kind, record->number, strlen(record->why) + 1 };
	buf_reset(&p->bytes);
	if (buf_add(&p->bytes, &head, sizeof head) < 0 || buf_add(&p->bytes, record->why, head.why) < 0)
		return -1;
	return buf_add_span(&p->bytes, record->raw);
}

uint64_t parcel_number(struct span bytes)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	return head.number;
}

int parcel_deliver(struct run *r, const char *name, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	struct span text = { bytes.p + sizeof head, bytes.n - sizeof head };
	if (!head.kind) {
		struct event event = { 0, text, false };
		return emit_write(&r->emit, &event, e);
	}
	return rejects_add(&r->rejects, head.kind, text.p, name, head.number,
		(struct span){ text.p + head.why, text.n - head.why }, e);
}
