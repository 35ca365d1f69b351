/* paths.c -- sets of paths: building a set, and finding values below the top level.
 *
 * An event is read in two stages. First the kernel finds the roots, which are the wanted members at the top level, in
 * one pass and with the help of two caches. This stage takes most of the time. It is the only stage if each path is a
 * single member name. Then the text of each root that begins longer paths is searched recursively. One walk over a
 * value serves all paths that go through this value. Recursion is as deep as the longest path. */
#include "json/paths_internal.h"
#include "base/vec.h"
#include "json/kernel/dispatch.h"
#include "json/scan.h"
#include "json/string.h"

struct json_paths *json_paths_new(struct err *e)
{
	struct json_paths *k = calloc(1, sizeof *k);
	if (!k) {
		err_oom(e, "a set of paths");
		return NULL;
	}
	k->kernel = json_kernel();
	json_name_cache_clear(&k->name_cache);
	k->first = k->whole = -1;
	return k;
}

void json_paths_free(struct json_paths *k)
{
	if (!k)
		return;
	for (int i = 0; i < k->node_count; i++) {
		/* The p of a span is const, but free() needs a pointer that is not. The union converts the pointer
		 * without a cast that drops const. */
		union {
			const char *borrowed;
			char *owned;
		} name = { .borrowed = k->nodes[i].step.name.p };
		free(name.owned);
	}
	free(k->nodes);
	free(k);
}

/* Returns true if A and B lead to the same member or element. */
static bool same_step(const struct json_step *a, const struct json_step *b)
{
	if (!a->name.p || !b->name.p)
		return !a->name.p && !b->name.p && a->index == b->index;
	return span_eq(a->name, b->name);
}

/* Adds a node for STEP before the list of siblings that begins at node LIST. Returns the number of the new node; -1 if
 * memory is exhausted. */
static int add_node(struct json_paths *k, const struct json_step *step, int list)
{
	struct path_node *nodes = vec_room(k->nodes, &k->node_cap, (size_t)k->node_count + 1, sizeof *nodes);
	if (!nodes)
		return -1;
	k->nodes = nodes;
	struct path_node *n = &k->nodes[k->node_count];
	*n = (struct path_node){ .step = *step, .path = -1, .child = -1, .sibling = list };
	if (step->name.p) {
		char *copy = malloc(step->name.n + 1);
		if (!copy)
			return -1;
		memcpy(copy, step->name.p, step->name.n);
		n->step.name.p = copy;
	}
	return k->node_count++;
}

/* Returns the number of the node of STEP below node PARENT, or among the first steps if PARENT is -1. Adds such a node
 * if there is none. Returns -1 if memory is exhausted. */
static int node_of(struct json_paths *k, int parent, const struct json_step *step)
{
	int list = parent < 0 ? k->first : k->nodes[parent].child;
	for (int i = list; i >= 0; i = k->nodes[i].sibling)
		if (same_step(&k->nodes[i].step, step))
			return i;
	int i = add_node(k, step, list);
	if (i < 0)
		return -1;
	if (parent >= 0) {
		k->nodes[parent].child = i;
		return i;
	}
	k->first = i;
	if (step->name.p) {
		k->roots[k->root_count++] = i;
		/* Both caches were filled for the old set of paths. For example, the name cache can have an entry which
		 * says that this name is not wanted. */
		json_name_cache_clear(&k->name_cache);
		k->shape.count = 0;
	}
	return i;
}

int json_paths_add(struct json_paths *k, const struct json_step *steps, size_t count, struct err *e)
{
	int node = -1, *number = &k->whole;
	if (count > JSON_PATH_STEPS_MAX)
		return err_set(e, EX_USAGE, "a path of %zu steps: at most %d", count, JSON_PATH_STEPS_MAX);
	if (k->path_count == JSON_PATHS_MAX)
		return err_set(e, EX_USAGE, "too many paths: at most %d", JSON_PATHS_MAX);
	for (size_t i = 0; i < count; i++)
		if ((node = node_of(k, node, &steps[i])) < 0)
			return err_oom(e, "a path");
	/* If the path was added before, its last node has a number already. */
	if (node >= 0)
		number = &k->nodes[node].path;
	if (*number < 0)
		*number = k->path_count++;
	k->flat = k->whole < 0 && k->root_count == k->node_count;
	for (int i = 0; i < k->root_count; i++)
		k->root_path[i] = k->nodes[k->roots[i]].path;
	return *number;
}

unsigned json_paths_name(struct json_paths *k, struct span name, struct span text, uint8_t *entry)
{
	*entry = (uint8_t)json_name_cache_find(&k->name_cache, text);
	if (*entry)
		return k->name_cache.entry[*entry].id;
	unsigned id = 0;
	for (int i = 0; i < k->root_count && id == 0; i++)
		if (json_string_is(name, k->nodes[k->roots[i]].step.name))
			id = (unsigned)i + 1;
	*entry = (uint8_t)json_name_cache_add(&k->name_cache, text, id);
	return id;
}

/* ---- below the top level ---- */

/* The arguments and the result of json_paths_run(), while resolve_all() finds the values. */
struct resolver {
	struct json_paths *k;
	struct span *out;
	int *bad;
	int result; /* what json_paths_run() will return */
};

static void resolve_value(struct resolver *d, int node, struct span value);

