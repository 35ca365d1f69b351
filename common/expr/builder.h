/* builder.h -- putting a program together, instruction by instruction.
 *
 * Being out of memory is remembered (full) and asked about once, at the end; until then everything
 * goes on harmlessly. */
#ifndef EXPR_BUILDER_H
#define EXPR_BUILDER_H
#include "expr/lex.h"
#include "expr/program.h"

struct builder {
	struct expr_program *p;
	size_t code_cap, path_cap, const_cap;
	uint32_t stack, inputs; /* present heights */
	bool full;
	struct buf scratch;
};

void builder_init(struct builder *b, struct expr_program *p);
void builder_release(struct builder *b);

/* Appends an instruction; returns its index. */
uint32_t builder_emit(struct builder *b, enum expr_op op, uint32_t a);
/* Sets the target of the jump at INDEX to the end of the code. */
void builder_set_target(struct builder *b, uint32_t index);
/* Takes back all instructions from INDEX on, whose effect was to push one value. */
void builder_undo(struct builder *b, uint32_t index);
/* A comparison of the operands that start at LEFT and at RIGHT. */
void builder_emit_compare(struct builder *b, enum expr_op cmp, uint32_t left, uint32_t right);

/* The operand that starts at START if all of it is OP_PATH or OP_STEP; else NULL. */
const struct expr_path *builder_path_at(const struct builder *b, uint32_t start);
/* The number that the operand that starts at START is; else NULL. */
const struct expr_constant *builder_number_at(const struct builder *b, uint32_t start);
/* Does the operand that starts at START look at no input? */
bool builder_is_constant(const struct builder *b, uint32_t start);

/* Adds a path (the steps are copied, their names are not); returns its index. */
uint32_t builder_add_path(struct builder *b, const struct json_step *steps, size_t count);
/* Adds a constant; returns its index. */
uint32_t builder_add_constant(struct builder *b, struct value v);
/* The token TEXT of a number, as jq writes them (".5", "1.", "007"). */
uint32_t builder_add_number(struct builder *b, struct span text);
/* The bytes that a string token stands for, owned by the program. False: an escape that libjq
 * must judge. */
bool builder_unescape(struct builder *b, struct span text, struct span *bytes);
uint32_t builder_add_string(struct builder *b, struct span bytes);
#endif
