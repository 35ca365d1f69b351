/* table.h -- a hash table from key bytes to a record of fixed size, iterated in the order of insertion.
 *
 * Used for the groups of sp-agg, the different values of a set, the counts of topk. Records never move, so a pointer to
 * one is good until its key is removed. Everything is in the pool. A record costs 24 bytes besides the caller's: part
 * of the hash and the key, or the key's block if it has more than 16 bytes; in a large table its slot takes 10 to 20
 * bytes more. 10 million short keys with records of 24 bytes take 0.62 GB. The hash is XXH3 with 64 bits (Yann Collet);
 * it is not keyed: an attacker who chooses the keys can make look-ups slow. */
#ifndef STATE_TABLE_H
#define STATE_TABLE_H
#include "base/span.h"
#include "state/pool.h"
#include <stdbool.h>

/* An array of records. */
struct table_chunk {
	char *p; /* the address of ref */
	pool_ref ref;
};

struct table {
	struct pool *pool;         /* borrowed: has everything below */
	uint64_t *slot;            /* the address of slots */
	struct table_chunk *chunk; /* the address of chunks */
	pool_ref slots, chunks;
	uint32_t slot_bits; /* there are 1 << slot_bits */
	uint32_t chunk_count, chunk_cap;
	uint32_t chunk_shift;  /* chunks have 4, 8, ... records, and 1 << chunk_shift from there on */
	uint32_t record_size;  /* the caller's bytes of a record */
	uint32_t record_bytes; /* the same with hash and key */
	uint32_t count;        /* keys */
	uint32_t next;         /* all indices of records are below it */
	uint32_t vacant;       /* index of the first removed record + 1; 0: none */
	uint32_t long_keys;    /* keys that have a block of their own */
};

/* Makes T an empty table in POOL, which is borrowed. Returns 0; -1 if memory is exhausted (EX_OSERR). */
int table_init(struct table *t, struct pool *pool, size_t record_size, struct err *e) MUST_USE;
/* Gives all blocks back to the pool; not needed if the pool is released as a whole. */
void table_release(struct table *t);

/* Returns the hash of KEY, which the functions below expect beside a key. */
uint64_t table_hash(struct span key);
/* Asks the processor to fetch what table_find() reads first, the slot of HASH. */
void table_prefetch(const struct table *t, uint64_t hash);
/* Asks for what table_find() reads next, the record. Worth calling once the slot has arrived, some keys later. */
void table_prefetch_record(const struct table *t, uint64_t hash);
/* Returns the record of KEY; NULL if there is none. */
void *table_find(const struct table *t, struct span key, uint64_t hash);
/* Returns the record of KEY, 8-aligned. If there was none it is made, of zeros, and *ADDED is true; KEY is copied. NULL
 * if memory is exhausted or there are 2^32 - 2 keys. */
void *table_add(struct table *t, struct span key, uint64_t hash, bool *added) MUST_USE;
/* Returns the key of RECORD, which is one of T; borrowed from T. */
struct span table_key(const struct table *t, const void *record);
/* Removes KEY, if it is there. A later key uses its record and its place in the order of insertion again. */
void table_remove(struct table *t, struct span key, uint64_t hash);
/* Returns the record with the index INDEX < t->next and sets *KEY, borrowed from T; NULL if it was removed. KEY may be
 * NULL. All records, in the order of insertion:
 *
 *	for (uint32_t i = 0; i < t->next; i++)
 *		if ((r = table_at(t, i, &key)))
 */
void *table_at(const struct table *t, uint32_t index, struct span *key);
#endif
