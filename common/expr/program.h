/* program.h -- what the files of expr/ share: an expression as a flat program, and its machine.
 *
 * parse.c makes programs, native.c runs them, ops.c knows jq's operators. A program works on a
 * stack of values whose greatest height is known when it is compiled, so that running one neither
 * recurses nor checks for room. What native code does not do (adding objects, an error's exact
 * words) it hands over: libjq evaluates the whole expression again for that event. */
#ifndef EXPR_PROGRAM_H
#define EXPR_PROGRAM_H
#include "expr/arena.h"
#include "expr/value.h"

enum {
	EXPR_TEXT_MAX = 64 * 1024,         /* bytes of one expression */
	EXPR_NEST_MAX = 200,               /* parentheses and the like in one another, natively */
	EXPR_ARENA_MAX = 64 * 1024 * 1024, /* computed strings of one event */
	EXPR_STEPS_MAX = 256,              /* steps of one path, natively */
};

/* What an instruction does; A and B are its arguments. "Top" is the value on top of the stack. */
enum expr_op {
	OP_PATH,   /* push the value at paths[a] of the event */
	OP_CHECK,  /* fail where OP_PATH would */
	OP_STEP,   /* push the value at paths[a] of the input */
	OP_CONST,  /* push consts[a] */
	OP_ENTER,  /* top becomes the input (what a pipe's right side sees) ... */
	OP_LEAVE,  /* ... until here, where top takes its place */
	OP_JUMP,   /* go to a, where the stack is one value higher */
	OP_UNLESS, /* pop; go to a if it was false */
	OP_AND,    /* if top is false make it `false` and go to a, else pop */
	OP_OR,     /* if top is true make it `true` and go to a, else pop */
	OP_ALT,    /* if top is true go to a, else pop */
	OP_BOOL,   /* top becomes `true` or `false` */
	OP_MATCH,  /* push paths[a] compared with consts[b] by comparison CMP */
	OP_NOT,    /* from here on: top is replaced, in order of expr_apply_unary() */
	OP_NEG,
	OP_LENGTH,
	OP_FLOOR,
	OP_DOWNCASE,
	OP_UPCASE,
	OP_STARTS, /* ... with consts[a] */
	OP_ENDS,
	OP_ADD, /* from here on: the two on top are replaced by one */
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
	int slot; /* among the picked values; -1: walk each time */
};

struct expr_constant {
	struct value v;
	struct span bytes; /* a string's, unescaped */
	bool plain;        /* a string whose JSON text has no escapes */
	bool small;        /* an integer, in i */
	int64_t i;
};

struct expr_program {
	struct expr_instr *code;
	struct expr_path *paths;
	struct expr_constant *consts;
	uint32_t count, path_count, const_count;
	uint32_t stack, inputs; /* greatest heights of the machine's two stacks */
	struct arena arena;     /* holds what the paths and constants point to */
};

/* Why a text is no program. */
struct expr_fault {
	bool certain;  /* no jq program can be so; else libjq has to say */
	size_t at;     /* byte of the text */
	char what[64]; /* "'+' where a value should follow" */
};

/* Compiles TEXT. 0; 1: *F says why not (P needs no release); -1: out of memory. */
int expr_program_parse(struct expr_program *p, struct span text, struct expr_fault *f) MUST_USE;
void expr_program_release(struct expr_program *p);
/* The path that is all of P, or NULL. */
const struct expr_path *expr_program_path(const struct expr_program *p);

/* One event under evaluation. */
struct expr_machine {
	struct span event;
	struct span *found; /* picked values, by slot */
	struct value *stack;
	struct value **inputs;
	struct arena arena; /* of the event */
	struct buf scratch; /* for one string at a time */
};

/* What evaluation comes to. */
enum expr_result {
	EXPR_OK = 0,
	EXPR_HAND_OVER, /* libjq must evaluate the expression */
	EXPR_FULL,      /* out of memory or past a limit */
};

/* Runs P; spans in *OUT live until the arena is reset. */
enum expr_result expr_program_run(const struct expr_program *p, struct expr_machine *m, struct value *out) MUST_USE;

/* The value at PATH of FROM, SPAN_NONE if there is none. TOP: FROM is the event, where the first
 * member of a name counts. EXPR_HAND_OVER: it steps into a wrong type or FROM cannot be read. */
enum expr_result expr_path_walk(const struct expr_path *path, struct span from, bool top, struct span *out) MUST_USE;

/* jq's operators. OUT may be A (or B). */
enum expr_result expr_apply_unary(struct expr_machine *m, const struct expr_program *p, const struct expr_instr *i,
	const struct value *a, struct value *out) MUST_USE;
enum expr_result expr_apply_binary(struct expr_machine *m, enum expr_op op, const struct value *a,
	const struct value *b, struct value *out) MUST_USE;
/* Compares the JSON text S (SPAN_NONE: null) with C. */
enum expr_result expr_apply_match(struct span s, const struct expr_constant *c, enum expr_op cmp, bool *out) MUST_USE;
#endif
