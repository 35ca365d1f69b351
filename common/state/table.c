/* table.c -- a hash table with open addressing and linear probing over records that never move.
 *
 * A slot is 0 (empty) or tag << 32 | (index of a record + 1). The tag is the upper half of the hash, so that a search
 * reads a record only if the tags are equal. The home of a key is the slot where the search for the key begins. Its
 * number is the top bits of the tag. So slots are roughly in the order of tags, and doubling their number reads and
 * writes memory from front to back, without reading records. Records are in chunks whose sizes double up to about
 * CHUNK_BYTES, so that the chunk of an index is found by a shift.
 *
 * A run is a sequence of used slots without a gap. Removing a key moves later slots of its run into the gap, so that no
 * slot must be marked as removed (Knuth, volume 3, section 6.4, algorithm R). */
#include "state/table_internal.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	/* The first slots are few, and the first chunk has one record only, because many windows have only one key. */
	SLOT_BITS_FIRST = 2,
	CHUNK_SHIFT_FIRST = 0,
	/* A chunk of records has this size at most, unless one record is larger. It is a block of the pool. The pool
	 * cuts blocks from chunks that grow to 2 MiB. So little is lost at the end of such a chunk, where a chunk of
	 * records may not fit any more. */
	CHUNK_BYTES = 1 << 16,
	/* 1 << 14 slots take 128 KiB, which fit the second-level cache of a processor. */
	SLOT_BITS_SMALL = 14,
};

uint64_t table_hash(struct span key)
{
	return XXH3_64bits(key.p, key.n);
}

/* Returns the slot where the search for HASH begins. */
static size_t slot_home(const struct table *t, uint64_t hash)
{
	return (size_t)(hash >> (64 - t->slot_bits));
}

/* Returns the mask that wraps slot numbers around: a run may continue from the last slot to the first. */
static size_t slot_mask(const struct table *t)
{
	return ((size_t)1 << t->slot_bits) - 1;
}

/* Returns the entry of the record with the index INDEX. */
static struct entry *entry_at(const struct table *t, uint32_t index)
{
	/* Chunks have 1, 2, 4, ... records. Add 1 to all indices. Then the first index in a chunk is the size of the
	 * chunk. In chunks of the largest size, the first index is a multiple of this size. */
	uint64_t i = (uint64_t)index + (1u << CHUNK_SHIFT_FIRST);
	unsigned shift = 63 - (unsigned)__builtin_clzll(i);
	if (shift > t->chunk_shift)
		shift = t->chunk_shift;
	char *records = t->chunk[(i >> shift) + shift - CHUNK_SHIFT_FIRST - 1].p;
	return (struct entry *)(void *)(records + (i & (((uint64_t)1 << shift) - 1)) * t->record_bytes);
}

/* Returns true if EN has KEY, whose hash is HASH. Different keys nearly always differ in hash or length; the bytes are
 * compared to be certain. */
static bool entry_has_key(const struct table *t, const struct entry *en, struct span key, uint64_t hash)
{
	if (en->hash != (uint32_t)hash || (en->length & ~ENTRY_SPELLED) != key.n)
		return false;
	return span_bytes_eq(en->length <= KEY_INLINE ? en->key.bytes : (char *)pool_at(t->pool, en->key.ref), key.p,
		key.n);
}

/* Returns the entry of KEY and sets *SLOT to its slot. If there is none, returns NULL and sets *SLOT to the empty slot
 * where KEY belongs. */
static struct entry *slot_probe(const struct table *t, struct span key, uint64_t hash, size_t *slot)
{
	size_t i = slot_home(t, hash);
	for (uint64_t s; (s = t->slot[i]) != 0; i = (i + 1) & slot_mask(t)) {
		if (s >> 32 != hash >> 32)
			continue;
		struct entry *en = entry_at(t, (uint32_t)s - 1);
		if (entry_has_key(t, en, key, hash)) {
			*slot = i;
			return en;
		}
	}
	*slot = i;
	return NULL;
}

/* Makes 1 << BITS slots, more than before. The tag in a slot gives the new home of the key, so no record is read.
 * Returns 0, or -1 if memory is exhausted or there would be more than 2^32 slots. */
static int slots_grow(struct table *t, uint32_t bits)
{
	size_t old = (size_t)1 << t->slot_bits;
	pool_ref fresh = bits <= 32 ? pool_zalloc(t->pool, sizeof *t->slot << bits) : 0;
	if (!fresh)
		return -1;
	uint64_t *from = t->slot, *to = pool_at(t->pool, fresh);
	t->slot_bits = bits;
	for (size_t k = 0; k < old; k++) {
		if (!from[k])
			continue;
		size_t i = slot_home(t, from[k]);
		while (to[i])
			i = (i + 1) & slot_mask(t);
		to[i] = from[k];
	}
	pool_free(t->pool, t->slots, old * sizeof *t->slot);
	t->slots = fresh;
	t->slot = to;
	return 0;
}

