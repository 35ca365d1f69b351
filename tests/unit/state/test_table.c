/* test_table.c -- the hash table. An array with an element for each possible key is the reference. */
#include "check.h"
#include "random.h"
#include "state/table.h"

/* Makes key number I in ROOM: the empty key, keys that fit a record, and keys that need a block. */
static struct span key_of(uint32_t i, char *room)
{
	int n = snprintf(room, 80, "%u%.*s", i, (int)(i % 7) * 8, "------------------------------------------------");
	return i == 0 ? SPAN("") : (struct span){ room, (size_t)n };
}

/* Returns a hash of KEY. KIND 0: a good one; 1: few different ones; 2: few different homes. */
static uint64_t hash_of(struct span key, int kind)
{
	uint64_t h = table_hash(key);
	return kind == 0 ? h : kind == 1 ? h & UINT64_C(0xf000000000000003) : h | UINT64_C(0xfffffffc00000000);
}

/* The reference for one key. */
struct model {
	int present;
	uint64_t value;
};

enum { KEYS = 3000 };

/* Compares T with MODEL: by looking up every key, and by iterating over all records. */
static void compare(const struct table *t, const struct model *model, int kind)
{
	char room[80];
	uint32_t count = 0;
	int good = 1;
	for (uint32_t i = 0; i < KEYS; i++) {
		struct span key = key_of(i, room);
		const uint64_t *r = table_find(t, key, hash_of(key, kind));
		good &= model[i].present ? r && r[0] == model[i].value && r[1] == i : !r;
		count += (uint32_t)model[i].present;
	}
	CHECK(good);
	CHECK_EQ(t->count, count);
	uint32_t walked = 0;
	for (uint32_t i = 0; i < t->next; i++) {
		struct span key, want;
		const uint64_t *r = table_at(t, i, &key);
		if (!r)
			continue;
		walked++;
		want = key_of((uint32_t)r[1], room);
		good &= model[r[1]].present && span_eq(key, want) && table_at(t, i, NULL) == r &&
			span_eq(table_key(t, r), want);
	}
	CHECK(good);
	CHECK_EQ(walked, count);
}

/* Adds and removes keys at random; fewer keys in the second half, so that many records are used again. */
static void test_random(int kind)
{
	static struct model model[KEYS];
	struct pool pool;
	struct table t;
	struct err e = ERR_INIT;
	char room[80];
	int good = 1;
	memset(model, 0, sizeof model);
	pool_init(&pool);
	CHECK(table_init(&t, &pool, 2 * sizeof(uint64_t), &e) == 0);
	for (int step = 1; step <= 40000; step++) {
		uint32_t i = random_below(step < 20000 ? KEYS : KEYS / 10);
		struct span key = key_of(i, room);
		uint64_t hash = hash_of(key, kind);
		bool added;
		if (random_below(3) == 0) {
			table_remove(&t, key, hash);
			model[i].present = 0;
			continue;
		}
		table_prefetch(&t, hash);
		table_prefetch_record(&t, hash);
		uint64_t *r = table_add(&t, key, hash, &added);
		good &= r && added == !model[i].present && (!added || (r[0] == 0 && r[1] == 0));
		if (!r)
			break;
		model[i] = (struct model){ 1, (uint64_t)step };
		r[0] = (uint64_t)step;
		r[1] = i;
		if (step % 10000 == 0)
			compare(&t, model, kind);
	}
	CHECK(good);
	CHECK(t.next <= KEYS); /* records of removed keys are used again */
	compare(&t, model, kind);
	table_release(&t);
	pool_release(&pool);
}

