/* shape_cache.h -- where the wanted members were in the last event, so that the next event of the same shape need not
 * be walked.
 *
 * In a flat object (no value in it has a bracket, no string a backslash) quotes come in pairs: around a name, around a
 * string. A member's name is then found by the number of its opening quote, and counting quotes is what wide compares
 * do 64 bytes at a time (compare Mison: Li et al., 2017, which speculates on the order of members). The name found
 * there is confirmed by its text. The result is exact for every event that json_check() accepts. It refuses objects
 * with a name twice; which of the two is found in such an object is not defined. */
#ifndef JSON_SHAPE_CACHE_H
#define JSON_SHAPE_CACHE_H
#include "base/span.h"

enum {
	SHAPE_MEMBERS_MAX = 16, /* more wanted members than that are not cached */
	SHAPE_TEXT_BYTES = 32,  /* of a name with its comma, quotes and colon */
	SHAPE_MISS_COST = 4,    /* a miss costs this much, where a hit earns 1 ... */
	SHAPE_PATIENCE = 32,    /* ... and once so much is lost, */
	SHAPE_PAUSE = 100,      /* this many events are walked before the next try */
};

/* Where one member was. */
struct shape_member {
	uint16_t quote; /* number of the name's opening quote in the event, from 0 */
	uint8_t len;
	uint8_t root;                /* which of the wanted members it is */
	char text[SHAPE_TEXT_BYTES]; /* its name, from the comma or brace to the colon: `,"status":` */
};

struct json_shape_cache {
	unsigned count;  /* of members, ordered by quote; 0: nothing is known */
	unsigned missed; /* what misses cost, less what hits earned */
	unsigned pause;  /* events to walk before the next try */
	struct shape_member member[SHAPE_MEMBERS_MAX];
};

/* Learns from an event that was walked, after a miss or during a pause: FOUND has the values of the COUNT wanted
 * members in EVENT. Nothing is known afterwards if one of them is absent, or the event is not flat as far as they
 * go. */
void json_shape_cache_learn(struct json_shape_cache *k, struct span event, const struct span *found, int count);
#endif
