/* path_text.h -- reading jq paths that users write, for example .ts, .a.b[0] or .["x y"][-1]. */
#ifndef JSON_PATH_TEXT_H
#define JSON_PATH_TEXT_H
#include "base/buf.h"
#include "json/paths.h"

/* A path that was read. Its steps can be passed to json_paths_add(). */
struct json_path_text {
	struct json_step steps[JSON_PATH_STEPS_MAX];
	size_t count;
	/* The unescaped names that were in quotes. The steps point into this buffer, so it must not move. */
	struct buf names;
};

/* Prepares P for json_path_text_parse(). Returns 0; -1 with E set to EX_OSERR if memory is exhausted. */
int json_path_text_init(struct json_path_text *p, struct err *e) MUST_USE;
void json_path_text_release(struct json_path_text *p);

/* Reads the path at *TEXT, which ends at a comma outside quotes or at the end of the text, and moves *TEXT there. The
 * names of the steps point into P or into the text, and are valid until the next call for P. Returns 0; -1 if there is
 * no such path, or if it has too many steps. *TEXT then shows how far the path could be read. */
int json_path_text_parse(struct json_path_text *p, const char **text) MUST_USE;
#endif
