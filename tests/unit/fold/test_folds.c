/* test_folds.c -- each function on tables made by hand, and merged from random parts. */
#include "check.h"
#include "random.h"
#include "fold/fold_state.h"

enum { EVENTS_MAX = 400, PARTS_MAX = 5 };

static void result_of(const struct fold *f, struct state *s, struct buf *out)
{
	buf_reset(out);
	CHECK(f->type->result(f, s->at, &s->pool, out) == 0);
	CHECK(buf_string(out) != NULL);
}

/* The same events in random parts, merged in random order, give the same bytes. */
static void check_merges(const struct fold *f, struct exprs *x, const struct event *events, int n, const char *whole)
{
	struct buf out;
	struct err e = ERR_INIT;
	buf_init(&out, FOLD_RESULT_MAX);
	for (int round = 0; round < 6; round++) {
		struct state parts[PARTS_MAX];
		int order[PARTS_MAX];
		for (int i = 0; i < PARTS_MAX; i++) {
			state_init(&parts[i], f);
			order[i] = i;
		}
		for (int i = 0; i < n; i++)
			feed(&parts[random_below(PARTS_MAX)], f, x, &events[i], (uint64_t)i, &e);
		for (int left = PARTS_MAX; left > 1; left--) {
			unsigned from = random_below((unsigned)left);
			const struct state *s = &parts[order[from]];
			order[from] = order[left - 1];
			struct state *into = &parts[order[random_below((unsigned)left - 1)]];
			CHECK(f->type->merge(f, into->at, &into->pool, s->at, &s->pool) == 0);
		}
		result_of(f, &parts[order[0]], &out);
		if (!CHECK(strcmp(out.p, whole) == 0))
			fprintf(stderr, "\t%s: merged '%.200s', at once '%.200s'\n", f->text, out.p, whole);
		for (int i = 0; i < PARTS_MAX; i++) {
			if (f->type->release)
				f->type->release(f, parts[i].at, &parts[i].pool);
			state_free(&parts[i]);
		}
	}
	buf_release(&out);
}

/* The result of the function TEXT ("sum(.x)") over EVENTS; WANT NULL: any. */
static void check_fold(const char *text, const struct event *events, int n, const char *want)
{
	struct err e = ERR_INIT;
	struct exprs *x = exprs_new(&e);
	struct fold f;
	struct state s;
	struct buf out;
	char line[300];
	CHECK_ROW("%s", text);
	snprintf(line, sizeof line, "x=%s", text);
	if (!CHECK(fold_parse(&f, line, x, &e) == 0)) {
		fprintf(stderr, "\t%s\n", e.msg);
		exprs_free(x);
		return;
	}
	buf_init(&out, FOLD_RESULT_MAX);
	state_init(&s, &f);
	for (int i = 0; i < n; i++)
		feed(&s, &f, x, &events[i], (uint64_t)i, &e);
	result_of(&f, &s, &out);
	if (want)
		CHECK_STR(out.p, want);
	check_merges(&f, x, events, n, out.p);
	if (f.type->release)
		f.type->release(&f, s.at, &s.pool);
	state_free(&s);
	fold_release(&f);
	exprs_free(x);
	buf_release(&out);
}

/* Values of .x, a second apart, out of a list "1 2 null \"a\"". */
static int events_of(const char *list, struct event *events, char *memory, size_t room)
{
	int n = 0;
	size_t used = 0;
	while (*list && n < EVENTS_MAX) {
		size_t len = strcspn(list, " ");
		int wrote = snprintf(memory + used, room - used, "{\"x\":%.*s,\"i\":%d}", (int)len, list, n);
		events[n] = (struct event){ 1000 * n, memory + used };
		used += (size_t)wrote + 1;
		n++;
		list += len + strspn(list + len, " ");
	}
	return n;
}

