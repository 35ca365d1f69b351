/* name_cache.h -- a cache of the member names of earlier events, which predicts the next name of an event.
 *
 * Events of one source mostly have the same names in the same order. An entry of the cache is the text between a comma
 * (or the opening brace) and a value: the name in quotes, the colon, and any white space, for example `"status":`. Each
 * entry records which entry followed it last. The recorded entry is the prediction for the next name. One comparison
 * with the text usually confirms the prediction, so that the name need not be scanned. Every prediction is verified: a
 * wrong one costs time, but never gives a wrong result. Each entry also has an id, in which the user of the cache
 * stores what it found out about the name. */
#ifndef JSON_NAME_CACHE_H
#define JSON_NAME_CACHE_H
#include "base/span.h"

enum {
	NAME_CACHE_MAX = 250,  /* entries, including entry 0, which represents the start of an event */
	NAME_CACHE_BYTES = 59, /* length of the longest text that is cached */
	NAME_CACHE_BUCKETS = 128,
	NAME_CACHE_PATIENCE = 10000, /* a full cache is cleared after it has missed more names than this */
};

/* An entry. It has 64 bytes, which is the size of a cache line. */
struct cached_name {
	uint16_t id; /* what the user of the cache stores about the name */
	uint8_t len;
	uint8_t next;  /* the entry that followed this entry most recently */
	uint8_t chain; /* the next entry in the same bucket; 0: none */
	char bytes[NAME_CACHE_BYTES];
};

struct json_name_cache {
	unsigned count;                     /* entries in use, including entry 0 */
	unsigned missed;                    /* names that were not added because the cache was full */
	uint8_t bucket[NAME_CACHE_BUCKETS]; /* the newest entry for each hash of a text; 0: none */
	struct cached_name entry[NAME_CACHE_MAX];
};

/* Removes all entries but entry 0. */
void json_name_cache_clear(struct json_name_cache *c);
/* Returns the number of the entry for TEXT; 0 if there is none. */
unsigned json_name_cache_find(const struct json_name_cache *c, struct span text);
/* Adds an entry with the given ID for TEXT, which must not have an entry yet. Returns the number of the entry; 0 if
 * TEXT is too long or the cache is full. */
unsigned json_name_cache_add(struct json_name_cache *c, struct span text, unsigned id);
/* Returns the raw name of ENTRY: its text without the quotes, the colon and white space. */
struct span json_name_cache_name(const struct cached_name *entry);

/* Returns true if the text of ENTRY is at P. Reads nothing at END or after it. Entry 0 never matches. A text of 4 to 16
 * bytes is compared as two words, one with its first and one with its last bytes. The words may overlap. Two words are
 * compared faster than memcmp(3) is called. */
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
	/* The shortest text is that of the empty name, `"":`, with three bytes. Entry 0 is empty and never matches. */
	if (n < 4)
		return n == 3 && memcmp(p, q, 3) == 0;
	memcpy(&e, p, 4);
	memcpy(&f, q, 4);
	memcpy(&g, p + n - 4, 4);
	memcpy(&h, q + n - 4, 4);
	return ((e ^ f) | (g ^ h)) == 0;
}
#endif
