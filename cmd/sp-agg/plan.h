/* plan.h -- what sp-agg computes: keys, functions, and the expressions that both need of each event.
 *
 * A key is an expression of --by: events with equal values of all keys form a group. A fold is a function with its
 * arguments, such as n=count. A derived column is computed from earlier columns of a row.
 *
 * The plan is built from the command line. plan_add_keys(), plan_add_fold() and derived_add() add the columns. Then
 * columns_finish() and plan_finish() prepare the plan. Three parts of the plan change later. store_open() sets the
 * record layout in plan.folds. time_reader_open() adds the path of the time to plan.x. Each row overwrites the values
 * of derived columns and counts their failures. */
#ifndef AGG_PLAN_H
#define AGG_PLAN_H
#include "fold/plan.h"

enum { KEYS_MAX = 32, RESULTS_MAX = 2 * FOLDS_MAX, DERIVED_NAMES_MAX = 16 };

struct key_column {
	int expr;
	/* What exprs_text() returned for the key: the place where exprs_event() puts the key's text. NULL: the key is
	 * not a path. */
	const struct span *current_text;
	char *name; /* owned */
};

/* A column of results: the result of a function, or a derived column (derived.h). */
struct result_column {
	const char *name; /* the same as own_name, or the name of the fold */
	bool derived;
	size_t fold;    /* number of the fold, unless derived */
	char *own_name; /* owned; NULL unless derived */
	char *text;     /* "n=count", the column as the user has typed it; owned */
	int expr;       /* number of the expression in plan.rows, if derived */
	/* The expression names some columns. For each of them, NAMES has the number of an expression in plan.rows that
	 * gives the value of the column. */
	int names[DERIVED_NAMES_MAX];
	size_t name_count;
	uint64_t failures; /* how often the expression failed */
};

/* The arguments and the condition of a function. Functions with the same arguments and condition share one set, which
 * is evaluated once for each event. */
struct arg_set {
	int args[FOLD_ARGS]; /* numbers of expressions; -1: the argument is missing or constant */
	int where;           /* number of an expression; -1: no condition */
	/* True if the functions of the set take numbers. The text of a number is then parsed once for all these
	 * functions. */
	bool numeric;
	const char *name;  /* the name of the first function's column, for messages; borrowed */
	size_t first, end; /* the arguments are plan.arguments[first] to [end - 1] */
};

/* One expression of an argument set. */
struct argument {
	size_t args_index; /* index in fold_event.args */
	int expr;
	const struct span *current_text; /* where exprs_event() puts the text; NULL: no path */
	bool numeric;                    /* copied from its arg_set */
	bool kept;                       /* true: a function keeps the text, which must be valid JSON */
	const char *name;                /* copied from its arg_set */
};

/* A function with a check(), which can reject an event. */
struct fold_check {
	const struct fold *fold;
	size_t arg_set;
	bool numeric; /* copied from its arg_set */
};

struct plan {
	struct exprs *x; /* owned; all expressions */
	struct key_column keys[KEYS_MAX];
	size_t key_count;
	struct fold_plan folds;
	bool needs_time; /* a function depends on the times of events */
	struct result_column results[RESULTS_MAX];
	size_t result_count;

	struct exprs *rows; /* owned; the expressions of derived columns; NULL: none */
	size_t named;       /* this many columns, keys first, have a name that the expressions in rows can use */
	struct buf derived; /* the value of the derived column that was computed last; owned */

	struct arg_set arg_sets[FOLDS_MAX];
	size_t arg_set_count;
	/* The arguments of all sets. The first unconditional_count are those of sets without a condition. */
	struct argument arguments[FOLDS_MAX * FOLD_ARGS];
	size_t unconditional_count, argument_count;
	size_t conditional[FOLDS_MAX], conditional_count; /* numbers of the sets with a condition */
	struct fold_check checks[FOLDS_MAX];
	size_t check_count;
	/* True if values_read() must go through `checks` for every event, because of a function such as max(), which
	 * compares values. If false, values_read() does so only if an argument is not as expected: a number for
	 * functions of numbers, and valid JSON for functions that keep values. */
	bool check_always;

	/* Set by columns_finish(). The buffer has the text "\"name\":" of each column, keys first. The text of column I
	 * ends at offset name_end[I]. */
	struct buf names;
	size_t name_end[KEYS_MAX + RESULTS_MAX];
};

/* Makes P an empty plan. Returns 0, or -1 with E set (EX_OSERR). The caller must call plan_release(), even after a
 * failure. */
int plan_init(struct plan *p, struct err *e) MUST_USE;
void plan_release(struct plan *p);

/* Adds the keys in TEXT, the value of --by: paths or "NAME=EXPR", with commas between them. Returns 0, or -1 with E set
 * (EX_USAGE or EX_OSERR). */
int plan_add_keys(struct plan *p, const char *text, struct err *e) MUST_USE;
/* Adds the function TEXT, "NAME=FUNCTION(...) where EXPR", and its column. The caller must have checked that P has
 * fewer than RESULTS_MAX result columns. Returns 0, or -1 with E set (EX_USAGE or EX_OSERR). */
int plan_add_fold(struct plan *p, const char *text, struct err *e) MUST_USE;
/* Makes the lists of arguments and of checks. Called once, after all columns were added. */
void plan_finish(struct plan *p);

/* Returns the text "\"name\":" of column I. Keys come first, then results. */
static inline struct span plan_column(const struct plan *p, size_t i)
{
	size_t from = i ? p->name_end[i - 1] : 0;
	return (struct span){ p->names.p + from, p->name_end[i] - from };
}
#endif
