/* test_groups_save.c -- tables of groups that are saved and loaded, also into a plan with other columns. */
#include "fold/groups.h"
#include "fold/map.h"
#include "fold/saved_state.h"

enum { COLUMNS_MAX = 4, EVENTS = 400 };

/* A plan, its texts and its expressions. */
struct columns {
	struct fold_plan plan;
	struct exprs *x;
	struct span texts[COLUMNS_MAX];
};

/* Makes the plan of TEXTS, which end with NULL. */
static void columns_open(struct columns *c, const char *const *texts, size_t header_bytes)
{
	struct err e = ERR_INIT;
	memset(c, 0, sizeof *c);
	c->x = exprs_new(&e);
	for (size_t i = 0; texts[i]; i++) {
		CHECK(fold_parse(&c->plan.folds[i], texts[i], c->x, &e) == 0);
		c->texts[i] = span_of(texts[i]);
		c->plan.arg_set_of[i] = i;
		c->plan.fold_count = i + 1;
	}
	fold_plan_layout(&c->plan, header_bytes);
}

static void columns_close(struct columns *c)
{
	fold_plan_release(&c->plan);
	exprs_free(c->x);
}

/* Adds a random event to one of KEYS groups of G. Some keys are long, some have a spelling. */
static void take_event(struct columns *c, struct groups *g, unsigned keys, uint64_t seq)
{
	struct err e = ERR_INIT;
	char text[SAVED_EVENT_MAX], key[64], spelling[64];
	struct value args[COLUMNS_MAX * FOLD_ARGS] = { 0 };
	unsigned n = random_below(keys);
	random_event(text, 3);
	snprintf(key, sizeof key, n % 5 ? "%u" : "\"a group with the number %u\"", n);
	snprintf(spelling, sizeof spelling, "%u.0", n);
	struct fold_event ev = { .key = span_of(key), .seq = seq, .ts = 1000 * (int64_t)random_below(9), .args = args };
	ev.spelling = n % 7 == 1 ? span_of(spelling) : SPAN_NONE;
	ev.hash = table_hash(ev.key);
	CHECK(exprs_event(c->x, span_of(text), &e) == 0);
	for (size_t i = 0; i < c->plan.fold_count; i++) {
		const struct fold *f = &c->plan.folds[i];
		struct value *to = &args[i * FOLD_ARGS];
		ev.use[i] = f->args[0] < 0 || exprs_eval(c->x, f->args[0], to, &e) == 0;
		ev.use[i] = ev.use[i] && (!f->type->check || f->type->check(f, to, &e) == 0);
	}
	char *record = groups_take(g, &ev, NULL, &e);
	if (CHECK(record != NULL) && c->plan.header_bytes) {
		group_header(record)->events++;
		group_header(record)->revision = (uint32_t)random_below(5);
		group_header(record)->changed = random_below(2);
	}
}

/* Appends everything that a program can see of G to OUT: flags, and a line for each group in the order of the table with
 * the results of the columns whose names are in NAMES. */
static void describe(const struct columns *c, const struct groups *g, const char *names, struct buf *out)
{
	buf_init(out, 1 << 24);
	CHECK(buf_addf(out, "%d %d %d %d %lld %lld\n", g->windowed, g->fired, g->changed, g->merged,
		      (long long)g->bounds.start, (long long)g->bounds.end) == 0);
	for (uint32_t i = 0; i < g->table.next; i++) {
		struct span key;
		char *record = table_at(&g->table, i, &key);
		if (!record)
			continue;
		CHECK(table_find(&g->table, key, table_hash(key)) == record);
		struct span spelling = table_spelling(&g->table, record);
		CHECK(buf_addf(out, "%.*s %.*s", SPAN_ARG(key), SPAN_ARG(spelling)) == 0);
		if (c->plan.header_bytes) {
			const struct group_header *h = group_header(record);
			CHECK(buf_addf(out, " %llu %llu %u %u", (unsigned long long)h->first,
				      (unsigned long long)h->events, h->revision, h->changed) == 0);
		}
		for (const char *name = names; *name; name++)
			for (size_t k = 0; k < c->plan.fold_count; k++) {
				const struct fold *f = &c->plan.folds[k];
				if (*f->name == *name)
					CHECK(buf_addc(out, ' ') == 0 &&
						f->type->result(f, record + f->offset, &g->pool, out) == 0);
			}
		CHECK(buf_addc(out, '\n') == 0);
	}
	CHECK(buf_string(out) != NULL);
}

