/* each_path.h -- parses the option --each PATH, which says where in a JSON document the events are. */
#ifndef CAPTURE_FORMAT_EACH_PATH_H
#define CAPTURE_FORMAT_EACH_PATH_H
#include "base/buf.h"

enum { EACH_STEPS_MAX = 32 };

/* The path from a document to its events. A step with a name leads from an object to its member of that name. A step
 * without a name (SPAN_NONE) leads from an array to all its elements, or from an object to all its values. The last
 * step never has a name. */
struct each_path {
	struct span steps[EACH_STEPS_MAX];
	size_t count;
	struct buf text; /* owns the bytes to which STEPS point */
};

/* Parses TEXT, a path in a part of jq's syntax such as ".", ".a.b" or ".a[].b", into *PATH. A name with special
 * characters is in quotes: ."a b" or .["a b"]. Returns 0; or -1 with EX_USAGE or EX_OSERR. The caller must call
 * each_path_release(), even after a failure. */
int each_path_parse(struct each_path *path, const char *text, struct err *e) MUST_USE;
void each_path_release(struct each_path *path);
#endif
