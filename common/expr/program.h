/* program.h -- what the files of expr/ share: programs, which are compiled expressions, and the machine that runs them.
 *
 * parse.c and term.c make programs, native.c runs them, ops.c has jq's operators. A program is a list of instructions
 * that work on a stack of values. The greatest height of the stack is known when the program is compiled, so that the
 * machine need not check for room. If native code does not support an operation, such as adding objects, or meets an
 * error, libjq evaluates the whole expression again for that event. This is called handing over. */
#ifndef EXPR_PROGRAM_H
#define EXPR_PROGRAM_H
#include "expr/arena.h"
#include "expr/value.h"

enum {
	EXPR_TEXT_MAX = 64 * 1024,         /* bytes of one expression */
	EXPR_NEST_MAX = 200,               /* levels of nesting that are parsed natively */
	EXPR_ARENA_MAX = 64 * 1024 * 1024, /* bytes of computed strings for one event */
	EXPR_STEPS_MAX = 256,              /* steps of one path that is parsed natively */
};

/* Instructions. The arguments of an instruction are a and b. The value on top of the stack is called top. As in jq,
 * null and false count as false, all other values as true. */
enum expr_op {
	OP_PATH,   /* push the value at paths[a] of the event */
	OP_CHECK,  /* fail where OP_PATH would fail, and push nothing */
	OP_STEP,   /* push the value at paths[a] of the input */
	OP_CONST,  /* push consts[a] */
	OP_ENTER,  /* make top the input, the value of `.` on the right side of a pipe */
	OP_LEAVE,  /* pop the value of the right side, and replace the input on the stack by it */
	OP_JUMP,   /* go to a, from the end of one branch of an if to the end of the other */
	OP_UNLESS, /* pop; go to a if the value was false */
	OP_AND,    /* if top is false, make it `false` and go to a; otherwise pop */
	OP_OR,     /* if top is true, make it `true` and go to a; otherwise pop */
	OP_ALT,    /* if top is true, go to a; otherwise pop */
	OP_BOOL,   /* top becomes `true` or `false` */
	OP_MATCH,  /* compare the value at paths[a] with consts[b] by cmp, and push the result */
	OP_NOT,    /* OP_NOT to OP_ENDS: replace top by the result of the operator */
	OP_NEG,
	OP_LENGTH,
	OP_FLOOR,
	OP_DOWNCASE,
	OP_UPCASE,
	OP_STARTS, /* startswith(consts[a]) */
	OP_ENDS,   /* endswith(consts[a]) */
	OP_ADD,    /* OP_ADD to OP_GE: replace the two values on top by one result */
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_ROUND, /* round(a; b): rounds a to b digits after the point */
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_GT,
	OP_GE,
};

struct expr_instr {
	uint8_t op;
	uint8_t cmp; /* OP_EQ to OP_GE; only for OP_MATCH */
	/* Only for comparisons: what slips.c must know about the compared values. SAME_TYPES is true if two values of
	 * one type were compared. A pair is mixed if the types differ and neither is null. LEFT and RIGHT are the types
	 * of the first mixed pair. MIXED counts the events with one. LAST_MIXED is the number of the last of them. */
	bool same_types;
	uint8_t left, right;
	uint32_t a, b;
	uint64_t mixed, last_mixed;
};

struct expr_path {
	const struct json_step *steps;
	size_t count;
	int slot; /* number in the set of paths; -1 if not in the set */
};

struct expr_constant {
	struct value v;
	struct span bytes; /* for a string, its unescaped bytes */
	bool no_escapes;   /* v is a string whose JSON text has no escapes */
	bool is_int;       /* v is the integer i, which fits int64_t */
	int64_t i;
};

struct expr_program {
	struct expr_instr *code;
	struct expr_path *paths;
	struct expr_constant *consts;
	uint32_t count, path_count, const_count;
	uint32_t stack, inputs; /* the greatest heights of the machine's stacks */
	struct arena arena;     /* memory that paths and constants point to */
};

/* Why a text is not a native program. */
struct expr_fault {
	bool certain;  /* no jq program can contain this; otherwise libjq decides */
	size_t at;     /* offset in the text */
	char what[64]; /* for example "'+' where a value should follow" */
};

/* Compiles TEXT. If events are rows, COLUMNS has the names of their columns and NULL at the end; otherwise COLUMNS is
 * NULL. Returns 0 with *P set, which the caller must release; 1 with the reason in *F if TEXT is not a native program;
 * -1 if memory is exhausted. After 1 or -1, P needs no release. */
int expr_program_parse(struct expr_program *p, struct span text, const char *const *columns,
	struct expr_fault *f) MUST_USE;
/* Frees what P owns. */
void expr_program_release(struct expr_program *p);
/* Returns the path that is the whole program, borrowed from P; NULL if the program is anything else. */
const struct expr_path *expr_program_path(const struct expr_program *p);

/* The machine that runs programs: the current event, and memory. */
struct expr_machine {
	struct span event;
	uint64_t events;    /* the number of the current event, counted from 1 */
	struct span *found; /* values of the paths in the event, by slot */
	struct value *stack;
	/* Pointers into the stack: the value of `.` for each pipe whose right side is running, innermost last. */
	struct value **inputs;
	struct arena arena; /* computed text of the current event */
	struct buf scratch; /* one string, while it is computed */
	bool null_rules;    /* arithmetic with null and a division by zero give null, as in SQL */
};

/* How an evaluation ends. */
enum expr_result {
	EXPR_OK,
	EXPR_HAND_OVER, /* libjq must evaluate the expression */
	EXPR_FULL,      /* memory is exhausted, or a limit was reached */
};

/* Sets *OUT to the value of P for the current event. Spans in *OUT live until the arena is reset. Returns EXPR_OK, or
 * why there is no value. */
enum expr_result expr_program_run(const struct expr_program *p, struct expr_machine *m, struct value *out) MUST_USE;

/* Sets *OUT to the value at PATH in FROM; to SPAN_NONE if there is none. TOP is true if FROM is the event. Of several
 * members with one name, the first one counts in the event itself, the last one further down. Returns EXPR_HAND_OVER if
 * PATH steps into a wrong type, or FROM cannot be read. */
enum expr_result expr_path_walk(const struct expr_path *path, struct span from, bool top, struct span *out) MUST_USE;

/* Applies the operator of instruction I of P to A, and sets *OUT to the result. OUT may be the same as A. Returns
 * EXPR_OK, or why there is no result. */
enum expr_result expr_apply_unary(struct expr_machine *m, const struct expr_program *p, const struct expr_instr *i,
	const struct value *a, struct value *out) MUST_USE;
/* Applies operator OP to A and B, and sets *OUT to the result. OUT may be the same as A or B. Returns EXPR_OK, or why
 * there is no result. */
enum expr_result expr_apply_binary(struct expr_machine *m, enum expr_op op, const struct value *a,
	const struct value *b, struct value *out) MUST_USE;
/* Compares the JSON text S with C by the comparison of instruction I, and sets *OUT to the result. If S is SPAN_NONE,
 * it counts as null. Notes in I which types were compared. Returns EXPR_OK; EXPR_HAND_OVER if S is not JSON. */
enum expr_result expr_apply_match(const struct expr_machine *m, struct span s, const struct expr_constant *c,
	struct expr_instr *i, bool *out) MUST_USE;
#endif
