/* merge.c -- a tournament of sources by where they stand (Knuth, The Art of Computer Programming 3, 5.4.1: a tree of
 * selection). A match is a choice between two numbers, not a jump, so that an order nobody can foresee costs little.
 *
 * Each source has a ring of records to come and, over it, the falling minima of their times (a monotonic
 * queue: an entry goes when a later one is not newer), so that where it stands is known at once. */
#include "sp-capture/merge.h"
#include <stdlib.h>

enum {
	INPUT_BYTES = 64 << 10, /* of look-ahead, however many sources there are */
	BYTES_MIN = 32 << 10,   /* a buffer to begin with */
	ASK_EVERY = 64,         /* records, before sources that had nothing are asked again */
};

struct item {
	int64_t ms;
	size_t at, n; /* in the lane's bytes */
};

struct merge_input {
	char *bytes;        /* owned ring: records one behind the other, none of them split */
	size_t tail, cap;   /* the next one goes to tail */
	struct item *items; /* owned ring of item_cap (a power of two) */
	size_t item_cap;
	uint64_t first, seen, next; /* sequence numbers: first..next are held; of them first..seen are the look-ahead */
	size_t ahead;               /* its bytes */
	size_t timed;               /* those in it that have a time */
	uint64_t *minima;           /* owned ring of item_cap: sequence numbers in it with rising times */
	uint64_t min_first, min_next;
	bool ended, parked;
	bool waiting; /* it had nothing (NEXT_LATER) */
};

#define POSITION_NONE INT64_MAX /* where a lane stands that has nothing */

struct merge {
	struct merge_callbacks callbacks;
	struct merge_input *inputs; /* owned */
	size_t count, bytes_max;
	int64_t *position_ms; /* owned: where each lane stands; there are LEAVES, a power of two */
	size_t leaves;
	size_t *winner; /* owned: winner[1] is the lane furthest back, that of winner[2] and winner[3] which ... */
	size_t waiting; /* lanes */
	unsigned turns; /* since those that wait were asked */
	bool started;
	bool given; /* the first record of winner[1] is out: it goes at the next call */
};

static struct item *item(const struct merge_input *l, uint64_t number)
{
	return &l->items[number & (l->item_cap - 1)];
}

static inline int64_t min_ms(const struct merge_input *l, uint64_t place)
{
	return item(l, l->minima[place & (l->item_cap - 1)])->ms;
}

/* Rings of twice the size. */
static int grow_rings(struct merge_input *l)
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
static size_t place(const struct merge_input *l, size_t n)
{
	if (l->first == l->next)
		return n <= l->cap ? 0 : NO_PLACE;
	size_t head = item(l, l->first)->at;
	if (l->tail <= head)
		return head - l->tail >= n ? l->tail : NO_PLACE;
	return l->cap - l->tail >= n ? l->tail : head >= n ? 0 : NO_PLACE;
}

/* A ring half as large again, with N bytes more. */
static int grow_bytes(struct merge_input *l, size_t n)
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
	struct merge_input *l = &m->inputs[source];
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	if ((l->next - l->first == l->item_cap && grow_rings(l) < 0) ||
		(place(l, n) == NO_PLACE && grow_bytes(l, n) < 0))
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
static void look_ahead(struct merge_input *l, size_t uncounted)
{
	const struct item *i = item(l, l->seen);
	l->ahead += i->n - uncounted;
	if (i->ms != MERGE_NO_TIME) {
		while (l->min_next > l->min_first && min_ms(l, l->min_next - 1) > i->ms)
			l->min_next--;
		l->minima[l->min_next++ & (l->item_cap - 1)] = l->seen;
		l->timed++;
	}
	l->seen++;
}

/* The first record, which was seen, goes. */
static void pop(struct merge_input *l, size_t uncounted)
{
	const struct item *i = item(l, l->first);
	l->ahead -= i->n - uncounted;
	if (i->ms != MERGE_NO_TIME)
		l->timed--;
	if (l->min_next > l->min_first && l->minima[l->min_first & (l->item_cap - 1)] == l->first)
		l->min_first++;
	l->first++;
}

static inline bool sees_enough(const struct merge *m, const struct merge_input *l)
{
	return l->timed >= MERGE_RECORDS || (l->ahead >= m->bytes_max && l->first < l->seen);
}

/* Takes records of lane NUMBER until the look-ahead is full, and sets where it stands. */
static int refill(struct merge *m, size_t number, struct err *e)
{
	struct merge_input *l = &m->inputs[number];
	for (;;) {
		while (l->seen < l->next && !sees_enough(m, l))
			look_ahead(l, m->callbacks.uncounted);
		if (l->ended || sees_enough(m, l))
			break;
		enum next n = m->callbacks.fill(m->callbacks.arg, m, number, e);
		if (n == NEXT_ERROR)
			return -1;
		if (n == NEXT_LATER && l->seen == l->next)
			break;
		l->ended = n == NEXT_END;
	}
	/* Records without a time hold nobody back: they go out at once. */
	m->position_ms[number] = l->min_next > l->min_first ? min_ms(l, l->min_first) : INT64_MIN;
	return 0;
}

