/* test_select.c -- quickselect takes n log n steps even for the input that is made against it. */
#include "check.h"
#include "fold/select.h"

/* McIlroy, "A killer adversary for quicksort" (1999): an element gets its value only when it is compared, and then so
 * that each pivot splits off as few elements as possible. Elements are their own numbers. */
struct adversary {
	int64_t *value;    /* by element; -1: not decided yet, greater than all decided ones */
	int64_t decided;   /* values given so far */
	int64_t candidate; /* the element that is probably the pivot */
	uint64_t compared;
};

static int adverse_order(const void *x, const void *y, const void *context)
{
	struct adversary *const *box = context;
	struct adversary *ad = *box;
	const int64_t *a = x, *b = y;
	ad->compared++;
	if (ad->value[*a] < 0 && ad->value[*b] < 0)
		ad->value[*a == ad->candidate ? *a : *b] = ad->decided++;
	if (ad->value[*a] < 0)
		ad->candidate = *a;
	else if (ad->value[*b] < 0)
		ad->candidate = *b;
	int64_t va = ad->value[*a] < 0 ? INT64_MAX : ad->value[*a], vb = ad->value[*b] < 0 ? INT64_MAX : ad->value[*b];
	return (va > vb) - (va < vb);
}

static void test_select(void)
{
	enum { N = 20000 };
	static int64_t items[N], value[N];
	struct adversary ad = { value, 0, 0, 0 }, *box = &ad;
	for (int i = 0; i < N; i++) {
		items[i] = i;
		value[i] = -1;
	}
	select_rank((char *)items, N, sizeof items[0], N - 1, adverse_order, &box);
	/* heapsort takes 2 n log n, and about as many were spent on bad pivots before it */
	CHECK(ad.compared < 100 * N);
	for (int i = 0; i < N - 1; i++)
		CHECK(adverse_order(&items[i], &items[N - 1], &box) <= 0);
}

int main(void)
{
	test_select();
	return check_end();
}
