/* map.h -- which saved columns go to which columns of a plan, if the columns have changed since (--upgrade).
 *
 * A column is kept if its whole text, "NAME=FUNCTION(ARG, ...) where EXPR", is the same as before. The state of any
 * other saved column is read and dropped, because what it counted is not what the new column counts. A new column
 * begins empty. */
#ifndef FOLD_MAP_H
#define FOLD_MAP_H
#include "fold/fold.h"

struct fold_map {
	size_t count;      /* columns that were saved */
	int to[FOLDS_MAX]; /* number of the fold of the plan that a saved column goes to; -1: dropped */
	/* The fold of each dropped column, which can read its state. The other entries are not set. */
	struct fold dropped[FOLDS_MAX];
	struct exprs *exprs; /* of the dropped folds; owned */
	size_t added;        /* columns of the plan that were not saved */
};

/* Fills M. OLD has the texts of the COUNT columns that were saved, in their order; NOW has those of the NOW_COUNT folds
 * of the plan. Blanks around a text do not count. Returns 0; then the caller must call fold_map_release(). Returns -1
 * with E set if a text of OLD is not a column (EX_DATAERR), so that its state cannot be read, or memory is exhausted
 * (EX_OSERR). */
int fold_map_init(struct fold_map *m, const struct span *old, size_t count, const struct span *now, size_t now_count,
	struct err *e) MUST_USE;
void fold_map_release(struct fold_map *m);
#endif
