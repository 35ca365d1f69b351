/* config.h -- what was asked of sp-agg: keys, functions, when rows go out, limits (options.c and columns.c read it). */
#ifndef AGG_CONFIG_H
#define AGG_CONFIG_H
#include "fold/fold.h"

enum { KEYS_MAX = 32, FOLDS_MAX = 64 };

enum emit { EMIT_CLOSE, EMIT_UPDATE, EMIT_EVERY };

struct key_column {
	int expr;
	const struct span *text; /* of it in the current event, if it is a path; else NULL */
	char *name;              /* owned */
};

/* Arguments that several functions share: evaluated once for each event. */
struct shared {
	int args[FOLD_ARGS]; /* expressions; -1: none */
	int where;
	bool numeric;      /* only functions of numbers use them: numbers are read once for all */
	const char *name;  /* of the first function's column; borrowed */
	size_t first, end; /* its part of config.arguments */
};

/* One of them. */
struct argument {
	size_t at; /* in event.args */
	int expr;
	const struct span *text; /* as key_column.text */
	bool numeric;            /* as shared.numeric */
	const char *name;        /* as shared.name */
};

/* What was asked for; constant once read (but for the folds' offsets, which the store sets). */
struct config {
	struct exprs *x; /* owned */
	struct key_column keys[KEYS_MAX];
	struct fold folds[FOLDS_MAX];
	size_t key_count, fold_count;
	struct shared shared[FOLDS_MAX];
	size_t shared_count, shared_of[FOLDS_MAX];
	struct argument arguments[FOLDS_MAX * FOLD_ARGS]; /* first those that every event has, */
	size_t always_count, argument_count;              /* so many; then those of: */
	size_t conditional_count, conditional[FOLDS_MAX]; /* numbers of the shared with a where */
	size_t check_count, checks[FOLDS_MAX];            /* the folds that have a check() */
	bool check_each;                                  /* not only where a number is none */
	struct buf heads;                                 /* "\"name\":" of every key and fold, in order */
	size_t head_end[KEYS_MAX + FOLDS_MAX];
	bool timed; /* a function goes by event time */
	enum emit emit;
	int64_t emit_ms; /* EMIT_EVERY */
	int64_t count;   /* --count N; 0: none */
	int64_t top;     /* --top N; 0: none */
	size_t order;    /* the fold that ranks */
	bool ascending;
	bool per[KEYS_MAX];           /* these keys have a top each */
	uint64_t max_keys, max_state; /* 0: no limit */
	bool other;                   /* --overflow other */
	const char *late, *reject, *metrics;
	bool status;
	size_t max_event;
};
#endif