/* Adds a chunk, whose first record has the index t->next. Returns 0, or -1 if memory is exhausted. */
static int chunk_add(struct table *t)
{
	if (t->chunk_count == t->chunk_cap) {
		uint32_t cap = t->chunk_cap ? t->chunk_cap * 2 : 1;
		pool_ref more = pool_grow(t->pool, t->chunks, t->chunk_cap * sizeof *t->chunk, cap * sizeof *t->chunk);
		if (!more)
			return -1;
		t->chunks = more;
		t->chunk = pool_at(t->pool, more);
		t->chunk_cap = cap;
	}
	uint32_t shift = CHUNK_SHIFT_FIRST + t->chunk_count;
	if (shift > t->chunk_shift)
		shift = t->chunk_shift;
	pool_ref records = pool_alloc(t->pool, (size_t)t->record_bytes << shift);
	if (!records)
		return -1;
	t->chunk[t->chunk_count++] = (struct table_chunk){ pool_at(t->pool, records), records };
	return 0;
}

/* Returns how many records the chunks have room for. */
static uint64_t record_room(const struct table *t)
{
	uint64_t first = 1u << CHUNK_SHIFT_FIRST, full = t->chunk_shift - CHUNK_SHIFT_FIRST;
	if (t->chunk_count <= full)
		return (first << t->chunk_count) - first;
	return (first << full) - first + ((t->chunk_count - full) << t->chunk_shift);
}

/* Returns the size of an entry and its record of RECORD_SIZE bytes. */
static size_t entry_bytes(size_t record_size)
{
	return sizeof(struct entry) + (record_size + 7) / 8 * 8;
}

/* Returns how many keys a table of 1 << BITS slots may have before the slots are doubled. A small table is at most half
 * full: a search then takes few steps along a run, and the processor predicts their number better. A large table is at
 * most four fifths full: memory matters more there, and most additional steps stay within a cache line. */
static size_t keys_most(uint32_t bits)
{
	size_t mask = ((size_t)1 << bits) - 1;
	return bits <= SLOT_BITS_SMALL ? mask / 2 : mask - mask / 5;
}

/* Returns the number of slot bits of a new table for KEYS keys. It is SLOT_BITS_SMALL at most. */
static uint32_t bits_for(size_t keys)
{
	uint32_t bits = SLOT_BITS_FIRST;
	while (bits < SLOT_BITS_SMALL && keys_most(bits) < keys)
		bits++;
	return bits;
}

/* Counts the slots, the records and the array of chunks. The array grows to 1, 2, 4, 8 ... entries. Each of these
 * arrays is counted, because a small pool does not use freed memory again. */
size_t table_first_bytes(size_t record_size, size_t keys)
{
	size_t n = pool_room(sizeof(uint64_t) << bits_for(keys)), count = 0;
	for (size_t records = 0, chunk = 1; records < keys; records += chunk, chunk *= 2) {
		n += pool_room(entry_bytes(record_size) * chunk);
		if ((count & (count - 1)) == 0)
			n += pool_room(sizeof(struct table_chunk) * (count ? count * 2 : 1));
		count++;
	}
	return n;
}

int table_init_for(struct table *t, struct pool *pool, size_t record_size, size_t keys, struct err *e)
{
	uint32_t bytes = (uint32_t)entry_bytes(record_size), shift = CHUNK_SHIFT_FIRST, bits = bits_for(keys);
	while ((uint64_t)bytes << (shift + 1) <= CHUNK_BYTES)
		shift++;
	*t = (struct table){ .pool = pool,
		.slot_bits = bits,
		.chunk_shift = shift,
		.record_size = (uint32_t)record_size,
		.record_bytes = bytes };
	t->slots = pool_zalloc(pool, sizeof *t->slot << bits);
	if (!t->slots)
		return err_oom(e, "a hash table");
	t->slot = pool_at(pool, t->slots);
	return 0;
}

int table_init(struct table *t, struct pool *pool, size_t record_size, struct err *e)
{
	return table_init_for(t, pool, record_size, 1, e);
}

int table_reserve(struct table *t, size_t keys)
{
	uint32_t bits = t->slot_bits;
	while (bits <= 32 && keys_most(bits) < keys)
		bits++;
	return bits > t->slot_bits ? slots_grow(t, bits) : 0;
}

