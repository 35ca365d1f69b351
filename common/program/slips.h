/* slips.h -- tells the user about mistakes in expressions that only the events show (exprs_slips()). */
#ifndef PROGRAM_SLIPS_H
#define PROGRAM_SLIPS_H
#include "expr/expr.h"

/* An expression of the command line. The pointers are borrowed. */
struct slip_use {
	const struct exprs *x;
	int number;         /* of the expression in X */
	const char *what;   /* what the expression is for, such as "--by"; "" if SOURCE says it */
	const char *source; /* the text to show; NULL: the text of the expression */
};

/* Prints each mistake in USE as a line: "--by .url: no event had it (fields seen: .ts, .path)". */
void slips_print(const struct slip_use *use);
/* Appends the first mistake in USE to the status line OUT, in short: "; --by .url: no event had it". Returns true if
 * there was one. */
bool slips_describe(const struct slip_use *use, struct buf *out);
#endif
