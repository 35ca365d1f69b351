/* path_text.h -- plain jq paths as people type them: .ts, .a.b[0], .["x y"][-1]. */
#ifndef JSON_PATH_TEXT_H
#define JSON_PATH_TEXT_H
#include "base/buf.h"
#include "json/paths.h"

/* A path that was read; its steps are for json_paths_add(). */
struct json_path_text {
	struct json_step steps[JSON_PATH_STEPS_MAX];
	size_t count;
	struct buf names; /* the unescaped quoted names, to which steps point; owned. Allocated once: it never moves */
};

/* Returns 0, or -1 with E set (EX_OSERR). */
int json_path_text_init(struct json_path_text *p, struct err *e) MUST_USE;
void json_path_text_release(struct json_path_text *p);

/* Reads the path at *TEXT up to a comma or the end, and moves *TEXT there. The names of its steps are valid until
 * the next call, and as long as the text. Returns -1 if it is not a plain path of at least one step; *TEXT is then
 * where that shows. */
int json_path_text_parse(struct json_path_text *p, const char **text) MUST_USE;
#endif
