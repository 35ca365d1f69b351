/* builder.h -- building a program, instruction by instruction.
 *
 * The builder computes how high the stacks of the machine get. When memory is exhausted, a function sets FULL, and all
 * further calls remain safe. The parser therefore checks FULL once, at the end, and not after each call. */
#ifndef EXPR_BUILDER_H
#define EXPR_BUILDER_H
#include "expr/lex.h"
#include "expr/program.h"

struct builder {
	struct expr_program *p; /* borrowed */
	size_t code_cap, path_cap, const_cap;
	uint32_t stack, inputs; /* heights of the machine's stacks after the code so far */
	bool full;              /* memory is exhausted, or a limit was reached */
	struct buf scratch;     /* the text of one token, while it is converted */
};

/* Makes *P an empty program and starts building it. The caller must call expr_program_release(P). */
void builder_init(struct builder *b, struct expr_program *p);
/* Frees what B owns, but not the program. */
void builder_release(struct builder *b);

/* Appends instruction OP with argument A. Returns the index of the instruction; 0 if B is full. */
uint32_t builder_emit(struct builder *b, enum expr_op op, uint32_t a);
/* Makes the jump at INDEX lead to the end of the code so far. */
void builder_set_target(struct builder *b, uint32_t index);
/* Removes all instructions from INDEX on, which together must push one value. */
void builder_undo(struct builder *b, uint32_t index);
/* Appends comparison CMP of two operands, whose code starts at LEFT and at RIGHT. */
void builder_emit_compare(struct builder *b, enum expr_op cmp, uint32_t left, uint32_t right);

/* Returns the path if the code from START to the end is a single OP_PATH or OP_STEP, otherwise NULL. The result is
 * valid until something is added to the program. */
const struct expr_path *builder_path_at(const struct builder *b, uint32_t start);
/* Returns the constant if the code from START to the end pushes a single number, otherwise NULL. The result is valid
 * until something is added to the program. */
const struct expr_constant *builder_number_at(const struct builder *b, uint32_t start);
/* Returns true if the value of the operand from START to the end of the code does not depend on the event. */
bool builder_is_constant(const struct builder *b, uint32_t start);

/* Adds a path to the program and returns its index; 0 if B is full. The steps are copied, but not their names. */
uint32_t builder_add_path(struct builder *b, const struct json_step *steps, size_t count);
/* Adds a constant to the program and returns its index; 0 if B is full. */
uint32_t builder_add_constant(struct builder *b, struct value v);
/* Adds the number of token TEXT as a constant and returns its index; 0 if B is full. TEXT may be a number that
 * jq allows and JSON does not, such as ".5", "1." or "007". */
uint32_t builder_add_number(struct builder *b, struct span text);
/* Returns -V. V must be a constant that builder_add_number() has made, or its negative. */
struct value builder_negative(struct value v);
/* Adds the string of BYTES as a constant and returns its index; 0 if B is full. The program must own BYTES. */
uint32_t builder_add_string(struct builder *b, struct span bytes);
/* Sets *BYTES to the bytes that the string token TEXT represents. The program owns these bytes. Returns false if only
 * libjq can decide whether TEXT is valid. */
bool builder_unescape(struct builder *b, struct span text, struct span *bytes);
#endif
