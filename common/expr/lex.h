/* lex.h -- jq's tokens, as far as the native parser knows them. */
#ifndef EXPR_LEX_H
#define EXPR_LEX_H
#include "base/span.h"

enum token {
	T_END,
	T_FOREIGN, /* something that only libjq may know */
	T_DOT,
	T_FIELD, /* .name */
	T_WORD,  /* a name or keyword */
	T_NUMBER,
	T_STRING, /* its text is what is between the quotes */
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
	enum token token; /* the current token, ... */
	size_t at;        /* ... where it starts ... */
	struct span text; /* ... and its text */
	bool open;        /* T_FOREIGN: a string without its closing quote */
};

/* Starts, with the first token current. SOURCE is borrowed. */
void lex_init(struct lexer *l, struct span source);
/* Steps to the next token. At the end the token stays T_END. */
void lex_next(struct lexer *l);
/* Returns true if the current token is the word WORD. */
bool lex_is(const struct lexer *l, const char *word);
#endif