static void test_functions(void)
{
	static const struct {
		const char *fold, *values, *want;
	} cases[] = {
		{ "count", "", "0" },
		{ "count", "1 null 3", "3" },
		{ "count(.x)", "1 null 3", "2" },
		{ "count(.missing)", "1 null 3", "0" },
		{ "count()", "1 2", "2" },
		{ "count where .x > 1", "1 2 3", "2" },
		{ "count(.x) where .i < 2", "1 2 3", "2" },
		{ "sum(.x)", "", "null" },
		{ "sum(.x)", "null null", "null" },
		{ "sum(.x)", "0.1 0.2", "0.3" },
		{ "sum(.x)", "1 2 null 3", "6" },
		{ "sum(.x)", "1.50 2.50", "4" },
		{ "sum(.x)", "9223372036854775807 9223372036854775807 -1", "18446744073709551613" },
		{ "sum(.x)", "9223372036854775807 9223372036854775807 -9223372036854775807 -9223372036854775806", "1" },
		{ "sum(.x)", "1e30 1e-30 -1e30", "0.000000000000000000000000000001" },
		{ "sum(.x)", "1e300 1 -1e300", "1" },
		{ "sum(.x)", "1e300 0.1 -1e300 1e-320 -1e-320 0.2", "0.3" },
		{ "sum(.x)", "1e400 1e400", "1.7976931348623157e+308" },
		{ "sum(.x / 3)", "1 1 1", "1" },
		{ "sum(.x)", "4.9e-324 4.9e-324", "1e-323" },
		{ "sum(.x)", "99999999999999999999999999999999999999 99999999999999999999999999999999999999", "2e+38" },
		{ "sum(.x)", "\"a\" 1 true [] {} 2", "3" },
		{ "avg(.x)", "", "null" },
		{ "avg(.x)", "1 2", "1.5" },
		{ "avg(.x)", "0.1 0.2", "0.15" },
		{ "avg(.x)", "1 1 2", "1.3333333333333333" },
		{ "avg(.x)", "-1 -1 -2", "-1.3333333333333333" },
		{ "avg(.x)", "0 0 0", "0" },
		{ "avg(.x)", "18446744073709551615 18446744073709551613", "18446744073709551614" },
		{ "avg(.x)", "1e300 1e300", "1e+300" },
		{ "avg(.x)", "0.00000000000000000000000000000000000001 0", "5e-39" },
		{ "var(.x)", "1", "null" },
		{ "var(.x)", "1 2 3", "1" },
		{ "var(.x)", "0.1 0.2 0.3", "0.01" },
		{ "var(.x)", "0.1 0.1 0.1", "0" },
		{ "var(.x / 3)", "1 1 1 1 1", "0" },
		{ "var(.x)", "1000000000.1 1000000000.2 1000000000.3", "0.01" },
		{ "var(.x)", "1e200 -1e200", "1.7976931348623157e+308" },
		{ "var(.x)", "1e150 -1e150", "1.9999999999999998e+300" },
		{ "stddev(.x)", "2 4 4 4 5 5 7 9", "2.138089935299395" },
		{ "stddev(.x)", "", "null" },
		{ "min(.x)", "", "null" },
		{ "min(.x)", "3 1.50 2", "1.5" },
		{ "max(.x)", "3 1.50 null 2", "3" },
		{ "max(.x)", "9007199254740993 9007199254740992", "9007199254740993" },
		{ "min(.x)", "123456789012345678901234567890.5 1e40", "123456789012345678901234567890.5" },
		/* not UTF-8: each such byte is U+FFFD, above \357\277\274 (U+FFFC) whatever it was */
		{ "min(.x)", "\"\300\" \"\357\277\274\" \"\377\"", "\"\357\277\274\"" },
		{ "arg_max(.i, .x)", "\"\300\" \"\357\277\274\" \"\377\"", "0" },
		{ "min(.x)",
			"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
			"965427328614797100000000000000000000" },
		{ "max(.x)",
			"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
			"965427328614797100000000000000000000" },
		{ "quantile(.x, 0)",
			"965427328614797100000000000000000000.00001 965427328614797100000000000000000000 965427328614797100000000000000000000.00001",
			"965427328614797100000000000000000000" },
		{ "max(.x)", "\"a\" \"\\u0062\" 7", "\"b\"" },
		{ "min(.x)", "\"quite_a_long_string_here\" \"and_another_long_one\"", "\"and_another_long_one\"" },
		{ "min(.x)", "\"a\" 7 false", "false" },
		{ "first(.x)", "null 1.50 2", "1.50" },
		{ "last(.x)", "null 1.50 {\"a\":1e3} null", "{\"a\":1e3}" },
		{ "any(.x)", "null \"b\" 2", "\"b\"" },
		{ "first(.x + 1)", "1.50 2", "2.5" },
		{ "first(.x)", "", "null" },
		{ "arg_min(.i, .x)", "3 1 1 2", "1" },
		{ "arg_max(.i, .x)", "3 1 3 2 null", "0" },
		{ "arg_max(.x, .i)", "3 1 3 2 null", "2" },
		{ "arg_min(.i, .x)", "", "null" },
		{ "delta(.x)", "1.5 7 4", "2.5" },
		{ "delta(.x)", "4", "0" },
		{ "delta(.x)", "", "null" },
		{ "rate(.x)", "1 7 4", "1.5" },
		{ "rate(.x)", "4", "null" },
		{ "rate(.x)", "1 null null 2", "0.3333333333333333" },
		{ "count_distinct(.x)", "", "0" },
		{ "count_distinct(.x)", "1 1.0 1e0 \"1\" null true", "3" },
		{ "count_distinct(.x)", "{\"a\":1,\"b\":2} {\"b\":2.0,\"a\":1} [] [] \"\\u0061\" \"a\"", "3" },
		{ "count_distinct(.x)", "99999999999999999999999 99999999999999999999998", "2" },
		{ "count_distinct(.x / 3)", "1 1 2", "2" },
		{ "count_distinct(.x)",
			"965427328614797100000000000000000000 965427328614797100000000000000000000.00001", "1" },
		{ "approx_distinct(.x)", "", "0" },
		{ "approx_distinct(.x)", "1 1.0 1e0 \"1\" null true", "3" },
		{ "collect_set(.x)", "", "[]" },
		{ "collect_set(.x)", "3 1.0 3 null 1 \"a_string_of_some_length\" {\"b\":1,\"a\":2}",
			"[3,1,\"a_string_of_some_length\",{\"a\":2,\"b\":1}]" },
		{ "topk(.x, 2)", "", "[]" },
		{ "topk(.x, 2)", "3 1 3 \"a\" 1 2 null null null",
			"[{\"value\":1,\"count\":2},{\"value\":3,\"count\":2}]" },
		{ "topk(.x, 5)", "2 1 2", "[{\"value\":2,\"count\":2},{\"value\":1,\"count\":1}]" },
		{ "topk(.x, 1)", "5 4 3 2 1 2 3 4 5 6 4", "[{\"value\":4,\"count\":3}]" },
		{ "collect(.x)", "", "[]" },
		{ "collect(.x)", "3 1.0 null 3 {\"b\":1}", "[3,1.0,3,{\"b\":1}]" },
		{ "collect(.x + 1)", "3 1.0", "[4,2]" },
		{ "histogram(.x, 0, 1, 10)", "-1 0 0.1 0.2 0.3 0.7 0.9999 1 1.5 null",
			"{\"low\":0,\"high\":1,\"under\":1,\"counts\":[1,1,1,1,0,0,0,1,0,1],\"over\":2}" },
		{ "histogram(.x, -1.5, 1.5, 1)", "",
			"{\"low\":-1.5,\"high\":1.5,\"under\":0,\"counts\":[0],\"over\":0}" },
		{ "histogram(.x / 3, 0, 1, 3)", "0 1 2 3",
			"{\"low\":0,\"high\":1,\"under\":0,\"counts\":[1,1,1],\"over\":1}" },
		{ "histogram(.x, 0, 3, 3)", "1.9999999999999999999999999",
			"{\"low\":0,\"high\":3,\"under\":0,\"counts\":[0,1,0],\"over\":0}" },
		{ "histogram(.x, 0, 0.1, 5)", "0.06000000000000000000000001 0.06",
			"{\"low\":0,\"high\":0.1,\"under\":0,\"counts\":[0,0,0,2,0],\"over\":0}" },
		{ "median(.x)", "900000000000000000 0.125", "450000000000000000.0625" },
		{ "median(.x)", "", "null" },
		{ "median(.x)", "5", "5" },
		{ "median(.x)", "1 2", "1.5" },
		{ "median(.x)", "0.1 null 0.2 0.3", "0.2" },
		{ "median(.x)", "9007199254740993 9007199254740992", "9007199254740992.5" },
		{ "median(.x)", "1e300 1 -1e300", "1" },
		{ "median(.x)", "1.7e308 -1.7e308", "0" },
		{ "median(.x)", "12345678901234567890123 12345678901234567890125 1e-30", "12345678901234567890123" },
		{ "quantile(.x, 0)", "3 1 2", "1" },
		{ "quantile(.x, 1)", "3 1 2", "3" },
		{ "quantile(.x, 0.9)", "0 10", "9" },
		{ "quantile(.x, 0.25)", "1 2 3 4", "1.75" },
		{ "quantile(.x, 0.333)", "0.5 0.25", "0.33325" },
		{ "approx_quantile(.x, 0.5)", "", "null" },
		{ "approx_quantile(.x, 0.5)", "7.5", "7.5" },
		{ "approx_quantile(.x, 0)", "-7.5 3 2", "-7.5" },
		{ "approx_quantile(.x, 1)", "-7.5 3 2", "3" },
		{ "approx_quantile(.x, 0.5)", "-7.5 0 2", "0" },
	};
	struct event events[EVENTS_MAX];
	static char memory[1 << 16];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		CHECK_ROW("values %s", cases[i].values);
		int n = events_of(cases[i].values, events, memory, sizeof memory);
		check_fold(cases[i].fold, events, n, cases[i].want);
	}
}

