/* builder.c -- building a program.
 *
 * The parser calls these functions in the order of evaluation, so that code is generated in one pass, without a syntax
 * tree. Two optimizations are made as soon as the operands are complete: comparing a path with a constant becomes one
 * instruction, and a path into the value of another path, as in `(.a).b`, becomes one longer path. */
#include "expr/builder.h"
#include "base/vec.h"
#include "text/utf8.h"

void builder_init(struct builder *b, struct expr_program *p)
{
	*p = (struct expr_program){ .code = NULL };
	arena_init(&p->arena, EXPR_ARENA_MAX);
	*b = (struct builder){ .p = p };
	buf_init(&b->scratch, EXPR_ARENA_MAX);
}

void builder_release(struct builder *b)
{
	buf_release(&b->scratch);
}

/* Makes room for one more element of SIZE bytes in *ARRAY, which has COUNT elements. Returns the address of the new
 * element; NULL with b->full set if memory is exhausted. */
static void *builder_room(struct builder *b, void *array, uint32_t count, size_t *cap, size_t size)
{
	void *grown = vec_room(*(void **)array, cap, (size_t)count + 1, size);
	if (!grown) {
		b->full = true;
		return NULL;
	}
	*(void **)array = grown;
	return (char *)grown + count * size;
}

/* Returns how many values OP adds to the stack before the next instruction in the code. After OP_JUMP comes the other
 * branch of an if. That branch begins without the value of the first branch, so the result for OP_JUMP is -1. */
static int stack_effect(enum expr_op op)
{
	switch (op) {
	case OP_PATH:
	case OP_STEP:
	case OP_CONST:
	case OP_MATCH: return 1;
	case OP_LEAVE:
	case OP_JUMP:
	case OP_UNLESS:
	case OP_AND:
	case OP_OR:
	case OP_ALT: return -1;
	/* An operator with two operands pops both and pushes one value. The remaining instructions leave the height as
	 * it is. */
	default: return op >= OP_ADD ? -1 : 0;
	}
}

/* Updates the current and the greatest heights of the stacks for instruction OP. The machine allocates its stacks by
 * the greatest heights. */
static void track_heights(struct builder *b, enum expr_op op)
{
	b->stack = (uint32_t)((int)b->stack + stack_effect(op));
	b->inputs += op == OP_ENTER ? 1 : 0;
	b->inputs -= op == OP_LEAVE ? 1 : 0;
	if (b->stack > b->p->stack)
		b->p->stack = b->stack;
	if (b->inputs > b->p->inputs)
		b->p->inputs = b->inputs;
}

uint32_t builder_emit(struct builder *b, enum expr_op op, uint32_t a)
{
	struct expr_instr *i = builder_room(b, &b->p->code, b->p->count, &b->code_cap, sizeof *i);
	if (!i)
		return 0;
	*i = (struct expr_instr){ .op = (uint8_t)op, .a = a };
	track_heights(b, op);
	return b->p->count++;
}

/* The target is always the end of the code so far. Jumps therefore lead only forward, and every program ends. */
void builder_set_target(struct builder *b, uint32_t index)
{
	if (!b->full)
		b->p->code[index].a = b->p->count;
}

/* The greatest heights of the stacks still count the removed code. The machine may therefore allocate more memory than
 * it needs. */
void builder_undo(struct builder *b, uint32_t index)
{
	if (b->full)
		return;
	b->p->count = index;
	b->stack--;
}

/* Most conditions are like `.status == 503`. They become one instruction, OP_MATCH, instead of three. */
void builder_emit_compare(struct builder *b, enum expr_op cmp, uint32_t left, uint32_t right)
{
	struct expr_program *p = b->p;
	/* The last two instructions must be the operands: a path on the left, and a constant on the right. */
	if (!b->full && right == left + 1 && p->count == right + 1 && p->code[left].op == OP_PATH &&
		p->code[right].op == OP_CONST) {
		uint32_t constant = p->code[right].a;
		builder_undo(b, right);
		p->code[left].op = OP_MATCH;
		p->code[left].cmp = (uint8_t)cmp;
		p->code[left].b = constant;
		return;
	}
	builder_emit(b, cmp, 0);
}

/* OP_STEP is a path into a computed value. Like OP_PATH, it can be replaced by a longer path. */
const struct expr_path *builder_path_at(const struct builder *b, uint32_t start)
{
	const struct expr_program *p = b->p;
	if (b->full || p->count != start + 1)
		return NULL;
	const struct expr_instr *i = &p->code[start];
	return i->op == OP_PATH || i->op == OP_STEP ? &p->paths[i->a] : NULL;
}

/* OP_CONST also pushes strings and other constants, so the type of the constant is checked as well. */
const struct expr_constant *builder_number_at(const struct builder *b, uint32_t start)
{
	const struct expr_program *p = b->p;
	if (b->full || p->count != start + 1 || p->code[start].op != OP_CONST)
		return NULL;
	const struct expr_constant *c = &p->consts[p->code[start].a];
	return c->v.is_num ? c : NULL;
}

/* Only paths can give different values for different events. */
bool builder_is_constant(const struct builder *b, uint32_t start)
{
	for (uint32_t i = start; !b->full && i < b->p->count; i++) {
		enum expr_op op = b->p->code[i].op;
		if (op == OP_PATH || op == OP_STEP || op == OP_MATCH)
			return false;
	}
	return true;
}

