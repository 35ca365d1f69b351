/* extent.h -- where an expression ends in a list of expressions. */
#ifndef EXPR_EXTENT_H
#define EXPR_EXTENT_H

/* Skips the expression that begins at P. Returns the comma or the closing bracket that ends the expression, or the end
 * of the text. Commas and brackets inside of brackets and strings do not end it. */
const char *expr_extent(const char *p);
/* Overwrites the strings of TEXT with blanks, but not the expressions of their interpolations. What remains can be read
 * as tokens (lex.h). */
void expr_blank_strings(char *text);
/* Replaces the comma in each "round(EXPR, DIGITS)" of TEXT by the semicolon that jq has between arguments. */
void expr_round_commas(char *text);
#endif
