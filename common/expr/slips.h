/* slips.h -- what the events show about mistakes in an expression that no check of its text can find. */
#ifndef EXPR_SLIPS_H
#define EXPR_SLIPS_H
#include "expr/program.h"
#include "json/seen.h"

/* Counts event number EVENT, in which instruction I, a comparison, has compared values of the different types A and B. */
void expr_count_mixed(struct expr_instr *i, enum json_type a, enum json_type b, uint64_t event);

/* Notes that instruction I, a comparison, has compared values of types A and B in event number EVENT. */
static inline void expr_note_types(struct expr_instr *i, enum json_type a, enum json_type b, uint64_t event)
{
	if (a == b)
		i->same_types = true;
	else
		expr_count_mixed(i, a, b, event);
}

/* Appends a line to OUT for each mistake that the events so far show in P: a path that no event had, and a comparison
 * of two types, which jq's order of types decides and not the values. SEEN has the paths of P. Returns 0, or -1 if OUT
 * is full. */
int expr_program_slips(const struct expr_program *p, const struct seen *seen, struct buf *out) MUST_USE;
#endif
