/* dup_names.h -- checking the names at the top level of an event: no name may occur twice or begin with "$sp".
 *
 * The spellings "a" and "\u0061" are the same name, so names are compared unescaped. Each entry of the name cache
 * (name_cache.h) has an id, which is equal for all spellings of a name. One bit for each id shows whether the name has
 * occurred in the current event. A name that has no entry, because it is too long or the cache is full, is kept in a
 * hash table instead. */
#ifndef JSON_DUP_NAMES_H
#define JSON_DUP_NAMES_H
#include "json/name_cache.h"

/* The names of the current event that have no entry in the cache, in a hash table with open addressing. A slot is in
 * use if its generation equals the generation of the set. The set is emptied by incrementing its generation. */
struct name_set {
	struct name_slot {
		struct span name; /* raw (not unescaped); points into the event */
		uint32_t hash, generation;
	} * slots;         /* owned */
	size_t count, cap; /* cap: number of slots, a power of two */
	uint32_t generation;
};

struct json_dup_names {
	const struct json_kernel *kernel; /* the functions that check an event */
	struct json_name_cache cache;     /* id of an entry: number of the first entry with the same unescaped name */
	uint64_t seen[4];                 /* one bit for each id: the name occurred in the current event */
	uint8_t bucket[256];              /* newest entry for each top byte of the hash of a name; 0: none */
	uint8_t chain[NAME_CACHE_MAX];    /* for each entry, the next entry in the same bucket; 0: none */
	struct name_set rest;             /* names of the current event that have no entry */
	uint64_t seed;                    /* random seed of the hashes, against names chosen to collide */
	char why[120];                    /* the last message about a name that occurs twice */
};

/* Removes all names from the cache. */
void json_dup_names_clear(struct json_dup_names *s);
/* Starts an event, in which no name has occurred yet. */
static inline void json_dup_names_begin(struct json_dup_names *s)
{
	memset(s->seen, 0, sizeof s->seen);
	s->rest.count = 0;
}

/* Marks ID as seen in the current event. Returns false if ID was already marked. */
static inline bool json_dup_names_mark(struct json_dup_names *s, unsigned id)
{
	uint64_t bit = UINT64_C(1) << (id & 63), *word = &s->seen[id >> 6];
	bool fresh = !(*word & bit);
	*word |= bit;
	return fresh;
}

/* Adds NAME, which the name cache did not predict, to the current event. NAME is valid JSON text with its escapes. TEXT
 * is what the cache stores for the name: from after the comma or brace before the name to the beginning of the value.
 * Adds TEXT to the cache if it is missing there. Returns NULL and sets *ENTRY to the number of the cache's entry, or to
 * 0 if the cache cannot take TEXT. If NAME occurs twice or begins with "$sp", returns the reason, which is valid until
 * the next call. */
const char *json_dup_names_add(struct json_dup_names *s, struct span name, struct span text, uint8_t *entry);
/* Returns the message that NAME occurs twice. The message is owned by S and valid until the next call. */
const char *json_dup_names_repeated(struct json_dup_names *s, struct span name);
#endif
