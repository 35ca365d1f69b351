/* fold.h -- aggregate functions: count, sum, quantile, ...
 *
 * A fold is one result column, such as "p99=quantile(.ms, 0.99) where .status < 500". A fold has a function (struct
 * fold_type), its arguments and a condition. It adds the events of one group to a state, and computes one JSON value
 * from the state:
 *
 *	state = zeros;  for each event: check(), then add();  merge() with other states;  result()
 *
 * A state is state_size bytes, 8-aligned, plus blocks in the pool that the caller passes to every call. The caller
 * provides the bytes, usually inside a record of a group. A state of all zero bytes is empty. States and blocks refer
 * to each other by pool_ref, so that they can be written to a file. (A struct table also keeps addresses, but these can
 * be computed from its references.) A struct pool that contains states must not be moved.
 *
 * add() fails only if memory is exhausted. check() finds the events that a function cannot use. A caller with several
 * folds calls check() of all folds before add() of any, so that a rejected event changes no state.
 *
 * Events may be added to several states that are merged later. The result is the same however the events were divided.
 * For this reason sums are exact, and functions for which order matters use the order of (event time, arrival number).
 * null, missing values and NaN (which jq writes as null) are skipped, as SQL's aggregate functions skip NULL. */
#ifndef FOLD_FOLD_H
#define FOLD_FOLD_H
#include "expr/expr.h"
#include "state/pool.h"
#include "state/save.h"

enum { FOLDS_MAX = 64 /* columns of a program */, FOLD_ARGS = 4, FOLD_RESULT_MAX = 64 << 20 /* bytes */ };

struct fold;

/* One aggregate function. All objects of this type are constants. */
struct fold_type {
	const char *name;  /* "sum" */
	const char *usage; /* "sum(EXPR)", for --help and messages */
	int min_args, max_args;
	size_t state_size; /* bytes */
	/* The first argument must be a number, null or missing. Functions with the same argument can then share one
	 * conversion of the text to a number. */
	bool numeric;
	/* The result depends on event time, so an event without a time is an error. */
	bool by_time;

	/* Reads argument I (counted from 0), whose text is TEXT, if the function takes a constant there (the P of
	 * quantile, the K of topk). Returns 1 and sets the member of F for the constant. Returns 0 if the argument is
	 * an expression. Returns -1 with E set (EX_USAGE) if TEXT is not a valid constant. This pointer is NULL if all
	 * arguments are expressions. */
	int (*constant)(struct fold *f, int i, struct span text, struct err *e);
	/* Checks whether an event with the values ARGS may be added. Converts values that must be numbers in place, so
	 * that add() and other folds need not convert them again. Returns 0, or -1 with E set (EX_DATAERR, with the
	 * reason) if the event must be rejected. This pointer is NULL if all events may be added. */
	int (*check)(const struct fold *f, struct value *args, struct err *e);
	/* Adds one event that check() has accepted. ARGS has FOLD_ARGS values. ARGS[i] is not set if f->args[i] is -1.
	 * TS is the event time in ms. SEQ is the arrival number of the event in this run, which decides between equal
	 * event times. Returns 0, or -1 if memory is exhausted; the state must then be released. */
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	/* Adds all events of the state FROM to INTO; the result of FROM stays the same. The order of merges does not
	 * matter. Returns 0, or -1 if memory is exhausted; INTO must then be released. */
	int (*merge)(const struct fold *f, void *into, struct pool *pool, const void *from,
		const struct pool *from_pool);
	/* Appends the result to OUT as one JSON value. The result for no events is null, 0, [] or counts of zero. May
	 * reorder the values in the state, which changes no result. Returns 0, or -1 if memory or the room in OUT is
	 * exhausted. */
	int (*result)(const struct fold *f, const void *state, const struct pool *pool, struct buf *out);
	/* Frees the blocks of the state; its bytes are then undefined. This pointer is NULL if states have no
	 * blocks. */
	void (*release)(const struct fold *f, void *state, struct pool *pool);
	/* Writes the state, at least one byte. A state that is loaded from these bytes behaves as this one does,
	 * whatever is added to it or merged with it. May move values within the state, which changes no result. */
	void (*save)(const struct fold *f, const void *state, const struct pool *pool, struct save *s);
	/* Makes STATE, which must be empty, the one that was saved. Returns 0, or -1 if memory is exhausted. If the
	 * bytes are damaged, makes L fail and returns 0. STATE must be released in all cases. Checks the bytes so far
	 * that no function fails on the state, but not whether its parts agree. */
	int (*load)(const struct fold *f, void *state, struct pool *pool, struct load *l);
};

struct fold {
	const struct fold_type *type;
	char *name;           /* name of the result column; owned */
	char *text;           /* "sum(.amount)", for messages; owned */
	int args[FOLD_ARGS];  /* number of each argument's expression; -1: no such argument, or a constant */
	int where;            /* number of the condition's expression; -1: all events count */
	struct num p;         /* quantile: the P, from 0 to 1 */
	int64_t k;            /* topk: how many values; histogram: how many bins */
	struct num low, high; /* histogram: the bounds of the bins */
	/* A buffer for one canonical form at a time, so only one thread may use a fold. Owned. */
	struct buf *scratch;
	size_t offset; /* offset of the state in a record; set and used by the caller */
};

/* Returns the NAME at the start of TEXT, which is "NAME=FUNCTION(ARG, ...) where EXPR" or "NAME=EXPR". The name is
 * borrowed from TEXT. Returns SPAN_NONE if TEXT has no name. */
struct span fold_column_name(const char *text);
/* Reads TEXT, "NAME=FUNCTION(ARG, ...) where EXPR", into F, which need not be initialised, and compiles its expressions
 * into X. Without "NAME=", the name of the column is the whole text. Empty parentheses may be left out ("n=count").
 * Returns 0; the caller must release F then. Returns -1 if TEXT is wrong (EX_USAGE, the message quotes TEXT and says
 * what to write) or memory is exhausted (EX_OSERR); F then need not be released. */
int fold_parse(struct fold *f, const char *text, struct exprs *x, struct err *e) MUST_USE;
/* Frees what F owns. Does not free the expressions, which the struct exprs owns, nor the states, which are in pools. */
void fold_release(struct fold *f);

/* Makes STATE the empty state of F. */
static inline void fold_init(const struct fold *f, void *state)
{
	memset(state, 0, f->type->state_size);
}
#endif
