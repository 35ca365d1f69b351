/* dup_names.c -- the slow half of checking names: names that the name cache did not predict.
 *
 * A spelling that is not in the cache is looked up among the known names by the hash of its unescaped bytes. If the
 * cache has room, the spelling gets an entry. The entry has the id of the known name that is equal to the spelling, or
 * a new id. A name without an entry is kept in a set until the event ends, so that even an event of a million different
 * names is checked in linear time. */
#include "json/dup_names.h"
#include "json/string.h"
#include "text/utf8.h"

const char *json_dup_names_repeated(struct json_dup_names *s, struct span name)
{
	/* The message shows at most SHOWN bytes of the name. A longer name is cut between two UTF-8 characters, which
	 * can be inside an escape. */
	enum { SHOWN = 60 };
	bool cut = name.n > SHOWN;
	if (cut)
		name.n = utf8_valid((struct span){ name.p, SHOWN });
	snprintf(s->why, sizeof s->why, "name \"%.*s%s\" twice", SPAN_ARG(name), cut ? "..." : "");
	return s->why;
}

void json_dup_names_clear(struct json_dup_names *s)
{
	json_name_cache_clear(&s->cache);
	memset(s->bucket, 0, sizeof s->bucket);
}

/* Returns true if NAME begins with "$sp", even if some of these bytes are written as escapes ("\u0024sp"). */
static bool is_reserved(struct span name)
{
	struct json_bytes b = { .p = name.p, .end = name.p + name.n };
	return json_next_byte(&b) == '$' && json_next_byte(&b) == 's' && json_next_byte(&b) == 'p';
}

/* Hashes the unescaped bytes of NAME, eight at a time, as wyhash does. Each group of bytes is combined with the hash so
 * far and multiplied by a factor that depends on SEED. The two halves of the product, which has 128 bits, give the
 * next hash. Whoever chooses the names cannot predict the hash without SEED. */
static uint32_t hash_name(struct span name, uint64_t seed)
{
	struct json_bytes b = { .p = name.p, .end = name.p + name.n };
	uint64_t h = seed, word;
	int c = 0, i;
	do {
		word = 0;
		for (i = 0; i < 8 && (c = json_next_byte(&b)) >= 0; i++)
			word = word << 8 | (unsigned)c;
		__extension__ unsigned __int128 product = (unsigned __int128)(h ^ word) *
			(seed | UINT64_C(0x9e3779b97f4a7c15));
		h = (uint64_t)product ^ (uint64_t)(product >> 64) ^ (unsigned)i;
	} while (c >= 0);
	return (uint32_t)(h ^ h >> 32);
}

/* Returns the slot of NAME, or the free slot where NAME belongs. The search begins at the slot of HASH and goes on to
 * the next slot. It always ends, because at most half of the slots are in use. */
static struct name_slot *find_slot(struct name_set *set, struct span name, uint32_t hash)
{
	for (size_t i = hash & (set->cap - 1);; i = (i + 1) & (set->cap - 1)) {
		struct name_slot *slot = &set->slots[i];
		if (slot->generation != set->generation ||
			(slot->hash == hash && json_string_order(slot->name, name) == 0))
			return slot;
	}
}

/* Doubles the number of slots, or allocates the first ones. Returns 0; -1 with SET unchanged if memory is exhausted. */
static int grow(struct name_set *set)
{
	struct name_set larger = { .cap = set->cap ? set->cap * 2 : 1024, .count = set->count, .generation = 1 };
	larger.slots = calloc(larger.cap, sizeof *larger.slots);
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < set->cap && set->count > 0; i++) {
		struct name_slot *old = &set->slots[i];
		if (old->generation != set->generation)
			continue;
		struct name_slot *slot = find_slot(&larger, old->name, old->hash);
		*slot = *old;
		slot->generation = larger.generation;
	}
	free(set->slots);
	*set = larger;
	return 0;
}

/* Empties SET and keeps its memory. A slot is in use only if it has the generation of SET, so a new generation frees
 * all slots. They are cleared only when the number of the generation wraps to 0. */
static void start_set(struct name_set *set)
{
	if (++set->generation == 0) {
		if (set->slots)
			memset(set->slots, 0, set->cap * sizeof *set->slots);
		set->generation = 1;
	}
}

/* Adds NAME, which has no entry in the cache, to the set of the current event. Returns NULL, or the reason why NAME is
 * not allowed. */
static const char *add_to_set(struct json_dup_names *s, struct span name, uint32_t hash)
{
	struct name_set *set = &s->rest;
	if (set->count == 0)
		start_set(set);
	if (set->count >= set->cap / 2 && grow(set) < 0)
		return "out of memory for its names";
	struct name_slot *slot = find_slot(set, name, hash);
	if (slot->generation == set->generation)
		return json_dup_names_repeated(s, name);
	*slot = (struct name_slot){ .name = name, .hash = hash, .generation = set->generation };
	set->count++;
	return NULL;
}

/* Returns the id of NAME if the cache has an entry for any spelling of NAME; otherwise 0. */
static unsigned known_id(const struct json_dup_names *s, struct span name, uint32_t hash)
{
	for (unsigned i = s->bucket[hash >> 24]; i; i = s->chain[i])
		if (json_string_order(json_name_cache_name(&s->cache.entry[i]), name) == 0)
			return s->cache.entry[i].id;
	return 0;
}

const char *json_dup_names_add(struct json_dup_names *s, struct span name, struct span text, uint8_t *entry)
{
	/* TEXT was not predicted, but may have an entry, for example if the order of names has changed. */
	unsigned i = json_name_cache_find(&s->cache, text), id = s->cache.entry[i].id;
	uint32_t hash = 0; /* not used for a text that has an entry */
	if (i == 0) {
		if (is_reserved(name))
			return "name beginning with \"$sp\", which only control lines have";
		hash = hash_name(name, s->seed);
		id = known_id(s, name, hash);
		/* A new spelling of a known name gets the known id. For a new name, the number of the new entry is the
		 * id. */
		i = json_name_cache_add(&s->cache, text, id ? id : s->cache.count);
		if (i) {
			s->chain[i] = s->bucket[hash >> 24];
			s->bucket[hash >> 24] = (uint8_t)i;
		}
		if (id == 0)
			id = i;
	}
	*entry = (uint8_t)i;
	if (id == 0)
		return add_to_set(s, name, hash);
	return json_dup_names_mark(s, id) ? NULL : json_dup_names_repeated(s, name);
}
