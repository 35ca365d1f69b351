/* session_tree.c -- the sessions of one key in the order of time, in a treap.
 *
 * A treap is a binary search tree whose nodes have priorities: no node has a lower priority than its children. If the
 * priorities are random numbers, the expected depth of N nodes is about 2 ln N (Seidel and Aragon, "Randomized search
 * trees", 1996). The priority of a node is computed by mixing the bits of its reference. So the priority takes no
 * memory, and each run builds the same tree.
 *
 * The first session of a key is not a node of the treap. It is in the record of the key, and its member RIGHT is the
 * root of the treap of all other sessions. So a key with one session, the usual case, has no treap.
 *
 * Sessions of a key do not touch. So the order by start is also the order by end, and the order in which sessions fire.
 * The sessions that have fired come first. A session may grow, as long as it touches no other session. */
#include "sp-agg/store/sessions.h"

/* Returns the priority of the node REF. The steps are the last ones of MurmurHash3 by Austin Appleby. */
static uint64_t priority(pool_ref ref)
{
	ref ^= ref >> 33;
	ref *= UINT64_C(0xff51afd7ed558ccd);
	ref ^= ref >> 33;
	ref *= UINT64_C(0xc4ceb9fe1a85ec53);
	return ref ^ ref >> 33;
}

static struct session *node(const struct sessions *s, pool_ref ref)
{
	return pool_at(&s->pool, ref);
}

/* ---- searching ---- */

static bool ends_from(const struct session *x, int64_t at)
{
	return x->end >= at;
}

static bool starts_after(const struct session *x, int64_t at)
{
	return x->start > at;
}

static bool has_not_fired(const struct session *x, int64_t at)
{
	(void)at;
	return !x->fired;
}

/* Returns the first session of K for which HOLDS(session, AT) is true, or NULL if there is none. HOLDS must also be
 * true for all sessions after the result. */
static inline struct session *first_where(const struct sessions *s, struct session_key *k,
	bool (*holds)(const struct session *, int64_t), int64_t at)
{
	if (holds(&k->first, at))
		return &k->first;
	struct session *best = NULL;
	for (pool_ref ref = k->first.right; ref;) {
		struct session *x = node(s, ref);
		if (holds(x, at))
			best = x;
		ref = best == x ? x->left : x->right;
	}
	return best;
}

struct session *session_ending_from(const struct sessions *s, struct session_key *k, int64_t ms)
{
	return first_where(s, k, ends_from, ms);
}

struct session *session_not_fired(const struct sessions *s, struct session_key *k)
{
	return first_where(s, k, has_not_fired, 0);
}

struct session *session_next(const struct sessions *s, struct session_key *k, const struct session *x)
{
	return k->first.right ? first_where(s, k, starts_after, x->start) : NULL;
}

/* ---- changing the treap ---- */

/* Divides the treap ROOT into two: *BEFORE gets the sessions that start before MS, and *AFTER gets all others. */
static void split(const struct sessions *s, pool_ref root, int64_t ms, pool_ref *before, pool_ref *after)
{
	while (root) {
		struct session *x = node(s, root);
		if (x->start < ms) {
			*before = root;
			before = &x->right;
			root = x->right;
		} else {
			*after = root;
			after = &x->left;
			root = x->left;
		}
	}
	*before = *after = 0;
}

/* Stores in *LINK the treap of all sessions of BEFORE and AFTER. Each session of BEFORE must start before each session
 * of AFTER. */
static void join(const struct sessions *s, pool_ref *link, pool_ref before, pool_ref after)
{
	while (before && after) {
		if (priority(before) > priority(after)) {
			*link = before;
			link = &node(s, before)->right;
			before = *link;
		} else {
			*link = after;
			link = &node(s, after)->left;
			after = *link;
		}
	}
	*link = before ? before : after;
}

/* Puts the session REF into the treap *LINK. */
static void put(const struct sessions *s, pool_ref *link, pool_ref ref)
{
	struct session *x = node(s, ref);
	uint64_t mine = priority(ref);
	while (*link && priority(*link) > mine) {
		struct session *y = node(s, *link);
		link = y->start < x->start ? &y->right : &y->left;
	}
	split(s, *link, x->start, &x->left, &x->right);
	*link = ref;
}

/* Removes the session that starts at MS from the treap *LINK, which must contain this session. Returns its
 * reference. */
static pool_ref take(const struct sessions *s, pool_ref *link, int64_t ms)
{
	struct session *x = node(s, *link);
	while (x->start != ms) {
		link = x->start < ms ? &x->right : &x->left;
		x = node(s, *link);
	}
	pool_ref ref = *link;
	join(s, link, x->left, x->right);
	return ref;
}

/* Removes the first session from the treap *LINK, which must not be empty. Returns its reference. */
static pool_ref take_first(const struct sessions *s, pool_ref *link)
{
	while (node(s, *link)->left)
		link = &node(s, *link)->left;
	pool_ref ref = *link;
	*link = node(s, ref)->right;
	return ref;
}

/* If the new session comes before all others, it takes the place in the key's record. The session that was there moves
 * to the new block. */
struct session *session_insert(struct sessions *s, struct session_key *k, int64_t start, struct err *e)
{
	pool_ref ref = pool_alloc(&s->pool, s->record_bytes);
	if (!ref) {
		err_oom(e, "a session");
		return NULL;
	}
	s->further++;
	struct session *x = node(s, ref);
	if (start > k->first.start) {
		x->start = start;
		put(s, &k->first.right, ref);
		return x;
	}
	pool_ref root = k->first.right;
	memcpy(x, &k->first, s->record_bytes);
	put(s, &root, ref);
	k->first.start = start;
	k->first.left = 0;
	k->first.right = root;
	return &k->first;
}

void session_remove(struct sessions *s, struct session_key *k, const struct session *x)
{
	s->further--;
	pool_free(&s->pool, take(s, &k->first.right, x->start), s->record_bytes);
}

/* The second session moves from its own block into the record of the key. */
bool session_drop_first(struct sessions *s, struct session_key *k)
{
	pool_ref root = k->first.right;
	fold_states_release(s->env->folds, (char *)&k->first, &s->pool);
	if (!root)
		return false;
	s->further--;
	pool_ref ref = take_first(s, &root);
	memcpy(&k->first, node(s, ref), s->record_bytes);
	pool_free(&s->pool, ref, s->record_bytes);
	k->first.left = 0;
	k->first.right = root;
	return true;
}
