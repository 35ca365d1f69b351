/* jqlib.h -- libjq with a small interface. */
#ifndef EXPR_JQLIB_H
#define EXPR_JQLIB_H
#include "expr/arena.h"
#include "expr/value.h"

/* libjq, loaded, and the current event as a value of libjq. */
struct jqlib;
/* Loads libjq. Returns NULL with EX_UNAVAILABLE if it is not installed, or EX_OSERR. */
struct jqlib *jqlib_new(struct err *e) MUST_USE;
/* Q may be NULL. All programs must be freed before. */
void jqlib_free(struct jqlib *q);

/* A program compiled by libjq. */
struct jqprog;
/* Compiles TEXT (NUL-terminated), which takes 20 to 40 ms: jq 1.6 compiles its own library each time. Returns NULL with
 * EX_USAGE and jq's message in one line, or EX_OSERR. */
struct jqprog *jqlib_compile(struct jqlib *q, const char *text, struct err *e) MUST_USE;
/* P may be NULL. */
void jqprog_free(struct jqprog *p);

/* Forgets the current event. The next jqprog_run() reads the new one. */
void jqlib_event(struct jqlib *q);
/* Runs P on EVENT, which must be the same until jqlib_event() is called. Sets *OUT to the one value that P gives, its
 * text in ARENA; to null if P gives none. Returns 0; -1 with EX_DATAERR (several values, or an error in jq's words) or
 * EX_OSERR. */
int jqprog_run(struct jqprog *p, struct span event, struct arena *arena, struct value *out, struct err *e) MUST_USE;
#endif
