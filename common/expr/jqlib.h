/* jqlib.h -- a small interface to libjq, the library of jq. */
#ifndef EXPR_JQLIB_H
#define EXPR_JQLIB_H
#include "expr/arena.h"
#include "expr/value.h"

/* The loaded libjq, and the current event as a value of libjq. */
struct jqlib;
/* Loads libjq. Returns NULL with E set to EX_UNAVAILABLE if libjq cannot be loaded, or to EX_OSERR if memory is
 * exhausted. */
struct jqlib *jqlib_new(struct err *e) MUST_USE;
/* Frees Q, which may be NULL. The caller must free all programs of Q before. */
void jqlib_free(struct jqlib *q);

/* A program compiled by libjq. */
struct jqprog;
/* Compiles TEXT, which ends with NUL. This takes 20 to 40 ms, because jq 1.6 compiles its own library each time.
 * Returns the program; NULL with E set to EX_USAGE and jq's message in one line, or to EX_OSERR if memory is
 * exhausted. */
struct jqprog *jqlib_compile(struct jqlib *q, const char *text, struct err *e) MUST_USE;
/* Frees P, which may be NULL. */
void jqprog_free(struct jqprog *p);

/* Frees the current event. The next jqprog_run() parses the event that it is given. */
void jqlib_event(struct jqlib *q);
/* Runs P on EVENT, which must be the same event in all calls until jqlib_event(). Sets *OUT to the one value that P
 * gives, with its text in ARENA; to null if P gives no value. Returns 0; -1 with E set to EX_OSERR if ARENA is full, or
 * to EX_DATAERR if P gives several values or fails. If P fails, the message is that of jq. */
int jqprog_run(struct jqprog *p, struct span event, struct arena *arena, struct value *out, struct err *e) MUST_USE;
#endif
