/* options.h -- the command line of sp-agg. */
#ifndef AGG_OPTIONS_H
#define AGG_OPTIONS_H
#include "sp-agg/agg.h"

/* Reads the command line into C. 0: run; 1: help or version was printed, *STATUS says how it went; -1: E. */
int options_read(struct config *c, int argc, char **argv, int *status, struct err *e) MUST_USE;
void config_release(struct config *c);

/* ---- columns.c ---- */

/* --by TEXT: a path, or NAME=EXPR. */
int columns_add_key(struct config *c, const char *text, struct err *e) MUST_USE;
/* "NAME=FUNCTION(...) where EXPR". */
int columns_add_fold(struct config *c, const char *text, struct err *e) MUST_USE;
/* Checks the names and makes the heads of rows. */
int columns_finish(struct config *c, struct err *e) MUST_USE;
#endif
