/* json_group.c -- writes named values as a JSON object in which each name stands once. */
#include "sp-capture/format/json_group.h"
#include "base/vec.h"
#include "sp-capture/format/json_build.h"
#include <stdlib.h>

void json_group_release(struct json_group *g)
{
	free(g->items);
	*g = (struct json_group){ .items = NULL };
}

int json_group_add(struct json_group *g, struct span name, struct span text)
{
	struct json_group_item *grown = vec_room(g->items, &g->cap, g->count + 1, sizeof *grown);
	if (!grown)
		return -1;
	g->items = grown;
	grown[g->count] = (struct json_group_item){ name, text, g->count, g->count };
	g->count++;
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct json_group_item *x = a, *y = b;
	size_t n = x->name.n < y->name.n ? x->name.n : y->name.n;
	int order = memcmp(x->name.p, y->name.p, n);
	if (order == 0 && x->name.n != y->name.n)
		order = x->name.n < y->name.n ? -1 : 1;
	return order ? order : x->place < y->place ? -1 : 1;
}

static int by_first(const void *a, const void *b)
{
	const struct json_group_item *x = a, *y = b;
	size_t p = x->first == y->first ? x->place : x->first, q = x->first == y->first ? y->place : y->first;
	return p < q ? -1 : 1;
}

/* Moves items of the same name together, to the place of the first item with this name. Sets the member first of all
 * items. */
static void gather(struct json_group *g)
{
	/* Up to this number of items, a comparison of all pairs is faster than sorting. */
	enum { FEW = 24 };
	struct json_group_item *items = g->items;
	bool several = g->count > FEW;
	for (size_t i = 0; i < g->count && g->count <= FEW; i++)
		for (size_t j = 0; j < i; j++)
			if (span_eq(items[i].name, items[j].name)) {
				items[i].first = items[j].first;
				several = true;
				break;
			}
	if (!several)
		return;
	if (g->count > FEW) {
		qsort(items, g->count, sizeof *items, by_name);
		for (size_t i = 1; i < g->count; i++)
			if (span_eq(items[i].name, items[i - 1].name))
				items[i].first = items[i - 1].first;
	}
	qsort(items, g->count, sizeof *items, by_first);
}

char *json_group_put(struct json_group *g, char *to, char *(*put)(void *arg, char *to, struct span text), void *arg)
{
	gather(g);
	const struct json_group_item *items = g->items;
	*to++ = '{';
	for (size_t i = 0; i < g->count; i++) {
		bool begins = i == 0 || items[i - 1].first != items[i].first;
		bool more = i + 1 < g->count && items[i + 1].first == items[i].first;
		*to = ',';
		to += i > 0;
		if (begins) {
			to = json_build_string(to, items[i].name);
			*to++ = ':';
		}
		*to = '[';
		to += begins && more;
		to = put(arg, to, items[i].text);
		if (!to)
			return NULL;
		*to = ']';
		to += !begins && !more;
	}
	*to++ = '}';
	return to;
}
