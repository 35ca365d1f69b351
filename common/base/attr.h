/* attr.h -- attributes of functions, which tell the compiler how to treat them. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* Makes the compiler warn if a caller ignores the result of the function. */
#define MUST_USE __attribute__((warn_unused_result))
/* Marks a function that a hot loop rarely calls. The compiler keeps the function out of line, so that the loop can use
 * all registers for its common work. */
#define RARE __attribute__((noinline, cold))
/* Marks a function that is a part of a hot loop. The compiler always puts the code of the function into its caller. */
#define HOT inline __attribute__((always_inline))
#endif
