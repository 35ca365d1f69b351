/* lex.h -- the tokens of jq, as far as the native parser knows them. */
#ifndef EXPR_LEX_H
#define EXPR_LEX_H
#include "base/span.h"

enum token {
	T_END,
	T_NOT_NATIVE, /* unknown to the native parser; libjq decides */
	T_DOT,
	T_FIELD, /* .name */
	T_WORD,  /* a name or keyword */
	T_NUMBER,
	T_STRING, /* without its quotes */
	T_OPEN,
	T_CLOSE,
	T_BRACKET_OPEN,
	T_BRACKET_CLOSE,
	T_PIPE,
	T_ALT, /* // */
	T_ADD,
	T_SUB,
	T_MUL,
	T_DIV,
	T_MOD,
	T_EQ,
	T_NE,
	T_LT,
	T_LE,
	T_GT,
	T_GE,
};

struct lexer {
	struct span source;
	size_t next;      /* where the search for the next token starts */
	enum token token; /* the current token */
	size_t start;     /* where the current token starts */
	struct span text; /* text of the current token */
	bool unclosed;    /* the current token is a string without its closing quote (T_NOT_NATIVE) */
};

/* Starts reading the tokens of SOURCE, which is borrowed, and makes the first one current. */
void lex_init(struct lexer *l, struct span source);
/* Moves to the next token. At the end the token stays T_END. */
void lex_next(struct lexer *l);
/* Returns true if the current token is WORD. */
bool lex_is(const struct lexer *l, const char *word);
#endif
