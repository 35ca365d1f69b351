/* distinct.c -- a hash table with open addressing and linear probing, whose slots contain the values themselves.
 *
 * When three quarters of the slots are used, their number doubles. The home of a value is the slot where the search for
 * the value begins. The top bits of the hash are the number of the home. So slots are roughly in the order of hashes,
 * and doubling reads and writes memory from front to back.
 *
 * In a set that is larger than the cache, nearly every new value costs a cache miss. So such a set collects new values
 * in an array first (they are pending), and asks the processor to fetch the home of each. When PENDING values are
 * collected, their homes are in the cache, and the values are put into slots. A function that counts or reads slots
 * first puts all pending values into slots. */
#include "state/distinct.h"
#include "state/table.h"
#include "text/number.h"
#include <endian.h>

enum {
	BITS_FIRST = 2,
	/* With 1 << BITS_LARGE slots (128 KiB) or more, a set first collects new values in the array of pending values,
	 * which has room for PENDING values. */
	BITS_LARGE = 13,
	PENDING = 16,
};

/* The state of a set, a block of the pool. It is allocated when the first value is added. */
struct distinct_head {
	uint64_t count; /* number of values in slots */
	/* The slots, an array of struct distinct_short. A slot is free if its member `high` is 0. The reference is 0
	 * until the first short value is added. */
	pool_ref slots;
	pool_ref pending;       /* the array of pending values; 0: the set is not large yet */
	pool_ref longs;         /* struct table of the longer values; 0: none yet */
	uint32_t bits;          /* there are 1 << bits slots */
	uint32_t pending_count; /* number of values in the array `pending` */
};

static struct distinct_head *head_of(const struct distinct *s, const struct pool *pool)
{
	return pool_at(pool, s->head);
}

static size_t slots_bytes(uint32_t bits)
{
	return sizeof(struct distinct_short) << bits;
}

/* ---- short values ---- */

/* Reads eight bytes as a little-endian number, so that a value has the same words on every machine. */
static uint64_t load8(const char *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return le64toh(v);
}

static uint32_t load4(const char *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return le32toh(v);
}

struct distinct_short distinct_short(struct span value)
{
	const char *p = value.p;
	size_t n = value.n;
	struct distinct_short v = { 0, (uint64_t)(n + 1) << 56 };
	/* Loads that overlap cover every length without a loop. A value of 4 bytes or more takes two loads. A value of
	 * 1 to 3 bytes takes three loads of one byte. */
	if (n >= 8) {
		v.low = load8(p);
		v.high |= load8(p + n - 8) >> 8 >> 8 * (15 - n);
	} else if (n >= 4) {
		v.low = load4(p) | (uint64_t)load4(p + n - 4) << 8 * (n - 4);
	} else if (n > 0) {
		const unsigned char *u = (const unsigned char *)p;
		v.low = u[0] | (uint64_t)u[n / 2] << 8 * (n / 2) | (uint64_t)u[n - 1] << 8 * (n - 1);
	}
	return v;
}

/* Returns the home of V: the number of the slot where the search for V begins. The hash multiplies the two words and
 * combines the halves of the product with xor, like wyhash (Wang Yi, public domain). A second multiplication (Fibonacci
 * hashing) spreads the hash to the top bits, which are the result. */
static size_t slots_home(struct distinct_short v, uint32_t bits)
{
	u128 m = (u128)(v.low ^ UINT64_C(0xa0761d6478bd642f)) * (v.high ^ UINT64_C(0xe7037ed1a0b428db));
	uint64_t h = (uint64_t)m ^ (uint64_t)(m >> 64);
	return (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> (64 - bits));
}

/* Puts V into a free slot of the 1 << BITS slots at SLOT, unless V is in one of them already. At least one slot must be
 * free. Returns true if V was new. */
static bool slots_put(struct distinct_short *slot, uint32_t bits, struct distinct_short v)
{
	size_t i = slots_home(v, bits), mask = ((size_t)1 << bits) - 1;
	for (; slot[i].high; i = (i + 1) & mask)
		if (slot[i].high == v.high && slot[i].low == v.low)
			return false;
	slot[i] = v;
	return true;
}

/* Puts the pending values into their slots. There must be enough free slots. */
static void pending_flush(struct distinct_head *h, const struct pool *pool)
{
	if (h->pending_count == 0)
		return;
	struct distinct_short *slot = pool_at(pool, h->slots);
	const struct distinct_short *pending = pool_at(pool, h->pending);
	for (uint32_t i = 0; i < h->pending_count; i++)
		h->count += slots_put(slot, h->bits, pending[i]);
	h->pending_count = 0;
}

/* Makes 1 << BITS slots, more than before. If the set becomes large, allocates the array of pending values as well.
 * Returns 0, or -1 if memory is exhausted; the set is then unchanged. */