/* Frees the blocks of long keys one by one. If there are no long keys, no record is read. */
void table_release(struct table *t)
{
	for (uint32_t i = 0; i < t->next && t->long_keys > 0; i++) {
		struct entry *en = entry_at(t, i);
		if (en->length != ENTRY_REMOVED)
			table_entry_free(t, en);
	}
	for (uint32_t i = 0; i < t->chunk_count; i++) {
		uint32_t shift = CHUNK_SHIFT_FIRST + i < t->chunk_shift ? CHUNK_SHIFT_FIRST + i : t->chunk_shift;
		pool_free(t->pool, t->chunk[i].ref, (size_t)t->record_bytes << shift);
	}
	pool_free(t->pool, t->chunks, t->chunk_cap * sizeof *t->chunk);
	pool_free(t->pool, t->slots, sizeof *t->slot << t->slot_bits);
	*t = (struct table){ 0 };
}

void table_prefetch(const struct table *t, uint64_t hash)
{
	__builtin_prefetch(&t->slot[slot_home(t, hash)]);
}

void table_prefetch_record(const struct table *t, uint64_t hash)
{
	uint64_t slot = t->slot[slot_home(t, hash)];
	if (slot)
		__builtin_prefetch(entry_at(t, (uint32_t)slot - 1));
}

void *table_find(const struct table *t, struct span key, uint64_t hash)
{
	size_t slot;
	struct entry *en = slot_probe(t, key, hash, &slot);
	return en ? en + 1 : NULL;
}

/* Returns an unused entry, marked as removed, and sets *INDEX to its index. Returns NULL if memory is exhausted or
 * there are 2^32 - 2 records. */
static struct entry *entry_new(struct table *t, uint32_t *index)
{
	if (t->vacant) {
		*index = t->vacant - 1;
		struct entry *en = entry_at(t, *index);
		t->vacant = en->key.vacant;
		return en;
	}
	if (t->next >= UINT32_MAX - 1 || (t->next == record_room(t) && chunk_add(t) < 0))
		return NULL;
	*index = t->next++;
	struct entry *en = entry_at(t, *index);
	en->length = ENTRY_REMOVED;
	return en;
}

/* Marks EN, whose index is INDEX, as removed, so that entry_new() uses it again. */
static void entry_vacate(struct table *t, struct entry *en, uint32_t index)
{
	en->length = ENTRY_REMOVED;
	en->key.vacant = t->vacant;
	t->vacant = index + 1;
}

/* Adds KEY, which T does not have, at the empty slot I, or at another one if the slots must be doubled first. Returns
 * its record, or NULL if memory is exhausted. The function is not inlined: most calls of table_add() find their key,
 * and are faster without this code. */
static __attribute__((noinline)) void *add_new(struct table *t, struct span key, uint64_t hash, size_t i)
{
	if (t->count >= keys_most(t->slot_bits)) {
		if (slots_grow(t, t->slot_bits + 1) < 0)
			return NULL;
		(void)slot_probe(t, key, hash, &i);
	}
	uint32_t index;
	struct entry *en = entry_new(t, &index);
	if (!en)
		return NULL;
	if (table_entry_set_key(t, en, key) < 0) {
		entry_vacate(t, en, index);
		return NULL;
	}
	en->hash = (uint32_t)hash;
	memset(en + 1, 0, t->record_bytes - sizeof *en);
	t->slot[i] = hash >> 32 << 32 | (index + 1);
	t->count++;
	return en + 1;
}

void *table_add(struct table *t, struct span key, uint64_t hash, bool *added)
{
	size_t i;
	struct entry *en = slot_probe(t, key, hash, &i);
	*added = !en;
	return en ? en + 1 : add_new(t, key, hash, i);
}

void table_remove(struct table *t, struct span key, uint64_t hash)
{
	size_t i;
	struct entry *en = slot_probe(t, key, hash, &i);
	if (!en)
		return;
	/* The index of the record is in the slot. So remove the record before the slot changes. */
	uint32_t index = (uint32_t)t->slot[i] - 1;
	table_entry_free(t, en);
	entry_vacate(t, en, index);
	t->count--;
	/* Slot I is a hole now. A later slot K of the run moves into the hole, unless its home is after the hole:
	 * a search begins at the home, so it would not find the key in the hole. After a move, the hole is at K. */
	for (size_t k = (i + 1) & slot_mask(t); t->slot[k]; k = (k + 1) & slot_mask(t)) {
		if (((k - slot_home(t, t->slot[k])) & slot_mask(t)) >= ((k - i) & slot_mask(t))) {
			t->slot[i] = t->slot[k];
			i = k;
		}
	}
	t->slot[i] = 0;
}

void *table_at(const struct table *t, uint32_t index, struct span *key)
{
	struct entry *en = entry_at(t, index);
	if (en->length == ENTRY_REMOVED)
		return NULL;
	if (key)
		*key = entry_key(t, en);
	return en + 1;
}
