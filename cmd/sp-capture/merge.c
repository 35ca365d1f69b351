/* merge.c -- merges the records of several sources by event time.
 *
 * The source to read next is found by a tournament tree (Knuth, The Art of Computer Programming 3, 5.4.1, "tree of
 * selection"): the leaves are the positions of the sources, each inner node has the winner of its two children, and when
 * one source moves on, only the matches on its way to the root are replayed. A match selects one of two numbers and does
 * not jump, because no processor could predict which source is next.
 *
 * A source's position is the minimum over a sliding window, its look-ahead. A queue of candidates (a monotonic queue)
 * keeps it at hand: a record's time is removed from it when a later record is not newer, so the times in the queue rise
 * and the first one is the minimum. Each record enters and leaves the queue once. */
#include "sp-capture/merge.h"
#include <stdlib.h>

enum {
	INPUT_BYTES = 64 << 10, /* of look-ahead for each source, however many there are */
	BYTES_MIN = 32 << 10,   /* the first buffer of a source */
	ASK_EVERY = 64,         /* records that are returned before sources that had nothing are asked again */
};

/* A record that is held. */
struct item {
	int64_t ms;   /* its time, or MERGE_NO_TIME */
	size_t at, n; /* its place in merge_input.bytes */
};

/* One source and the records that are held of it. Records have sequence numbers: those from FIRST up to NEXT are held, and
 * of them those before SEEN are the look-ahead. */
struct merge_input {
	char *bytes;        /* owned: a ring of CAP bytes; a record is never split by its end */
	size_t tail, cap;   /* the next record is put at TAIL */
	struct item *items; /* owned: a ring of ITEM_CAP, a power of two */
	size_t item_cap;
	uint64_t first, seen, next;
	size_t ahead;     /* bytes of the look-ahead */
	size_t timed;     /* records of the look-ahead that have a time */
	uint64_t *minima; /* owned: the monotonic queue, a ring of ITEM_CAP sequence numbers with rising times */
	uint64_t min_first, min_next; /* those of the queue that are valid */
	bool ended;                   /* fill() will not be called again */
	bool parked;                  /* it holds nothing; what it held will be read again */
	bool waiting;                 /* it holds nothing, and had nothing when it was asked last */
};

#define POSITION_NONE INT64_MAX /* the position of a source that holds no record */

struct merge {
	struct merge_callbacks callbacks;
	struct merge_input *inputs; /* owned: COUNT of them */
	size_t count;
	size_t bytes_max;     /* of each look-ahead */
	int64_t *position_ms; /* owned: of each source; as many as there are leaves */
	size_t leaves;        /* a power of two */
	size_t *winner;       /* owned: the tree; winner[i] is the better of winner[2 * i] and winner[2 * i + 1] */
	size_t waiting;       /* how many sources are */
	unsigned turns;       /* records returned since the waiting sources were asked */
	bool started;         /* all sources were asked once */
	bool given;           /* the first record of winner[1] was returned: the next call removes it */
};

static struct item *item(const struct merge_input *l, uint64_t number)
{
	return &l->items[number & (l->item_cap - 1)];
}

static inline int64_t min_ms(const struct merge_input *l, uint64_t place)
{
	return item(l, l->minima[place & (l->item_cap - 1)])->ms;
}

/* Makes the rings of records twice as large. A record's place follows from its number, so all move. */
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

/* Returns where N bytes fit into the ring: after the last record, or at the start of the ring again; else NO_PLACE. */
static size_t place(const struct merge_input *l, size_t n)
{
	if (l->first == l->next)
		return n <= l->cap ? 0 : NO_PLACE;
	size_t head = item(l, l->first)->at;
	if (l->tail <= head)
		return head - l->tail >= n ? l->tail : NO_PLACE;
	return l->cap - l->tail >= n ? l->tail : head >= n ? 0 : NO_PLACE;
}

/* Makes the ring of bytes half as large again, and N bytes more. */
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
		return err_oom(e, "records that wait for their turn");
	size_t at = place(l, n);
	*item(l, l->next++) = (struct item){ ms, at, n };
	for (size_t i = 0; i < count; i++) {
		memcpy(l->bytes + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	l->tail = at;
	return 0;
}

/* Takes the next held record into the look-ahead. UNCOUNTED bytes of it do not count. */
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

/* Removes the first record, which is in the look-ahead. */
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

/* Fills the look-ahead of source NUMBER, from held records first, and sets its position. A source that has nothing more
 * now is taken as it is, so that it does not hold up the others. */
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
	/* If no record of the look-ahead has a time, nothing is gained by holding them: they come next. */
	m->position_ms[number] = l->min_next > l->min_first ? min_ms(l, l->min_first) : INT64_MIN;
	return 0;
}

/* Releases all memory of L. */
static void input_clear(struct merge_input *l)
{
	free(l->bytes);
	free(l->items);
	free(l->minima);
	*l = (struct merge_input){ 0 };
}

/* Replays the matches of source NUMBER, whose position has changed, up to the root. Of equal positions the left one wins,
 * which is the lower number. */
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
		err_oom(e, "records that wait for their turn");
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

/* Source NUMBER has lost a record, or was not read yet: fills its look-ahead again and finds the new winner. */
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
		input_clear(l); /* of many files most are at their ends sooner or later */
		l->ended = true;
	}
	replay_matches(m, number);
	return 0;
}

/* Finds the position of every source. If there are many, they are parked again at once: the turn of most daily files of
 * a year has not come, and until then they need neither memory nor a descriptor. */
static int merge_start(struct merge *m, struct err *e)
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

/* Asks the sources that had nothing if they have a record by now. */
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
	/* The record that was returned last stays valid until here. */
	if (!m->started && merge_start(m, e) < 0)
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
	/* Its turn has come: it is read again, to the same position, and another one may win after it. */
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
