/* fold.h -- aggregate functions: count, sum, quantile, ...
 *
 * A fold is one result column, such as "p99=quantile(.ms, 0.99) where .status < 500": a function (struct fold_type),
 * its arguments and a condition. It folds the events of one group into a state, and the state into one JSON value:
 *
 *	state = zeros;  for each event: check(), then add();  merge() with other states;  result()
 *
 * A state is state_size bytes that the caller provides, 8-aligned, usually inside a key's record, plus blocks in the
 * pool that the caller passes to every call. A state of zeros is empty. States and blocks refer to each other by
 * pool_ref, so that they can be written to a file. (A struct table also keeps addresses, which follow from its
 * references.) A struct pool that has states must not be moved.
 *
 * add() can fail for lack of memory only. What can be wrong with an event is found by check(); a caller with several
 * folds calls check() of all before add() of any, so that a rejected event changes no state.
 *
 * A result does not depend on how the events were divided among states that were merged: sums are exact, and where
 * order matters it is the order of (event time, arrival number). null, missing values and NaN (which jq writes as null)
 * are skipped, as SQL's aggregate functions skip NULL. */
#ifndef FOLD_FOLD_H
#define FOLD_FOLD_H
#include "expr/expr.h"
#include "state/pool.h"

enum { FOLD_ARGS = 4, FOLD_RESULT_MAX = 64 << 20 /* bytes */ };

struct fold;

/* One function. All members are constant. The checkpoints will add save() and load() for functions whose states are
 * more than plain bytes and pool blocks. */
struct fold_type {
	const char *name;  /* "sum" */
	const char *usage; /* "sum(EXPR)", for --help and messages */
	int min_args, max_args;
	size_t state_size; /* bytes */
	/* The first argument is used as a number only, never as text: functions with the same arguments can share one
	 * reading of its digits. */
	bool numeric;
	bool by_time; /* the result depends on the events' event times */

	/* Reads argument I (from 0), written as TEXT, if the function takes a constant there (the P of quantile, the K
	 * of topk). Returns 1 and sets its member of F; 0 if the argument is an expression; -1 if TEXT is not a
	 * constant that fits (EX_USAGE). NULL: all arguments are expressions. */
	int (*constant)(struct fold *f, int i, struct span text, struct err *e);
	/* Decides whether an event with the values ARGS may be added, and reads the numbers among them in place, so
	 * that add() and other folds find them read. Returns 0; -1 if not (EX_DATAERR, with the reason). NULL: any
	 * event may. */
	int (*check)(const struct fold *f, struct value *args, struct err *e);
	/* Adds one event that check() has accepted. ARGS has FOLD_ARGS values; those whose f->args is -1 are not set.
	 * TS is the event time in ms, SEQ the event's arrival number in this run, which decides between equal event
	 * times. Returns 0; -1 if memory is exhausted: the state may then be released but not used. */
	int (*add)(const struct fold *f, void *state, struct pool *pool, const struct value *args, int64_t ts,
		uint64_t seq);
	/* Adds all events of the state FROM to INTO; FROM keeps its value. The order of merges does not matter. Returns
	 * 0; -1 as add(). */
	int (*merge)(const struct fold *f, void *into, struct pool *pool, const void *from,
		const struct pool *from_pool);
	/* Appends the result to OUT as one JSON value: null, 0 or [] for no events, as in SQL. May reorder the values
	 * that the state keeps, which changes no result. Returns 0; -1 if memory or the room in OUT is exhausted. */
	int (*result)(const struct fold *f, const void *state, const struct pool *pool, struct buf *out);
	/* Gives the state's blocks back to POOL; the state's bytes are undefined then. NULL: it has no blocks. */
	void (*release)(const struct fold *f, void *state, struct pool *pool);
};

struct fold {
	const struct fold_type *type;
	char *name;           /* of the result column; owned */
	char *text;           /* "sum(.amount)", for messages; owned */
	int args[FOLD_ARGS];  /* numbers of expressions; -1: no such argument, or a constant */
	int where;            /* number of an expression; -1: all events count */
	struct num p;         /* quantile: the fraction, 0 to 1 */
	int64_t k;            /* topk: how many values; histogram: how many bins */
	struct num low, high; /* histogram: the bounds of the bins */
	struct buf *scratch;  /* for one canonical form at a time: a fold serves one thread; owned */
	size_t offset;        /* of the state in a key's record; set and used by the caller */
};

/* Reads TEXT, "NAME=FUNCTION(ARG, ...) where EXPR", into F, which need not be initialised, and compiles its expressions
 * into X. Parentheses without arguments may be left out ("n=count"). Returns 0, and F must be released; -1, and F need
 * not be released: TEXT is wrong (EX_USAGE, the message quotes it and says what to write) or memory is exhausted. */
int fold_parse(struct fold *f, const char *text, struct exprs *x, struct err *e) MUST_USE;
/* Frees what F owns. Its expressions stay with the exprs they were compiled into, its states with their pools. */
void fold_release(struct fold *f);

/* Makes STATE the state of no events. */
static inline void fold_init(const struct fold *f, void *state)
{
	memset(state, 0, f->type->state_size);
}
#endif
