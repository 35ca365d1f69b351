/* expr_native -- expr_eval without libjq: "error: ... libjq" where it would be handed over. So thousands of
 * programs run without jq's 30 ms of compiling each. */
#include "no_libjq.h"
#include "expr_eval.c"
