/* name_cache.c -- finding and adding the texts of names.
 *
 * These functions are called for names that were not predicted. A hash table with chains finds the entries of these
 * names. No single entry is ever removed, so the number of an entry stays valid until the whole cache is cleared. Each
 * number fits a byte. */
#include "json/name_cache.h"

/* Returns the bucket for S. Hashes the first and the last eight bytes and the length of S, by a multiplication with
 * 2^64 divided by the golden ratio (Knuth, volume 3, section 6.4). The result is the top seven bits of the product,
 * because they depend on more bits of the text than its lower bits do. */
static unsigned bucket_of(struct span s)
{
	uint64_t head = 0, tail = 0;
	size_t n = s.n < 8 ? s.n : 8;
	memcpy(&head, s.p, n);
	memcpy(&tail, s.p + s.n - n, n);
	uint64_t h = (head ^ tail << 7 ^ s.n) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(h >> 57);
}

void json_name_cache_clear(struct json_name_cache *c)
{
	memset(c, 0, sizeof *c);
	c->count = 1;
}

unsigned json_name_cache_find(const struct json_name_cache *c, struct span text)
{
	for (unsigned i = c->bucket[bucket_of(text)]; i; i = c->entry[i].chain)
		if (c->entry[i].len == text.n && memcmp(c->entry[i].bytes, text.p, text.n) == 0)
			return i;
	return 0;
}

unsigned json_name_cache_add(struct json_name_cache *c, struct span text, unsigned id)
{
	if (text.n > NAME_CACHE_BYTES)
		return 0;
	if (c->count == NAME_CACHE_MAX) {
		c->missed++;
		return 0;
	}
	struct cached_name *entry = &c->entry[c->count];
	uint8_t *bucket = &c->bucket[bucket_of(text)];
	memcpy(entry->bytes, text.p, text.n);
	entry->len = (uint8_t)text.n;
	entry->id = (uint16_t)id;
	entry->chain = *bucket;
	*bucket = (uint8_t)c->count;
	return c->count++;
}

struct span json_name_cache_name(const struct cached_name *entry)
{
	const char *p = memchr(entry->bytes, '"', entry->len), *end = entry->bytes + entry->len;
	if (!p)
		return SPAN_NONE;
	while (end[-1] != '"') /* skip the colon and the white space around it */
		end--;
	return (struct span){ p + 1, (size_t)(end - p) - 2 };
}
