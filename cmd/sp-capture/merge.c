/* merge.c -- a heap of sources by where they stand.
 *
 * Each source has a ring of records to come and, over it, the falling minima of their times (a monotonic
 * queue: an entry goes when a later one is not newer), so that where it stands is known at once. */
#include "merge.h"
#include <stdlib.h>

enum {
	LANE_BYTES = 64 << 10, /* of look-ahead, however many sources there are */
	BYTES_MIN = 32 << 10,  /* a buffer to begin with */
	ASK_EVERY = 64,        /* records, before sources that had nothing are asked again */
};

struct item {
	int64_t ms;
	size_t at, n; /* in the lane's bytes */
};

struct lane {
	char *bytes;            /* owned ring: records one behind the other, none of them split */
	size_t tail, cap;       /* the next one goes to tail */
	struct item *items;     /* owned ring of item_cap (a power of two) */
	size_t item_cap;
	uint64_t first, seen, next; /* sequence numbers: first..next are held; of them first..seen are the look-ahead */
	size_t ahead;           /* its bytes */
	size_t timed;           /* those in it that have a time */
	uint64_t *minima;       /* owned ring of item_cap: sequence numbers in it with rising times */
	uint64_t min_first, min_next;
	int64_t stand;
	bool ended, parked;
	bool waiting;           /* off the heap: it had nothing (MERGE_LATER) */
};

struct merge {
	struct merge_face face;
	struct lane *lanes; /* owned */
	size_t count, bytes_max;
	size_t *heap;       /* owned: numbers of the lanes that are not over */
	size_t heap_count, waiting;
	unsigned turns;     /* since those that wait were asked */
	bool started;
	bool given;         /* the top's first record is out: it goes at the next call */
};

static struct item *item(const struct lane *l, uint64_t number)
{
	return &l->items[number & (l->item_cap - 1)];
}

static inline int64_t min_ms(const struct lane *l, uint64_t place)
{
	return item(l, l->minima[place & (l->item_cap - 1)])->ms;
}

/* Rings of twice the size. */
static int grow_rings(struct lane *l)
{
	size_t cap = l->item_cap ? l->item_cap * 2 : 64;
	struct item *items = malloc(cap * sizeof *items);
	uint64_t *minima = malloc(cap * sizeof *minima);
	if (!items || !minima) {
		free(items);
		free(minima);
		return -1;
	}
	for (uint64_t i = l->first; i < l->next; i++)
		items[i & (cap - 1)] = *item(l, i);
	for (uint64_t i = l->min_first; i < l->min_next; i++)
		minima[i & (cap - 1)] = l->minima[i & (l->item_cap - 1)];
	free(l->items);
	free(l->minima);
	l->items = items;
	l->minima = minima;
	l->item_cap = cap;
	return 0;
}

#define NO_PLACE SIZE_MAX

/* Where in the ring N bytes fit. */
static size_t place(const struct lane *l, size_t n)
{
	if (l->first == l->next)
		return n <= l->cap ? 0 : NO_PLACE;
	size_t head = item(l, l->first)->at;
	if (l->tail <= head)
		return head - l->tail >= n ? l->tail : NO_PLACE;
	return l->cap - l->tail >= n ? l->tail : head >= n ? 0 : NO_PLACE;
}

/* A ring half as large again, with N bytes more. */
static int grow_bytes(struct lane *l, size_t n)
{
	size_t cap = (l->cap + n) / 2 * 3, at = 0;
	cap = cap < BYTES_MIN ? BYTES_MIN : cap;
	char *p = malloc(cap);
	if (!p)
		return -1;
	for (uint64_t i = l->first; i < l->next; i++) {
		memcpy(p + at, l->bytes + item(l, i)->at, item(l, i)->n);
		item(l, i)->at = at;
		at += item(l, i)->n;
	}
	free(l->bytes);
	l->bytes = p;
	l->cap = cap;
	l->tail = at;
	return 0;
}