/* By event time, ties by arrival. */
static void test_order(void)
{
	static const struct event events[] = { { 5000, "{\"x\":1}" }, { 2000, "{\"x\":2}" }, { 7000, "{\"x\":3}" },
		{ 2000, "{\"x\":4}" }, { 7000, "{\"x\":5}" }, { 9000, "{\"y\":1}" } };
	enum { N = sizeof events / sizeof events[0] };
	check_fold("first(.x)", events, N, "2");
	check_fold("last(.x)", events, N, "5");
	check_fold("any(.x)", events, N, "1");
	check_fold("delta(.x)", events, N, "3");
	check_fold("rate(.x)", events, N, "0.6");
	check_fold("collect(.x)", events, N, "[2,4,1,3,5]");
	check_fold("collect_set(.x)", events, N, "[1,2,3,4,5]");
}

/* ---- random events against ten plain lines ---- */

enum { MANY = 300 };
struct table_of_values {
	struct event events[EVENTS_MAX];
	int n;
	int64_t hundredths[EVENTS_MAX]; /* the values times 100, in order of arrival */
	char memory[1 << 16];
};

static void random_table(struct table_of_values *t, unsigned spread)
{
	size_t used = 0;
	t->n = 1 + (int)random_below(MANY);
	for (int i = 0; i < t->n; i++) {
		int64_t v = (int64_t)random_below(spread) - (int64_t)spread / 2;
		t->hundredths[i] = v;
		t->events[i] = (struct event){ 1000 * (int64_t)random_below(20), t->memory + used };
		used += (size_t)snprintf(t->memory + used, sizeof t->memory - used,
				"{\"x\":%s%" PRId64 ".%02" PRId64 "}", v < 0 ? "-" : "", (v < 0 ? -v : v) / 100,
				(v < 0 ? -v : v) % 100) +
			1;
	}
}

