/* extent.h -- finds the end of an expression in a list of expressions, and rewrites expressions. */
#ifndef EXPR_EXTENT_H
#define EXPR_EXTENT_H

/* Skips the expression that begins at P. Returns the address of the comma or closing bracket that ends the expression,
 * or the end of the text. Commas and brackets inside brackets and strings do not end the expression. */
const char *expr_extent(const char *p);
/* Overwrites the strings in TEXT with blanks, but keeps the expression EXPR of each interpolation "\(EXPR)". The lexer
 * (lex.h) can then find all names that TEXT uses. */
void expr_blank_strings(char *text);
/* Replaces the comma in each "round(EXPR, DIGITS)" of TEXT by the semicolon that jq has between arguments. */
void expr_round_commas(char *text);
#endif