static void input_clear(struct merge_input *l)
{
	free(l->bytes);
	free(l->items);
	free(l->minima);
	*l = (struct merge_input){ 0 };
}

/* The matches of lane NUMBER, which has moved. Of equal ones the first wins. */
static inline void replay_matches(struct merge *m, size_t number)
{
	for (size_t i = (m->leaves + number) / 2; i > 0; i /= 2) {
		size_t a = m->winner[2 * i], b = m->winner[2 * i + 1];
		m->winner[i] = m->position_ms[b] < m->position_ms[a] ? b : a;
	}
}

struct merge *merge_new(size_t sources, struct merge_callbacks callbacks, struct err *e)
{
	struct merge *m = calloc(1, sizeof *m);
	size_t leaves = 1;
	while (leaves < sources)
		leaves *= 2;
	if (m) {
		m->inputs = calloc(sources, sizeof *m->inputs);
		m->position_ms = malloc(leaves * sizeof *m->position_ms);
		m->winner = calloc(2 * leaves, sizeof *m->winner);
	}
	if (!m || !m->inputs || !m->position_ms || !m->winner) {
		merge_free(m);
		err_set(e, EX_OSERR, "out of memory");
		return NULL;
	}
	m->leaves = leaves;
	for (size_t i = 0; i < leaves; i++) {
		m->position_ms[i] = POSITION_NONE;
		m->winner[leaves + i] = i;
	}
	for (size_t i = leaves; i-- > 1;)
		m->winner[i] = m->winner[2 * i];
	m->callbacks = callbacks;
	m->count = sources;
	m->bytes_max = MERGE_BYTES_ALL / sources;
	m->bytes_max = m->bytes_max > MERGE_BYTES ? MERGE_BYTES :
		m->bytes_max < INPUT_BYTES        ? INPUT_BYTES :
						    m->bytes_max;
	return m;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (size_t i = 0; m->inputs && i < m->count; i++)
		input_clear(&m->inputs[i]);
	free(m->inputs);
	free(m->position_ms);
	free(m->winner);
	free(m);
}

/* Lane NUMBER has gone on: its look-ahead is filled again, and its matches are played. */
static int input_advance(struct merge *m, size_t number, struct err *e)
{
	struct merge_input *l = &m->inputs[number];
	if (refill(m, number, e) < 0)
		return -1;
	bool has = l->first < l->next, waits = !has && !l->ended;
	m->waiting = m->waiting - l->waiting + waits;
	l->waiting = waits;
	if (!has)
		m->position_ms[number] = POSITION_NONE;
	if (!has && l->ended) {
		input_clear(l); /* it needs no memory any more */
		l->ended = true;
	}
	replay_matches(m, number);
	return 0;
}

/* Finds where every source stands. Many sources are let go again: of a year of daily files, the turn of
 * most has not come, and they need no memory before it does. */
static int start(struct merge *m, struct err *e)
{
	m->started = true;
	for (size_t i = 0; i < m->count; i++) {
		struct merge_input *l = &m->inputs[i];
		if (input_advance(m, i, e) < 0)
			return -1;
		if (l->first < l->next && m->count > MERGE_OPEN && m->callbacks.park &&
			m->callbacks.park(m->callbacks.arg, i)) {
			input_clear(l);
			l->parked = true;
		}
	}
	return 0;
}

/* Asks the sources that had nothing whether they have by now. */
static int ask_waiting(struct merge *m, struct err *e)
{
	m->turns = 0;
	for (size_t i = 0; i < m->count && m->waiting > 0; i++)
		if (m->inputs[i].waiting && input_advance(m, i, e) < 0)
			return -1;
	return 0;
}

enum next merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e)
{
	if (!m->started && start(m, e) < 0)
		return NEXT_ERROR;
	if (m->given) {
		m->given = false;
		pop(&m->inputs[m->winner[1]], m->callbacks.uncounted);
		if (input_advance(m, m->winner[1], e) < 0)
			return NEXT_ERROR;
	}
	if (m->waiting > 0 && (m->position_ms[m->winner[1]] == POSITION_NONE || m->turns++ >= ASK_EVERY) &&
		ask_waiting(m, e) < 0)
		return NEXT_ERROR;
	while (m->inputs[m->winner[1]].parked) {
		m->inputs[m->winner[1]].parked = false;
		if (input_advance(m, m->winner[1], e) < 0)
			return NEXT_ERROR;
	}
	if (m->position_ms[m->winner[1]] == POSITION_NONE)
		return m->waiting > 0 ? NEXT_LATER : NEXT_END;
	const struct merge_input *l = &m->inputs[m->winner[1]];
	const struct item *i = item(l, l->first);
	*source = m->winner[1];
	*bytes = (struct span){ l->bytes + i->at, i->n };
	m->given = true;
	return NEXT_EVENT;
}
