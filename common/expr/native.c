/* native.c -- running a program: paths, jumps and pipes. The operators themselves are in ops.c.
 *
 * The stack machine does not check its stacks, because the builder computed how high they get. Each instruction changes
 * the stack as the comments of enum expr_op (program.h) say. The first result other than EXPR_OK ends the run. */
#include "expr/slips.h"

/* ---- paths ---- */

/* Sets *OUT to the value of the member NAME of OBJECT; to SPAN_NONE if there is none. Of several members with this
 * name, takes the first one if FIRST is true, otherwise the last one. Returns EXPR_HAND_OVER if OBJECT cannot be
 * read. */
static enum expr_result find_member(struct span object, struct span name, bool first, struct span *out)
{
	struct json_walk w;
	struct span key, value;
	if (json_walk_init(&w, object) < 0)
		return EXPR_HAND_OVER;
	*out = SPAN_NONE;
	for (;;) {
		int r = json_walk(&w, &key, &value);
		if (r <= 0)
			return r < 0 ? EXPR_HAND_OVER : EXPR_OK;
		if (!json_string_is(key, name))
			continue;
		*out = value;
		if (first)
			return EXPR_OK;
	}
}

/* Returns the number of elements of ARRAY; -1 if ARRAY cannot be read. */
static int64_t count_elements(struct span array)
{
	struct json_walk w;
	struct span key, value;
	int64_t n = 0;
	int r = json_walk_init(&w, array);
	if (r < 0)
		return -1;
	while ((r = json_walk(&w, &key, &value)) > 0)
		n++;
	return r < 0 ? -1 : n;
}

/* Sets *OUT to the element INDEX of ARRAY, or to SPAN_NONE if there is none. A negative INDEX counts from the end.
 * Returns EXPR_HAND_OVER if ARRAY cannot be read. */
static enum expr_result find_element(struct span array, int64_t index, struct span *out)
{
	struct json_walk w;
	struct span key;
	*out = SPAN_NONE;
	/* Adding the number of elements turns -1 into the index of the last element. */
	if (index < 0) {
		int64_t n = count_elements(array);
		if (n < 0)
			return EXPR_HAND_OVER;
		index += n;
		if (index < 0)
			return EXPR_OK;
	}
	if (json_walk_init(&w, array) < 0)
		return EXPR_HAND_OVER;
	for (;;) {
		struct span value;
		int r = json_walk(&w, &key, &value);
		if (r <= 0)
			return r < 0 ? EXPR_HAND_OVER : EXPR_OK;
		if (index-- == 0) {
			*out = value;
			return EXPR_OK;
		}
	}
}

enum expr_result expr_path_walk(const struct expr_path *path, struct span from, bool top, struct span *out)
{
	/* If a step finds no value, the loop ends early, and *OUT becomes SPAN_NONE, which counts as null. */
	const char *end = from.p + from.n;
	const char *p = json_space(from.p, end);
	struct span at = { p, (size_t)(end - p) };
	for (size_t i = 0; i < path->count; i++) {
		const struct json_step *step = &path->steps[i];
		enum json_type type = json_type(at);
		enum expr_result r = EXPR_HAND_OVER;
		if (type == JSON_NULL) { /* any step into null gives null */
			*out = SPAN_NONE;
			return EXPR_OK;
		}
		if (type == JSON_OBJECT && step->name.p)
			r = find_member(at, step->name, top && i == 0, &at);
		else if (type == JSON_ARRAY && !step->name.p)
			r = find_element(at, step->index, &at);
		if (r != EXPR_OK)
			return r;
		if (!at.p)
			break;
	}
	*out = at;
	return EXPR_OK;
}

/* Sets *OUT to the value at PATH in the event. Returns EXPR_HAND_OVER if PATH steps into a value of the wrong type. */
static enum expr_result event_path(const struct expr_machine *m, const struct expr_path *path, struct span *out)
{
	/* A path beyond the limits of the set of paths has no slot, so its value is looked up here. */
	if (path->slot < 0)
		return expr_path_walk(path, m->event, true, out);
	*out = m->found[path->slot];
	return json_path_failed(*out) ? EXPR_HAND_OVER : EXPR_OK;
}

