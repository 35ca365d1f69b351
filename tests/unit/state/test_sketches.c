/* test_sketches.c -- exact sums have the results that fractions have; sketches keep their bounds of error. */
#include "check.h"
#include "random.h"
#include "state/exact_cases.h"
#include "state/ddsketch.h"
#include "state/exact.h"
#include "state/hll.h"
#include <float.h>
#include <math.h>

/* ---- exact sums ---- */

enum { PARTS = 4 };
struct sums {
	struct exact sum, squares;
};

/* Checks that OUT is the number WANT, however it is written, and empties OUT. */
static void check_text(struct buf *out, const char *want)
{
	struct buf is, should;
	buf_init(&is, 4096);
	buf_init(&should, 4096);
	CHECK(num_canon(buf_span(out), &is) == 0);
	CHECK(num_canon(span_of(want), &should) == 0);
	CHECK_STR(buf_string(&is), buf_string(&should));
	buf_release(&is);
	buf_release(&should);
	buf_reset(out);
}

/* Adds each of VALUES to one of PARTS at random. *N is how many there are. */
static void add_all(struct sums *parts, struct pool *pool, const char *values, uint64_t *n)
{
	*n = 0;
	while (*values) {
		struct num v;
		size_t len = strcspn(values, " ");
		CHECK(num_parse((struct span){ values, len }, &v) == 0);
		struct sums *s = &parts[random_next() % PARTS];
		CHECK(exact_add(&s->sum, EXACT_PLAIN, pool, &v, SPAN_NONE) == 0);
		CHECK(exact_add(&s->squares, EXACT_SQUARES, pool, &v, SPAN_NONE) == 0);
		++*n;
		values += len + strspn(values + len, " ");
	}
}

/* Sum, mean and variance of parts, merged, are those of exact_cases.h, to the last digit. */
static void test_exact(void)
{
	for (size_t i = 0; i < sizeof exact_cases / sizeof exact_cases[0]; i++) {
		for (int round = 0; round < 4; round++) {
			struct pool pool;
			struct sums parts[PARTS] = { 0 };
			uint64_t n;
			pool_init(&pool);
			add_all(parts, &pool, exact_cases[i].values, &n);
			for (int k = 1; k < PARTS; k++) {
				CHECK(exact_merge(&parts[0].sum, EXACT_PLAIN, &pool, &parts[k].sum, &pool) == 0);
				CHECK(exact_merge(&parts[0].squares, EXACT_SQUARES, &pool, &parts[k].squares, &pool) ==
					0);
				exact_release(&parts[k].sum, &pool);
				exact_release(&parts[k].squares, &pool);
			}
			struct buf out;
			buf_init(&out, 1000);
			CHECK(exact_write_sum(&parts[0].sum, &pool, &out) == 0);
			check_text(&out, exact_cases[i].sum);
			CHECK(exact_write_mean(&parts[0].sum, &pool, n, &out) == 0);
			check_text(&out, exact_cases[i].mean);
			CHECK(exact_write_variance(&parts[0].sum, &parts[0].squares, &pool, n, false, &out) == 0);
			check_text(&out, exact_cases[i].variance);
			CHECK(exact_write_variance(&parts[0].sum, &parts[0].squares, &pool, n, true, &out) == 0);
			check_text(&out, exact_cases[i].deviation);
			buf_release(&out);
			pool_release(&pool);
		}
	}
}

/* The greatest, the least and the subnormal numbers in one sum: they cancel out and leave the small one. */
static void test_exact_range(void)
{
	static const char *const values[] = { "4.9e-324", "1.7976931348623157e308", "1e-38", "-1.7976931348623157e308",
		"170141183460469231731687303715884105727", "2.2250738585072014e-308", "-4.9e-324",
		"-170141183460469231731687303715884105727", "-2.2250738585072014e-308" };
	struct pool pool;
	struct exact x = { 0 }, squares = { 0 };
	struct num v;
	pool_init(&pool);
	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
			CHECK(num_parse(span_of(values[i]), &v) == 0);
			CHECK(exact_add(&x, EXACT_PLAIN, &pool, &v, SPAN_NONE) == 0 &&
				exact_add(&squares, EXACT_SQUARES, &pool, &v, SPAN_NONE) == 0);
		}
	}
	struct buf out;
	buf_init(&out, 1000);
	CHECK(exact_write_sum(&x, &pool, &out) == 0);
	check_text(&out, "0.00000000000000000000000000000000001");
	CHECK(exact_write_variance(&x, &squares, &pool, 9000, false, &out) == 0);
	check_text(&out, "7.1823549441740194e+615");
	buf_release(&out);
	pool_release(&pool);
}

/* ---- HyperLogLog ---- */

/* Adds the next N random hashes to H. Returns its count. */
static uint64_t hll_of(uint64_t n, struct pool *pool, struct hll *h)
{
	int good = 1;
	for (uint64_t i = 0; i < n; i++)
		good &= hll_add(h, pool, random_next()) == 0;
	CHECK(good);
	return hll_count(h, pool);
}

/* Over many seeds, the root mean square of the relative error is 1.04 / sqrt(2^14) = 0.0081, and its mean is near zero:
 * an estimator with a bias would fail. */
static void test_hll_error(void)
{
	static const uint64_t sizes[] = { 2000, 10000, 40000, 60000, 100000, 300000 };
	enum { SEEDS = 60 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		double squares = 0, sum = 0, worst = 0;
		for (int seed = 1; seed <= SEEDS; seed++) {
			struct pool pool;
			struct hll h = { 0 };
			random_restart((uint64_t)seed * 1000003 + sizes[i]);
			pool_init(&pool);
			double error = (double)hll_of(sizes[i], &pool, &h) / (double)sizes[i] - 1;
			squares += error * error;
			sum += error;
			worst = fmax(worst, fabs(error));
			pool_release(&pool);
		}
		CHECK(sqrt(squares / SEEDS) < 0.0081 * 1.25);
		CHECK(fabs(sum / SEEDS) < 0.0081 * 3 / sqrt(SEEDS));
		CHECK(worst < 0.0081 * 4);
	}
}