/* V / 10^PLACES as our numbers are written. */
static const char *decimal(int64_t v, int places, char *out)
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

static int by_size(const void *x, const void *y)
{
	const int64_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

static void check_table(const struct table_of_values *t)
{
	int64_t sorted[EVENTS_MAX], sum = 0, distinct = 0;
	char text[64], fold[64];
	memcpy(sorted, t->hundredths, sizeof sorted);
	qsort(sorted, (size_t)t->n, sizeof sorted[0], by_size);
	for (int i = 0; i < t->n; i++) {
		sum += sorted[i];
		distinct += i == 0 || sorted[i] != sorted[i - 1];
	}
	check_fold("sum(.x)", t->events, t->n, decimal(sum, 2, text));
	check_fold("min(.x)", t->events, t->n, decimal(sorted[0], 2, text));
	check_fold("max(.x)", t->events, t->n, decimal(sorted[t->n - 1], 2, text));
	check_fold("count_distinct(.x)", t->events, t->n, decimal(distinct, 0, text));
	check_fold("approx_distinct(.x)", t->events, t->n, decimal(distinct, 0, text));
	for (int percent = 0; percent <= 100; percent += 1 + (int)random_below(30)) {
		int rank = percent * (t->n - 1), low = rank / 100, high = low + 1 < t->n ? low + 1 : low;
		int64_t v = sorted[low] * 100 + rank % 100 * (sorted[high] - sorted[low]);
		snprintf(fold, sizeof fold, "quantile(.x, %d.%02d)", percent / 100, percent % 100);
		check_fold(fold, t->events, t->n, decimal(v, 4, text));
	}
}

/* How many have the value V. */
static int count_of(const struct table_of_values *t, int64_t v)
{
	int n = 0;
	for (int i = 0; i < t->n; i++)
		n += t->hundredths[i] == v;
	return n;
}

static void check_topk(const struct table_of_values *t)
{
	int best = -1;
	char text[64], want[128];
	for (int i = 0; i < t->n; i++) {
		int a = count_of(t, t->hundredths[i]), b = best < 0 ? 0 : count_of(t, t->hundredths[best]);
		if (a > b || (a == b && t->hundredths[i] < t->hundredths[best]))
			best = i;
	}
	snprintf(want, sizeof want, "[{\"value\":%s,\"count\":%d}]", decimal(t->hundredths[best], 2, text),
		count_of(t, t->hundredths[best]));
	check_fold("topk(.x, 1)", t->events, t->n, want);
}

static void test_random(void)
{
	static struct table_of_values t;
	static const char *const others[] = { "avg(.x)", "var(.x)", "stddev(.x / 3)", "sum(.x / 7)", "first(.x)",
		"last(.x)", "any(.x)", "arg_min(.x, .x | tostring)", "rate(.x)", "delta(.x)", "topk(.x, 3)",
		"collect(.x)", "collect_set(.x)", "histogram(.x, -1, 1, 7)", "approx_quantile(.x, 0.9)",
		"quantile(.x / 3, 0.31)" };
	for (int round = 0; round < 12; round++) {
		random_table(&t, round % 3 == 0 ? 10 : round % 3 == 1 ? 300 : 2000000000);
		check_table(&t);
		check_topk(&t);
		for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
			CHECK_ROW("random table %d", round);
			check_fold(others[i], t.events, t.n, NULL);
		}
	}
}

