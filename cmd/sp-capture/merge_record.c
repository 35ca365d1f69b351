/* merge_record.c -- records on their way through the merge.
 *
 * Layout of the bytes: struct head; the position, if the set has marks; then the text of the event with its newline, or
 * the reason (zero-terminated) and the raw bytes of a rejected record, or a struct err. */
#include "sp-capture/merge_record.h"

struct head {
	const char *kind; /* NULL: an event; FAILURE; else the kind of a rejected record (a static string) */
	uint64_t number;  /* of the record in its source */
	size_t why_n;     /* bytes of the reason, its zero included */
};

static const char FAILURE[] = "failure";

static struct span bytes_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

static struct span mark_bytes(const struct position *mark)
{
	return bytes_of(mark ? (const void *)mark : "", mark ? sizeof *mark : 0);
}

int merge_record_event(struct merge *m, size_t number, const struct record *record, const struct event *event,
	const struct position *mark, struct err *e)
{
	const struct head head = { NULL, record->number, 0 };
	const struct span parts[] = { bytes_of(&head, sizeof head), mark_bytes(mark), event->text, SPAN("\n") };
	return merge_push(m, number, event->ms, parts, 3 + event->bare, e);
}

int merge_record_reject(struct merge *m, size_t number, const struct record *record, const struct position *mark,
	struct err *e)
{
	const struct head head = { record->kind, record->number, strlen(record->why) + 1 };
	const struct span parts[] = { bytes_of(&head, sizeof head), mark_bytes(mark), { record->why, head.why_n },
		record->raw };
	return merge_push(m, number, MERGE_NO_TIME, parts, 4, e);
}

int merge_record_failure(struct merge *m, size_t number, struct err *why)
{
	const struct head head = { FAILURE, 0, 0 };
	const struct position none = { 0 };
	const struct span parts[] = { bytes_of(&head, sizeof head), mark_bytes(&none), bytes_of(why, sizeof *why) };
	return merge_push(m, number, MERGE_NO_TIME, parts, 3, why);
}

int merge_record_deliver(struct run *r, struct source *s, struct span bytes, struct err *e)
{
	struct head head;
	memcpy(&head, bytes.p, sizeof head);
	struct span text = { bytes.p + sizeof head, bytes.n - sizeof head };
	if (head.kind == FAILURE) {
		memcpy(e, text.p + sizeof(struct position), sizeof *e);
		return -1;
	}
	const char *mark = r->set.marks ? text.p : NULL;
	if (mark) {
		text.p += sizeof s->written;
		text.n -= sizeof s->written;
	}
	int status;
	if (!head.kind) {
		const struct event event = { 0, text, false, false };
		status = event_out_write(&r->event_out, &event, e);
	} else {
		const struct span raw = { text.p + head.why_n, text.n - head.why_n };
		status = rejects_add(&r->rejects, head.kind, text.p, s->name, head.number, raw, e);
	}
	if (mark && status == 0) {
		memcpy(&s->written, mark, sizeof s->written);
		s->has_written = true;
	}
	return status;
}