/* The steps are copied to the program's arena. The names that they point to are already there. */
uint32_t builder_add_path(struct builder *b, const struct json_step *steps, size_t count)
{
	struct expr_path *path = builder_room(b, &b->p->paths, b->p->path_count, &b->path_cap, sizeof *path);
	if (!path)
		return 0;
	struct span copy = arena_copy(&b->p->arena, (struct span){ (const char *)steps, count * sizeof *steps });
	if (!copy.p) {
		b->full = true;
		return 0;
	}
	*path = (struct expr_path){ .steps = (const void *)copy.p, .count = count, .slot = -1 };
	return b->p->path_count++;
}

/* Equal constants are not shared, because programs are short and would gain little. */
uint32_t builder_add_constant(struct builder *b, struct value v)
{
	struct expr_constant *c = builder_room(b, &b->p->consts, b->p->const_count, &b->const_cap, sizeof *c);
	if (!c)
		return 0;
	*c = (struct expr_constant){ .v = v };
	/* An integer is also kept as an int64_t, so that OP_MATCH can compare it without a struct num. */
	c->is_int = v.is_num && num_i64(v.num, &c->i);
	return b->p->const_count++;
}

/* Returns a copy of the number in b->scratch. The byte before the copy is a minus that does not belong to it, so that
 * builder_negative() can add the minus without another copy. If memory is exhausted, returns SPAN_NONE and sets
 * b->full. */
static struct span number_text(struct builder *b)
{
	char *p = arena_get(&b->p->arena, b->scratch.n + 1);
	b->full = b->full || !p;
	if (!p)
		return SPAN_NONE;
	*p = '-';
	memcpy(p + 1, b->scratch.p, b->scratch.n);
	return (struct span){ p + 1, b->scratch.n };
}

/* The text of a positive number has a minus in front, which is not part of the text. The text of the negative number
 * begins at this minus. */
struct value builder_negative(struct value v)
{
	v.num = num_neg(v.num);
	if (v.text.p)
		v.text = *v.text.p == '-' ? (struct span){ v.text.p + 1, v.text.n - 1 } :
					    (struct span){ v.text.p - 1, v.text.n + 1 };
	return v;
}

/* Rewrites the token in JSON's grammar: no leading zeros, and a digit on both sides of the point. If a struct
 * num cannot hold all digits, the text is kept as well, so that comparisons use every digit. */
uint32_t builder_add_number(struct builder *b, struct span text)
{
	struct num n = { .exact = true };
	size_t i = 0;
	while (i + 1 < text.n && text.p[i] == '0' && text.p[i + 1] >= '0' && text.p[i + 1] <= '9')
		i++;
	buf_reset(&b->scratch);
	/* buf_addc() can fail only if memory is exhausted, because a token is much shorter than the limit of the
	 * buffer. */
	int bad = text.p[i] == '.' ? buf_addc(&b->scratch, '0') : 0;
	for (; i < text.n; i++) {
		bool digit = i + 1 < text.n && text.p[i + 1] >= '0' && text.p[i + 1] <= '9';
		/* A point without a digit after it, as in "1." and "1.e5", is dropped. */
		if (text.p[i] != '.' || digit)
			bad |= buf_addc(&b->scratch, text.p[i]);
	}
	if (bad < 0 || num_parse(buf_span(&b->scratch), &n) < 0)
		b->full = true;
	struct value v = value_number(n);
	if (!n.exact && !b->full)
		v.text = number_text(b);
	return builder_add_constant(b, v);
}

/* Escapes are decoded once, when the program is compiled, so that running it needs no decoding. */
bool builder_unescape(struct builder *b, struct span text, struct span *bytes)
{
	/* jq 1.6 refuses half of a surrogate pair in a program, but json_unescape() accepts it. Escapes that begin with
	 * \ud are therefore left to libjq. */
	for (size_t i = 0; i + 2 < text.n; i++)
		if (text.p[i] == '\\' && text.p[i + 1] == 'u' && (text.p[i + 2] | 0x20) == 'd')
			return false;
	buf_reset(&b->scratch);
	if (json_unescape(text, &b->scratch) < 0)
		return false;
	if (utf8_valid(buf_span(&b->scratch)) != b->scratch.n)
		return false;
	*bytes = arena_copy(&b->p->arena, buf_span(&b->scratch));
	if (!bytes->p)
		b->full = true;
	return true;
}

/* Stores the JSON text, which a value needs, and the bytes, which startswith() and endswith() need. */
uint32_t builder_add_string(struct builder *b, struct span bytes)
{
	buf_reset(&b->scratch);
	struct span text = SPAN_NONE;
	if (json_quote(bytes, &b->scratch) == 0)
		text = arena_copy(&b->p->arena, buf_span(&b->scratch));
	if (!text.p) {
		b->full = true;
		return 0;
	}
	/* Strings without escapes can be compared for equality as text. */
	uint32_t index = builder_add_constant(b, value_literal(JSON_STRING, text));
	if (!b->full) {
		b->p->consts[index].bytes = bytes;
		b->p->consts[index].no_escapes = !memchr(text.p, '\\', text.n);
	}
	return index;
}

void expr_program_release(struct expr_program *p)
{
	free(p->code);
	free(p->paths);
	free(p->consts);
	arena_release(&p->arena);
	*p = (struct expr_program){ .code = NULL };
}

/* A program that is a single OP_PATH need not be run, because its value can be taken from the event. */
const struct expr_path *expr_program_path(const struct expr_program *p)
{
	return p->count == 1 && p->code[0].op == OP_PATH ? &p->paths[p->code[0].a] : NULL;
}
