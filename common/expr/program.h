/* program.h -- what the files of expr/ share: an expression as a flat program, and the machine that runs it.
 *
 * parse.c and term.c make programs, native.c runs them, ops.c has jq's operators. A program works on a stack of values
 * whose greatest height is known when it is compiled, so that running one neither recurses nor checks for room.
 * Whatever native code does not do (adding objects, the exact words of an error) it hands over: libjq then evaluates
 * the whole expression again for that event. */
#ifndef EXPR_PROGRAM_H
#define EXPR_PROGRAM_H
#include "expr/arena.h"
#include "expr/value.h"

enum {
	EXPR_TEXT_MAX = 64 * 1024,         /* bytes of one expression */
	EXPR_NEST_MAX = 200,               /* depth of nesting that is parsed natively */
	EXPR_ARENA_MAX = 64 * 1024 * 1024, /* computed strings of one event */
	EXPR_STEPS_MAX = 256,              /* steps of one path, natively */
};

/* Instructions. A and B are the arguments of one; "top" is the value on top of the stack. */
enum expr_op {
	OP_PATH,   /* push the value at paths[a] of the event */
	OP_CHECK,  /* fail where OP_PATH would fail, and push nothing */
	OP_STEP,   /* push the value at paths[a] of the input */
	OP_CONST,  /* push consts[a] */
	OP_ENTER,  /* top becomes the input, `.` of the right side of a pipe, ... */
	OP_LEAVE,  /* ... until here, where top takes the place of the input */
	OP_JUMP,   /* go to a, where the stack has one value more than at the next instruction */
	OP_UNLESS, /* pop; go to a if it was false */
	OP_AND,    /* if top is false make it `false` and go to a, else pop */
	OP_OR,     /* if top is true make it `true` and go to a, else pop */
	OP_ALT,    /* if top is true go to a, else pop */
	OP_BOOL,   /* top becomes `true` or `false` */
	OP_MATCH,  /* push the result of comparing paths[a] with consts[b] by CMP */
	OP_NOT,    /* from here on: top is replaced, see expr_apply_unary() */
	OP_NEG,
	OP_LENGTH,
	OP_FLOOR,
	OP_DOWNCASE,
	OP_UPCASE,
	OP_STARTS, /* ... with consts[a] */
	OP_ENDS,
	OP_ADD, /* from here on: the two values on top are replaced by one */
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
};

struct expr_instr {
	uint8_t op;
	uint8_t cmp; /* OP_EQ ... OP_GE, for OP_MATCH */
	uint32_t a, b;
};

struct expr_path {
	const struct json_step *steps;
	size_t count;
	int slot; /* number in the set of paths; -1: walked each time */
};

struct expr_constant {
	struct value v;
	struct span bytes; /* of a string, unescaped */
	bool plain;        /* a string whose JSON text has no escapes */
	bool small;        /* an integer that fits I */
	int64_t i;
};

struct expr_program {
	struct expr_instr *code;
	struct expr_path *paths;
	struct expr_constant *consts;
	uint32_t count, path_count, const_count;
	uint32_t stack, inputs; /* the greatest heights of the machine's stacks */
	struct arena arena;     /* what paths and constants point to */
};

/* Why a text is not a native program. */
struct expr_fault {
	bool certain;  /* no jq program can be like this; otherwise libjq decides */
	size_t at;     /* offset in the text */
	char what[64]; /* "'+' where a value should follow" */
};

/* Compiles TEXT. Returns 0 with *P owned; 1 with the reason in *F, if it is not a native program; -1 when memory is
 * exhausted. P needs no release unless 0 is returned. */
int expr_program_parse(struct expr_program *p, struct span text, struct expr_fault *f) MUST_USE;
void expr_program_release(struct expr_program *p);
/* Returns the path that the whole program is, borrowed from P; NULL if it is something else. */
const struct expr_path *expr_program_path(const struct expr_program *p);

/* The machine: the current event and the memory to evaluate expressions for it. */
struct expr_machine {
	struct span event;
	struct span *found; /* values of the paths, by slot */
	struct value *stack;
	struct value **inputs; /* values that `.` is, from the outermost pipe inwards; they are on the stack */
	struct arena arena;    /* computed text of the current event */
	struct buf scratch;    /* for one string at a time */
};

/* How an evaluation ends. */
enum expr_result {
	EXPR_OK = 0,
	EXPR_HAND_OVER, /* libjq must evaluate the expression */
	EXPR_FULL,      /* memory is exhausted, or a limit was reached */
};

/* Runs P for the current event. Spans in *OUT live until the arena is reset. */
enum expr_result expr_program_run(const struct expr_program *p, struct expr_machine *m, struct value *out) MUST_USE;

/* Sets *OUT to the value at PATH in FROM, SPAN_NONE if there is none. TOP: FROM is the event, in which the first member
 * of a name counts, not the last. Returns EXPR_HAND_OVER if PATH steps into a wrong type, or FROM cannot be read. */
enum expr_result expr_path_walk(const struct expr_path *path, struct span from, bool top, struct span *out) MUST_USE;

/* jq's operators with one operand, by instruction I, and with two. OUT may be the same as A or B. */
enum expr_result expr_apply_unary(struct expr_machine *m, const struct expr_program *p, const struct expr_instr *i,
	const struct value *a, struct value *out) MUST_USE;
enum expr_result expr_apply_binary(struct expr_machine *m, enum expr_op op, const struct value *a,
	const struct value *b, struct value *out) MUST_USE;
/* Compares the JSON text S (SPAN_NONE: null) with C by CMP. */
enum expr_result expr_apply_match(struct span s, const struct expr_constant *c, enum expr_op cmp, bool *out) MUST_USE;
#endif