/* Marks as failed all paths that end at NODE or below it, because they step into a value of the wrong type. */
static void resolve_wrong(struct resolver *d, int node)
{
	const struct path_node *n = &d->k->nodes[node];
	if (n->path >= 0) {
		d->out[n->path] = JSON_PATH_FAILED;
		if (d->result == 0) {
			d->result = -2;
			*d->bad = n->path;
		}
	}
	for (int i = n->child; i >= 0; i = d->k->nodes[i].sibling)
		resolve_wrong(d, i);
}

/* Stores VALUE in those sibling nodes, from CHILD on, whose step leads to VALUE. VALUE is the member NAME of an object
 * or, if NAME is SPAN_NONE, the element INDEX of an array. A later member of the same name overwrites an earlier one,
 * as in jq. */
static void resolve_member(struct json_paths *k, int child, struct span name, int64_t index, struct span value)
{
	for (int i = child; i >= 0; i = k->nodes[i].sibling) {
		struct path_node *n = &k->nodes[i];
		if (name.p ? n->step.name.p && json_string_is(name, n->step.name) :
			     !n->step.name.p && n->step.index == index)
			n->value = value;
	}
}

/* Finds the elements of ARRAY for the sibling nodes from CHILD on that have a negative index. Such an index counts from
 * the end, so the number of elements, COUNT, must be known first. Walks over ARRAY only if there is such a node.
 * Returns 0; -1 if ARRAY cannot be read. */
static int resolve_negative(struct json_paths *k, int child, struct span array, int64_t count)
{
	struct json_walk w;
	struct span name, value;
	bool wanted = false;
	for (int i = child; i >= 0; i = k->nodes[i].sibling)
		wanted = wanted || (!k->nodes[i].step.name.p && k->nodes[i].step.index < 0);
	if (!wanted)
		return 0;
	if (json_walk_init(&w, array) < 0)
		return -1;
	for (int64_t i = -count; json_walk(&w, &name, &value) > 0; i++)
		resolve_member(k, child, name, i, value);
	return 0;
}

/* Finds the values of the sibling nodes from CHILD on in VALUE, an array or object. Returns 0; -1 if VALUE cannot be
 * read. */
static int resolve_find(struct json_paths *k, int child, struct span value)
{
	struct json_walk w;
	struct span name, member;
	int64_t count = 0;
	int r;
	if (json_walk_init(&w, value) < 0)
		return -1;
	while ((r = json_walk(&w, &name, &member)) > 0)
		resolve_member(k, child, name, count++, member);
	return r < 0 ? -1 : w.object ? 0 : resolve_negative(k, child, value, count);
}

/* Resolves the sibling nodes from CHILD on, which are steps into VALUE. A step into null or a missing value gives no
 * value. Otherwise a step to a member needs an object, and a step to an element needs an array. */
static void resolve_children(struct resolver *d, int child, struct span value)
{
	struct json_paths *k = d->k;
	enum json_type type = json_type(value);
	/* The nodes still have values of the previous event. VALUE may lack some of these members, so all are reset. */
	for (int i = child; i >= 0; i = k->nodes[i].sibling)
		k->nodes[i].value = SPAN_NONE;
	if (type >= JSON_ARRAY && resolve_find(k, child, value) < 0)
		d->result = -1;
	for (int i = child; i >= 0; i = k->nodes[i].sibling) {
		bool fits = type <= JSON_NULL || type == (k->nodes[i].step.name.p ? JSON_OBJECT : JSON_ARRAY);
		if (fits)
			resolve_value(d, i, k->nodes[i].value);
		else
			resolve_wrong(d, i);
	}
}

/* Sets the path that ends at NODE to VALUE, and resolves the nodes below it. */
static void resolve_value(struct resolver *d, int node, struct span value)
{
	const struct path_node *n = &d->k->nodes[node];
	if (n->path >= 0)
		d->out[n->path] = value;
	if (n->child >= 0)
		resolve_children(d, n->child, value);
}

/* Sets the values of all paths in OUT, from the roots that the kernel found. Returns the result of json_paths_run(). */
static int resolve_all(struct json_paths *k, struct span event, struct span *out, int *bad)
{
	struct resolver d = { .k = k, .out = out, .bad = bad };
	if (k->whole >= 0)
		out[k->whole] = event;
	for (int i = 0; i < k->root_count; i++)
		resolve_value(&d, k->roots[i], k->found[i]);
	/* A path that begins with an element fails, because an event is an object. */
	for (int i = k->first; i >= 0; i = k->nodes[i].sibling)
		if (!k->nodes[i].step.name.p)
			resolve_wrong(&d, i);
	return d.result;
}

static inline struct span trim(struct span s)
{
	while (s.n > 0 && json_is_space(s.p[s.n - 1]))
		s.n--;
	while (s.n > 0 && json_is_space(*s.p)) {
		s.p++;
		s.n--;
	}
	return s;
}

int json_paths_run(struct json_paths *k, struct span event, struct span *out, int *bad)
{
	/* Few events have white space around them. An event that begins and ends with a brace is not trimmed. */
	if (event.n == 0 || *event.p != '{' || event.p[event.n - 1] != '}')
		event = trim(event);
	/* If the cache is full and misses many names, the source may have changed. An empty cache can learn the new
	 * names of the source. */
	if (k->name_cache.missed > NAME_CACHE_PATIENCE)
		json_name_cache_clear(&k->name_cache);
	if (k->kernel->find_members(k, event) < 0)
		return -1;
	/* If each path is a single member name, the values of the roots are the result. */
	if (!k->flat)
		return resolve_all(k, event, out, bad);
	for (int i = 0; i < k->root_count; i++)
		out[k->root_path[i]] = k->found[i];
	return 0;
}
