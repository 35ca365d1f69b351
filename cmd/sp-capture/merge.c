/* merge.c -- merges the records of several sources by event time.
 *
 * A tournament tree finds the source with the oldest position (Knuth, The Art of Computer Programming 3, 5.4.1, "tree
 * of selection"). The leaves are the positions of the sources. Each inner node holds the winner of its two children.
 * When the position of one source changes, only the matches between its leaf and the root are replayed. A match is
 * computed without a branch, because a processor would often predict wrongly which source is next.
 *
 * The position of a source is the minimum time in a sliding window, its look-ahead. A monotonic queue holds the records
 * that may become the minimum. Before a record enters at the end of the queue, all records with a larger time are
 * removed from that end. So times never decrease along the queue, and its first record has the minimum. Example: the
 * times 12:03, 12:05 and 12:04 enter. 12:04 removes 12:05, and the queue is 12:03 12:04. Each record enters and leaves
 * the queue at most once. */
#include "sp-capture/merge.h"
#include <stdlib.h>

enum {
	SHARE_BYTES_MIN = 64 << 10, /* a source gets at least this share of MERGE_BYTES_ALL */
	RING_BYTES_MIN = 32 << 10,  /* the smallest ring of bytes of a source */
	ASK_EVERY = 64,             /* after so many returned records, the sources that had no record are asked again */
};

/* A record that the merge holds. */
struct item {
	int64_t ms;       /* the time of the record, or MERGE_NO_TIME */
	size_t offset, n; /* the record is the N bytes at OFFSET of merge_input.bytes */
};

/* One source and its records that the merge holds. The records of a source get sequence numbers from 0 on, in the order
 * in which they are pushed. The records FIRST to NEXT - 1 are held. The records FIRST to AHEAD_END - 1 are the
 * look-ahead. */
struct merge_input {
	char *bytes;      /* owned: a ring of CAP bytes, in which each record is in one piece */
	size_t tail, cap; /* TAIL is the offset in BYTES at which the last record ends */
	/* Owned: a ring of ITEM_CAP items, a power of two. The item of sequence number N is at N modulo ITEM_CAP. */
	struct item *items;
	size_t item_cap;
	uint64_t first, ahead_end, next;
	size_t ahead_bytes;           /* bytes of the records in the look-ahead */
	size_t timed_records;         /* records in the look-ahead that have a time */
	uint64_t *minima;             /* owned: the monotonic queue, a ring of ITEM_CAP sequence numbers */
	uint64_t min_first, min_next; /* the queue holds the entries MIN_FIRST to MIN_NEXT - 1 of MINIMA */
	bool ended;                   /* fill() will not be called again */
	bool parked;                  /* the source's records were dropped, and are read again when its turn comes */
	bool waiting;                 /* no record is held, and the last fill() returned NEXT_LATER */
};

#define POSITION_NONE INT64_MAX /* the position of a source that has ended or waits */

struct merge {
	struct merge_callbacks callbacks;
	struct merge_input *inputs; /* owned: COUNT of them */
	size_t count;
	size_t bytes_max;     /* a look-ahead with so many bytes is long enough */
	int64_t *position_ms; /* owned: the positions of the sources, in an array of LEAVES elements */
	size_t leaves;        /* COUNT rounded up to a power of two */
	/* Owned: the tree. winner[LEAVES + S] is source S. winner[I] is winner[2 * I] or winner[2 * I + 1], whichever
	 * source has the older position. So winner[1] is the source with the oldest position of all. */
	size_t *winner;
	size_t waiting_count;        /* number of sources whose WAITING is set */
	unsigned returned_since_ask; /* records returned since the waiting sources were asked */
	bool started;                /* merge_start() was called */
	bool must_pop;               /* the first record of winner[1] was returned and is not removed yet */
};

/* Returns the held record with sequence number SEQ. */
static struct item *item(const struct merge_input *input, uint64_t seq)
{
	return &input->items[seq & (input->item_cap - 1)];
}

/* Returns the time of entry INDEX of the monotonic queue. */
static inline int64_t min_ms(const struct merge_input *input, uint64_t index)
{
	return item(input, input->minima[index & (input->item_cap - 1)])->ms;
}

/* Doubles the rings ITEMS and MINIMA, or allocates them. An element's place depends on ITEM_CAP, so all elements are
 * copied to their new places. Returns 0, or -1 if memory is exhausted. */
static int grow_rings(struct merge_input *input)
{
	size_t cap = input->item_cap ? input->item_cap * 2 : 64;
	struct item *items = malloc(cap * sizeof *items);
	uint64_t *minima = malloc(cap * sizeof *minima);
	if (!items || !minima) {
		free(items);
		free(minima);
		return -1;
	}
	for (uint64_t i = input->first; i < input->next; i++)
		items[i & (cap - 1)] = *item(input, i);
	for (uint64_t i = input->min_first; i < input->min_next; i++)
		minima[i & (cap - 1)] = input->minima[i & (input->item_cap - 1)];
	free(input->items);
	free(input->minima);
	input->items = items;
	input->minima = minima;
	input->item_cap = cap;
	return 0;
}