static void check_equal(const struct columns *a, const struct groups *g, const struct columns *b,
	const struct groups *loaded, const char *names)
{
	struct buf want, have;
	describe(a, g, names, &want);
	describe(b, loaded, names, &have);
	CHECK_STR(have.p, want.p);
	buf_release(&want);
	buf_release(&have);
}

static struct groups *random_groups(struct columns *c, struct group_budget *budget, unsigned keys, bool removes)
{
	struct err e = ERR_INIT;
	const struct bounds b = { -60000, 60000 };
	struct groups *g = groups_new(&c->plan, budget, random_below(2) ? &b : NULL, 1, &e);
	g->fired = random_below(2);
	g->changed = random_below(2);
	g->merged = random_below(2);
	for (uint64_t seq = 0; seq < EVENTS; seq++) {
		struct span key;
		take_event(c, g, keys, seq);
		uint32_t at = random_below(g->table.next);
		char *record = removes && random_below(8) == 0 ? table_at(&g->table, at, &key) : NULL;
		if (record) {
			char copy[64];
			memcpy(copy, key.p, key.n);
			groups_remove(g, (struct span){ copy, key.n }, table_hash(key), record);
		}
	}
	return g;
}

static void groups_bytes(const struct groups *g, struct buf *out)
{
	struct save s;
	saved_begin(&s, out);
	groups_save(g, &s);
	saved_end(&s, out);
}

static const char *const columns_before[] = { "c=count", "s=sum(.x)", "d=count_distinct(.y)",
	"h=histogram(.x, 0, 9, 3)", NULL };

/* Loaded groups are the same and are saved as the same bytes. */
static void test_round_trip(void)
{
	for (unsigned round = 0; round < 24; round++) {
		CHECK_ROW("round %u", round);
		struct columns c;
		struct group_budget budget = { 0 }, fresh = { 0 };
		struct err e = ERR_INIT;
		struct buf bytes, again;
		columns_open(&c, columns_before, round % 2 ? sizeof(struct group_header) : 0);
		struct groups *g = random_groups(&c, &budget, round % 3 ? 300 : 1 + round, round % 4 > 1);
		groups_bytes(g, &bytes);
		struct load l = load_from(buf_span(&bytes));
		struct groups *loaded = groups_load(&c.plan, &fresh, NULL, &l, &e);
		if (CHECK(loaded && load_finish(&l, &e) == 0)) {
			check_equal(&c, g, &c, loaded, "csdh");
			groups_bytes(loaded, &again);
			CHECK(span_eq(buf_span(&bytes), buf_span(&again)));
			buf_release(&again);
			CHECK(fresh.bytes >= loaded->pool.bytes);
			CHECK_EQ(loaded->counted, loaded->pool.bytes);
			/* Both go on alike. If groups were removed, a new one may get another place in the table. */
			for (int i = 0; i < 2 && round % 4 <= 1; i++) {
				random_restart(round);
				take_event(&c, i ? loaded : g, 300, EVENTS);
			}
			check_equal(&c, g, &c, loaded, "csdh");
		}
		groups_free(loaded);
		groups_free(g);
		CHECK_EQ(fresh.bytes, 0);
		buf_release(&bytes);
		columns_close(&c);
	}
}

