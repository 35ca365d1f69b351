/* expr_native.c -- expr_eval without libjq: it answers "error: ... libjq" where libjq would evaluate. Thousands of
 * programs then run without the 30 ms that jq takes to compile each. */
#include "no_libjq.h"
#include "expr_eval.c"