#define NO_PLACE SIZE_MAX

/* Returns the offset in the ring of bytes where the next N bytes fit in one piece: directly after the last record, or
 * at the start of the ring. Returns NO_PLACE if they fit nowhere. */
static size_t ring_place(const struct merge_input *input, size_t n)
{
	if (input->first == input->next)
		return n <= input->cap ? 0 : NO_PLACE;
	size_t head = item(input, input->first)->offset;
	if (input->tail <= head)
		return head - input->tail >= n ? input->tail : NO_PLACE;
	return input->cap - input->tail >= n ? input->tail : head >= n ? 0 : NO_PLACE;
}

/* Enlarges the ring of bytes so that N more bytes fit after the last record, and moves the records to its start. The
 * ring grows by half at least, so that repeated growth copies each byte only a few times. Returns 0, or -1 if memory is
 * exhausted. */
static int grow_bytes(struct merge_input *input, size_t n)
{
	size_t cap = (input->cap + n) / 2 * 3, at = 0;
	cap = cap < RING_BYTES_MIN ? RING_BYTES_MIN : cap;
	char *p = malloc(cap);
	if (!p)
		return -1;
	for (uint64_t i = input->first; i < input->next; i++) {
		memcpy(p + at, input->bytes + item(input, i)->offset, item(input, i)->n);
		item(input, i)->offset = at;
		at += item(input, i)->n;
	}
	free(input->bytes);
	input->bytes = p;
	input->cap = cap;
	input->tail = at;
	return 0;
}

int merge_push(struct merge *m, size_t source, int64_t ms, const struct span *parts, size_t count, struct err *e)
{
	struct merge_input *input = &m->inputs[source];
	size_t n = 0;
	for (size_t i = 0; i < count; i++)
		n += parts[i].n;
	if ((input->next - input->first == input->item_cap && grow_rings(input) < 0) ||
		(ring_place(input, n) == NO_PLACE && grow_bytes(input, n) < 0))
		return err_oom(e, "records that wait for their turn");
	size_t at = ring_place(input, n);
	*item(input, input->next++) = (struct item){ ms, at, n };
	for (size_t i = 0; i < count; i++) {
		memcpy(input->bytes + at, parts[i].p, parts[i].n);
		at += parts[i].n;
	}
	input->tail = at;
	return 0;
}

/* Adds the next held record to the look-ahead. OVERHEAD_BYTES of its bytes do not count for the limit of bytes. */
static void look_ahead(struct merge_input *input, size_t overhead_bytes)
{
	const struct item *record = item(input, input->ahead_end);
	input->ahead_bytes += record->n - overhead_bytes;
	if (record->ms != MERGE_NO_TIME) {
		while (input->min_next > input->min_first && min_ms(input, input->min_next - 1) > record->ms)
			input->min_next--;
		input->minima[input->min_next++ & (input->item_cap - 1)] = input->ahead_end;
		input->timed_records++;
	}
	input->ahead_end++;
}

/* Removes the first record, which is always in the look-ahead. OVERHEAD_BYTES of its bytes were not
 * counted in INPUT->ahead_bytes. */
static void pop(struct merge_input *input, size_t overhead_bytes)
{
	const struct item *record = item(input, input->first);
	input->ahead_bytes -= record->n - overhead_bytes;
	if (record->ms != MERGE_NO_TIME)
		input->timed_records--;
	if (input->min_next > input->min_first &&
		input->minima[input->min_first & (input->item_cap - 1)] == input->first)
		input->min_first++;
	input->first++;
}

/* Returns true if the look-ahead of INPUT is long enough: it has MERGE_RECORDS records with a time, or M->bytes_max
 * bytes. */
static inline bool sees_enough(const struct merge *m, const struct merge_input *input)
{
	return input->timed_records >= MERGE_RECORDS ||
		(input->ahead_bytes >= m->bytes_max && input->first < input->ahead_end);
}

/* Fills the look-ahead of SOURCE, first with records that are held and then by fill(), and sets the position of SOURCE.
 * Stops early if fill() has no record now, so that SOURCE does not hold up the other sources. Returns 0, or -1 with E
 * set if fill() failed. */
