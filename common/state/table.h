/* table.h -- hash table from key bytes to a fixed-size record, kept in order of insertion.
 *
 * Serves grouping keys (sp-agg), distinct values, top-k. Slots are 8 bytes (32 bits of the hash, index
 * of the record), open addressing with linear probing; everything lives in the pool, in blocks that
 * never move (slots are replaced when they double): a record can be pointed to until it is removed.
 * A record has 24 bytes in front: the rest of the hash and the key, when it has at most 16 bytes, else
 * where in the pool it is. 10 million short keys with 24-byte records take 0.62 GB. Hash: XXH3, 64 bits. */
#ifndef STATE_TABLE_H
#define STATE_TABLE_H
#include "base/span.h"
#include "state/pool.h"
#include <stdbool.h>

/* Records one behind the other. */
struct table_chunk {
	char *p; /* what ref refers to, at hand */
	pool_ref ref;
};

struct table {
	struct pool *pool;         /* borrowed: where everything lives */
	uint64_t *slot;            /* what slots refers to, at hand */
	struct table_chunk *chunk; /* what chunks refers to, at hand */
	pool_ref slots, chunks;
	uint32_t slot_bits; /* there are 1 << slot_bits */
	uint32_t chunk_count, chunk_cap;
	uint32_t chunk_shift;  /* chunks have 4, 8, ... up to 1 << chunk_shift records, then all that many */
	uint32_t record_size;  /* the caller's bytes per key */
	uint32_t record_bytes; /* with what stands in front */
	uint32_t count;        /* live records */
	uint32_t next;         /* records ever made: indices run below it */
	uint32_t vacant;       /* first removed record + 1 */
	uint32_t long_keys;    /* live keys that have a block of their own */
};

/* -1: EX_OSERR, out of memory. */
int table_init(struct table *t, struct pool *pool, size_t record_size, struct err *e) MUST_USE;
/* Gives all blocks back to the pool; not needed when that is released as a whole. */
void table_release(struct table *t);

uint64_t table_hash(struct span key);
/* Hints the processor to fetch what table_find() will touch first. */
void table_prefetch(const struct table *t, uint64_t hash);
/* ... and what it will touch next: worth calling some keys later, when the first has arrived. */
void table_prefetch_record(const struct table *t, uint64_t hash);
/* The record of KEY, or NULL. */
void *table_find(const struct table *t, struct span key, uint64_t hash);
/* The record of KEY, 8-aligned, made (zeroed) if there was none: *ADDED says so. NULL: out of memory,
 * or 2^32 - 2 keys. */
void *table_add(struct table *t, struct span key, uint64_t hash, bool *added) MUST_USE;
/* The key of RECORD, one of the table's. */
struct span table_key(const struct table *t, const void *record);
/* Removes KEY; its record, and its place in the order of insertion, are used again by a later key. */
void table_remove(struct table *t, struct span key, uint64_t hash);
/* Iteration in order of insertion: for (uint32_t i = 0; i < t->next; i++) if ((r = table_at(t, i, &key)))
 * KEY may be NULL. NULL: removed. */
void *table_at(const struct table *t, uint32_t index, struct span *key);
#endif
