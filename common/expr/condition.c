/* condition.c -- finding conditions that assign where they should compare.
 *
 * One pass over the tokens counts the open brackets and remembers the last assignment. A later pipe that is not inside
 * more brackets counts as taking the result of the assignment, which is then forgotten. An assignment that is still
 * remembered at the end counts as the value of the condition. */
#include "expr/condition.h"
#include "expr/lex.h"

/* Returns the current token if it is an assignment operator, otherwise NULL. To the lexer, all these operators are
 * T_NOT_NATIVE. */
static const char *assignment_at(const struct lexer *l)
{
	static const char *const operators[] = { "//=", "/=", "+=", "-=", "*=", "%=", "|=", "=" };
	if (l->token != T_NOT_NATIVE)
		return NULL;
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (span_eq(l->text, span_of(operators[i])))
			return operators[i];
	return NULL;
}

/* Returns 1 if the current token opens a bracket, -1 if it closes one, otherwise 0. The lexer has no tokens for braces,
 * so they are T_NOT_NATIVE. */
static int nesting(const struct lexer *l)
{
	char c = l->text.n == 1 ? l->text.p[0] : '\0';
	if (l->token == T_OPEN || l->token == T_BRACKET_OPEN || (l->token == T_NOT_NATIVE && c == '{'))
		return 1;
	if (l->token == T_CLOSE || l->token == T_BRACKET_CLOSE || (l->token == T_NOT_NATIVE && c == '}'))
		return -1;
	return 0;
}

/* Returns true if the text from the current token on cannot be read as tokens. The token is then a comment, a string
 * with an interpolation, or a string without a closing quote. */
static bool is_opaque(const struct lexer *l)
{
	return l->token == T_NOT_NATIVE && (l->text.p[0] == '#' || l->text.p[0] == '"');
}

int condition_check(struct span text, struct err *e)
{
	struct lexer l;
	const char *found = NULL;
	int depth = 0, found_depth = 0;
	for (lex_init(&l, text); l.token != T_END && !is_opaque(&l); lex_next(&l)) {
		const char *op = assignment_at(&l);
		depth += nesting(&l);
		if (op) {
			found = op;
			found_depth = depth;
		} else if (l.token == T_PIPE && depth <= found_depth) {
			found = NULL;
		}
	}
	if (!found)
		return 0;
	if (*found == '=')
		return err_set(e, EX_USAGE, "'%.*s' is always true: = assigns in jq; did you mean ==?", SPAN_ARG(text));
	return err_set(e, EX_USAGE,
		"'%.*s' is always true: %s changes the event; a condition compares: == != < <= > >=", SPAN_ARG(text),
		found);
}
