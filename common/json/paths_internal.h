/* paths_internal.h -- a set of paths from the inside, for paths.c and the kernels. */
#ifndef JSON_PATHS_INTERNAL_H
#define JSON_PATHS_INTERNAL_H
#include "json/name_cache.h"
#include "json/paths.h"
#include "json/shape_cache.h"

/* What json_path_failed() recognises. */
#define JSON_PATH_FAILED ((struct span){ NULL, 1 })

/* One step of one or more paths. Nodes form a forest: paths that begin alike share their first nodes. */
struct path_node {
	struct json_step step; /* its name is owned */
	int path;              /* number of the path that ends here; -1: none */
	int child, sibling;    /* numbers of nodes; -1: none */
	struct span value;     /* in the current event */
};

/* Roots are the members of the event itself that are wanted; a kernel finds them. Everything below is found by paths.c
 * in the text of the root. */
struct json_paths {
	const struct json_kernel *kernel;
	struct json_name_cache name_cache; /* id: number of the root + 1; 0: the name is not wanted */
	struct json_shape_cache shape;
	struct path_node *nodes; /* owned */
	int node_count;
	size_t node_cap;
	int first;                 /* node of the first root; the others are its siblings */
	int roots[JSON_PATHS_MAX]; /* nodes of the roots that are members (an event has no elements) */
	int root_count;
	struct span found[JSON_PATHS_MAX]; /* values of the roots in the current event */
	int root_path[JSON_PATHS_MAX];     /* number of the path that ends at the root; -1: none */
	bool flat;                         /* no path has more than one step, so the values of roots are the result */
	int path_count;
	int whole; /* number of the path without steps; -1: none */
};

/* Returns the id of a NAME (raw) that prediction did not confirm, and caches TEXT, its text up to the value. Sets
 * *ENTRY to its number in the name cache, 0 if it has none. */
unsigned json_paths_name(struct json_paths *k, struct span name, struct span text, uint8_t *entry);
#endif
