/* hll.c -- HyperLogLog: first a hash table of the hashes themselves, then registers.
 *
 * The first HLL_BITS bits of a hash choose a register. The rank of the hash is the position of the first 1 among the
 * other bits; it is K with probability 2^-K. A register keeps the greatest rank of its hashes. So adding a hash twice
 * changes nothing, and merging two sketches takes the greater of each pair of registers. High ranks are likely only
 * among many hashes, so the number of hashes can be estimated from the ranks.
 *
 * The table gives an exact count, so it is kept as long as it takes no more memory than the registers. With more than
 * HLL_EXACT hashes it becomes registers. The set of hashes alone decides when this happens. So the estimate depends
 * neither on the order of hashes nor on the order of merges. */
#include "state/hll.h"
#include <math.h>
#include <stdbool.h>

enum {
	REGISTERS = 1 << HLL_BITS,
	RANKS = 64 - HLL_BITS + 2, /* values of a register: 0 (no hash yet) to 51 */
	DENSE = 255,               /* value of hll.bits if there are registers */
	SLOT_BITS_FIRST = 2,
	SLOT_BITS_LAST = 11, /* 1 << 11 slots of eight bytes take as much memory as the registers */
};
_Static_assert(HLL_EXACT <= (1 << SLOT_BITS_LAST) / 4 * 3, "the set would be too full");

static size_t slots_bytes(uint32_t bits)
{
	return sizeof(uint64_t) << bits;
}

/* Returns how many hashes 1 << BITS slots may have: three quarters. In the largest table, the limit is HLL_EXACT
 * hashes. */
static uint32_t hashes_most(uint32_t bits)
{
	return bits == SLOT_BITS_LAST ? HLL_EXACT : (1u << bits) / 4 * 3;
}

/* Raises the register of HASH to the rank of HASH, if the register is lower. */
static void registers_note(uint8_t *registers, uint64_t hash)
{
	uint64_t rest = hash << HLL_BITS;
	uint8_t rank = rest ? (uint8_t)(__builtin_clzll(rest) + 1) : RANKS - 1;
	uint8_t *r = &registers[hash >> (64 - HLL_BITS)];
	if (rank > *r)
		*r = rank;
}

/* Puts HASH into one of the 1 << BITS slots at SLOTS. At least one slot must be free. Returns true, or false if a slot
 * had HASH already. The low bits of HASH are the number of the slot where the search begins. */
static bool slots_put(uint64_t *slots, uint32_t bits, uint64_t hash)
{
	size_t mask = ((size_t)1 << bits) - 1, i = hash & mask;
	for (; slots[i]; i = (i + 1) & mask)
		if (slots[i] == hash)
			return false;
	slots[i] = hash;
	return true;
}

/* Makes the first slots if there are none, else moves all hashes into twice as many slots. If there are 1 <<
 * SLOT_BITS_LAST slots already, moves the hashes into registers instead. Returns 0, or -1 if memory is exhausted; H is
 * then unchanged. */
static int hll_grow(struct hll *h, struct pool *pool)
{
	bool dense = h->bits == SLOT_BITS_LAST;
	uint32_t bits = h->ref ? h->bits + 1 : SLOT_BITS_FIRST;
	pool_ref fresh = pool_zalloc(pool, dense ? REGISTERS : slots_bytes(bits));
	if (!fresh)
		return -1;
	void *to = pool_at(pool, fresh);
	const uint64_t *from = h->ref ? pool_at(pool, h->ref) : NULL;
	for (size_t i = 0; from && i < (size_t)1 << h->bits; i++) {
		if (from[i] && dense)
			registers_note(to, from[i]);
		else if (from[i])
			slots_put(to, bits, from[i]);
	}
	if (from)
		pool_free(pool, h->ref, slots_bytes(h->bits));
	h->ref = fresh;
	h->bits = dense ? DENSE : bits;
	return 0;
}

int hll_add(struct hll *h, struct pool *pool, uint64_t hash)
{
	/* 0 marks an empty slot, so the hash 0 is counted as the hash 1. */
	hash += hash == 0;
	if (!h->ref && hll_grow(h, pool) < 0)
		return -1;
	if (h->bits == DENSE) {
		registers_note(pool_at(pool, h->ref), hash);
		return 0;
	}
	if (!slots_put(pool_at(pool, h->ref), h->bits, hash))
		return 0;
	h->count++;
	return h->count > hashes_most(h->bits) ? hll_grow(h, pool) : 0;
}

int hll_merge(struct hll *into, struct pool *pool, const struct hll *from, const struct pool *from_pool)
{
	if (!from->ref)
		return 0;
	if (from->bits != DENSE) {
		const uint64_t *slots = pool_at(from_pool, from->ref);
		for (size_t i = 0; i < (size_t)1 << from->bits; i++)
			if (slots[i] && hll_add(into, pool, slots[i]) < 0)
				return -1;
		return 0;
	}
	/* FROM had more than HLL_EXACT hashes, and so has the union. So INTO must become registers. */
	while (into->bits != DENSE)
		if (hll_grow(into, pool) < 0)
			return -1;
	uint8_t *a = pool_at(pool, into->ref);
	const uint8_t *b = pool_at(from_pool, from->ref);
	for (int i = 0; i < REGISTERS; i++)
		if (b[i] > a[i])
			a[i] = b[i];
	return 0;
}

