/* paths_internal.h -- inside of a set of paths. */
#ifndef JSON_PATHS_INTERNAL_H
#define JSON_PATHS_INTERNAL_H
#include "json/name_cache.h"
#include "json/paths.h"
#include "json/shape_cache.h"

/* What json_path_failed() recognises. */
#define JSON_PATH_FAILED ((struct span){ NULL, 1 })

/* The paths are a forest: those that begin alike share their first nodes. */
struct path_node {
	struct json_step step; /* its name is owned */
	int path;              /* number of the path that ends here; -1: none */
	int child, sibling;    /* numbers of nodes; -1: none */
	struct span value;     /* of the event at hand */
};

struct json_paths {
	const struct json_kernel *kernel;
	struct json_name_cache name_cache; /* id: a root's number + 1; 0: a name that nobody asks for */
	struct json_shape_cache shape;     /* by place in roots */
	struct path_node *nodes;           /* owned */
	int node_count;
	size_t node_cap;
	int first;                 /* the first root; its siblings are the others */
	int roots[JSON_PATHS_MAX]; /* nodes of the members of the event that are looked for */
	int root_count;
	struct span found[JSON_PATHS_MAX]; /* their values */
	int root_path[JSON_PATHS_MAX];     /* their paths; -1: none ends there */
	bool flat;                         /* all paths are one member's name */
	int path_count;
	int whole; /* number of the path without steps; -1: none */
};

/* The id of a NAME (raw) that no run confirmed; remembers RUN, its text up to the value, in *LEARNT. */
unsigned json_paths_name(struct json_paths *k, struct span name, struct span run, uint8_t *learnt);
#endif
