/* each_path.h -- --each PATH: where in a JSON document the events are. */
#ifndef CAPTURE_FORMAT_EACH_PATH_H
#define CAPTURE_FORMAT_EACH_PATH_H
#include "base/buf.h"

enum { EACH_STEPS_MAX = 32 };

/* The path from a document to its events. A step with a name leads into that member of an object; a step without (p
 * NULL) into every element of an array or every value of an object. The last step is always without a name. */
struct each_path {
	struct span steps[EACH_STEPS_MAX];
	size_t count;
	struct buf text; /* the bytes of the names; owned */
};

/* Sets *PATH to the meaning of TEXT: ".a.b", ".a[].b", ".", with names in quotes where they need it: ."a b", .["a b"]
 * (a part of jq's syntax). Returns 0; or -1 with EX_USAGE or EX_OSERR. PATH is to be released in any case. */
int each_path_parse(struct each_path *path, const char *text, struct err *e) MUST_USE;
void each_path_release(struct each_path *path);
#endif