/* Without removals, records are in the order of insertion and never move, and a release gives all memory back. */
static void test_order(size_t record_size)
{
	enum { MANY = 100000 };
	static char *records[MANY];
	struct pool pool;
	struct table t;
	struct err e = ERR_INIT;
	char room[80];
	int good = 1;
	pool_init(&pool);
	CHECK(table_init(&t, &pool, record_size, &e) == 0);
	for (uint32_t i = 0; i < MANY; i++) {
		bool added;
		struct span key = key_of(i, room);
		records[i] = table_add(&t, key, table_hash(key), &added);
		good &= records[i] && added && (uintptr_t)records[i] % 8 == 0;
		if (!records[i])
			break;
		memset(records[i], (int)i, record_size);
	}
	CHECK(good);
	CHECK_EQ(t.next, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		struct span key;
		const char *r = table_at(&t, i, &key);
		good &= r == records[i] && span_eq(key, key_of(i, room));
		for (size_t k = 0; k < record_size; k++)
			good &= r[k] == (char)i;
	}
	CHECK(good);
	size_t bytes = pool.bytes;
	table_release(&t);
	/* the same table again fits into the memory that was given back */
	CHECK(table_init(&t, &pool, record_size, &e) == 0);
	for (uint32_t i = 0; i < MANY; i++) {
		bool added;
		struct span key = key_of(i, room);
		good &= table_add(&t, key, table_hash(key), &added) != NULL;
	}
	CHECK(good);
	CHECK(pool.bytes <= bytes + bytes / 8);
	pool_release(&pool);
}

/* A spelling stays with its key, whatever its length, and has no part in look-ups. */
static void test_spelling(void)
{
	enum { SPELLED_KEYS = 1000 };
	struct pool pool;
	struct table t;
	struct err e = ERR_INIT;
	char room[64], spelling[64];
	bool added;
	size_t bytes = 0;
	pool_init(&pool);
	for (int round = 0; round < 20; round++) {
		CHECK(table_init(&t, &pool, 8, &e) == 0);
		for (int pass = 0; pass < 3; pass++)
			for (unsigned i = 0; i < SPELLED_KEYS; i++) {
				int n = snprintf(room, sizeof room, i % 2 ? "%u" : "a key of more than 16 bytes %u", i);
				struct span key = { room, (size_t)n }, text = SPAN_NONE;
				if (i % 5 && pass != 1)
					text = (struct span){ spelling,
						(size_t)snprintf(spelling, sizeof spelling, "%d:%u", pass, i) };
				void *record = table_add(&t, key, table_hash(key), &added);
				CHECK_EQ(added, pass == 0);
				CHECK(table_set_spelling(&t, record, text) == 0);
				CHECK(span_eq(table_spelling(&t, record), text.p ? text : key));
				CHECK(span_eq(table_key(&t, record), key));
				if (i % 7 == 0 && pass == 2)
					table_remove(&t, key, table_hash(key));
			}
		CHECK_EQ(t.count, SPELLED_KEYS - (SPELLED_KEYS + 6) / 7);
		table_release(&t);
		/* All blocks went back to the pool. */
		bytes = round == 1 ? pool.bytes : bytes;
	}
	CHECK_EQ(pool.bytes, bytes);
	pool_release(&pool);
}

/* The memory that the header promises. */
static void test_bytes(void)
{
	enum { MANY = 1000000 };
	struct pool pool;
	struct table t;
	struct err e = ERR_INIT;
	int good = 1;
	pool_init(&pool);
	CHECK(table_init(&t, &pool, 24, &e) == 0);
	for (uint32_t i = 0; i < MANY; i++) {
		char room[32];
		bool added;
		struct span key = { room, (size_t)snprintf(room, sizeof room, "\"user%08u\"", i) };
		good &= table_add(&t, key, table_hash(key), &added) != NULL;
	}
	CHECK(good);
	CHECK(pool.bytes / MANY <= 70);
	pool_release(&pool);
	/* a small table in a pool of its own */
	CHECK(table_init(&t, &pool, 0, &e) == 0);
	CHECK(pool.bytes <= 4096 + POOL_MALLOC_BYTES);
	pool_release(&pool);
}

int main(void)
{
	test_random(0);
	test_random(1);
	test_random(2);
	test_order(0);
	test_order(8);
	test_order(20);
	test_order(1000);
	test_spelling();
	test_bytes();
	return check_end();
}
