/* table_internal.h -- the bytes that a table keeps before each record; for table.c and table_entry.c only. */
#ifndef STATE_TABLE_INTERNAL_H
#define STATE_TABLE_INTERNAL_H
#include "state/table.h"

enum { KEY_INLINE = 16 };
/* The value of entry.length in a removed record. */
#define ENTRY_REMOVED UINT32_MAX
/* A bit of entry.length that is set if the key has a spelling, the text to show for the key. Such a key has a block
 * even if it is short. The block holds the key, the length of the spelling in four bytes, and the spelling. */
#define ENTRY_SPELLED (UINT32_C(1) << 31)

/* The bytes before each record. */
struct entry {
	uint32_t hash;   /* lower half of the hash; the slot has the upper half */
	uint32_t length; /* bytes of the key, plus ENTRY_SPELLED if it has a spelling; or ENTRY_REMOVED */
	union {
		char bytes[KEY_INLINE];
		pool_ref ref;    /* the block of a longer key, or of a key with a spelling */
		uint32_t vacant; /* in a removed record: index of the next removed record + 1; 0: none */
	} key;
};

/* Returns the key of EN, borrowed from the entry or the pool. */
static inline struct span entry_key(const struct table *t, const struct entry *en)
{
	return (struct span){ en->length <= KEY_INLINE ? en->key.bytes : (char *)pool_at(t->pool, en->key.ref),
		en->length & ~ENTRY_SPELLED };
}

/* Copies KEY into EN, or into a new block if KEY has more than KEY_INLINE bytes. Does not free an old block of EN.
 * Returns 0, or -1 if memory is exhausted; EN is then unchanged. */
int table_entry_set_key(struct table *t, struct entry *en, struct span key) MUST_USE;
/* Frees the block of the key of EN, if there is one. Leaves the reference in EN, which must not be used any more. */
void table_entry_free(struct table *t, const struct entry *en);
#endif
