/* slips.c -- finds mistakes in an expression that only events show: paths that no event has, and comparisons of two
 * types.
 *
 * Neither mistake leads to an error. A missing field counts as null. In jq, a string is greater than every number, so
 * `.status >= 500` is true if the status is "200" in quotes. */
#include "expr/slips.h"
#include <inttypes.h>

/* ---- types ---- */

/* Returns the type T, but JSON_FALSE for JSON_TRUE: true and false count as one type. */
static enum json_type class_of(enum json_type t)
{
	return t == JSON_TRUE ? JSON_FALSE : t;
}

/* A comparison with null is not counted, because null may just mean that the event lacks a field. */
void expr_count_mixed(struct expr_instr *i, enum json_type a, enum json_type b, uint64_t event)
{
	a = class_of(a);
	b = class_of(b);
	if (a == b) {
		i->same_types = true;
		return;
	}
	if (a == JSON_NULL || b == JSON_NULL || (i->mixed && i->last_mixed == event))
		return;
	if (i->mixed == 0) {
		i->left = (uint8_t)a;
		i->right = (uint8_t)b;
	}
	i->mixed++;
	i->last_mixed = event;
}

static const char *type_name(enum json_type t)
{
	switch (class_of(t)) {
	case JSON_NUMBER: return "a number";
	case JSON_STRING: return "a string";
	case JSON_FALSE: return "true or false";
	case JSON_ARRAY: return "an array";
	default: return "an object";
	}
}

/* ---- paths ---- */

/* Appends PATH as a user writes it, such as .a.b[0], to OUT. Returns 0, or -1 if OUT is full. */
static int add_path(const struct expr_path *path, struct buf *out)
{
	for (size_t i = 0; i < path->count; i++) {
		const struct json_step *s = &path->steps[i];
		int r = s->name.p ? buf_addf(out, ".%.*s", SPAN_ARG(s->name)) :
				    buf_addf(out, "[%" PRId64 "]", s->index);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* Appends to OUT the line that says that no event had PATH, with a hint from SEEN. If ALONE is true, PATH is the whole
 * expression, and the line says "it" for PATH. Returns 0, or -1 if OUT is full. */
static int add_never(const struct expr_path *path, bool alone, const struct seen *seen, struct buf *out)
{
	struct buf text;
	buf_init(&text, 4096);
	int r = add_path(path, &text);
	const char *name = r == 0 ? buf_string(&text) : NULL;
	if (name && (r = buf_addf(out, "no event had %s (", alone ? "it" : name)) == 0) {
		seen_hint(seen, name, out);
		r = buf_adds(out, ")\n");
	}
	buf_release(&text);
	return r;
}

/* If instruction N of P looks up a path in the event, and no event had this path, returns the path. Otherwise returns
 * NULL. Also returns NULL if an earlier instruction looks up the same path, so that each path is reported once. */
static const struct expr_path *never_path(const struct expr_program *p, uint32_t n, const struct seen *seen)
{
	for (uint32_t i = 0; i <= n; i++) {
		enum expr_op op = p->code[i].op;
		const struct expr_path *path = &p->paths[p->code[i].a];
		if (op != OP_PATH && op != OP_MATCH && op != OP_CHECK)
			continue;
		if (i == n)
			return path->count > 0 && path->slot >= 0 && seen_never(seen, path->slot) ? path : NULL;
		if (path->slot == p->paths[p->code[n].a].slot)
			return NULL;
	}
	return NULL;
}

/* Returns true if P has an alternative (`.a // .b`), and some event had one of the paths of P. The other paths may then
 * be missing without a mistake. */
static bool has_alternative(const struct expr_program *p, const struct seen *seen)
{
	bool alternative = false, found = false;
	for (uint32_t i = 0; i < p->count; i++) {
		enum expr_op op = p->code[i].op;
		alternative = alternative || op == OP_ALT;
		if (op == OP_PATH || op == OP_MATCH)
			found = found || !seen_never(seen, p->paths[p->code[i].a].slot);
	}
	return alternative && found;
}

/* ---- both ---- */

/* Appends to OUT the line that says that comparison I of P compared values of two types. Returns 0, or -1 if OUT is
 * full. */
static int add_mixed(const struct expr_program *p, const struct expr_instr *i, struct buf *out)
{
	bool text = i->left == JSON_STRING && i->right == JSON_NUMBER;
	bool number = i->left == JSON_NUMBER && i->right == JSON_STRING;
	if (buf_addf(out, "compares %s with %s in %" PRIu64 " event%s", type_name(i->left), type_name(i->right),
		    i->mixed, i->mixed == 1 ? "" : "s") < 0)
		return -1;
	if (i->op == OP_MATCH && (text || number)) {
		if (buf_adds(out, "; use (") < 0 || add_path(&p->paths[i->a], out) < 0)
			return -1;
		return buf_adds(out, text ? "|tonumber)\n" : "|tostring)\n");
	}
	if (text || number)
		return buf_adds(out, "; use tonumber or tostring\n");
	return buf_adds(out, "; their types decide, not their values\n");
}

/* Returns true if comparison I compared values of two types and this is probably a mistake. It is no mistake if I is ==
 * or != and has also compared values of one type: a field of numbers may hold "-" in events without a number. */
static bool is_mixed(const struct expr_instr *i)
{
	enum expr_op cmp = i->op == OP_MATCH ? i->cmp : i->op;
	return i->mixed > 0 && !((cmp == OP_EQ || cmp == OP_NE) && i->same_types);
}

int expr_program_slips(const struct expr_program *p, const struct seen *seen, struct buf *out)
{
	bool alternative = has_alternative(p, seen), alone = expr_program_path(p) != NULL;
	for (uint32_t n = 0; n < p->count; n++) {
		const struct expr_path *path = alternative ? NULL : never_path(p, n, seen);
		if (path && add_never(path, alone, seen, out) < 0)
			return -1;
		if (is_mixed(&p->code[n]) && add_mixed(p, &p->code[n], out) < 0)
			return -1;
	}
	return 0;
}