int merge_push(struct merge *m, size_t source, int64_t ms, const struct span *parts, size_t count, struct err *e)
{
	struct lane *l = &m->lanes[source];
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	if ((l->next - l->first == l->item_cap && grow_rings(l) < 0) || (place(l, n) == NO_PLACE && grow_bytes(l, n) < 0))
		return err_set(e, EX_OSERR, "out of memory");
	size_t at = place(l, n);
	*item(l, l->next++) = (struct item){ ms, at, n };
	for (size_t i = 0; i < count; i++) {
		memcpy(l->bytes + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	l->tail = at;
	return 0;
}

/* The next record that is held comes into the look-ahead. */
static void see(struct lane *l)
{
	const struct item *i = item(l, l->seen);
	l->ahead += i->n;
	if (i->ms != MERGE_NO_TIME) {
		while (l->min_next > l->min_first && min_ms(l, l->min_next - 1) > i->ms)
			l->min_next--;
		l->minima[l->min_next++ & (l->item_cap - 1)] = l->seen;
		l->timed++;
	}
	l->seen++;
}

/* The first record, which was seen, goes. */
static void pop(struct lane *l)
{
	const struct item *i = item(l, l->first);
	l->ahead -= i->n;
	if (i->ms != MERGE_NO_TIME)
		l->timed--;
	if (l->min_next > l->min_first && l->minima[l->min_first & (l->item_cap - 1)] == l->first)
		l->min_first++;
	l->first++;
}

static inline bool sees_enough(const struct merge *m, const struct lane *l)
{
	return l->timed >= MERGE_RECORDS || (l->ahead >= m->bytes_max && l->first < l->seen);
}

/* Takes records of lane NUMBER until the look-ahead is full, and sets where it stands. */
static int refill(struct merge *m, size_t number, struct err *e)
{
	struct lane *l = &m->lanes[number];
	for (;;) {
		while (l->seen < l->next && !sees_enough(m, l))
			see(l);
		if (l->ended || sees_enough(m, l))
			break;
		int r = m->face.fill(m->face.arg, m, number, e);
		if (r < 0)
			return -1;
		if (r == MERGE_LATER && l->seen == l->next)
			break;
		l->ended = r == 0;
	}
	/* Records without a time hold nobody back: they go out at once. */
	l->stand = l->min_next > l->min_first ? min_ms(l, l->min_first) : INT64_MIN;
	return 0;
}

static void lane_clear(struct lane *l)
{
	free(l->bytes);
	free(l->items);
	free(l->minima);
	*l = (struct lane){ .stand = l->stand };
}

static inline bool before(const struct merge *m, size_t a, size_t b)
{
	int64_t x = m->lanes[a].stand, y = m->lanes[b].stand;
	return x != y ? x < y : a < b;
}

/* The lane at heap place I has moved forward: down to where it belongs. */
static void sift(struct merge *m, size_t i)
{
	size_t number = m->heap[i];
	for (size_t child; (child = 2 * i + 1) < m->heap_count; i = child) {
		if (child + 1 < m->heap_count && before(m, m->heap[child + 1], m->heap[child]))
			child++;
		if (!before(m, m->heap[child], number))
			break;
		m->heap[i] = m->heap[child];
	}
	m->heap[i] = number;
}

struct merge *merge_new(size_t sources, struct merge_face face, struct err *e)
{
	struct merge *m = calloc(1, sizeof *m);
	if (m) {
		m->lanes = calloc(sources, sizeof *m->lanes);
		m->heap = calloc(sources, sizeof *m->heap);
	}
	if (!m || !m->lanes || !m->heap) {
		merge_free(m);
		err_set(e, EX_OSERR, "out of memory");
		return NULL;
	}
	m->face = face;
	m->count = sources;
	m->bytes_max = MERGE_BYTES_ALL / sources;
	m->bytes_max = m->bytes_max > MERGE_BYTES ? MERGE_BYTES : m->bytes_max < LANE_BYTES ? LANE_BYTES : m->bytes_max;
	return m;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (size_t i = 0; m->lanes && i < m->count; i++)
		lane_clear(&m->lanes[i]);
	free(m->lanes);
	free(m->heap);
	free(m);
}

static void wait_for(struct merge *m, size_t number)
{
	m->lanes[number].waiting = true;
	m->waiting++;
}

/* Finds where every source stands. Many sources are let go again: of a year of daily files, the turn of
 * most has not come, and they need no memory before it does. */
static int start(struct merge *m, struct err *e)
{
	m->started = true;
	for (size_t i = 0; i < m->count; i++) {
		struct lane *l = &m->lanes[i];
		if (refill(m, i, e) < 0)
			return -1;
		if (l->first == l->next) {
			if (!l->ended)
				wait_for(m, i);
			continue;
		}
		if (m->count > MERGE_OPEN && m->face.park && m->face.park(m->face.arg, i)) {
			lane_clear(l);
			l->parked = true;
		}
		m->heap[m->heap_count++] = i;
	}
	for (size_t i = m->heap_count / 2; i-- > 0;)
		sift(m, i);
	return 0;
}

/* After the top lane has changed: refilled and put in its place, or taken off the heap at its end. */
static int settle_top(struct merge *m, struct err *e)
{
	size_t number = m->heap[0];
	if (refill(m, number, e) < 0)
		return -1;
	if (m->lanes[number].first == m->lanes[number].next) {
		if (m->lanes[number].ended)
			lane_clear(&m->lanes[number]);
		else
			wait_for(m, number);
		m->heap[0] = m->heap[--m->heap_count];
	}
	if (m->heap_count > 0)
		sift(m, 0);
	return 0;
}

/* Up from the last place of the heap. */
static void rise(struct merge *m, size_t number)
{
	size_t i = m->heap_count++;
	for (; i > 0 && before(m, number, m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		m->heap[i] = m->heap[(i - 1) / 2];
	m->heap[i] = number;
}

/* Asks the sources that had nothing whether they have by now. */
static int ask_waiting(struct merge *m, struct err *e)
{
	m->turns = 0;
	for (size_t i = 0; i < m->count && m->waiting > 0; i++) {
		struct lane *l = &m->lanes[i];
		if (!l->waiting)
			continue;
		if (refill(m, i, e) < 0)
			return -1;
		if (l->first == l->next && !l->ended)
			continue;
		l->waiting = false;
		m->waiting--;
		if (l->first != l->next)
			rise(m, i);
	}
	return 0;
}

int merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e)
{
	if (!m->started && start(m, e) < 0)
		return -1;
	if (m->given) {
		m->given = false;
		pop(&m->lanes[m->heap[0]]);
		if (settle_top(m, e) < 0)
			return -1;
	}
	if (m->waiting > 0 && (m->heap_count == 0 || m->turns++ >= ASK_EVERY) && ask_waiting(m, e) < 0)
		return -1;
	while (m->heap_count > 0 && m->lanes[m->heap[0]].parked) {
		m->lanes[m->heap[0]].parked = false;
		if (settle_top(m, e) < 0)
			return -1;
	}
	if (m->heap_count == 0)
		return m->waiting > 0 ? MERGE_LATER : 0;
	const struct lane *l = &m->lanes[m->heap[0]];
	const struct item *i = item(l, l->first);
	*source = m->heap[0];
	*bytes = (struct span){ l->bytes + i->at, i->n };
	m->given = true;
	return 1;
}
