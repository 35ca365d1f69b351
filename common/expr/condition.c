/* condition.c -- slips in conditions that jq accepts.
 *
 * The tokens are read once, with the nesting of brackets. The last assignment is remembered with its depth; a pipe at
 * that depth or outside of it takes its result, so what is left at the end is an assignment that is the condition. */
#include "expr/condition.h"
#include "expr/lex.h"

/* Returns the assignment operator that the current token is, or begins; NULL if it is another token. The lexer makes
 * T_NOT_NATIVE of all of them. */
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

/* Returns the change of depth by the current token. The lexer has no tokens for braces. */
static int nesting(const struct lexer *l)
{
	char c = l->text.n == 1 ? l->text.p[0] : '\0';
	if (l->token == T_OPEN || l->token == T_BRACKET_OPEN || (l->token == T_NOT_NATIVE && c == '{'))
		return 1;
	if (l->token == T_CLOSE || l->token == T_BRACKET_CLOSE || (l->token == T_NOT_NATIVE && c == '}'))
		return -1;
	return 0;
}

/* Returns true for a token after which the rest is not a sequence of tokens: a comment, or a string with an
 * interpolation or without its end. */
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
