/* dup_names.h -- the names at the top level of events: each at most once, none of them "$sp...". */
#ifndef JSON_DUP_NAMES_H
#define JSON_DUP_NAMES_H
#include "json/name_cache.h"

/* Names of one event that the runs have no room for: an open hash table, emptied by counting GENERATION up. */
struct name_set {
	struct name_slot {
		struct span name; /* raw, in the event */
		uint32_t hash, generation;
	} * slots;         /* owned */
	size_t count, cap; /* cap: a power of two */
	uint32_t generation;
};

struct json_dup_names {
	const struct json_kernel *kernel;
	struct json_name_cache cache;  /* id: the number of the first run with the same name, unescaped */
	uint64_t seen[4];              /* ids of the event at hand */
	uint8_t bucket[256];           /* runs by the hash of their name; 0: none */
	uint8_t chain[NAME_CACHE_MAX]; /* the next run of the same bucket */
	struct name_set rest;
	uint64_t seed; /* so that nobody can choose names that collide */
	char why[120];
};

/* Forgets the runs. */
void json_dup_names_clear(struct json_dup_names *s);
/* Before an event. */
static inline void json_dup_names_begin(struct json_dup_names *s)
{
	memset(s->seen, 0, sizeof s->seen);
	s->rest.count = 0;
}

/* Marks ID as seen; false if it was already. */
static inline bool json_dup_names_mark(struct json_dup_names *s, unsigned id)
{
	uint64_t bit = UINT64_C(1) << (id & 63), *word = &s->seen[id >> 6];
	bool fresh = !(*word & bit);
	*word |= bit;
	return fresh;
}

/* Takes a checked NAME (raw) whose text was not confirmed; RUN is that text up to its value. *LEARNT is
 * its run, 0 if it has none. NULL; or what is wrong with it. */
const char *json_dup_names_add(struct json_dup_names *s, struct span name, struct span run, uint8_t *learnt);
/* "name "x" twice", in S's memory. */
const char *json_dup_names_repeated(struct json_dup_names *s, struct span name);
#endif
