/* attr.h -- attributes of functions, for the compiler. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

/* The result must be used. */
#define MUST_USE __attribute__((warn_unused_result))
/* Rare work of a hot loop: kept out of line, so that the loop keeps its registers. */
#define RARE __attribute__((noinline, cold))
/* A part of a hot loop that must be compiled into it. */
#define HOT inline __attribute__((always_inline))
#endif
