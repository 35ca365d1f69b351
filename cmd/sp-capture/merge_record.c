/* merge_record.c -- a record as it waits in the merge.
 *
 * The buffer that a record was read from changes while it waits, so it is copied, once, in the form in which it will be
 * needed: an event as the line to be written. The kind of a rejected record is a static string, so its address is enough.
 *
 * Layout of the bytes: struct head; the position, if the set has marks; then the text of the event with its newline, or
 * the reason (zero-terminated) and the raw bytes of a rejected record, or a struct err. */
#include "sp-capture/merge_record.h"

struct head {
	const char *kind; /* NULL: an event; FAILURE; else the kind of a rejected record (a static string) */
	uint64_t number;  /* of the record in its source */
	size_t why_n;     /* bytes of the reason, its zero included */
};

/* The kind of a record that is the failure of a source; compared by its address. */
static const char FAILURE[] = "failure";

/* The bytes before the text: the head, and the position after it if there is one. */
struct front {
	struct head head;
	struct position mark;
};

static struct span front_bytes(const struct front *front, bool marked)
{
	return (struct span){ (const char *)front, marked ? sizeof *front : sizeof front->head };
}

int merge_record_event(struct merge *m, size_t number, const struct record *record, const struct event *event,
	const struct position *mark, struct err *e)
{
	struct front front;
	front.head = (struct head){ NULL, record->number, 0 };
	if (mark)
		front.mark = *mark;
	const struct span parts[] = { front_bytes(&front, mark), event->text, SPAN("\n") };
	return merge_push(m, number, event->ms, parts, 2 + event->bare, e);
}

int merge_record_reject(struct merge *m, size_t number, const struct record *record, const struct position *mark,
	struct err *e)
{
	struct front front;
	front.head = (struct head){ record->kind, record->number, strlen(record->why) + 1 };
	if (mark)
		front.mark = *mark;
	const struct span parts[] = { front_bytes(&front, mark), { record->why, front.head.why_n }, record->raw };
	return merge_push(m, number, MERGE_NO_TIME, parts, 3, e);
}

int merge_record_failure(struct merge *m, size_t number, struct err *why)
{
	const struct head head = { FAILURE, 0, 0 };
	const struct span parts[] = { { (const char *)&head, sizeof head }, { (const char *)why, sizeof *why } };
	return merge_push(m, number, MERGE_NO_TIME, parts, 2, why);
}

/* The deliveries that are not the plain one: a rejected record, a failure, or an event with its mark. */
static int deliver_other(struct run *r, struct source *s, const struct head *head, struct span text, struct err *e)
{
	if (head->kind == FAILURE) {
		memcpy(e, text.p, sizeof *e);
		return -1;
	}
	struct position mark;
	if (r->set.needs_positions) {
		memcpy(&mark, text.p, sizeof mark);
		text.p += sizeof mark;
		text.n -= sizeof mark;
	}
	int status;
	if (!head->kind) {
		const struct event event = { 0, text, false, false };
		status = event_out_write(&r->event_out, &event, e);
	} else {
		const struct span raw = { text.p + head->why_n, text.n - head->why_n };
		status = rejects_add(&r->rejects, head->kind, text.p, s->name, head->number, raw, e);
	}
	if (status == 0 && r->set.needs_positions) {
		s->written = mark;
		s->has_written = true;
	}
	return status;
}

/* The plain case comes first and copies nothing: an event of a run that needs no positions. */
int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	const struct event event = { 0, { bytes.p + sizeof head, bytes.n - sizeof head }, false, false };
	if (head.kind || r->set.needs_positions)
		return deliver_other(r, s, &head, event.text, e);
	return event_out_write(&r->event_out, &event, e);
}
