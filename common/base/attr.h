/* attr.h -- attributes of functions, which tell the compiler how to treat them. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* Makes the compiler warn if a caller ignores the result of the function. */
#define MUST_USE __attribute__((warn_unused_result))
/* For rare work of a hot loop: keeps the function out of line, so that the loop keeps its registers. */
#define RARE __attribute__((noinline, cold))
/* For a part of a hot loop: compiles the function into the loop. */
#define HOT inline __attribute__((always_inline))
#endif
