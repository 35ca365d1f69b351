/* dup_names.h -- the names at the top level of events: each at most once, and none that begins with "$sp".
 *
 * Two spellings of one name ("a" and "\u0061") are one name, so names are compared unescaped. Each entry of the name
 * cache carries an id, which is equal for all spellings of a name. Whether a name occurred before in an event is then
 * one bit. Names that have no entry, because it is too long or the cache is full, go through a hash table. */
#ifndef JSON_DUP_NAMES_H
#define JSON_DUP_NAMES_H
#include "json/name_cache.h"

/* A set of names of one event: a hash table with open addressing. A slot is in use if its generation is the set's, so
 * that the set is emptied by counting the generation up. */
struct name_set {
	struct name_slot {
		struct span name; /* raw, in the event */
		uint32_t hash, generation;
	} * slots;         /* owned */
	size_t count, cap; /* cap: a power of two */
	uint32_t generation;
};

struct json_dup_names {
	const struct json_kernel *kernel; /* the loops that the checker runs */
	struct json_name_cache cache;     /* id: the number of the first entry with the same name, unescaped */
	uint64_t seen[4];                 /* ids of the current event, a bit each */
	uint8_t bucket[256];              /* entries by the hash of their unescaped name; 0: none */
	uint8_t chain[NAME_CACHE_MAX];    /* the next entry of the same bucket */
	struct name_set rest;             /* names of the current event that have no entry */
	uint64_t seed; /* of the hashes, random, so that names that collide cannot be chosen in advance */
	char why[120]; /* the last message */
};

/* Removes all names from the cache. */
void json_dup_names_clear(struct json_dup_names *s);
/* Starts an event: no name was seen yet. */
static inline void json_dup_names_begin(struct json_dup_names *s)
{
	memset(s->seen, 0, sizeof s->seen);
	s->rest.count = 0;
}

/* Marks ID as seen in this event. Returns false if it was seen already. */
static inline bool json_dup_names_mark(struct json_dup_names *s, unsigned id)
{
	uint64_t bit = UINT64_C(1) << (id & 63), *word = &s->seen[id >> 6];
	bool fresh = !(*word & bit);
	*word |= bit;
	return fresh;
}

/* Takes a valid NAME (raw) that prediction did not confirm; TEXT is its text up to the value, as the cache keeps it.
 * Sets *ENTRY to its number in the cache, 0 if it has none. Returns NULL; or what is wrong with the name, valid until
 * the next call. */
const char *json_dup_names_add(struct json_dup_names *s, struct span name, struct span text, uint8_t *entry);
/* Returns the message that NAME occurs twice, in memory of S. */
const char *json_dup_names_repeated(struct json_dup_names *s, struct span name);
#endif
