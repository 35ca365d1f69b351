/* added_fields.h -- the fields that --add and --source-field add to every event. */
#ifndef CAPTURE_ADDED_FIELDS_H
#define CAPTURE_ADDED_FIELDS_H
#include "base/buf.h"
#include "base/span.h"
#include <stddef.h>

enum { ADDED_MAX = 32 << 10 }; /* the longest text of all fields of --add together, in bytes */

struct added_fields {
	struct buf text;    /* the fields of --add as they follow the time in each event: "k":1,"l":2 */
	struct span *names; /* owned: the names of --add, then that of --source-field; the bytes are those of argv */
	size_t count, cap;  /* of NAMES */
	const char *source_field; /* the name that --source-field gives; borrowed; NULL: the option was not given */
};

void added_fields_init(struct added_fields *a);
void added_fields_release(struct added_fields *a);

/* Adds the field of "--add TEXT", where TEXT is KEY=VALUE. VALUE is JSON if all of it can be read as one JSON value,
 * else a string. Returns 0, or -1 with E set:
 * - EX_USAGE if there is no '=', if KEY is empty, not UTF-8, reserved or was added before, or if the text of all fields
 *   would be longer than ADDED_MAX bytes;
 * - EX_OSERR if memory is exhausted. */
int added_fields_add(struct added_fields *a, const char *text, struct err *e) MUST_USE;
/* Adds the field of "--source-field NAME". Its value differs from event to event, so only the name is kept (borrowed).
 * The caller must add the fields of --add first. Returns 0, or -1 with E set: EX_USAGE if NAME is empty, not UTF-8,
 * reserved or was added before; EX_OSERR if memory is exhausted. */
int added_fields_add_source(struct added_fields *a, const char *name, struct err *e) MUST_USE;
#endif
