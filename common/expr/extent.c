/* extent.c -- finds the end of an expression in a list of expressions, and rewrites expressions.
 *
 * None of the functions parses an expression. They only skip strings and count brackets. */
#include "expr/extent.h"
#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { NESTED_MAX = 32 };

/* Skips the string that begins with the quote at P. Returns the address of the quote that ends the string, or the end
 * of the text.
 *
 * "\(EXPR)" in a string of jq is an interpolation. EXPR may contain strings, and these may contain interpolations.
 * LEVEL is the number of interpolations around *P. parens[level] counts the open parentheses of the innermost
 * interpolation. */
static const char *skip_string(const char *p)
{
	int parens[NESTED_MAX] = { 0 }, level = 0;
	bool in_string = true; /* false inside an interpolation */
	for (p++; *p; p++) {
		if (in_string && *p == '\\' && p[1] == '(' && level + 1 < NESTED_MAX) {
			parens[++level] = 1;
			in_string = false;
			p++;
		} else if (in_string && *p == '\\' && p[1]) {
			p++;
		} else if (in_string && *p == '"') {
			if (level == 0)
				return p;
			in_string = false;
		} else if (!in_string && *p == '"') {
			in_string = true;
		} else if (!in_string && *p == '(') {
			parens[level]++;
		} else if (!in_string && *p == ')' && --parens[level] == 0) {
			level--;
			in_string = true;
		}
	}
	return p;
}

/* Brackets of all kinds are counted together. If a closing bracket is of the wrong kind, the parser of the expression
 * reports it later. */
const char *expr_extent(const char *p)
{
	for (int depth = 0; *p; p++) {
		if (*p == '"') {
			p = skip_string(p);
			if (!*p)
				break;
		} else if (strchr("([{", *p)) {
			depth++;
		} else if (strchr(")]}", *p)) {
			if (depth-- == 0)
				break;
		} else if (*p == ',' && depth == 0) {
			break;
		}
	}
	return p;
}

void expr_round_commas(char *text)
{
	static const char name[] = "round";
	for (char *p = text; *p; p++) {
		if (*p == '"') {
			p += skip_string(p) - p;
			if (!*p)
				break;
			continue;
		}
		char before = p > text ? p[-1] : ' ';
		if (strncmp(p, name, sizeof name - 1) != 0 || isalnum((unsigned char)before) || strchr("_.$@", before))
			continue;
		char *open = p + sizeof name - 1;
		open += strspn(open, " \t\n");
		if (*open != '(')
			continue;
		char *end = open + 1 + (expr_extent(open + 1) - (open + 1));
		if (*end == ',')
			*end = ';';
		p = open;
	}
}

/* LEVEL is the number of interpolations, "\(EXPR)", around *P. parens[level] counts the open parentheses of the
 * innermost interpolation. After its last parenthesis, the string around the interpolation continues. */
void expr_blank_strings(char *text)
{
	int parens[NESTED_MAX] = { 0 }, level = 0;
	bool in_string = false;
	for (char *p = text; *p; p++) {
		char c = *p;
		if (in_string)
			*p = ' ';
		if (in_string && c == '\\' && p[1] == '(' && level + 1 < NESTED_MAX) {
			parens[++level] = 1;
			in_string = false;
			p++;
		} else if (in_string && c == '\\' && p[1]) {
			*++p = ' ';
		} else if (c == '"') {
			*p = ' ';
			in_string = !in_string;
		} else if (!in_string && level > 0 && c == '(') {
			parens[level]++;
		} else if (!in_string && level > 0 && c == ')' && --parens[level] == 0) {
			level--;
			in_string = true;
		}
	}
}