static int slots_grow(struct distinct_head *h, struct pool *pool, uint32_t bits)
{
	bool large = bits >= BITS_LARGE && !h->pending;
	pool_ref fresh = pool_zalloc(pool, slots_bytes(bits)), pending = h->pending;
	if (fresh && large)
		pending = pool_alloc(pool, PENDING * sizeof(struct distinct_short));
	if (!fresh || (large && !pending)) {
		pool_free(pool, fresh, slots_bytes(bits));
		return -1;
	}
	struct distinct_short *to = pool_at(pool, fresh);
	const struct distinct_short *from = h->slots ? pool_at(pool, h->slots) : to;
	for (size_t i = 0, n = h->slots ? (size_t)1 << h->bits : 0; i < n; i++)
		if (from[i].high)
			(void)slots_put(to, bits, from[i]);
	if (h->slots)
		pool_free(pool, h->slots, slots_bytes(h->bits));
	h->slots = fresh;
	h->bits = bits;
	h->pending = pending;
	return 0;
}

/* Returns how many values 1 << BITS slots may have before the next value needs more slots. */
static uint64_t values_most(uint32_t bits)
{
	return ((uint64_t)3 << bits) / 4;
}

/* Returns the head of S, which is allocated first if S has none. Returns NULL if memory is exhausted. */
static struct distinct_head *head_open(struct distinct *s, struct pool *pool)
{
	if (!s->head)
		s->head = pool_zalloc(pool, sizeof(struct distinct_head));
	return s->head ? head_of(s, pool) : NULL;
}

int distinct_add_short(struct distinct *s, struct pool *pool, struct distinct_short v)
{
	struct distinct_head *h = head_open(s, pool);
	if (!h)
		return -1;
	/* Some pending values may be in slots already. If the slots would be too full with all of them, flush them to
	 * get the exact count. The slots grow only if the exact count is too large. */
	if (!h->slots || h->count + h->pending_count >= values_most(h->bits)) {
		pending_flush(h, pool);
		if ((!h->slots || h->count >= values_most(h->bits)) &&
			slots_grow(h, pool, h->slots ? h->bits + 1 : BITS_FIRST) < 0)
			return -1;
	}
	struct distinct_short *slot = pool_at(pool, h->slots);
	if (!h->pending) {
		h->count += slots_put(slot, h->bits, v);
		return 0;
	}
	__builtin_prefetch(&slot[slots_home(v, h->bits)], 1);
	((struct distinct_short *)pool_at(pool, h->pending))[h->pending_count++] = v;
	if (h->pending_count == PENDING)
		pending_flush(h, pool);
	return 0;
}

/* ---- values of all lengths ---- */

/* Returns the table of long values, which is made first if there is none. Returns NULL if memory is exhausted. */
static struct table *longs_open(struct distinct *s, struct pool *pool)
{
	struct err unused;
	struct distinct_head *h = head_open(s, pool);
	if (h && !h->longs) {
		pool_ref ref = pool_alloc(pool, sizeof(struct table));
		if (!ref || table_init(pool_at(pool, ref), pool, 0, &unused) < 0) {
			pool_free(pool, ref, sizeof(struct table));
			return NULL;
		}
		h->longs = ref;
	}
	return h ? pool_at(pool, h->longs) : NULL;
}

/* Adds VALUE, of more than DISTINCT_SHORT bytes, to the table of long values. Returns 0, or -1 if memory is
 * exhausted. */
static int add_long(struct distinct *s, struct pool *pool, struct span value)
{
	bool added;
	struct table *t = longs_open(s, pool);
	return t && table_add(t, value, table_hash(value), &added) ? 0 : -1;
}

int distinct_add(struct distinct *s, struct pool *pool, struct span value)
{
	return value.n <= DISTINCT_SHORT ? distinct_add_short(s, pool, distinct_short(value)) :
					   add_long(s, pool, value);
}

/* Adds the values of the COUNT slots at SLOT to INTO. COUNT is a power of two. Returns 0, or -1 if memory is exhausted.
 *
 * The slots are roughly in the order of hashes, and INTO uses the same hash. Values added in that order would fill the
 * slots of INTO from the front, as one long run of used slots. Each search would have to cross the run, so the time
 * would be quadratic. So the loop takes large strides round the slots, which spreads the values over all of INTO at any
 * time. LINE slots, which share a line of the cache, are taken together. */
static int merge_slots(struct distinct *into, struct pool *pool, const struct distinct_short *slot, size_t count)
{
	enum { LINE = 4 };
	_Static_assert(1 << BITS_FIRST >= LINE, "slots are whole lines");
	/* LINES is a power of two, so an odd stride visits every line once. A stride near LINES / 1.618 (the golden
	 * ratio) spreads the visited lines evenly after any number of steps. */
	size_t lines = count / LINE, stride = (size_t)((double)lines * 0.6180339887498949) | 1;
	for (size_t k = 0, line = 0; k < lines; k++, line = (line + stride) & (lines - 1))
		for (size_t i = line * LINE; i < line * LINE + LINE; i++)
			if (slot[i].high && distinct_add_short(into, pool, slot[i]) < 0)
				return -1;
	return 0;
}

