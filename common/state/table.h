/* table.h -- hash table from key bytes to a fixed-size record, kept in order of insertion.
 *
 * Serves grouping keys (sp-agg), distinct values, top-k. Slots are 8 bytes (part of the hash, index
 * of the record), open addressing; records stand in chunks that never move; keys beside them in the
 * pool. 10 million keys with 48-byte records fit in 1 GB. Hash: XXH3, 64 bits. */
#ifndef STATE_TABLE_H
#define STATE_TABLE_H
#include "base/span.h"
#include "state/pool.h"
#include <stdbool.h>

struct table {
	struct pool *pool;   /* borrowed: where records and keys live */
	uint64_t *slots;     /* owned */
	size_t slot_count;   /* a power of two */
	size_t record_size;  /* the caller's bytes per key */
	uint32_t count;      /* live records */
	uint32_t next;       /* records ever added: indices run below it */
	pool_ref *chunks;    /* owned */
	size_t chunk_count;
};

int table_init(struct table *t, struct pool *pool, size_t record_size, struct err *e) MUST_USE;
void table_release(struct table *t); /* the pool keeps what is in it: release that too */

uint64_t table_hash(struct span key);
/* Hints the processor to fetch what table_find() will touch. */
void table_prefetch(const struct table *t, uint64_t hash);
/* The record of KEY, or NULL. */
void *table_find(const struct table *t, struct span key, uint64_t hash);
/* The record of KEY, made (zeroed) if there was none: *ADDED says so. NULL: out of memory. */
void *table_add(struct table *t, struct span key, uint64_t hash, bool *added) MUST_USE;
/* Removes KEY; its record is used again later. */
void table_remove(struct table *t, struct span key, uint64_t hash);
/* Iteration in order of insertion: for (uint32_t i = 0; i < t->next; i++) if ((r = table_at(t, i)))
 * KEY may be NULL. NULL: removed. */
void *table_at(const struct table *t, uint32_t index, struct span *key);
#endif
