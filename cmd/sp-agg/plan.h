/* plan.h -- what sp-agg computes: keys, functions, and the expressions they need of each event.
 *
 * Built from the command line: plan_add_key() and plan_add_fold() for each column, then columns_finish(), plan_finish().
 * Constant from then on, but for the record layout in FOLDS, which the store sets when it is opened. */
#ifndef AGG_PLAN_H
#define AGG_PLAN_H
#include "fold/plan.h"

enum { KEYS_MAX = 32 };

struct key_column {
	int expr;
	const struct span *text; /* exprs_text() of it: its text in the current event, if it is a path; else NULL */
	char *name;              /* owned */
};

/* The arguments and the condition of a function. Functions that agree in them share one set, which is evaluated once
 * for each event. */
struct arg_set {
	int args[FOLD_ARGS]; /* expressions; -1: none, or a constant */
	int where;           /* expression; -1: no condition */
	bool numeric;        /* only functions of numbers use it: a number's text is read once for all of them */
	const char *name;    /* of the first function's column, for messages; borrowed */
	size_t first, end;   /* its arguments in plan.arguments: [first, end) */
};

/* One expression of an argument set. */
struct argument {
	size_t at; /* index in fold_event.args */
	int expr;
	const struct span *text; /* as key_column.text */
	bool numeric;            /* as arg_set.numeric */
	const char *name;        /* as arg_set.name */
};

struct plan {
	struct exprs *x; /* owned; all expressions */
	struct key_column keys[KEYS_MAX];
	size_t key_count;
	struct fold_plan folds;
	bool timed; /* some function depends on event time */

	struct arg_set arg_sets[FOLDS_MAX];
	size_t arg_set_count;
	/* The arguments of all sets: first those of sets without a condition, then those of the others. */
	struct argument arguments[FOLDS_MAX * FOLD_ARGS];
	size_t always_count, argument_count;
	size_t conditional[FOLDS_MAX], conditional_count; /* sets with a condition */
	size_t checks[FOLDS_MAX], check_count;            /* folds that have a check() */
	bool check_each;                                  /* some check() is needed even if all values are numbers */

	/* Set by columns_finish(): "\"name\":" of all columns, keys first; that of column i ends at name_end[i]. */
	struct buf names;
	size_t name_end[KEYS_MAX + FOLDS_MAX];
};

/* Returns -1 with EX_OSERR. P may be given to plan_release() in any case. */
int plan_init(struct plan *p, struct err *e) MUST_USE;
void plan_release(struct plan *p);

/* Adds a key: TEXT is a path, or "NAME=EXPR" (--by). -1: EX_USAGE. */
int plan_add_key(struct plan *p, const char *text, struct err *e) MUST_USE;
/* Adds a function: "NAME=FUNCTION(...) where EXPR". -1: EX_USAGE. */
int plan_add_fold(struct plan *p, const char *text, struct err *e) MUST_USE;
/* Prepares the reading of keys and arguments. All columns have been added. */
void plan_finish(struct plan *p);

/* "\"name\":" of column I: keys first, then functions. */
static inline struct span plan_column(const struct plan *p, size_t i)
{
	size_t from = i ? p->name_end[i - 1] : 0;
	return (struct span){ p->names.p + from, p->name_end[i] - from };
}
#endif
