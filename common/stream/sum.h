/* sum.h -- the number and the hash of the bytes that pass between two programs of a pipeline.
 *
 * Under checkpoints, the writer and the reader of a pipe compute the same sum of all bytes between two control lines of
 * checkpoints. A barrier line carries the writer's sum. If the reader's differs, a program between them has dropped,
 * added or reordered lines. The hash is XXH3 with 64 bits (Yann Collet). */
#ifndef STREAM_SUM_H
#define STREAM_SUM_H
#include "base/err.h"
#include <stddef.h>
#include <stdint.h>

struct sum;

/* Returns a new sum of no bytes, which the caller owns, or NULL with E set (EX_OSERR). */
struct sum *sum_new(struct err *e) MUST_USE;
void sum_free(struct sum *s); /* S may be NULL */
/* Adds N bytes. */
void sum_add(struct sum *s, const void *p, size_t n);
/* Sets *BYTES and *HASH to the sum so far, and begins a new one. */
void sum_take(struct sum *s, uint64_t *bytes, uint64_t *hash);
#endif
