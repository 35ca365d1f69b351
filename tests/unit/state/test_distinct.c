/* test_distinct.c -- every different value counts once, whatever its length and order, merged or not. A struct table of
 * the same values is the reference. */
#include "check.h"
#include "random.h"
#include "state/distinct.h"
#include "state/table.h"

/* Makes value number I, of at most 40 bytes: short and long ones, and ones that differ in their length or their zero
 * bytes only. Different numbers give different values. */
static struct span value(uint64_t i, char out[64])
{
	static const char pads[] = { 'x', 'y', '\0' };
	int n = snprintf(out, 64, "%llx", (unsigned long long)(i / 9));
	memset(out + n, pads[i % 3], 40);
	out[n] = ':'; /* ends the digits, so that values with different digits are different */
	static const size_t more[] = { 1, 6, 25 };
	return (struct span){ out, (size_t)n + more[i / 3 % 3] + (i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 3) };
}

/* Two short values have the same words if and only if they are equal: prefixes, and values that differ in one byte. */
static void test_short(void)
{
	char a[] = "abcdefghijklmno", b[16];
	bool ok = true;
	for (size_t n = 0; n <= DISTINCT_SHORT; n++) {
		struct distinct_short whole = distinct_short((struct span){ a, n });
		for (size_t i = 0; i <= n; i++) {
			struct distinct_short other = distinct_short((struct span){ a, i });
			ok = ok && (i == n) == (other.low == whole.low && other.high == whole.high);
			memcpy(b, a, sizeof b);
			b[i] ^= 1;
			other = distinct_short((struct span){ b, n });
			ok = ok && (i == n) == (other.low == whole.low && other.high == whole.high);
		}
		ok = ok && whole.high >> 56 == n + 1;
	}
	CHECK(ok);
}

/* Adds MANY values out of RANGE different ones to each of two sets, which overlap, and merges them in both directions.
 * A merge must take linear time: this test took half a minute when it did not. At last the pool has all memory back. */
static void test_count(uint64_t many, uint64_t range)
{
	struct pool pool, other;
	struct distinct set[2] = { { 0 }, { 0 } };
	struct table all;
	struct err e;
	char text[64];
	bool ok = true, added;
	pool_init(&pool);
	pool_init(&other);
	CHECK(table_init(&all, &other, 0, &e) == 0);
	CHECK_EQ(distinct_count(&set[0], &pool), 0);
	for (uint64_t i = 0; ok && i < many; i++) {
		struct span v = value(random_next() % range, text);
		ok = distinct_add(&set[0], &pool, v) == 0 && table_add(&all, v, table_hash(v), &added);
		if (i % 1000 == 999 || i < 100)
			ok = ok && distinct_count(&set[0], &pool) == all.count;
	}
	CHECK(ok);
	CHECK_EQ(distinct_count(&set[0], &pool), all.count);
	for (uint64_t i = 0; ok && i < many; i++) {
		struct span v = value(random_next() % range + range / 2, text);
		ok = distinct_add(&set[1], &other, v) == 0 && table_add(&all, v, table_hash(v), &added);
	}
	CHECK(ok && distinct_merge(&set[1], &other, &set[0], &pool) == 0);
	CHECK_EQ(distinct_count(&set[1], &other), all.count);
	CHECK(distinct_merge(&set[0], &pool, &set[1], &other) == 0);
	CHECK_EQ(distinct_count(&set[0], &pool), all.count);
	size_t bytes = pool.bytes;
	distinct_release(&set[0], &pool);
	CHECK_EQ(distinct_count(&set[0], &pool), 0);
	CHECK(distinct_merge(&set[0], &pool, &set[1], &other) == 0);
	CHECK_EQ(distinct_count(&set[0], &pool), all.count);
	CHECK(pool.bytes <= bytes + bytes / 4);
	pool_release(&pool);
	pool_release(&other);
}

int main(void)
{
	test_short();
	test_count(10, 5);
	test_count(1000, 300);
	test_count(3000, 100000);
	test_count(200000, 90000);
	test_count(400000, 1000000);
	return check_end();
}
