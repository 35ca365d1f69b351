/* table_entry.c -- stores the keys of a table and their spellings.
 *
 * A spelling is the text to show for a key, if it differs from the key. A short key without a spelling is stored in its
 * entry. Any other key has a block of the pool, which also holds the spelling. */
#include "state/table_internal.h"

/* Returns the spelling of the key of EN, borrowed from the pool. The key must have a spelling. */
static struct span entry_spelling(const struct table *t, const struct entry *en)
{
	struct span key = entry_key(t, en);
	uint32_t n;
	memcpy(&n, key.p + key.n, sizeof n);
	return (struct span){ key.p + key.n + sizeof n, n };
}

void table_entry_free(struct table *t, const struct entry *en)
{
	size_t bytes = en->length & ~ENTRY_SPELLED;
	if (en->length <= KEY_INLINE)
		return;
	if (en->length & ENTRY_SPELLED)
		bytes += sizeof(uint32_t) + entry_spelling(t, en).n;
	pool_free(t->pool, en->key.ref, bytes);
	t->long_keys--;
}

int table_entry_set_key(struct table *t, struct entry *en, struct span key)
{
	char *to = en->key.bytes;
	if (key.n > KEY_INLINE) {
		pool_ref ref = key.n < ENTRY_SPELLED ? pool_alloc(t->pool, key.n) : 0;
		if (!ref)
			return -1;
		en->key.ref = ref;
		to = pool_at(t->pool, ref);
		t->long_keys++;
	}
	if (key.n)
		memcpy(to, key.p, key.n);
	en->length = (uint32_t)key.n;
	return 0;
}

struct span table_key(const struct table *t, const void *record)
{
	return entry_key(t, (const struct entry *)record - 1);
}

/* Makes the new block before it frees the old one, because the key is copied from the old block. */
int table_set_spelling(struct table *t, void *record, struct span spelling)
{
	struct entry *en = (struct entry *)record - 1, fresh = *en;
	struct span key = entry_key(t, en);
	uint32_t n = (uint32_t)spelling.n;
	if (n == 0) {
		if (!(en->length & ENTRY_SPELLED))
			return 0;
		if (table_entry_set_key(t, &fresh, key) < 0)
			return -1;
	} else {
		pool_ref ref = spelling.n < ENTRY_SPELLED ? pool_alloc(t->pool, key.n + sizeof n + n) : 0;
		if (!ref)
			return -1;
		char *to = pool_at(t->pool, ref);
		memcpy(to, key.p, key.n);
		memcpy(to + key.n, &n, sizeof n);
		memcpy(to + key.n + sizeof n, spelling.p, n);
		fresh.key.ref = ref;
		fresh.length = (uint32_t)key.n | ENTRY_SPELLED;
		t->long_keys++;
	}
	table_entry_free(t, en);
	*en = fresh;
	return 0;
}

int table_copy_spelling(struct table *t, void *record, const struct table *from, const void *from_record)
{
	const struct entry *to = (const struct entry *)record - 1, *en = (const struct entry *)from_record - 1;
	if (!((to->length | en->length) & ENTRY_SPELLED))
		return 0;
	return table_set_spelling(t, record, en->length & ENTRY_SPELLED ? entry_spelling(from, en) : SPAN_NONE);
}

struct span table_spelling(const struct table *t, const void *record)
{
	const struct entry *en = (const struct entry *)record - 1;
	return en->length & ENTRY_SPELLED ? entry_spelling(t, en) : entry_key(t, en);
}

/* The lowest bit of the saved length says whether a spelling follows. */
void table_save_key(const struct table *t, const void *record, struct save *s)
{
	const struct entry *en = (const struct entry *)record - 1;
	struct span key = entry_key(t, en);
	bool spelled = en->length & ENTRY_SPELLED;
	save_u64(s, (uint64_t)key.n << 1 | spelled);
	save_bytes(s, key.p, key.n);
	if (spelled)
		save_span(s, entry_spelling(t, en));
}

/* Reads a key that was saved. Sets *SPELLING to its spelling, or to SPAN_NONE. */
static struct span load_key(struct load *l, struct span *spelling)
{
	uint64_t head = load_u64(l);
	struct span key = load_bytes(l, head >> 1);
	*spelling = head & 1 ? load_span(l) : SPAN_NONE;
	return key;
}

/* In a large table, each key costs a cache miss. So the slots of all keys are fetched before the first key is added. */
int table_load_keys(struct table *t, size_t n, void **records, struct load *l)
{
	struct span key[TABLE_BATCH], spelling[TABLE_BATCH];
	uint64_t hash[TABLE_BATCH];
	for (size_t i = 0; i < n; i++) {
		key[i] = load_key(l, &spelling[i]);
		hash[i] = table_hash(key[i]);
		table_prefetch(t, hash[i]);
	}
	for (size_t i = 0; i < n && !load_failed(l); i++) {
		bool added;
		records[i] = table_add(t, key[i], hash[i], &added);
		if (!records[i])
			return -1;
		if (!added)
			load_fail(l, "a key is there twice");
		else if (spelling[i].n && table_set_spelling(t, records[i], spelling[i]) < 0)
			return -1;
	}
	return 0;
}

void *table_load_key(struct table *t, struct load *l)
{
	void *record = NULL;
	return table_load_keys(t, 1, &record, l) < 0 || load_failed(l) ? NULL : record;
}
