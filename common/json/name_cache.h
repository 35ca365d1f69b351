/* name_cache.h -- the members' names of the events so far, and which came after which.
 *
 * Events of one source have the same names in the same order. A run is the text of a name from the comma (or
 * the opening brace) in front of it to its value: `"status":`, with the white space that the source writes.
 * Each run remembers which one followed it last time, so that a name is mostly confirmed by one comparison
 * and need not be scanned. A confirmed run is a name that was looked at before: its number says which. */
#ifndef JSON_NAME_CACHE_H
#define JSON_NAME_CACHE_H
#include "base/span.h"

enum {
	NAME_CACHE_MAX = 250,  /* with run 0, which stands for the start of an event */
	NAME_CACHE_BYTES = 59, /* longer ones are not remembered */
	NAME_CACHE_BUCKETS = 128,
	NAME_CACHE_PATIENCE = 10000, /* names met in vain while all is full, until everything is forgotten */
};

struct cached_name {
	uint16_t id; /* what the user of the runs calls the name */
	uint8_t len;
	uint8_t next;  /* the run that came after it */
	uint8_t chain; /* the next run of the same bucket; 0: none */
	char bytes[NAME_CACHE_BYTES];
};

struct json_name_cache {
	unsigned count;
	unsigned missed;
	uint8_t bucket[NAME_CACHE_BUCKETS];
	struct cached_name entry[NAME_CACHE_MAX];
};

/* Forgets all runs. */
void json_name_cache_clear(struct json_name_cache *r);
/* The number of the run with these bytes; 0 if there is none. */
unsigned json_name_cache_find(const struct json_name_cache *r, struct span bytes);
/* Adds a run that is not there and returns its number; 0 if it is too long or all is full. */
unsigned json_name_cache_add(struct json_name_cache *r, struct span bytes, unsigned id);
/* The name in a run, raw. */
struct span json_name_cache_name(const struct cached_name *entry);

/* Does the text at P begin with RUN? Reads nothing behind END. Overlapping words instead of memcmp(3): the
 * length of a run is known to the branch predictor, and a call costs more than the comparison. */
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
	if (n < 4) /* `"":`, and run 0, which is never there */
		return n == 3 && memcmp(p, q, 3) == 0;
	memcpy(&e, p, 4);
	memcpy(&f, q, 4);
	memcpy(&g, p + n - 4, 4);
	memcpy(&h, q + n - 4, 4);
	return ((e ^ f) | (g ^ h)) == 0;
}
#endif
