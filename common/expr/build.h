/* build.h -- putting a program together, instruction by instruction.
 *
 * Being out of memory is remembered (full) and asked about once, at the end; until then everything
 * goes on harmlessly. */
#ifndef EXPR_BUILD_H
#define EXPR_BUILD_H
#include "expr/lex.h"
#include "expr/program.h"

struct builder {
	struct program *p;
	uint32_t code_cap, path_cap, const_cap;
	uint32_t stack, inputs; /* present heights */
	bool full;
	struct buf scratch;
};

void builder_init(struct builder *b, struct program *p);
void builder_release(struct builder *b);

/* Appends an instruction; returns its index. */
uint32_t emit(struct builder *b, enum op op, uint32_t a);
/* Sets the target of the jump at INDEX to the end of the code. */
void emit_target(struct builder *b, uint32_t index);
/* Takes back all instructions from INDEX on, whose effect was to push one value. */
void emit_undo(struct builder *b, uint32_t index);
/* A comparison of the operands that start at LEFT and at RIGHT. */
void emit_compare(struct builder *b, enum op cmp, uint32_t left, uint32_t right);

/* The operand that starts at START if all of it is OP_PATH or OP_STEP; else NULL. */
const struct path *built_path(const struct builder *b, uint32_t start);
/* The number that the operand that starts at START is; else NULL. */
const struct constant *built_number(const struct builder *b, uint32_t start);
/* Does the operand that starts at START look at no input? */
bool built_constant(const struct builder *b, uint32_t start);

/* Adds a path (the steps are copied, their names are not); returns its index. */
uint32_t add_path(struct builder *b, const struct json_step *steps, size_t count);
/* Adds a constant; returns its index. */
uint32_t add_constant(struct builder *b, struct value v);
/* The token TEXT of a number, as jq writes them (".5", "1.", "007"). */
uint32_t add_number(struct builder *b, struct span text);
/* The bytes that a string token stands for, owned by the program. False: an escape that libjq
 * must judge. */
bool add_bytes(struct builder *b, struct span text, struct span *bytes);
uint32_t add_string(struct builder *b, struct span bytes);
#endif
