/* table.h -- a hash table from key bytes to a record of fixed size, iterated in the order of insertion.
 *
 * sp-agg uses such tables for its groups, for the values of a set, and for the counts of topk. Records never move, so a
 * pointer to a record is valid until its key is removed. All memory is in the pool that is passed to table_init().
 *
 * A record takes 24 bytes besides those of the caller: half of the hash, the length of the key, and the key itself. A
 * key of more than 16 bytes is replaced by a reference to a block. In a large table the slots take 10 to 20 bytes more
 * for each key. For example, 10 million short keys with records of 24 bytes take 0.62 GB. The hash is XXH3 with 64 bits
 * (Yann Collet), without a secret: an attacker who chooses the keys can make look-ups slow. */
#ifndef STATE_TABLE_H
#define STATE_TABLE_H
#include "base/span.h"
#include "state/pool.h"
#include "state/save.h"
#include <stdbool.h>

/* An array of records. */
struct table_chunk {
	char *p; /* the address of the block `ref` */
	pool_ref ref;
};

struct table {
	struct pool *pool;         /* borrowed; all memory of the table is in it */
	uint64_t *slot;            /* the address of the block `slots` */
	struct table_chunk *chunk; /* the address of the block `chunks` */
	pool_ref slots, chunks;
	uint32_t slot_bits; /* there are 1 << slot_bits slots */
	uint32_t chunk_count, chunk_cap;
	uint32_t chunk_shift;  /* chunks have 1, 2, 4, ... records, but at most 1 << chunk_shift */
	uint32_t record_size;  /* bytes of a record that the caller uses */
	uint32_t record_bytes; /* bytes of a record with its hash and key */
	uint32_t count;        /* keys */
	uint32_t next;         /* index of the next new record; all records have lower indices */
	uint32_t vacant;       /* index of the record that was removed last, + 1; 0: none */
	uint32_t long_keys;    /* number of keys that have a block of their own */
};

/* Makes T an empty table with records of RECORD_SIZE bytes in POOL, which is borrowed. Returns 0, or -1 with E set
 * (EX_OSERR) if memory is exhausted. */
int table_init(struct table *t, struct pool *pool, size_t record_size, struct err *e) MUST_USE;
/* Makes T an empty table that is expected to have KEYS keys or more. Allocates the slots for them at once, but at most
 * 2^14 slots. Returns 0, or -1 with E set (EX_OSERR) if memory is exhausted. */
int table_init_for(struct table *t, struct pool *pool, size_t record_size, size_t keys, struct err *e) MUST_USE;
/* Returns how many bytes of the pool a table from table_init_for() takes once it has KEYS keys of up to 16 bytes. KEYS
 * must be small, a few hundred at most. */
size_t table_first_bytes(size_t record_size, size_t keys);
/* Returns all blocks to the pool. The caller may omit this if it releases the pool as a whole. */
void table_release(struct table *t);

/* Returns the hash of KEY, which the functions below take together with the key. */
uint64_t table_hash(struct span key);
/* Asks the processor to fetch the slot of HASH, which table_find() reads first. */
void table_prefetch(const struct table *t, uint64_t hash);
/* Asks the processor to fetch the record in the slot of HASH, which table_find() reads after the slot. The slot is read
 * at once, so it should be in the cache: call table_prefetch() some keys earlier. */
void table_prefetch_record(const struct table *t, uint64_t hash);
/* Returns the record of KEY, or NULL if there is none. */
void *table_find(const struct table *t, struct span key, uint64_t hash);
/* Returns the record of KEY, 8-aligned. If there is none, adds a copy of KEY with a record of zeros. Sets *ADDED to
 * true if KEY was added, else to false. Returns NULL if memory is exhausted or there are 2^32 - 2 keys. */
void *table_add(struct table *t, struct span key, uint64_t hash, bool *added) MUST_USE;
/* Returns the key of RECORD, which must be a record of T. The key is borrowed from T. */
struct span table_key(const struct table *t, const void *record);
/* Keeps a copy of SPELLING with the key of RECORD and frees the earlier spelling. A key can stand for several texts
 * that count as equal, such as 1.5 and 1.50. The spelling is the text to show; searches compare only the key. An empty
 * SPELLING removes the spelling. Returns 0, or -1 if memory is exhausted; nothing is changed then. */
int table_set_spelling(struct table *t, void *record, struct span spelling) MUST_USE;
/* Gives the key of RECORD the spelling that the same key has in the table FROM, where its record is FROM_RECORD. If the
 * key has no spelling there, removes the spelling here. Returns 0, or -1 if memory is exhausted. */
int table_copy_spelling(struct table *t, void *record, const struct table *from, const void *from_record) MUST_USE;
/* Returns the spelling of the key of RECORD, or the key itself if it has no spelling. The text is borrowed from T. */
struct span table_spelling(const struct table *t, const void *record);
/* Makes the slots for KEYS keys at once, so that adding them takes less time. Returns 0, or -1 if memory is exhausted;
 * nothing is changed then. */
int table_reserve(struct table *t, size_t keys) MUST_USE;
/* Writes the key of RECORD and its spelling, if it has one. The caller saves the record itself. */
void table_save_key(const struct table *t, const void *record, struct save *s);
/* Adds N keys that were saved, with their spellings; N is at most TABLE_BATCH. Sets RECORDS[0] to RECORDS[N - 1] to
 * their records of zeros. Returns 0, or -1 if memory is exhausted. If the bytes are damaged, or T already has one of
 * the keys, makes L fail and returns 0. */
enum { TABLE_BATCH = 32 };
int table_load_keys(struct table *t, size_t n, void **records, struct load *l) MUST_USE;
/* Adds one key that was saved, and returns its record. Returns NULL if memory is exhausted, or if L fails. */
void *table_load_key(struct table *t, struct load *l) MUST_USE;
/* Removes KEY, if T has it. A key that is added later takes over the record of KEY, and with it the place of KEY in the
 * order of insertion. */
void table_remove(struct table *t, struct span key, uint64_t hash);
/* Returns the record with the index INDEX, or NULL if it was removed. INDEX must be less than t->next. Sets *KEY to its
 * key, which is borrowed from T, unless KEY is NULL. This loop reads all records in the order of insertion:
 *
 *	for (uint32_t i = 0; i < t->next; i++)
 *		if ((r = table_at(t, i, &key))) */
void *table_at(const struct table *t, uint32_t index, struct span *key);
#endif
