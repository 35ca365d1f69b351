/* added_fields.h -- the fields that --add and --source-field add to every event. */
#ifndef CAPTURE_ADDED_FIELDS_H
#define CAPTURE_ADDED_FIELDS_H
#include "base/buf.h"
#include "base/span.h"
#include <stddef.h>

enum { ADDED_MAX = 32 << 10 }; /* bytes of all names and values of --add */

struct added_fields {
	struct buf text;          /* "k":v,"l":w of --add, as it is written after the time of an event */
	struct span *names;       /* of --add, then that of --source-field; owned, their bytes are borrowed from argv */
	size_t count, cap;        /* of names */
	const char *source_field; /* the name of --source-field, borrowed; NULL: not given */
};

void added_fields_init(struct added_fields *a);
void added_fields_release(struct added_fields *a);

/* Adds the field of "--add TEXT", TEXT being KEY=VALUE. VALUE is JSON if it can be read as JSON, else a string. Returns 0,
 * or -1 with EX_USAGE: no '=', a name that is reserved or was added before, or more than ADDED_MAX bytes in all. */
int added_fields_add(struct added_fields *a, const char *text, struct err *e) MUST_USE;
/* Adds the field of "--source-field NAME", whose value differs from event to event. To be called after all --add. */
int added_fields_add_source(struct added_fields *a, const char *name, struct err *e) MUST_USE;
#endif
