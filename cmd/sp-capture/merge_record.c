/* merge_record.c -- the form in which a record waits in the merge.
 *
 * The buffer that a record was read from changes while the record waits. So the record is copied once, in the form that
 * is needed later. The kind of a rejected record is a static string, so only its address is kept.
 *
 * The bytes of a record are a struct head, then a struct position if the set needs positions, then one of:
 * - an event: its text with the newline;
 * - a rejected record: the reason, zero-terminated, and the raw bytes;
 * - a failure, which never has a position: a struct err. */
#include "sp-capture/merge_record.h"

struct head {
	const char *kind; /* NULL for an event; FAILURE for a failure; else record.kind of a rejected record */
	uint64_t number;  /* record.number: the line where the record begins */
	size_t why_n;     /* bytes of the reason, including the zero; 0 if there is no reason */
};

/* The value of head.kind for the failure of a source. The code compares the address, not the text. */
static const char FAILURE[] = "failure";

/* The first bytes of a record in the merge. MARK, the position after the record, is pushed only if positions are
 * needed. */
struct front {
	struct head head;
	struct position mark;
};

/* Returns the bytes of FRONT that are pushed: all of them, or only the head if MARKED is false. */
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
	return merge_push(m, number, event->ms, parts, 2 + event->needs_newline, e);
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

/* Delivers a rejected record, a failure, or an event with its position. TEXT is what comes after HEAD. Returns 0, or -1
 * with E set if HEAD belongs to a failure or the output failed. */
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
		s->in_merge--;
	}
	return status;
}

/* The most frequent case, an event without a position, is handled here. deliver_other() handles all other records. */
int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	const struct event event = { 0, { bytes.p + sizeof head, bytes.n - sizeof head }, false, false };
	if (head.kind || r->set.needs_positions)
		return deliver_other(r, s, &head, event.text, e);
	return event_out_write(&r->event_out, &event, e);
}
