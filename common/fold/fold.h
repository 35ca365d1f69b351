/* fold.h -- aggregate functions: count, sum, quantile ... Each has init, add, merge, result.
 *
 * A fold is one result column, "p99=quantile(.ms, 0.99) where .status < 500". Its state is STATE_SIZE
 * bytes inside a key's record, 8-aligned, plus blocks in the pool that the record lives in. States and blocks
 * refer to each other by pool_ref only. A pool must not move (struct pool itself) while it has states.
 * add() of every fold is infallible but for memory: what may be wrong with an event is found by check(),
 * which runs for all folds before any add(), so that a rejected event changes nothing.
 *
 * Results do not depend on how events were cut into states that were merged: sums are exact in any
 * order, and where order matters it is that of (event time, arrival). Null and missing values (and
 * NaN, which jq writes as null) are skipped, as in SQL. */
#ifndef FOLD_FOLD_H
#define FOLD_FOLD_H
#include "expr/expr.h"
#include "state/pool.h"

enum { FOLD_ARGS = 4, FOLD_RESULT_MAX = 64 << 20 };

struct fold;
struct fold_type {
	const char *name;  /* "sum" */
	const char *usage; /* "sum(EXPR)" for --help and errors */
	int min_args, max_args;
	/* The first argument is used as a number only, never as text: functions with the same arguments can share one
	 * reading of its digits. */
	bool numeric;
	bool by_time; /* the result depends on the events' event times */
	/* Reads constant arguments (the p of quantile, the k of topk) out of TEXT of argument I; 1 taken, 0 it
	 * is an expression, -1 EX_USAGE. NULL: all are expressions. */
	int (*constant)(struct fold *f, int i, struct span text, struct err *e);
	size_t (*state_size)(const struct fold *f);
	void (*init)(const struct fold *f, void *state);
	/* May the values be added? -1: EX_DATAERR, why not. Numbers among them are replaced by what was read, so
	 * that add() need not read them again. NULL: always. */
	int (*check)(const struct fold *f, struct value *args, struct err *e);
	/* Adds one event that has passed check(). ARGS: one value for each of f->args (unset where that is -1). TS: event time, ms;
	 * SEQ: arrival number in the run (ties of first/last). -1: memory. */
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	/* INTO becomes the fold of both; FROM is not changed. Commutative but for the order that SEQ fixes. */
	int (*merge)(const struct fold *f, void *into, struct pool *pool, const void *from,
		const struct pool *from_pool);
	/* Appends the result as JSON; null for an empty group where SQL has it. May put the values of a state
	 * into another order. -1: out of memory or room in OUT. */
	int (*result)(const struct fold *f, const void *state, const struct pool *pool, struct buf *out);
	/* Gives the state's pool blocks back. NULL: has none. */
	void (*release)(const struct fold *f, void *state, struct pool *pool);
};

struct fold {
	const struct fold_type *type;
	char *name;           /* of the column; owned */
	char *text;           /* "sum(.amount)", for messages; owned */
	int args[FOLD_ARGS];  /* expression numbers; -1: none or constant */
	int where;            /* expression number; -1: every event */
	struct num p;         /* quantile's fraction */
	int64_t k;            /* topk's, histogram's count */
	struct num low, high; /* histogram's bounds */
	struct buf *scratch;  /* for canonical forms; owned */
	size_t offset;        /* of the state in a key's record; set by the caller */
};

/* Parses "NAME=FUNCTION(ARG, ...) where EXPR" ("count" needs no parentheses), compiling the expressions
 * into X. -1: EX_USAGE, the nearest function named. */
int fold_parse(struct fold *f, const char *text, struct exprs *x, struct err *e) MUST_USE;
void fold_release(struct fold *f);
/* The functions, NULL-terminated, for --help. */
extern const struct fold_type *const fold_types[];
#endif
