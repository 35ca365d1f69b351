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
	struct json_name_cache name_cache; /* id of an entry: number of the root + 1; 0: the name is not wanted */
	struct json_shape_cache shape;
	struct path_node *nodes; /* owned */
	int node_count;
	size_t node_cap;
	int first;                 /* a node that is the first step of a path; the others are its siblings; -1: none */
	int roots[JSON_PATHS_MAX]; /* nodes of first steps that are members; an event has no elements */
	int root_count;
	struct span found[JSON_PATHS_MAX]; /* values of the roots in the current event */
	int root_path[JSON_PATHS_MAX];     /* number of the path that ends at each root; -1: none */
	bool flat;                         /* each path is one member name: values of roots are the result */
	int path_count;
	int whole; /* number of the path without steps; -1: none */
};

/* Looks up NAME, which is raw and which the prediction of the name cache did not confirm. Adds TEXT, which reaches from
 * the comma or brace before the name to the value, to the name cache. Sets *ENTRY to the number of its entry, 0 if it
 * has none. Returns the id: the number of the root with this name + 1, or 0 if the name is not wanted. */
unsigned json_paths_name(struct json_paths *k, struct span name, struct span text, uint8_t *entry);
#endif
