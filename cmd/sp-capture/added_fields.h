/* added_fields.h -- the fields that --add and --source-field add to every event. */
#ifndef CAPTURE_ADDED_FIELDS_H
#define CAPTURE_ADDED_FIELDS_H
#include "base/buf.h"
#include "base/span.h"
#include <stddef.h>

enum { ADDED_MAX = 32 << 10 }; /* the longest text of all fields of --add together, in bytes */

struct added_fields {
	struct buf text; /* the fields of --add as they follow the time in each event: "k":1,"l":2 */
	/* The names that --add gives, then the name that --source-field gives. The array is owned; its spans point into
	 * argv. */
	struct span *names;
	size_t count, cap;        /* the number of names, and the number for which there is room */
	const char *source_field; /* borrowed: the name that --source-field gives; NULL without that option */
};

void added_fields_init(struct added_fields *a);
void added_fields_release(struct added_fields *a);

/* Adds the field of "--add TEXT", where TEXT is KEY=VALUE. VALUE is JSON if all of it can be read as one JSON value,
 * else a string. Returns 0, or -1 with E set:
 * - EX_USAGE if TEXT has no '=', if KEY is empty, not UTF-8, a name of the stream itself (such as ts) or already added,
 *   or if the text of all fields would be longer than ADDED_MAX bytes;
 * - EX_OSERR if memory is exhausted. */
int added_fields_add(struct added_fields *a, const char *text, struct err *e) MUST_USE;
/* Adds the field of "--source-field NAME". Its value differs from event to event, so only the name is kept (borrowed).
 * The caller must add the fields of --add first. Returns 0, or -1 with E set: EX_USAGE if NAME is empty, not UTF-8, a
 * name of the stream itself (such as ts) or already added; EX_OSERR if memory is exhausted. */
int added_fields_add_source(struct added_fields *a, const char *name, struct err *e) MUST_USE;
#endif
