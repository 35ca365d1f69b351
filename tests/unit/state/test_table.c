/* test_table.c -- the hash table against a plain array of all keys there could be. */
#include "check.h"
#include "random.h"
#include "state/table.h"

/* Key number I: from empty to far beyond what stands in a record. */
static struct span key_of(uint32_t i, char *room)
{
	int n = snprintf(room, 80, "%u%.*s", i, (int)(i % 7) * 8, "------------------------------------------------");
	return i == 0 ? SPAN("") : (struct span){ room, (size_t)n };
}

/* A hash that may be made bad: few different ones, or only few home slots. */
static uint64_t hash_of(struct span key, int kind)
{
	uint64_t h = table_hash(key);
	return kind == 0 ? h : kind == 1 ? h & UINT64_C(0xf000000000000003) : h | UINT64_C(0xfffffffc00000000);
}

struct model {
	int present;
	uint64_t value;
};

enum { KEYS = 3000 };

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

/* Random adds, removals and look-ups. */
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

/* Without removals: in order of insertion, records never move, and all comes back at release. */
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
	/* the same table again lives from what was given back */
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

/* What the header promises of memory. */
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
	/* a pool with one small table */
	CHECK(table_init(&t, &pool, 0, &e) == 0);
	CHECK(pool.bytes <= 4096);
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
	test_bytes();
	return check_end();
}