/* Returns Ertl's sigma: the contribution of the registers that are 0. X is the share of such registers. The loop ends
 * when another term no longer changes the sum. */
static double ertl_sigma(double x)
{
	double y = 1, z = x, before;
	if (x == 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

/* Returns Ertl's tau: the contribution of the registers that have the greatest rank. X is the share of all other
 * registers. The loop ends when another term no longer changes the sum. */
static double ertl_tau(double x)
{
	double y = 1, z = 1 - x, before;
	if (x == 0 || x == 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

/* Uses Ertl's improved raw estimator: a harmonic mean of the registers, corrected for those that are 0 and for those
 * that have the greatest rank. */
uint64_t hll_count(const struct hll *h, const struct pool *pool)
{
	if (h->bits != DENSE)
		return h->count;
	const uint8_t *registers = pool_at(pool, h->ref);
	uint32_t counts[RANKS] = { 0 };
	for (int i = 0; i < REGISTERS; i++)
		counts[registers[i]]++;
	double z = REGISTERS * ertl_tau(1 - counts[RANKS - 1] / (double)REGISTERS);
	for (int k = RANKS - 2; k >= 1; k--)
		z = 0.5 * (z + counts[k]);
	z += REGISTERS * ertl_sigma(counts[0] / (double)REGISTERS);
	double n = (double)REGISTERS * REGISTERS / (2 * M_LN2 * z);
	return n < 0x1p63 ? (uint64_t)(n + 0.5) : UINT64_C(1) << 63;
}

void hll_release(struct hll *h, struct pool *pool)
{
	if (h->ref)
		pool_free(pool, h->ref, h->bits == DENSE ? REGISTERS : slots_bytes(h->bits));
	*h = (struct hll){ 0 };
}

/* ---- saving and loading ----
 *
 * A saved sketch begins with 0 if it is empty, 1 if registers follow, or the number of hashes + 1. A register is one
 * byte; after a register of 0 comes the number of such registers that follow it. */

static void registers_save(const uint8_t *registers, struct save *s)
{
	for (int i = 0; i < REGISTERS;) {
		int begin = i;
		save_u64(s, registers[i++]);
		if (registers[begin])
			continue;
		while (i < REGISTERS && registers[i] == 0)
			i++;
		save_u64(s, (uint64_t)(i - begin - 1));
	}
}

/* Begins after a free slot. Hashes that are put into empty slots in this order get the same slots again. */
static void slots_save(const uint64_t *slots, uint32_t bits, struct save *s)
{
	size_t mask = ((size_t)1 << bits) - 1, begin = 0;
	while (slots[begin])
		begin++;
	for (size_t i = 1; i <= mask; i++)
		if (slots[(begin + i) & mask])
			save_words(s, &slots[(begin + i) & mask], 1);
}

void hll_save(const struct hll *h, const struct pool *pool, struct save *s)
{
	if (!h->ref) {
		save_u64(s, 0);
	} else if (h->bits == DENSE) {
		save_u64(s, 1);
		registers_save(pool_at(pool, h->ref), s);
	} else {
		save_u64(s, (uint64_t)h->count + 1);
		slots_save(pool_at(pool, h->ref), h->bits, s);
	}
}

static int registers_load(struct hll *h, struct pool *pool, struct load *l)
{
	h->ref = pool_zalloc(pool, REGISTERS);
	if (!h->ref)
		return -1;
	h->bits = DENSE;
	uint8_t *registers = pool_at(pool, h->ref);
	for (uint64_t i = 0; i < REGISTERS && !load_failed(l);) {
		registers[i] = (uint8_t)load_max(l, RANKS - 1);
		i += registers[i] ? 1 : 1 + load_max(l, REGISTERS - i - 1);
	}
	return 0;
}

int hll_load(struct hll *h, struct pool *pool, struct load *l)
{
	uint64_t head = load_max(l, HLL_EXACT + 1), hash;
	uint32_t bits = SLOT_BITS_FIRST;
	if (head <= 1)
		return head == 0 ? 0 : registers_load(h, pool, l);
	while (hashes_most(bits) < head - 1)
		bits++;
	h->ref = pool_zalloc(pool, slots_bytes(bits));
	if (!h->ref)
		return -1;
	h->bits = bits;
	for (h->count = 0; h->count < head - 1 && !load_failed(l); h->count++) {
		load_words(l, &hash, 1);
		if (hash == 0 || !slots_put(pool_at(pool, h->ref), bits, hash))
			load_fail(l, "a hash is there twice");
	}
	return 0;
}
