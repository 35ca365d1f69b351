/* lex.c -- jq 1.6's tokens, as its lexer.l defines them.
 *
 * The longest match wins, so tokens such as `..`, `|=` and `//=` must be recognized although the native parser has no
 * use for them: they become T_FOREIGN, and the expression goes to libjq. */
#include "expr/lex.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns true for a byte that can begin a name; digits may follow. */
static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Returns the byte I after the start of the current token; 0 at the end. */
static char lex_peek(const struct lexer *l, size_t i)
{
	return l->at + i < l->source.n ? l->source.p[l->at + i] : '\0';
}

/* Makes the next N bytes the current token. */
static void lex_take(struct lexer *l, enum token token, size_t n)
{
	l->token = token;
	l->text = (struct span){ l->source.p + l->at, n };
	l->next = l->at + n;
}

/* Returns the length of the name that starts I bytes after the start of the token. */
static size_t name_length(const struct lexer *l, size_t i)
{
	size_t n = 0;
	while (is_name(lex_peek(l, i + n)) || (n > 0 && is_digit(lex_peek(l, i + n))))
		n++;
	return n;
}

/* Takes the number of lexer.l: ([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)? */
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
		if (is_digit(lex_peek(l, e))) /* "1e" is the number 1 and the word e */
			n = e;
		while (is_digit(lex_peek(l, n)))
			n++;
	}
	lex_take(l, T_NUMBER, n);
}

/* A string without interpolation; escapes are judged later. */
static void take_string(struct lexer *l)
{
	size_t n = 1;
	for (; l->at + n < l->source.n && lex_peek(l, n) != '"'; n++) {
		if (lex_peek(l, n) != '\\')
			continue;
		/* The byte after a backslash does not end the string, whatever it is. */
		n++;
		if (lex_peek(l, n) == '(') { /* interpolation */
			lex_take(l, T_FOREIGN, n);
			return;
		}
	}
	if (l->at + n >= l->source.n) {
		lex_take(l, T_FOREIGN, l->source.n - l->at);
		l->open = true;
		return;
	}
	lex_take(l, T_STRING, n + 1);
	l->text = (struct span){ l->source.p + l->at + 1, n - 1 };
}

/* `.name`, `.5`, `..` or `.`. */
static void take_dot(struct lexer *l)
{
	size_t n = name_length(l, 1);
	if (n)
		lex_take(l, T_FIELD, n + 1);
	else if (is_digit(lex_peek(l, 1)))
		take_number(l);
	else
		lex_take(l, lex_peek(l, 1) == '.' ? T_FOREIGN : T_DOT, 1);
}

/* Operators. Of two that begin alike the longer one comes first in the table. */
static void take_operator(struct lexer *l)
{
	static const struct {
		const char *text;
		enum token token;
	} table[] = {
		{ "//=", T_FOREIGN },
		{ "//", T_ALT },
		{ "/=", T_FOREIGN },
		{ "/", T_DIV },
		{ "+=", T_FOREIGN },
		{ "+", T_ADD },
		{ "-=", T_FOREIGN },
		{ "-", T_SUB },
		{ "*=", T_FOREIGN },
		{ "*", T_MUL },
		{ "%=", T_FOREIGN },
		{ "%", T_MOD },
		{ "|=", T_FOREIGN },
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
	/* A byte that begins no operator here ({, $, ...) may mean something to libjq. */
	struct span rest = { l->source.p + l->at, l->source.n - l->at };
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (span_starts(rest, span_of(table[i].text))) {
			lex_take(l, table[i].token, strlen(table[i].text));
			return;
		}
	lex_take(l, T_FOREIGN, 1);
}

void lex_next(struct lexer *l)
{
	l->at = l->next;
	/* White space, but not NUL, which strchr(3) would find at the end of its list. Comments (#) are left to
	 * libjq. */
	while (l->at < l->source.n && strchr(" \t\r\n", l->source.p[l->at]) && l->source.p[l->at])
		l->at++;
	char c = lex_peek(l, 0);
	if (l->at == l->source.n)
		lex_take(l, T_END, 0);
	else if (is_name(c))
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

void lex_init(struct lexer *l, struct span source)
{
	*l = (struct lexer){ .source = source };
	lex_next(l);
}

/* Keywords are not tokens of their own: `and` is a name wherever the grammar wants one. */
bool lex_is(const struct lexer *l, const char *word)
{
	return l->token == T_WORD && span_eq(l->text, span_of(word));
}