/* A state that is released leaves its memory to the next one: sessions come and go in one pool. */
static void test_release(void)
{
	static const char *const folds[] = { "sum(.x)", "avg(.x)", "stddev(.x)", "min(.y)", "max(.y)", "first(.y)",
		"last(.y)", "arg_min(.y, .x)", "arg_max(.x, .y)", "count_distinct(.y)", "approx_distinct(.x)",
		"quantile(.x, 0.5)", "approx_quantile(.x, 0.5)", "topk(.y, 3)", "histogram(.x, 0, 1, 9)", "collect(.y)",
		"collect_set(.y)", "rate(.x)" };
	for (size_t i = 0; i < sizeof folds / sizeof folds[0]; i++) {
		CHECK_ROW("%s", folds[i]);
		struct err e = ERR_INIT;
		struct exprs *x = exprs_new(&e);
		struct fold f;
		struct state s;
		char text[200];
		size_t bytes = 0;
		snprintf(text, sizeof text, "n=%s", folds[i]);
		CHECK(fold_parse(&f, text, x, &e) == 0);
		state_init(&s, &f);
		for (int round = 0; round < 40; round++) {
			for (int k = 0; k < 2000; k++) {
				snprintf(text, sizeof text, "{\"x\":%s%d%s,\"y\":\"a long enough string %d\"}",
					k % 2 ? "-" : "", k,
					k % 7 == 0          ? "12345678901234567890" :
						k % 11 == 0 ? "e300" :
							      ".5",
					k % 900);
				feed(&s, &f, x, &(struct event){ k, text }, (uint64_t)k, &e);
			}
			if (f.type->release)
				f.type->release(&f, s.at, &s.pool);
			fold_init(&f, s.at);
			bytes = round == 1 ? s.pool.bytes : bytes;
		}
		CHECK_EQ(s.pool.bytes, bytes);
		state_free(&s);
		fold_release(&f);
		exprs_free(x);
	}
}

int main(void)
{
	test_functions();
	test_order();
	test_random();
	test_release();
	return check_end();
}
