/* jqlib.h -- what jqlib.c makes of libjq for expr.c. */
#ifndef EXPR_JQLIB_H
#define EXPR_JQLIB_H
#include "expr/arena.h"
#include "expr/expr.h"

/* libjq, loaded, and the current event as libjq's value. */
struct jqlib;
/* Loads libjq. NULL: EX_UNAVAILABLE, it is not installed. */
struct jqlib *jqlib_new(struct err *e) MUST_USE;
void jqlib_free(struct jqlib *q);

/* A program compiled by libjq. Takes 20 to 40 ms: jq 1.6 compiles its own library each time. */
struct jqprog;
/* TEXT is zero-terminated. NULL: EX_USAGE with jq's words in one line. */
struct jqprog *jqlib_compile(struct jqlib *q, const char *text, struct err *e) MUST_USE;
void jqprog_free(struct jqprog *p);

/* Forgets the event before; the next jqprog_run() reads the new one. */
void jqlib_event(struct jqlib *q);
/* Runs P on EVENT (the same until jqlib_event() is called). The one value goes into *OUT, its text
 * into ARENA; no value is null. -1: EX_DATAERR with jq's words, or EX_OSERR. */
int jqprog_run(struct jqprog *p, struct span event, struct arena *arena, struct value *out, struct err *e) MUST_USE;
#endif