/* Sets *OUT to the value at PATH in the value IN, which may be a computed value. Returns EXPR_HAND_OVER if PATH steps
 * into a value of the wrong type. */
static enum expr_result value_path(const struct expr_path *path, const struct value *in, struct value *out)
{
	struct span s;
	/* A path without steps leads to the value itself, and any path into null gives null. */
	if (path->count == 0 || in->type == JSON_NULL) {
		*out = *in;
		return EXPR_OK;
	}
	if (in->is_num)
		return EXPR_HAND_OVER;
	enum expr_result r = expr_path_walk(path, in->text, false, &s);
	if (r == EXPR_OK)
		*out = value_of(s);
	return out->type == JSON_MISSING ? EXPR_HAND_OVER : r;
}

/* ---- the machine ---- */

/* Sets *TOP, the first free place of the stack, to the value that instruction I pushes. INPUT is the value of `.` on
 * the right side of a pipe. Only OP_STEP uses INPUT. Returns EXPR_OK, or why there is no value. */
static enum expr_result machine_push(const struct expr_program *p, struct expr_machine *m, struct expr_instr *i,
	struct value *top, const struct value *input)
{
	struct span s = SPAN_NONE;
	bool answer = false;
	enum expr_result r;
	switch (i->op) {
	case OP_CONST: *top = p->consts[i->a].v; return EXPR_OK;
	case OP_STEP: return value_path(&p->paths[i->a], input, top);
	case OP_MATCH:
		r = event_path(m, &p->paths[i->a], &s);
		if (r == EXPR_OK)
			r = expr_apply_match(m, s, &p->consts[i->b], i, &answer);
		*top = value_bool(answer);
		return r;
	default:
		r = event_path(m, &p->paths[i->a], &s);
		*top = value_of(s);
		return top->type == JSON_MISSING ? EXPR_HAND_OVER : r;
	}
}

/* Returns true if the left operand *TOP decides OP, which is OP_AND, OP_OR or OP_ALT, so that the right operand is not
 * evaluated. In this case, *TOP is set to the result. */
static bool short_circuits(enum expr_op op, struct value *top)
{
	bool t = value_true(top);
	if (op == OP_ALT)
		return t;
	if (t != (op == OP_OR))
		return false;
	*top = value_bool(t);
	return true;
}

enum expr_result expr_program_run(const struct expr_program *p, struct expr_machine *m, struct value *out)
{
	struct value *sp = m->stack;      /* first free place of the stack */
	struct value **input = m->inputs; /* first free place of the inputs */
	enum expr_result r = EXPR_OK;
	struct span s; /* set by OP_CHECK and not used */
	for (uint32_t pc = 0; pc < p->count && r == EXPR_OK; pc++) {
		struct expr_instr *i = &p->code[pc];
		switch ((enum expr_op)i->op) {
		case OP_PATH:
		case OP_CONST:
		case OP_MATCH:
		case OP_STEP:
			r = machine_push(p, m, i, sp, input == m->inputs ? NULL : input[-1]);
			sp++;
			break;
		case OP_CHECK: r = event_path(m, &p->paths[i->a], &s); break;
		/* OP_ENTER leaves the input on the stack. The right side of the pipe pushes its value above the input,
		 * and OP_LEAVE replaces the input by this value. */
		case OP_ENTER: *input++ = sp - 1; break;
		case OP_LEAVE:
			input--;
			**input = *--sp;
			break;
		case OP_JUMP: pc = i->a - 1; break; /* the loop adds one */
		case OP_UNLESS:
			if (!value_true(--sp))
				pc = i->a - 1;
			break;
		case OP_AND:
		case OP_OR:
		case OP_ALT:
			if (short_circuits(i->op, sp - 1))
				pc = i->a - 1;
			else
				sp--;
			break;
		/* All other instructions are operators. The left operand was pushed first, so the right operand is on
		 * top. */
		default:
			if (i->op >= OP_ADD) {
				sp--;
				if (i->op >= OP_EQ)
					expr_note_types(i, sp[-1].type, sp->type, m->events);
				r = expr_apply_binary(m, i->op, sp - 1, sp, sp - 1);
			} else {
				r = expr_apply_unary(m, p, i, sp - 1, sp - 1);
			}
		}
	}
	if (r == EXPR_OK)
		*out = m->stack[0];
	return r;
}
