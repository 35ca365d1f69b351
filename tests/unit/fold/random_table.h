/* random_table.h -- random events with values of two decimal places, which a test can compute with in int64_t; and
 * states that are filled and released many times. */
#ifndef FOLD_RANDOM_TABLE_H
#define FOLD_RANDOM_TABLE_H
#include "fold/fold_check.h"

struct random_table {
	struct event events[EVENTS_MAX]; /* {"x":VALUE}, with event times that are not in order */
	int n;
	int64_t hundredths[EVENTS_MAX]; /* the values times 100, in order of arrival */
	char memory[1 << 16];
};

/* Returns V / 100 in OUT, as it is written in the events: with two places. */
static inline const char *hundredths_text(int64_t v, char out[64])
{
	int64_t size = v < 0 ? -v : v;
	snprintf(out, 64, "%s%" PRId64 ".%02" PRId64, v < 0 ? "-" : "", size / 100, size % 100);
	return out;
}

/* Fills T with values from a range of SPREAD hundredths around 0. */
static inline void random_table_fill(struct random_table *t, unsigned spread)
{
	size_t used = 0;
	t->n = 1 + (int)random_below(300);
	for (int i = 0; i < t->n; i++) {
		int64_t v = (int64_t)random_below(spread) - (int64_t)spread / 2;
		char text[64];
		t->hundredths[i] = v;
		t->events[i] = (struct event){ 1000 * (int64_t)random_below(20), t->memory + used };
		used += (size_t)snprintf(t->memory + used, sizeof t->memory - used, "{\"x\":%s}",
				hundredths_text(v, text)) +
			1;
	}
}

/* Calls CHECK_TABLE with tables of few different values, of some, and of values that are nearly all different. */
static inline void check_random_tables(void check_table(const struct random_table *t))
{
	static const unsigned spreads[] = { 10, 300, 2000000000 };
	static struct random_table t;
	for (int round = 0; round < 12; round++) {
		CHECK_ROW("random table %d", round);
		random_table_fill(&t, spreads[round % 3]);
		check_table(&t);
	}
}

static inline int order_of_i64(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static inline void random_table_sort(const struct random_table *t, int64_t sorted[EVENTS_MAX])
{
	memcpy(sorted, t->hundredths, sizeof t->hundredths);
	qsort(sorted, (size_t)t->n, sizeof sorted[0], order_of_i64);
}

/* Returns V / 10^PLACES in OUT, written as results are: without trailing zeros. */
static inline const char *decimal_text(int64_t v, int places, char out[64])
{
	int64_t scale = 1, size = v < 0 ? -v : v;
	for (int i = 0; i < places; i++)
		scale *= 10;
	int n = snprintf(out, 64, "%s%" PRId64 ".%0*" PRId64, v < 0 ? "-" : "", size / scale, places, size % scale);
	while (out[n - 1] == '0')
		out[--n] = '\0';
	if (out[n - 1] == '.')
		out[--n] = '\0';
	return out;
}

/* Checks that a state that is released leaves all its memory to the next one, as sessions need: their states begin and
 * end in one pool. The values are of every kind that states keep: short and wide decimals, doubles, long texts. */
static inline void check_release(const char *text)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	struct fold f;
	struct state s;
	char line[200];
	size_t bytes = 0;
	CHECK_ROW("%s", text);
	snprintf(line, sizeof line, "n=%s", text);
	CHECK(fold_parse(&f, line, x, &e) == 0);
	state_init(&s, &f);
	for (int round = 0; round < 40; round++) {
		for (int k = 0; k < 2000; k++) {
			const char *tail = k % 7 == 0 ? "12345678901234567890" : k % 11 == 0 ? "e300" : ".5";
			snprintf(line, sizeof line, "{\"x\":%s%d%s,\"y\":\"a long enough string %d\"}",
				k % 2 ? "-" : "", k, tail, k % 900);
			feed(&s, &f, x, &(struct event){ k, line }, (uint64_t)k, &e);
		}
		if (f.type->release)
			f.type->release(&f, s.at, &s.pool);
		fold_init(&f, s.at);
		bytes = round == 1 ? s.pool.bytes : bytes;
	}
	CHECK_EQ(s.pool.bytes, bytes);
	state_free(&s, &f);
	fold_release(&f);
	exprs_free(x);
}
#endif
