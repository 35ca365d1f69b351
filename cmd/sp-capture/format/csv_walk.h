/* csv_walk.h -- splits a CSV record (RFC 4180) into its fields, even if its bytes come in several reads. To walk over a
 * record means to read its bytes once, from its start to its end, and to note where each field is. */
#ifndef CAPTURE_FORMAT_CSV_WALK_H
#define CAPTURE_FORMAT_CSV_WALK_H
#include "sp-capture/format/csv_dialect.h"

struct csv_field {
	/* The place and the length of the text of the field in the record, without the quotes around the field. */
	size_t offset, n;
	bool quoted;
	bool doubled; /* the text contains quotes, each written twice */
};

enum csv_walked {
	CSV_DONE,       /* the record is complete: fields, count and record_end are set */
	CSV_MORE,       /* more bytes are needed: the caller must pass all bytes of the record again, and more */
	CSV_UNCLOSED,   /* the input ends inside quotes */
	CSV_TEXT_AFTER, /* text follows a closing quote, at pos */
	CSV_MEMORY,     /* memory is exhausted */
};

struct csv_walk {
	struct csv_dialect dialect;
	struct csv_field *fields; /* owned */
	/* COUNT is the number of fields in use. CAP is the number of fields for which memory is allocated. */
	size_t count, cap;
	size_t start; /* offset of the field that is being read */
	size_t pos;   /* number of bytes of the record that were walked over */
	/* QUOTED: the field that is being read is in quotes. DOUBLED: its text contains quotes, each written twice. */
	bool quoted, doubled;
	bool any_quoted;   /* a field of this record is quoted, so the record may contain newlines */
	size_t record_end; /* offset after the record and its newline */
};

void csv_walk_init(struct csv_walk *w, struct csv_dialect dialect);
void csv_walk_release(struct csv_walk *w);
/* Prepares W for the next record. The caller must call this function before every record, even the first. */
void csv_walk_start(struct csv_walk *w);
/* Continues the walk in S, which begins at the start of the record. END is true if no more bytes follow S. Bytes that
 * earlier calls have read are not read again. Returns CSV_MORE if the record may continue after S, otherwise another
 * result of enum csv_walked. */
enum csv_walked csv_walk(struct csv_walk *w, struct span s, bool end);

/* Splits RECORD, a whole record without a line end and without quoted fields, into the fields of W. Does not change
 * record_end. Returns 0, or -1 if memory is exhausted. */
int csv_split(struct csv_walk *w, struct span record) MUST_USE;

/* Copies S, the text of a field in which each quote is written twice, to SCRATCH and writes each quote once. Returns
 * the copy, which is valid until SCRATCH changes; or SPAN_NONE if memory is exhausted. */
struct span csv_undouble(struct span s, struct buf *scratch);
/* Returns the text of field I of RECORD, whose fields are in W. The text is a part of RECORD, or a copy in SCRATCH if
 * the field contains doubled quotes or escapes. Returns SPAN_NONE if memory is exhausted. */
static inline struct span csv_field_text(const struct csv_walk *w, size_t i, struct span record, struct buf *scratch)
{
	const struct csv_field *f = &w->fields[i];
	struct span s = { record.p + f->offset, f->n };
	if (w->dialect.escapes && !f->quoted)
		return csv_dialect_unescape(s, scratch);
	return f->doubled ? csv_undouble(s, scratch) : s;
}
#endif
