/* name_cache.c -- finding and learning the texts of names. */
#include "json/name_cache.h"

static unsigned bucket_of(struct span s)
{
	uint64_t head = 0, tail = 0;
	size_t n = s.n < 8 ? s.n : 8;
	memcpy(&head, s.p, n);
	memcpy(&tail, s.p + s.n - n, n);
	uint64_t h = (head ^ tail << 7 ^ s.n) * UINT64_C(0x9e3779b97f4a7c15);
	return (unsigned)(h >> 57);
}

void json_name_cache_clear(struct json_name_cache *r)
{
	memset(r, 0, sizeof *r);
	r->count = 1;
}

unsigned json_name_cache_find(const struct json_name_cache *r, struct span bytes)
{
	for (unsigned i = r->bucket[bucket_of(bytes)]; i; i = r->entry[i].chain)
		if (r->entry[i].len == bytes.n && memcmp(r->entry[i].bytes, bytes.p, bytes.n) == 0)
			return i;
	return 0;
}

unsigned json_name_cache_add(struct json_name_cache *r, struct span bytes, unsigned id)
{
	if (bytes.n > NAME_CACHE_BYTES)
		return 0;
	if (r->count == NAME_CACHE_MAX) {
		r->missed++;
		return 0;
	}
	struct cached_name *entry = &r->entry[r->count];
	uint8_t *bucket = &r->bucket[bucket_of(bytes)];
	memcpy(entry->bytes, bytes.p, bytes.n);
	entry->len = (uint8_t)bytes.n;
	entry->id = (uint16_t)id;
	entry->chain = *bucket;
	*bucket = (uint8_t)r->count;
	return r->count++;
}

struct span json_name_cache_name(const struct cached_name *entry)
{
	const char *p = memchr(entry->bytes, '"', entry->len), *end = entry->bytes + entry->len;
	if (!p)
		return SPAN_NONE;
	while (end[-1] != '"') /* the colon and white space around it */
		end--;
	return (struct span){ p + 1, (size_t)(end - p) - 2 };
}
