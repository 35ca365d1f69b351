/* shape_cache.h -- where the roots of a set of paths stood in the last event, so that the next one of the same
 * shape need not be walked.
 *
 * In a flat object (no value in it has a bracket, no string a backslash) quotes come in pairs: of a name, of a
 * string. A member's name is then found by counting quotes, which wide compares do 64 bytes at a time, and it is
 * confirmed by its text. That is exact for every event that json_check() accepts; an object that holds a name
 * twice is not one of them, and which of the two counts is then open. */
#ifndef JSON_SHAPE_CACHE_H
#define JSON_SHAPE_CACHE_H
#include "base/buf.h"
#include <stdbool.h>
#include <stdint.h>

enum {
	SHAPE_MEMBERS_MAX = 16, /* roots; more of them are not remembered */
	SHAPE_TEXT_BYTES = 32,  /* of a name with its comma, quotes and colon */
	SHAPE_MISS_COST = 4,    /* what an event of another shape costs, where one that fits earns 1 ... */
	SHAPE_PATIENCE = 32,    /* ... until so much is lost: then it is tried more seldom, */
	SHAPE_PAUSE = 100,      /* after so many events that are walked at once */
};

struct shape_member {
	uint16_t quote; /* number of the name's opening quote in the event, from 0 */
	uint8_t len;
	uint8_t root;
	char text[SHAPE_TEXT_BYTES]; /* `,"status":` */
};

struct json_shape_cache {
	unsigned count;  /* of places, by quote; 0: none are known */
	unsigned missed; /* lost by events of another shape, less what was earned */
	unsigned pause;  /* events to be walked without a try */
	struct shape_member member[SHAPE_MEMBERS_MAX];
};

/* After a miss, or an event without a try: learns from FOUND, the values of the COUNT roots in EVENT, if all were
 * found and the event is flat as far as they go. */
void json_shape_cache_learn(struct json_shape_cache *k, struct span event, const struct span *found, int count);
#endif
