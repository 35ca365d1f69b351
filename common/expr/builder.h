/* builder.h -- putting a program together, instruction by instruction.
 *
 * The builder tracks how high the machine's stacks get. Exhausted memory is only noted (full) and asked about once, at
 * the end; until then all calls succeed harmlessly, so that the parser needs no error path for it. */
#ifndef EXPR_BUILDER_H
#define EXPR_BUILDER_H
#include "expr/lex.h"
#include "expr/program.h"

struct builder {
	struct expr_program *p; /* borrowed */
	size_t code_cap, path_cap, const_cap;
	uint32_t stack, inputs; /* heights of the machine's stacks after the code so far */
	bool full;              /* memory is exhausted, or a limit was reached */
	struct buf scratch;     /* for one token at a time */
};

/* Starts building *P, which becomes an empty program that the caller releases. */
void builder_init(struct builder *b, struct expr_program *p);
/* Frees what the builder itself owns. */
void builder_release(struct builder *b);

/* Appends an instruction. Returns its index. */
uint32_t builder_emit(struct builder *b, enum expr_op op, uint32_t a);
/* Makes the jump at INDEX lead to the end of the code so far. */
void builder_set_target(struct builder *b, uint32_t index);
/* Removes all instructions from INDEX on, whose effect together was to push one value. */
void builder_undo(struct builder *b, uint32_t index);
/* Appends the comparison of the operands whose code starts at LEFT and at RIGHT. */
void builder_emit_compare(struct builder *b, enum expr_op cmp, uint32_t left, uint32_t right);

/* Describe the operand whose code starts at START and ends at the end of the code: its path, if it is a single OP_PATH
 * or OP_STEP; its value, if it is a single number; otherwise NULL. Valid until something is added. */
const struct expr_path *builder_path_at(const struct builder *b, uint32_t start);
const struct expr_constant *builder_number_at(const struct builder *b, uint32_t start);
/* Returns true if that operand does not depend on the event. */
bool builder_is_constant(const struct builder *b, uint32_t start);

/* Add to the program and return the index: a path (its steps are copied, their names are not) ... */
uint32_t builder_add_path(struct builder *b, const struct json_step *steps, size_t count);
/* ... a constant ... */
uint32_t builder_add_constant(struct builder *b, struct value v);
/* ... a number from its token, which jq allows to be ".5", "1." or "007" ... */
uint32_t builder_add_number(struct builder *b, struct span text);
/* ... a string from its bytes, which the program owns. */
uint32_t builder_add_string(struct builder *b, struct span bytes);
/* Sets *BYTES to what the string token TEXT represents, owned by the program. Returns false if it has an escape that
 * only libjq can judge. */
bool builder_unescape(struct builder *b, struct span text, struct span *bytes);
#endif
