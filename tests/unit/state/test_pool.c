/* test_pool.c -- blocks keep their contents, are aligned, are used again, and cost little more than their bytes. */
#include "check.h"
#include "random.h"
#include "state/pool.h"

/* Returns a size: most are small, some need a chunk of their own. */
static size_t random_size(void)
{
	static const size_t most[] = { 16, 64, 300, 5000, 70000, POOL_BIG + 10, 3 << 20 };
	unsigned kind = (unsigned)(random_next() % 100);
	size_t limit = most[kind < 50 ? 0 :
			kind < 70     ? 1 :
			kind < 85     ? 2 :
			kind < 93     ? 3 :
			kind < 97     ? 4 :
			kind < 99     ? 5 :
					6];
	return random_next() % limit;
}

/* A block whose bytes are all MARK. */
struct block {
	pool_ref ref;
	size_t n;
	unsigned char mark;
};

static int is_marked(const struct pool *p, const struct block *b, size_t n)
{
	const unsigned char *at = pool_at(p, b->ref);
	for (size_t i = 0; i < n; i++)
		if (at[i] != b->mark)
			return 0;
	return 1;
}

static void mark(const struct pool *p, const struct block *b)
{
	memset(pool_at(p, b->ref), b->mark, b->n);
}

/* In any order of allocating, growing and freeing, every block keeps its bytes. The first chunk has MEMORY bytes of the
 * caller, unless MEMORY is 0. */
static void test_random(size_t memory)
{
	enum { BLOCKS = 200, STEPS = 20000 };
	static struct block blocks[BLOCKS];
	static uint64_t mine[128];
	struct pool p;
	int good = 1, aligned = 1;
	memset(blocks, 0, sizeof blocks);
	pool_init(&p);
	if (memory)
		pool_init_in(&p, mine, memory);
	CHECK_EQ(p.bytes, memory);
	for (int step = 0; step < STEPS; step++) {
		struct block *b = &blocks[random_next() % BLOCKS];
		size_t n = random_size();
		if (!b->ref) {
			b->ref = random_next() % 2 ? pool_alloc(&p, n) : pool_zalloc(&p, n);
			b->n = n;
		} else if (random_next() % 2) {
			pool_ref ref = pool_grow(&p, b->ref, b->n, n);
			b->ref = ref;
			good &= is_marked(&p, b, b->n < n ? b->n : n);
			b->n = n;
		} else {
			good &= is_marked(&p, b, b->n);
			pool_free(&p, b->ref, b->n);
			b->ref = 0;
		}
		if (b->ref) {
			aligned &= (uintptr_t)pool_at(&p, b->ref) % 8 == 0 && b->ref % 8 == 0;
			b->mark = (unsigned char)step;
			mark(&p, b);
		}
	}
	CHECK(good);
	CHECK(aligned);
	pool_release(&p);
	CHECK_EQ(p.bytes, 0);
}

/* pool_zalloc() gives zeros, also where a freed block is used again. */
static void test_zeroed(void)
{
	static const size_t sizes[] = { 8, 100, 5000, POOL_BIG, POOL_BIG + 1, 5 << 20 };
	struct pool p;
	pool_init(&p);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			struct block b = { pool_zalloc(&p, sizes[i]), sizes[i], 0 };
			CHECK(is_marked(&p, &b, b.n));
			b.mark = 0xff;
			mark(&p, &b);
			pool_free(&p, b.ref, b.n);
		}
	}
	pool_release(&p);
}

/* Freed blocks are used again; a block has the room that was asked for and about an eighth more at most. */
static void test_reuse(void)
{
	struct pool p;
	pool_init(&p);
	CHECK_EQ(p.bytes, 0);
	for (int round = 0; round < 100000; round++) {
		pool_ref a = pool_alloc(&p, 24), b = pool_alloc(&p, 1000), c = pool_alloc(&p, POOL_BIG * 9);
		pool_free(&p, b, 1000);
		pool_free(&p, a, 24);
		pool_free(&p, c, POOL_BIG * 9);
	}
	CHECK(p.bytes <= 8192);
	pool_free(&p, 0, 10);
	pool_release(&p);
	for (size_t n = 1; n < 3 * POOL_BIG; n += n < 5000 ? 1 : 777) {
		if (pool_room(n) < n || pool_room(n) > n + n / 8 + 7 + (n > POOL_BIG ? 4096 : 0) ||
			pool_room(pool_room(n)) != pool_room(n)) {
			CHECK(0);
			break;
		}
	}
}

/* A small pool takes no memory from the system. It keeps no lists, so a freed block is not used again. Once the pool has
 * POOL_LISTS_FROM bytes, it stops growing. */
static void test_small(void)
{
	uint64_t memory[32];
	struct pool p;
	pool_init_in(&p, memory, sizeof memory);
	pool_ref a = pool_alloc(&p, 100), b = pool_alloc(&p, 144);
	CHECK(a && b && pool_at(&p, a) == (void *)memory);
	CHECK_EQ(p.bytes, sizeof memory);
	for (int round = 0; round < 100000; round++) {
		a = pool_grow(&p, a, 100, 200);
		a = pool_grow(&p, a, 200, 100);
	}
	CHECK(p.bytes < 4 * POOL_LISTS_FROM);
	pool_release(&p);
	CHECK_EQ(p.bytes, 0);
}

/* A million small blocks cost little more than their bytes. */
static void test_overhead(void)
{
	enum { BLOCKS = 1000000, SIZE = 24 };
	struct pool p;
	pool_init(&p);
	pool_ref last = 0;
	int ordered = 1;
	for (int i = 0; i < BLOCKS; i++) {
		pool_ref ref = pool_alloc(&p, SIZE);
		ordered &= ref > last;
		last = ref;
	}
	CHECK(ordered);
	CHECK(p.bytes < BLOCKS * SIZE + (4 << 20));
	CHECK_EQ(pool_alloc(&p, SIZE_MAX / 2), 0);
	pool_release(&p);
}

int main(void)
{
	test_random(0);
	test_random(8);
	test_random(1024);
	test_small();
	test_zeroed();
	test_reuse();
	test_overhead();
	return check_end();
}