/* Small sets are counted exactly; adding the same hashes again changes nothing; merged parts give the count of the
 * whole. */
static void test_hll_sets(void)
{
	static const uint64_t sizes[] = { 0, 1, 3, 4, 7, 100, HLL_EXACT - 1, HLL_EXACT, HLL_EXACT + 1, 5000 };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct pool pool;
		struct hll whole = { 0 }, parts[3] = { 0 }, into = { 0 };
		pool_init(&pool);
		random_restart(99);
		uint64_t n = hll_of(sizes[i], &pool, &whole);
		if (sizes[i] <= HLL_EXACT)
			CHECK_EQ(n, sizes[i]);
		random_restart(99);
		CHECK_EQ(hll_of(sizes[i], &pool, &whole), n);
		random_restart(99);
		int good = 1;
		for (uint64_t k = 0; k < sizes[i]; k++)
			good &= hll_add(&parts[k % 7 < 5 ? 0 : k % 7 - 4], &pool, random_next()) == 0;
		CHECK(good);
		for (int k = 2; k >= 0; k--)
			CHECK(hll_merge(&into, &pool, &parts[k], &pool) == 0);
		CHECK_EQ(hll_count(&into, &pool), n);
		CHECK(hll_merge(&into, &pool, &whole, &pool) == 0);
		CHECK_EQ(hll_count(&into, &pool), n);
		for (int k = 0; k < 3; k++)
			hll_release(&parts[k], &pool);
		CHECK_EQ(parts[0].ref, 0);
		pool_release(&pool);
	}
}

/* ---- DDSketch ---- */

static int by_value(const void *x, const void *y)
{
	const double *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

/* Returns a random number of the distribution KIND. */
static double draw(int kind)
{
	double u = random_unit() + 1e-12;
	switch (kind) {
	case 0: /* uniform, both signs and zeros */ return floor(u * 2000) - 1000;
	case 1: /* Pareto: a long tail */ return pow(u, -2);
	case 2: /* over most of a range of 10^35 */ return exp(u * 80 - 40) * (random_next() % 2 ? 1 : -1);
	case 3: return -log(u) * 1e-300;
	default: return 7;
	}
}

/* At every rank the estimate is within 1 % of the value there. */
static void test_ddsketch_error(void)
{
	enum { N = 5000, KINDS = 5 };
	static double values[N];
	for (int kind = 0; kind < KINDS; kind++) {
		struct pool pool;
		struct ddsketch d = { 0 };
		int good = 1;
		random_restart((uint64_t)kind);
		pool_init(&pool);
		for (int i = 0; i < N; i++) {
			values[i] = draw(kind);
			good &= ddsketch_add(&d, &pool, values[i]) == 0;
		}
		qsort(values, N, sizeof values[0], by_value);
		for (int i = 0; i <= 1000; i++) {
			double p = i / 1000.0, want = values[(int)floor(p * (N - 1))];
			good &= fabs(ddsketch_quantile(&d, &pool, p) - want) <= fabs(want) * (DDSKETCH_ERROR + 1e-9);
		}
		CHECK(good);
		ddsketch_release(&d, &pool);
		pool_release(&pool);
	}
}

/* Values that need more than DDSKETCH_BINS bins: high quantiles keep their bound of error, memory is bounded, and
 * neither the order of values nor merging matters. */
static void test_ddsketch_collapse(void)
{
	enum { N = 4000 };
	struct pool pool;
	struct ddsketch up = { 0 }, down = { 0 }, parts[2] = { 0 };
	int good = 1;
	pool_init(&pool);
	for (int i = 0; i < N; i++) {
		double a = pow(10, -320 + 600.0 * i / N), b = pow(10, -320 + 600.0 * (N - 1 - i) / N);
		good &= ddsketch_add(&up, &pool, a) == 0 && ddsketch_add(&down, &pool, b) == 0;
		good &= ddsketch_add(&parts[i * 7 % 3 == 0], &pool, i % 2 ? a : b) == 0;
		good &= ddsketch_add(&parts[i * 5 % 3 == 0], &pool, i % 2 ? b : a) == 0;
	}
	CHECK(good);
	CHECK(up.positive.count <= DDSKETCH_BINS + 64);
	for (int i = 0; i <= 100; i++)
		CHECK(ddsketch_quantile(&up, &pool, i / 100.0) == ddsketch_quantile(&down, &pool, i / 100.0));
	CHECK(fabs(ddsketch_quantile(&up, &pool, 0.99) / pow(10, -320 + 600.0 * floor(0.99 * (N - 1)) / N) - 1) <
		0.0101);
	struct ddsketch twice = up;
	CHECK(ddsketch_merge(&parts[0], &pool, &parts[1], &pool) == 0);
	CHECK(ddsketch_merge(&down, &pool, &twice, &pool) == 0);
	CHECK_EQ(parts[0].n, 2 * N);
	for (int i = 0; i <= 100; i++)
		CHECK(ddsketch_quantile(&parts[0], &pool, i / 100.0) == ddsketch_quantile(&down, &pool, i / 100.0));
	pool_release(&pool);
}

int main(void)
{
	test_exact();
	test_exact_range();
	test_hll_error();
	test_hll_sets();
	test_ddsketch_error();
	test_ddsketch_collapse();
	return check_end();
}
