/* paths_internal.h -- the inside of a set of paths, which paths.c and the kernels share. */
#ifndef JSON_PATHS_INTERNAL_H
#define JSON_PATHS_INTERNAL_H
#include "json/name_cache.h"
#include "json/paths.h"
#include "json/shape_cache.h"

/* The result for a path that steps into a value of the wrong type; json_path_failed() recognizes it. */
#define JSON_PATH_FAILED ((struct span){ NULL, 1 })

/* One step of one or more paths. Nodes form a forest: paths that begin alike share their first nodes. */
struct path_node {
	struct json_step step; /* its name is owned */
	int path;              /* number of the path that ends at this node; -1: none */
	int child, sibling;    /* numbers of the first child and the next sibling; -1: none */
	struct span value;     /* value in the current event; not used in roots */
};

/* A set of paths. Its roots are the wanted members at the top level of an event. A kernel finds the roots; paths.c
 * finds all deeper values in the text of their root. */
struct json_paths {
	const struct json_kernel *kernel;
	struct json_name_cache name_cache; /* id of an entry: 1 + number of the root; 0 if not wanted */
	struct json_shape_cache shape;
	struct path_node *nodes; /* owned */
	int node_count;
	size_t node_cap;
	int first;                 /* the first node in the list of all nodes that begin a path; -1: none */
	int roots[JSON_PATHS_MAX]; /* numbers of the nodes that begin a path and are members */
	int root_count;
	struct span found[JSON_PATHS_MAX]; /* values of the roots in the current event */
	int root_path[JSON_PATHS_MAX];     /* number of the path that ends at each root; -1: none */
	bool flat;                         /* each path is a single member name */
	int path_count;
	int whole; /* number of the path without steps; -1: none */
};

/* Looks up NAME, a name with its escapes that the name cache did not predict, and adds TEXT to the cache. TEXT begins
 * after the comma or brace before the name, and ends where the value begins. Sets *ENTRY to the number of the entry for
 * TEXT, or to 0 if there is none. Returns 1 + the number of the root with this name, or 0 if the name is not wanted. */
unsigned json_paths_name(struct json_paths *k, struct span name, struct span text, uint8_t *entry);
#endif