static int refill(struct merge *m, size_t source, struct err *e)
{
	struct merge_input *input = &m->inputs[source];
	for (;;) {
		while (input->ahead_end < input->next && !sees_enough(m, input))
			look_ahead(input, m->callbacks.overhead_bytes);
		if (input->ended || sees_enough(m, input))
			break;
		enum next n = m->callbacks.fill(m->callbacks.arg, m, source, e);
		if (n == NEXT_ERROR)
			return -1;
		if (n == NEXT_LATER && input->ahead_end == input->next)
			break;
		input->ended = n == NEXT_END;
	}
	/* If no record of the look-ahead has a time, the position is the lowest number. So this source wins, and its
	 * records without a time are returned until a record with a time comes. */
	m->position_ms[source] = input->min_next > input->min_first ? min_ms(input, input->min_first) : INT64_MIN;
	return 0;
}

/* Drops all records of INPUT and frees their memory. INPUT is then like new, so a parked source can be filled again. */
static void input_clear(struct merge_input *input)
{
	free(input->bytes);
	free(input->items);
	free(input->minima);
	*input = (struct merge_input){ 0 };
}

/* Replays the matches of SOURCE, whose position has changed, up to the root. If two positions are equal, the left child
 * wins, because the source with the lower number must be first. */
static inline void replay_matches(struct merge *m, size_t source)
{
	for (size_t i = (m->leaves + source) / 2; i > 0; i /= 2) {
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
		m->bytes_max < SHARE_BYTES_MIN    ? SHARE_BYTES_MIN :
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

/* Fills the look-ahead of SOURCE, after a record was removed or when new records may have come, and finds the new
 * winner. Returns 0, or -1 with E set if fill() failed. */
static int input_advance(struct merge *m, size_t source, struct err *e)
{
	struct merge_input *input = &m->inputs[source];
	if (refill(m, source, e) < 0)
		return -1;
	bool has_record = input->first < input->next, waits = !has_record && !input->ended;
	m->waiting_count = m->waiting_count - input->waiting + waits;
	input->waiting = waits;
	if (!has_record)
		m->position_ms[source] = POSITION_NONE;
	if (!has_record && input->ended) {
		/* A finished source needs no buffers. Hundreds of finished files would otherwise keep theirs until the
		 * run ends. */
		input_clear(input);
		input->ended = true;
	}
	replay_matches(m, source);
	return 0;
}

/* Reads the look-ahead of every source once, to find its position. If there are more than MERGE_OPEN sources, each
 * source that can be read again is then parked: its file is closed, and its records are dropped. Example: of the daily
 * files of a year, only one or two have their turn at any time. The other files need no memory and no descriptor until
 * their turn comes. Returns 0, or -1 with E set. */
static int merge_start(struct merge *m, struct err *e)
{
	m->started = true;
	for (size_t i = 0; i < m->count; i++) {
		struct merge_input *input = &m->inputs[i];
		if (input_advance(m, i, e) < 0)
			return -1;
		if (input->first < input->next && m->count > MERGE_OPEN && m->callbacks.park &&
			m->callbacks.park(m->callbacks.arg, i)) {
			input_clear(input);
			input->parked = true;
		}
	}
	return 0;
}

/* Calls fill() again for all sources that are waiting. Returns 0, or -1 with E set. */
static int ask_waiting(struct merge *m, struct err *e)
{
	m->returned_since_ask = 0;
	for (size_t i = 0; i < m->count && m->waiting_count > 0; i++)
		if (m->inputs[i].waiting && input_advance(m, i, e) < 0)
			return -1;
	return 0;
}

enum next merge_next(struct merge *m, size_t *source, struct span *bytes, struct err *e)
{
	if (!m->started && merge_start(m, e) < 0)
		return NEXT_ERROR;
	/* The record that the last call returned is removed only now. The caller was allowed to use it until this
	 * call. */
	if (m->must_pop) {
		m->must_pop = false;
		pop(&m->inputs[m->winner[1]], m->callbacks.overhead_bytes);
		if (input_advance(m, m->winner[1], e) < 0)
			return NEXT_ERROR;
	}
	if (m->waiting_count > 0 &&
		(m->position_ms[m->winner[1]] == POSITION_NONE || m->returned_since_ask++ >= ASK_EVERY) &&
		ask_waiting(m, e) < 0)
		return NEXT_ERROR;
	/* The turn of a parked winner has come, so its records are read again. If the source has changed meanwhile, its
	 * position may be different, and another source may win. */
	while (m->inputs[m->winner[1]].parked) {
		m->inputs[m->winner[1]].parked = false;
		if (input_advance(m, m->winner[1], e) < 0)
			return NEXT_ERROR;
	}
	if (m->position_ms[m->winner[1]] == POSITION_NONE)
		return m->waiting_count > 0 ? NEXT_LATER : NEXT_END;
	const struct merge_input *input = &m->inputs[m->winner[1]];
	const struct item *record = item(input, input->first);
	*source = m->winner[1];
	*bytes = (struct span){ input->bytes + record->offset, record->n };
	m->must_pop = true;
	return NEXT_EVENT;
}
