/* slips.h -- tells the user about mistakes in expressions that only the events show, such as a field that no event
 * has. exprs_slips() finds them. */
#ifndef PROGRAM_SLIPS_H
#define PROGRAM_SLIPS_H
#include "expr/expr.h"

/* An expression of the command line. The pointers are borrowed. */
struct slip_use {
	const struct exprs *x;
	int number;         /* number of the expression in X */
	const char *what;   /* what the expression is for, such as "--by"; "" if SOURCE says this already */
	const char *source; /* the text to show; if NULL, the text of the expression is shown */
};

/* Prints a line for each mistake in USE, such as "--by .url: no event had it (fields seen: .ts, .path)". */
void slips_print(const struct slip_use *use);
/* Appends a short form of the first mistake in USE to the status line OUT, such as "; --by .url: no event had it".
 * Returns true if USE has a mistake. */
bool slips_describe(const struct slip_use *use, struct buf *out);
#endif
