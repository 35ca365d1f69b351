/* name_cache.h -- the member names of the events so far, and which of them follows which.
 *
 * Events of one source have the same names in the same order. An entry of the cache is the text between a comma (or the
 * opening brace) and a value: the name in quotes, the colon, and the white space that the source writes, `"status":`.
 * Each entry knows which entry followed it in the last event. So the next name is mostly confirmed by one comparison
 * with the text, and need not be scanned. The prediction is always verified, so a wrong one costs time, but never a
 * wrong result. A confirmed entry is a name that was examined before, and its id says what was found out. */
#ifndef JSON_NAME_CACHE_H
#define JSON_NAME_CACHE_H
#include "base/span.h"

enum {
	NAME_CACHE_MAX = 250,  /* entries, with entry 0, which is the start of an event */
	NAME_CACHE_BYTES = 59, /* longer texts are not cached */
	NAME_CACHE_BUCKETS = 128,
	NAME_CACHE_PATIENCE = 10000, /* names that a full cache misses before it is cleared */
};

/* An entry; 64 bytes, a cache line. */
struct cached_name {
	uint16_t id; /* the user's number for the name */
	uint8_t len;
	uint8_t next;  /* the entry that followed this one last */
	uint8_t chain; /* the next entry of the same bucket; 0: none */
	char bytes[NAME_CACHE_BYTES];
};

struct json_name_cache {
	unsigned count;                     /* entries in use */
	unsigned missed;                    /* names for which the full cache had no room */
	uint8_t bucket[NAME_CACHE_BUCKETS]; /* first entry, by the hash of its text */
	struct cached_name entry[NAME_CACHE_MAX];
};

/* Removes all entries but entry 0. */
void json_name_cache_clear(struct json_name_cache *c);
/* Returns the number of the entry with this text; 0 if there is none. */
unsigned json_name_cache_find(const struct json_name_cache *c, struct span text);
/* Adds an entry for TEXT, which must not have one, and returns its number; 0 if TEXT is too long or the cache is
 * full. */
unsigned json_name_cache_add(struct json_name_cache *c, struct span text, unsigned id);
/* Returns the raw name in an entry: its text without quotes, colon and white space. */
struct span json_name_cache_name(const struct cached_name *entry);

/* Returns true if the text at P begins with that of ENTRY; reads nothing at or after END. Up to 16 bytes are compared
 * as two words that may overlap: the branches on the length are well predicted, and a call of memcmp(3) would cost more
 * than the comparison. Entry 0 never matches. */
static inline bool json_name_cache_at(const struct cached_name *entry, const char *p, const char *end)
{
	const char *q = entry->bytes;
	size_t n = entry->len;
	uint64_t a, b, c, d;
	uint32_t e, f, g, h;
	if ((size_t)(end - p) < n)
		return false;
	if (n > 16)
		return memcmp(p, q, n) == 0;
	if (n >= 8) {
		memcpy(&a, p, 8);
		memcpy(&b, q, 8);
		memcpy(&c, p + n - 8, 8);
		memcpy(&d, q + n - 8, 8);
		return ((a ^ b) | (c ^ d)) == 0;
	}
	if (n < 4) /* 3: the empty name, `"":`; 0: entry 0 */
		return n == 3 && memcmp(p, q, 3) == 0;
	memcpy(&e, p, 4);
	memcpy(&f, q, 4);
	memcpy(&g, p + n - 4, 4);
	memcpy(&h, q + n - 4, 4);
	return ((e ^ f) | (g ^ h)) == 0;
}
#endif
