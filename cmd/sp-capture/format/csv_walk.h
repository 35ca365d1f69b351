/* csv_walk.h -- splitting a CSV record (RFC 4180) into its fields, as its bytes come in. */
#ifndef CAPTURE_FORMAT_CSV_WALK_H
#define CAPTURE_FORMAT_CSV_WALK_H
#include "base/buf.h"

struct csv_field {
	size_t at, n; /* offset and length of its text in the record, without the quotes around it */
	bool quoted;
	bool doubled; /* it contains quotes, each written twice */
};

enum csv_walked {
	CSV_DONE,       /* the record is complete: the fields are set, record_end is after its newline */
	CSV_MORE,       /* more bytes are needed: call again with all bytes from the record's start */
	CSV_OPEN,       /* the input ends inside quotes */
	CSV_TEXT_AFTER, /* text follows a closing quote, at pos */
	CSV_MEMORY,     /* memory is exhausted */
};

struct csv_walk {
	char separator;
	struct csv_field *fields; /* owned */
	size_t count, cap;        /* fields in use; fields allocated */
	size_t start;             /* offset of the field that is being read */
	size_t pos;               /* the bytes before it were looked at */
	bool quoted, doubled;     /* of the field that is being read */
	bool any_quoted;          /* a field of this record is quoted, so the record may contain newlines */
	size_t record_end;
};

void csv_walk_init(struct csv_walk *w, char separator);
void csv_walk_release(struct csv_walk *w);
/* To be called before each record, also before the first. */
void csv_walk_start(struct csv_walk *w);
/* Goes on in S, which begins where the record begins. END: no more bytes will come after S. Only bytes that were not
 * looked at by earlier calls are looked at. */
enum csv_walked csv_walk(struct csv_walk *w, struct span s, bool end);

/* Does the same at once for a whole RECORD, without its line end, that contains no quote; record_end stays. Returns 0; -1
 * when memory is exhausted. */
int csv_split(struct csv_walk *w, struct span record) MUST_USE;

/* Copies S, the text of a field in which quotes are doubled, to SCRATCH with each of them once. Returns the copy, valid until
 * SCRATCH changes; SPAN_NONE when memory is exhausted. */
struct span csv_undouble(struct span s, struct buf *scratch);
/* Returns the text of F in RECORD: a part of it, or a copy as above. */
static inline struct span csv_field_text(const struct csv_field *f, struct span record, struct buf *scratch)
{
	struct span s = { record.p + f->at, f->n };
	return f->doubled ? csv_undouble(s, scratch) : s;
}
#endif
