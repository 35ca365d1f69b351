/* json_path.h -- --each PATH: where the events sit inside a document. */
#ifndef CAPTURE_FORMAT_JSON_PATH_H
#define CAPTURE_FORMAT_JSON_PATH_H
#include "base/buf.h"

enum { EACH_STEPS_MAX = 32 };

/* The way to the events: a name steps into that member of an object, SPAN_NONE into every element of an
 * array or value of an object. The last step is always one of the second kind. */
struct each_path {
	struct span steps[EACH_STEPS_MAX];
	size_t count;
	struct buf text; /* owned bytes that the names point into */
};

/* TEXT is ".a.b", ".a[].b", ".", with names quoted where they need it: ."a b", .["a b"]. -1: EX_USAGE. */
int each_path_parse(struct each_path *path, const char *text, struct err *e) MUST_USE;
void each_path_release(struct each_path *path);
#endif
