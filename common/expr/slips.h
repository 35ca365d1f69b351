/* slips.h -- finds mistakes in an expression that its text does not show, but the events do. */
#ifndef EXPR_SLIPS_H
#define EXPR_SLIPS_H
#include "expr/program.h"
#include "json/seen.h"

/* Does the work of expr_note_types() if A and B differ. The types of true and false count as one type. A pair with null
 * is not counted. Several pairs in one event count once. */
void expr_count_mixed(struct expr_instr *i, enum json_type a, enum json_type b, uint64_t event);

/* Notes in I, a comparison, that it has compared values of types A and B in event number EVENT. */
static inline void expr_note_types(struct expr_instr *i, enum json_type a, enum json_type b, uint64_t event)
{
	if (a == b)
		i->same_types = true;
	else
		expr_count_mixed(i, a, b, event);
}

/* Appends a line to OUT for each mistake in P that the events so far show. A mistake is a path that no event had, or a
 * comparison of values of two types, which jq decides by the types and not by the values. SEEN must watch the paths of
 * P. Returns 0, or -1 if OUT is full. */
int expr_program_slips(const struct expr_program *p, const struct seen *seen, struct buf *out) MUST_USE;
#endif
