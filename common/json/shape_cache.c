/* shape_cache.c -- learning the places of members from an event that was walked. */
#include "json/shape_cache.h"

/* The text of the name in front of VALUE, from the comma or brace to the colon; SPAN_NONE if white space stands in
 * it, or it is too long. The name ends in front of the colon, and a flat event's strings have no quote inside. */
static struct span name_text(struct span event, struct span value)
{
	const char *p = value.p - 1;
	if (p - event.p < 4 || *p != ':' || p[-1] != '"')
		return SPAN_NONE;
	for (p -= 2; p > event.p && *p != '"'; p--)
		;
	if (p <= event.p || (p[-1] != ',' && p[-1] != '{'))
		return SPAN_NONE;
	p--;
	return value.p - p > SHAPE_TEXT_BYTES ? SPAN_NONE : (struct span){ p, (size_t)(value.p - p) };
}

/* How many quotes stand in front of TO; -1 if the text so far is not flat. */
static int quotes_before(struct span event, const char *to)
{
	int n = 0;
	for (const char *p = event.p + 1; p < to; p++) {
		if (*p == '\\' || (*p | 0x20) == '{' || (*p | 0x20) == '}')
			return -1;
		n += *p == '"';
	}
	return n <= UINT16_MAX ? n : -1;
}

/* Enters the value FOUND of ROOT, in order. */
static bool enter(struct json_shape_cache *k, struct span event, struct span found, int root)
{
	struct span text = found.p ? name_text(event, found) : SPAN_NONE;
	int quote = text.p ? quotes_before(event, found.p + found.n) : -1;
	if (quote < 0)
		return false;
	struct shape_member added = { .quote = (uint16_t)quotes_before(event, text.p + 1),
		.len = (uint8_t)text.n,
		.root = (uint8_t)root };
	memcpy(added.text, text.p, text.n);
	unsigned at = k->count;
	for (; at > 0 && k->member[at - 1].quote > added.quote; at--)
		k->member[at] = k->member[at - 1];
	k->member[at] = added;
	k->count++;
	return true;
}

void json_shape_cache_learn(struct json_shape_cache *k, struct span event, const struct span *found, int count)
{
	k->count = 0;
	if (k->pause > 0) {
		k->pause--;
		return;
	}
	k->missed += SHAPE_MISS_COST;
	if (k->missed > SHAPE_PATIENCE) {
		k->missed = SHAPE_PATIENCE; /* the next miss, too, is followed by a pause */
		k->pause = SHAPE_PAUSE;
	}
	for (int i = 0; i < count; i++)
		if (count > SHAPE_MEMBERS_MAX || !enter(k, event, found[i], i)) {
			k->count = 0;
			return;
		}
}
