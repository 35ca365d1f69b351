/* shape_cache.c -- learning where members are, from an event that was walked.
 *
 * The code that uses the positions is in kernel/shape_cache_avx2.inc. Learning reads the event byte by byte and costs
 * more than reading the event without the cache. Learning from every event would therefore not pay for a stream whose
 * shape changes all the time. A miss costs points, a hit earns one, and learning pauses when too many points are
 * lost. */
#include "json/shape_cache.h"

/* Returns the text of the name before VALUE, from the comma or brace to the colon. A flat event (one without brackets
 * and backslashes inside it) has no quotes inside strings. The last two quotes before VALUE are therefore those of the
 * name. Returns SPAN_NONE if the text has white space or is too long. */
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

/* Returns the number of quotes before TO; -1 if the event is not flat up to there or has more than UINT16_MAX
 * quotes. */
static int quotes_before(struct span event, const char *to)
{
	int n = 0;
	for (const char *p = event.p + 1; p < to; p++) {
		/* The bit 0x20 turns [ into { and ] into }. */
		if (*p == '\\' || (*p | 0x20) == '{' || (*p | 0x20) == '}')
			return -1;
		n += *p == '"';
	}
	return n <= UINT16_MAX ? n : -1;
}

/* Inserts the wanted member number ROOT, whose value is FOUND, into K in the order of quotes. Returns false if the
 * member cannot be cached. */
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
	/* An insertion sort is fast enough, because there are few members. */
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
		/* The lost points stay at the limit, so that one more miss begins the next pause. */
		k->missed = SHAPE_PATIENCE;
		k->pause = SHAPE_PAUSE;
	}
	for (int i = 0; i < count; i++)
		if (count > SHAPE_MEMBERS_MAX || !enter(k, event, found[i], i)) {
			k->count = 0;
			return;
		}
}
