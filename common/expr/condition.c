/* condition.c -- finding conditions that assign where they should compare.
 *
 * Parentheses around the whole text are removed. Then one pass over the tokens counts the open brackets and remembers
 * the last assignment outside of them. After a pipe outside of brackets, the value of the condition comes from the
 * right side of the pipe, so the assignment before the pipe is forgotten. An assignment that is still remembered at the
 * end gives the value of the condition. Assignments inside brackets have many uses (`reduce`, `with_entries`) and are
 * not checked. A text with a comment or an interpolated string is not checked either, because the lexer does not know
 * all of its tokens. */
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

/* Removes the parentheses that enclose all of TEXT: `((.a))` gives `.a`. Returns TEXT itself if there are none. */
static struct span without_parentheses(struct span text)
{
	struct lexer l;
	lex_init(&l, text);
	while (l.token == T_OPEN) {
		const char *inside = l.text.p + 1;
		int depth = 1;
		while (depth > 0 && l.token != T_END && !is_opaque(&l)) {
			lex_next(&l);
			depth += nesting(&l);
		}
		const char *end = l.text.p;
		if (depth > 0 || l.token != T_CLOSE)
			return text;
		lex_next(&l);
		if (l.token != T_END)
			return text;
		text = (struct span){ inside, (size_t)(end - inside) };
		lex_init(&l, text);
	}
	return text;
}

int condition_check(struct span text, struct err *e)
{
	struct lexer l;
	const char *found = NULL;
	int depth = 0;
	for (lex_init(&l, without_parentheses(text)); l.token != T_END; lex_next(&l)) {
		if (is_opaque(&l))
			return 0;
		const char *op = assignment_at(&l);
		depth += nesting(&l);
		if (op && depth == 0)
			found = op;
		else if (l.token == T_PIPE && depth == 0)
			found = NULL;
	}
	if (!found)
		return 0;
	if (*found == '=')
		return err_set(e, EX_USAGE, "'%.*s' is always true: = assigns in jq; did you mean ==?", SPAN_ARG(text));
	return err_set(e, EX_USAGE,
		"'%.*s' is always true: %s changes the event; a condition compares: == != < <= > >=", SPAN_ARG(text),
		found);
}