int distinct_merge(struct distinct *into, struct pool *pool, const struct distinct *from, const struct pool *from_pool)
{
	if (!from->head)
		return 0;
	struct distinct_head *h = head_of(from, from_pool);
	pending_flush(h, from_pool);
	if (h->slots && merge_slots(into, pool, pool_at(from_pool, h->slots), (size_t)1 << h->bits) < 0)
		return -1;
	/* Long values need no strides: their table is read in the order of insertion, not of hashes. */
	const struct table *t = h->longs ? pool_at(from_pool, h->longs) : NULL;
	for (uint32_t i = 0; t && i < t->next; i++) {
		struct span value;
		(void)table_at(t, i, &value);
		if (add_long(into, pool, value) < 0)
			return -1;
	}
	return 0;
}

uint64_t distinct_count(const struct distinct *s, const struct pool *pool)
{
	if (!s->head)
		return 0;
	struct distinct_head *h = head_of(s, pool);
	pending_flush(h, pool);
	return h->count + (h->longs ? ((const struct table *)pool_at(pool, h->longs))->count : 0);
}

void distinct_release(struct distinct *s, struct pool *pool)
{
	if (!s->head)
		return;
	const struct distinct_head *h = head_of(s, pool);
	if (h->longs) {
		table_release(pool_at(pool, h->longs));
		pool_free(pool, h->longs, sizeof(struct table));
	}
	pool_free(pool, h->slots, slots_bytes(h->bits));
	pool_free(pool, h->pending, PENDING * sizeof(struct distinct_short));
	pool_free(pool, s->head, sizeof(struct distinct_head));
	s->head = 0;
}

/* ---- saving and loading ----
 *
 * A saved set has the number of short values and, if there are any, the bits of the slots; then each value with its
 * length; then the number of long values, and each with its length. A loaded set behaves as if it had never been saved:
 * it has the same slots, and they grow at the same value. */

/* Begins after a free slot. Values that are put into empty slots in this order get the same slots again. */
static void slots_save(const struct distinct_short *slot, uint32_t bits, struct save *s)
{
	size_t mask = ((size_t)1 << bits) - 1, begin = 0;
	while (slot[begin].high)
		begin++;
	for (size_t i = 1; i <= mask; i++) {
		const struct distinct_short *v = &slot[(begin + i) & mask];
		if (!v->high)
			continue;
		const uint64_t bytes[2] = { htole64(v->low), htole64(v->high) };
		save_span(s, (struct span){ (const char *)bytes, (size_t)(v->high >> 56) - 1 });
	}
}

void distinct_save(const struct distinct *s, const struct pool *pool, struct save *out)
{
	struct distinct_head *h = s->head ? head_of(s, pool) : NULL;
	if (h)
		pending_flush(h, pool);
	save_u64(out, h ? h->count : 0);
	if (h && h->count) {
		save_u64(out, h->bits);
		slots_save(pool_at(pool, h->slots), h->bits, out);
	}
	const struct table *t = h && h->longs ? pool_at(pool, h->longs) : NULL;
	save_u64(out, t ? t->count : 0);
	for (uint32_t i = 0; t && i < t->next; i++)
		table_save_key(t, table_at(t, i, NULL), out);
}

/* Loads COUNT > 0 values into slots. Returns 0, or -1 if memory is exhausted. */
static int slots_load(struct distinct *s, struct pool *pool, size_t count, struct load *l)
{
	uint32_t bits = (uint32_t)load_max(l, 60), least = BITS_FIRST;
	while (values_most(least) < count)
		least++;
	/* If there is no room for one more value, the slots grow before it is known whether the value is new. */
	if (bits != least && bits != least + 1)
		load_fail(l, "a set has too few or too many slots");
	struct distinct_head *h = load_failed(l) ? NULL : head_open(s, pool);
	if (load_failed(l))
		return 0;
	if (!h || slots_grow(h, pool, bits) < 0)
		return -1;
	for (size_t i = 0; i < count && !load_failed(l); i++) {
		struct span value = load_span(l);
		if (value.n > DISTINCT_SHORT || !slots_put(pool_at(pool, h->slots), bits, distinct_short(value)))
			load_fail(l, "a value is too long or there twice");
		else
			h->count++;
	}
	return 0;
}

int distinct_load(struct distinct *s, struct pool *pool, struct load *l)
{
	size_t count = load_count(l, 1);
	if (count && slots_load(s, pool, count, l) < 0)
		return -1;
	count = load_count(l, DISTINCT_SHORT);
	struct table *t = count ? longs_open(s, pool) : NULL;
	if (count && (!t || table_reserve(t, count) < 0))
		return -1;
	for (size_t i = 0; i < count && !load_failed(l); i++) {
		const void *record = table_load_key(t, l);
		if (!record && !load_failed(l))
			return -1;
		if (record && table_key(t, record).n <= DISTINCT_SHORT)
			load_fail(l, "a long value is short");
	}
	return 0;
}
