/* csv_walk.h -- a CSV record cut into fields (RFC 4180), in as many pieces as it comes in. */
#ifndef CAPTURE_FORMAT_CSV_WALK_H
#define CAPTURE_FORMAT_CSV_WALK_H
#include "base/buf.h"

struct csv_field {
	size_t at, n; /* its text in the record, without the quotes around it */
	bool quoted;
	bool doubled; /* a quote in it stands as two */
};

enum csv_walked {
	CSV_DONE,   /* record_end is behind the record's newline */
	CSV_MORE,   /* more bytes are needed; call again with all from the record's start */
	CSV_OPEN,   /* the input ends inside quotes */
	CSV_BEHIND, /* text behind a closing quote, at pos */
	CSV_MEMORY,
};

struct csv_walk {
	char separator;
	struct csv_field *fields; /* owned; count of them in use, room for more */
	size_t count, room;
	size_t start; /* of the field that is being read */
	size_t pos;   /* looked at up to here */
	bool quoted, doubled;
	bool any_quoted; /* in this record: it may hold newlines */
	size_t record_end;
};

void csv_walk_init(struct csv_walk *w, char separator);
void csv_walk_release(struct csv_walk *w);
/* Before a new record. */
void csv_walk_start(struct csv_walk *w);
/* Goes on in S, which begins where the record begins. END: nothing comes behind S. */
enum csv_walked csv_walk(struct csv_walk *w, struct span s, bool end);

/* The same for a whole record, RECORD without its line end, that has no quote in it. -1: out of memory. */
int csv_split(struct csv_walk *w, struct span record) MUST_USE;
#endif