/* --upgrade: columns of the same text are kept, other old ones are dropped, new ones begin empty. */
static void test_upgrade(void)
{
	static const char *const after[][COLUMNS_MAX + 1] = { { "s=sum(.x)", "c=count" },
		{ "m=max(.x)", " c=count ", "h=histogram(.x, 0, 9, 3)" },
		{ "h=histogram(.x, 0, 9, 4)", "d=count_distinct(.y)" }, { "s=sum(.x) where .y", "t=sum(.x)" } };
	static const struct {
		const char *kept;
		size_t added;
	} want[] = { { "sc", 0 }, { "ch", 1 }, { "d", 1 }, { "", 2 } };
	for (size_t i = 0; i < sizeof want / sizeof want[0]; i++) {
		CHECK_ROW("new columns %zu", i);
		struct columns old, now;
		struct fold_map map;
		struct group_budget budget = { 0 };
		struct err e = ERR_INIT;
		struct buf bytes;
		columns_open(&old, columns_before, sizeof(struct group_header));
		columns_open(&now, after[i], sizeof(struct group_header));
		struct groups *g = random_groups(&old, &budget, 40, false);
		groups_bytes(g, &bytes);
		CHECK(fold_map_init(&map, old.texts, old.plan.fold_count, now.texts, now.plan.fold_count, &e) == 0);
		CHECK_EQ(map.added, want[i].added);
		struct load l = load_from(buf_span(&bytes));
		struct groups *loaded = groups_load(&now.plan, &budget, &map, &l, &e);
		if (CHECK(loaded && load_finish(&l, &e) == 0)) {
			check_equal(&old, g, &now, loaded, want[i].kept);
			take_event(&now, loaded, 40, EVENTS);
		}
		groups_free(loaded);
		groups_free(g);
		fold_map_release(&map);
		buf_release(&bytes);
		columns_close(&old);
		columns_close(&now);
	}
	struct fold_map map;
	struct err e = ERR_INIT;
	/* Two equal columns are two columns. */
	const struct span twice[] = { SPAN("a=count"), SPAN("a=count") };
	CHECK(fold_map_init(&map, twice, 2, twice, 2, &e) == 0 && map.to[0] == 0 && map.to[1] == 1 && map.added == 0);
	fold_map_release(&map);
	CHECK(fold_map_init(&map, twice, 2, twice, 1, &e) == 0 && map.to[0] == 0 && map.to[1] == -1);
	fold_map_release(&map);
	CHECK(fold_map_init(&map, &SPAN("n=no_function(.x)"), 1, NULL, 0, &e) < 0 && e.status == EX_DATAERR);
}

/* Damaged bytes are an error, or give groups that can be used; nothing leaks from the budget. */
static void test_damaged(void)
{
	struct columns c;
	struct group_budget budget = { 0 };
	struct err e = ERR_INIT;
	struct buf bytes;
	columns_open(&c, columns_before, sizeof(struct group_header));
	struct groups *g = random_groups(&c, &budget, 30, true);
	groups_bytes(g, &bytes);
	groups_free(g);
	for (size_t n = 0; n < bytes.n; n++) {
		char *cut = malloc(n ? n : 1);
		memcpy(cut, bytes.p, n);
		struct load l = load_from((struct span){ cut, n });
		CHECK(!groups_load(&c.plan, &budget, NULL, &l, &e) && load_failed(&l) && e.status == EX_DATAERR);
		free(cut);
	}
	for (unsigned flip = 0; flip < 2000; flip++) {
		char *bad = malloc(bytes.n);
		memcpy(bad, bytes.p, bytes.n);
		bad[random_below(flip % 2 ? 20 : (unsigned)bytes.n)] = (char)random_next();
		struct load l = load_from((struct span){ bad, bytes.n });
		struct groups *loaded = groups_load(&c.plan, &budget, NULL, &l, &e);
		if (loaded) {
			struct buf out;
			describe(&c, loaded, "csdh", &out);
			buf_release(&out);
		}
		groups_free(loaded);
		free(bad);
	}
	CHECK_EQ(budget.bytes, 0);
	/* Other options: records with and without a header. */
	struct load l = load_from(buf_span(&bytes));
	fold_plan_layout(&c.plan, 0);
	CHECK(!groups_load(&c.plan, &budget, NULL, &l, &e) && e.status == EX_DATAERR);
	buf_release(&bytes);
	columns_close(&c);
}

int main(void)
{
	test_round_trip();
	test_upgrade();
	test_damaged();
	return check_end();
}
