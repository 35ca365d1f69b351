/* lex.c -- the tokens of jq 1.6, as its lexer.l defines them.
 *
 * As in jq, the longest possible token is read: `//=` is one token, and not `//` and `=`. Tokens that the native parser
 * does not use, such as `|=` and `//=`, become T_NOT_NATIVE, and libjq compiles the expression. */
#include "expr/lex.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns true if a name can begin with C; further bytes of a name may also be digits. */
static bool begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Returns the byte that is I bytes after the start of the current token; 0 at the end of the source. */
static char lex_peek(const struct lexer *l, size_t i)
{
	return l->start + i < l->source.n ? l->source.p[l->start + i] : '\0';
}

/* Makes the N bytes from l->start on the current token. */
static void lex_take(struct lexer *l, enum token token, size_t n)
{
	l->token = token;
	l->text = (struct span){ l->source.p + l->start, n };
	l->next = l->start + n;
}

/* Returns the length of the name that starts I bytes after the start of the current token. */
static size_t name_length(const struct lexer *l, size_t i)
{
	size_t n = 0;
	while (begins_name(lex_peek(l, i + n)) || (n > 0 && is_digit(lex_peek(l, i + n))))
		n++;
	return n;
}

/* Reads a number, which lexer.l defines as ([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? */
static void take_number(struct lexer *l)
{
	size_t n = 0;
	while (is_digit(lex_peek(l, n)))
		n++;
	if (lex_peek(l, n) == '.')
		n++;
	while (is_digit(lex_peek(l, n)))
		n++;
	if (lex_peek(l, n) == 'e' || lex_peek(l, n) == 'E') {
		size_t e = n + 1;
		if (lex_peek(l, e) == '+' || lex_peek(l, e) == '-')
			e++;
		/* An e without digits after it is no exponent: "1e" is the number 1 and the word e. */
		if (is_digit(lex_peek(l, e)))
			n = e;
		while (is_digit(lex_peek(l, n)))
			n++;
	}
	lex_take(l, T_NUMBER, n);
}

/* Reads a string. A string with an interpolation or without a closing quote becomes T_NOT_NATIVE. Escapes are checked
 * later, by the parser. */
static void take_string(struct lexer *l)
{
	size_t n = 1;
	for (; l->start + n < l->source.n && lex_peek(l, n) != '"'; n++) {
		if (lex_peek(l, n) != '\\')
			continue;
		/* The byte after a backslash does not end the string, whatever it is. */
		n++;
		if (lex_peek(l, n) == '(') { /* interpolation */
			lex_take(l, T_NOT_NATIVE, n);
			return;
		}
	}
	if (l->start + n >= l->source.n) {
		lex_take(l, T_NOT_NATIVE, l->source.n - l->start);
		l->unclosed = true;
		return;
	}
	lex_take(l, T_STRING, n + 1);
	l->text = (struct span){ l->source.p + l->start + 1, n - 1 };
}

/* Reads `.name`, `.5`, `.` or the first dot of `..`. */
static void take_dot(struct lexer *l)
{
	size_t n = name_length(l, 1);
	if (n)
		lex_take(l, T_FIELD, n + 1);
	else if (is_digit(lex_peek(l, 1)))
		take_number(l);
	else
		lex_take(l, lex_peek(l, 1) == '.' ? T_NOT_NATIVE : T_DOT, 1);
}

/* Reads an operator. If an operator begins with another one, the longer one is first in the table. */
static void take_operator(struct lexer *l)
{
	static const struct {
		const char *text;
		enum token token;
	} table[] = {
		{ "//=", T_NOT_NATIVE },
		{ "//", T_ALT },
		{ "/=", T_NOT_NATIVE },
		{ "/", T_DIV },
		{ "+=", T_NOT_NATIVE },
		{ "+", T_ADD },
		{ "-=", T_NOT_NATIVE },
		{ "-", T_SUB },
		{ "*=", T_NOT_NATIVE },
		{ "*", T_MUL },
		{ "%=", T_NOT_NATIVE },
		{ "%", T_MOD },
		{ "|=", T_NOT_NATIVE },
		{ "|", T_PIPE },
		{ "==", T_EQ },
		{ "!=", T_NE },
		{ "<=", T_LE },
		{ "<", T_LT },
		{ ">=", T_GE },
		{ ">", T_GT },
		{ "(", T_OPEN },
		{ ")", T_CLOSE },
		{ "[", T_BRACKET_OPEN },
		{ "]", T_BRACKET_CLOSE },
	};
	/* A byte that begins no operator of the table, such as { or $, becomes T_NOT_NATIVE, because libjq may know
	 * it. */
	struct span rest = { l->source.p + l->start, l->source.n - l->start };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (span_starts(rest, span_of(table[i].text))) {
			lex_take(l, table[i].token, strlen(table[i].text));
			return;
		}
	lex_take(l, T_NOT_NATIVE, 1);
}

/* The first byte of a token decides which function reads the token. A dot may begin a field (.a), a number (.5) or an
 * operator, so take_dot() looks at the next byte as well. */
void lex_next(struct lexer *l)
{
	l->start = l->next;
	/* Skip white space, but not NUL, which strchr(3) would find at the end of its list. Comments (#) are left to
	 * libjq. */
	while (l->start < l->source.n && strchr(" \t\r\n", l->source.p[l->start]) && l->source.p[l->start])
		l->start++;
	char c = lex_peek(l, 0);
	if (l->start == l->source.n)
		lex_take(l, T_END, 0);
	else if (begins_name(c))
		lex_take(l, T_WORD, name_length(l, 0));
	else if (is_digit(c))
		take_number(l);
	else if (c == '.')
		take_dot(l);
	else if (c == '"')
		take_string(l);
	else
		take_operator(l);
}

/* The first token is read at once, so that there always is a current one. */
void lex_init(struct lexer *l, struct span source)
{
	*l = (struct lexer){ .source = source };
	lex_next(l);
}

/* Keywords have no tokens of their own, because the parser decides where a word is a keyword. */
bool lex_is(const struct lexer *l, const char *word)
{
	return l->token == T_WORD && span_eq(l->text, span_of(word));
}
