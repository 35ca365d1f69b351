/* shape_cache.h -- where the wanted members were in the last event, so that they can be found in the next event of the
 * same shape without reading it member by member.
 *
 * An object is called flat if there is no bracket between its braces and no backslash, not even in strings. In a flat
 * object each name and each string has exactly two quotes, so a name is found by the number of its opening quote.
 * Quotes are counted by wide compares, 64 bytes at a time (an idea of Mison: Li et al., 2017). The text at that quote
 * is then compared with the expected name, so the result is exact for every event that json_check() accepts.
 * json_check() refuses an object with a name twice. In such an object, either of the two members can be found. */
#ifndef JSON_SHAPE_CACHE_H
#define JSON_SHAPE_CACHE_H
#include "base/span.h"

enum {
	SHAPE_MEMBERS_MAX = 16, /* a set with more wanted members is not cached */
	SHAPE_TEXT_BYTES = 32,  /* longest name, with its comma, quotes and colon */
	SHAPE_MISS_COST = 4,    /* points that a miss costs; a hit earns 1 */
	SHAPE_PATIENCE = 32,    /* a pause follows when more points than this are lost */
	SHAPE_PAUSE = 100,      /* events in a pause, during which the cache is not used */
};

/* Where one member was. */
struct shape_member {
	uint16_t quote; /* number of the name's opening quote in the event, from 0 */
	uint8_t len;
	uint8_t root;                /* number of the wanted member, from 0 */
	char text[SHAPE_TEXT_BYTES]; /* the name, from the comma or brace to the colon: `,"status":` */
};

struct json_shape_cache {
	unsigned count;                                /* number of members; 0: nothing is known */
	unsigned missed;                               /* points lost by misses, less the points that hits earned */
	unsigned pause;                                /* events until the pause ends */
	struct shape_member member[SHAPE_MEMBERS_MAX]; /* in the order of their quotes */
};

/* Learns from EVENT, which was read member by member after a miss or during a pause. FOUND has the values of the COUNT
 * wanted members. Nothing is learned during a pause, or if there are more than SHAPE_MEMBERS_MAX wanted members.
 * Nothing is learned either if EVENT lacks one of them or is not flat up to the last one, or if the text of a name is
 * too long or has white space. If nothing is learned, K is empty. */
void json_shape_cache_learn(struct json_shape_cache *k, struct span event, const struct span *found, int count);
#endif
