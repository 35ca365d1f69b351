/* test_groups.c -- tables of groups: adding, merging, limits. */
#include "../check.h"
#include "../random.h"
#include "fold/groups.h"

enum { EVENTS = 2000, KEYS = 37 };

static struct fold_plan plan;
static struct value args[FOLD_ARGS];

/* A plan of count and sum(.n), whose argument sets are 0 and 1. */
static void make_plan(struct exprs *x)
{
	static const char *const texts[] = { "n=count", "s=sum(.n)" };
	struct err e = ERR_INIT;
	for (size_t i = 0; i < 2; i++)
		CHECK(fold_parse(&plan.folds[i], texts[i], x, &e) == 0);
	plan.fold_count = 2;
	plan.arg_set_of[0] = plan.arg_set_of[1] = 0;
	fold_plan_layout(&plan, sizeof(struct group_header));
	CHECK_EQ(plan.record_bytes % 8, 0);
	CHECK(plan.folds[0].offset >= sizeof(struct group_header));
}

/* The event number SEQ: its value N goes to the group KEY. */
static struct fold_event event_of(const char *key, int64_t n, uint64_t seq)
{
	struct fold_event ev = { .key = span_of(key), .seq = seq, .args = args };
	ev.hash = table_hash(ev.key);
	ev.use[0] = true;
	args[0] = (struct value){ .type = JSON_NUMBER, .is_num = true, .num = num_from_i64(n) };
	return ev;
}

/* Writes the results of RECORD as "count,sum". */
static void results_of(const struct groups *g, const char *record, char out[64])
{
	struct buf b;
	buf_init(&b, 64);
	for (size_t i = 0; i < 2; i++) {
		const struct fold *f = &plan.folds[i];
		CHECK(f->type->result(f, record + f->offset, &g->pool, &b) == 0 && buf_addc(&b, i ? '\0' : ',') == 0);
	}
	snprintf(out, 64, "%s", b.p);
	buf_release(&b);
}

/* The groups of random events are the same whether one table took them or four that were merged. */
static void test_merge(void)
{
	struct group_budget budget = { 0 };
	struct err e = ERR_INIT;
	const struct bounds b = { 0, 60000 };
	struct groups *whole = groups_new(&plan, &budget, &b, 1, &e), *merged = groups_new(&plan, &budget, NULL, 1, &e);
	struct groups *part[4];
	for (size_t i = 0; i < 4; i++)
		part[i] = groups_new(&plan, &budget, &b, 1, &e);
	CHECK(whole && merged && part[3] && whole->windowed && !merged->windowed);
	for (uint64_t seq = 0; seq < EVENTS; seq++) {
		char key[16];
		snprintf(key, sizeof key, "%u", random_below(KEYS));
		struct fold_event ev = event_of(key, (int64_t)random_below(1000) - 500, seq);
		if (!groups_take(whole, &ev, NULL, &e) || !groups_take(part[random_below(4)], &ev, NULL, &e))
			FAIL("an event was not taken");
	}
	for (size_t i = 4; i-- > 0;)
		CHECK(groups_merge(merged, part[i], &e) == 0);
	CHECK_EQ(merged->table.count, whole->table.count);
	for (uint32_t i = 0; i < whole->table.next; i++) {
		struct span key;
		char want[64], have[64];
		char *record = table_at(&whole->table, i, &key),
		     *other = table_find(&merged->table, key, table_hash(key));
		CHECK_ROW("key %.*s", SPAN_ARG(key));
		if (!CHECK(other != NULL))
			continue;
		results_of(whole, record, want);
		results_of(merged, other, have);
		CHECK_STR(have, want);
		CHECK_EQ(group_header(other)->first, group_header(record)->first);
	}
	CHECK(budget.bytes > 0);
	for (size_t i = 0; i < 4; i++)
		groups_free(part[i]);
	groups_free(whole);
	groups_free(merged);
	CHECK_EQ(budget.bytes, 0);
}

/* One key more than max_keys is an error, or goes into the group of the others; known keys are always taken. */
static void test_max_keys(void)
{
	struct group_budget budget = { .max_keys = 2 };
	struct err e = ERR_INIT;
	struct span key;
	char text[64];
	struct groups *g = groups_new(&plan, &budget, NULL, 1, &e);
	static const char *const keys[] = { "1", "2", "1" };
	for (size_t i = 0; i < 3; i++) {
		struct fold_event ev = event_of(keys[i], 1, i);
		CHECK(groups_take(g, &ev, &key, &e) != NULL && span_eq(key, ev.key));
	}
	struct fold_event ev = event_of("3", 1, 3);
	CHECK(!groups_take(g, &ev, &key, &e) && e.status == EX_DATAERR && strstr(e.msg, "--max-keys"));
	budget.overflow = true;
	CHECK(groups_take(g, &ev, &key, &e) && span_eq(key, GROUP_KEY_OTHER));
	ev = event_of("4", 5, 4);
	char *record = groups_take(g, &ev, &key, &e);
	if (CHECK(record != NULL)) {
		results_of(g, record, text);
		CHECK_STR(text, "2,6");
	}
	groups_free(g);
}

/* A pool that grows past max_bytes is an error that names the option. */
static void test_max_state(void)
{
	struct group_budget budget = { .max_bytes = 100000 };
	struct err e = ERR_INIT;
	struct groups *g = groups_new(&plan, &budget, NULL, 1, &e);
	bool failed = false;
	for (uint64_t i = 0; i < 100000 && !failed; i++) {
		char key[16];
		snprintf(key, sizeof key, "%" PRIu64, i);
		struct fold_event ev = event_of(key, 1, i);
		failed = !groups_take(g, &ev, NULL, &e);
	}
	CHECK(failed && e.status == EX_DATAERR && strstr(e.msg, "--max-state"));
	groups_free(g);
}

/* A group that was removed begins anew. */
static void test_remove(void)
{
	struct group_budget budget = { 0 };
	struct err e = ERR_INIT;
	char text[64];
	struct groups *g = groups_new(&plan, &budget, NULL, 1, &e);
	struct fold_event ev = event_of("1", 5, 0);
	char *record = groups_take(g, &ev, NULL, &e);
	CHECK(record != NULL);
	groups_remove(g, ev.key, ev.hash, record);
	CHECK(!table_find(&g->table, ev.key, ev.hash));
	ev = event_of("1", 7, 1);
	record = groups_take(g, &ev, NULL, &e);
	results_of(g, record, text);
	CHECK_STR(text, "1,7");
	CHECK_EQ(group_header(record)->first, 1);
	groups_free(g);
}

int main(void)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	make_plan(x);
	test_merge();
	test_max_keys();
	test_max_state();
	test_remove();
	fold_plan_release(&plan);
	exprs_free(x);
	return check_end();
}
